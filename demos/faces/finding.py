"""`python -m demos.faces.finding --photos DIR`: how many faces on group photos each detector finds, how often it errs.

DIR holds photos and a `boxes.xml` that frames every face, as dlib's image label tool writes it. A detection is right if it
overlaps a face that no better one has taken by an intersection over union of at least 0.5 (Everingham et al. 2010, PASCAL VOC).
"""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from shared import devices, images
from shared.faces import detection
from shared.faces.detection import Array, Faces, overlaps
from shared.problems import Problem

_LEAST_OVERLAP = 0.5


class BadBoxes(Problem):
    """The folder has no list of boxes that can be read. The message can be shown."""


@dataclass(frozen=True)
class Found:
    """recall: share of the faces that were found; precision: share of the detections that are faces; both 0 to 1, None of
    nothing. ms_median: for one photo.
    """

    detector: str
    faces: int
    detections: int
    recall: float | None
    precision: float | None
    ms_median: float


def boxes(folder: Path) -> dict[Path, Array]:
    """Every photo that `folder/boxes.xml` names, with its faces' boxes_xyxy (N, 4). Raises BadBoxes."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    file = folder / "boxes.xml"
    try:
        root = ElementTree.parse(file).getroot()
        listed = {
            folder / photo.attrib["file"]: np.array(
                [[float(box.attrib[side]) for side in ("left", "top", "width", "height")] for box in photo.iter("box")]
            ).reshape(-1, 4)
            for photo in root.iter("image")
        }
    except (OSError, ParseError, DefusedXmlException, KeyError, ValueError):
        raise BadBoxes("faces_no_boxes", file=file) from None
    return {photo: np.concatenate([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]], axis=1) for photo, xywh in listed.items()}


def right(found: Faces, truth: Array) -> int:
    """How many detections are right, each face counted once, the surest detection first."""
    matches = overlaps(found.boxes_xyxy, truth)
    taken: set[int] = set()
    for row in matches[np.argsort(-found.scores, kind="stable")]:
        free = [face for face in np.argsort(-row) if face not in taken and row[face] >= _LEAST_OVERLAP]
        taken.update(int(face) for face in free[:1])
    return len(taken)


def measure(folder: Path, name: str) -> Found:
    """One detector on all photos of a folder. Raises BadBoxes, shared.images.UnreadablePicture."""
    finder, good, faces, detections, spent = detection.detector(name), 0, 0, 0, []
    for photo, truth in boxes(folder).items():
        seen = finder.inspect(images.read(photo))
        good += right(seen.faces, truth)
        faces, detections = faces + len(truth), detections + len(seen.faces)
        spent.append(seen.elapsed_ms)
    return Found(
        name, faces, detections, good / faces if faces else None, good / detections if detections else None,
        statistics.median(spent) if spent else 0.0,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: one JSON object a line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demos.faces.finding", description="Recall and precision on group photos.")
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR", help="the folder with boxes.xml")
    options = parser.parse_args(arguments)
    devices.before_torch()
    try:
        for name in detection.DETECTORS:
            print(json.dumps(asdict(measure(options.photos, name))), flush=True)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
