"""`python -m demos.faces.detect PHOTO… --json`: the faces on photos, one object a line."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from shared import devices, images
from shared.faces import detection
from shared.faces.detection import Faces
from shared.problems import Problem


def as_json(faces: Faces) -> list[dict[str, Any]]:
    """Every face as `{"box_xyxy": [x1, y1, x2, y2], "score": …, "landmarks_xy": [[x, y] x 5]}`, in pixels."""
    return [
        {"box_xyxy": _rounded(box), "score": round(float(score), 4), "landmarks_xy": [_rounded(point) for point in points]}
        for box, score, points in zip(faces.boxes_xyxy, faces.scores, faces.landmarks_xy, strict=True)
    ]


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 2) for value in values]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit status: 1 if a photo could not be read."""
    parser = argparse.ArgumentParser(prog="python -m demos.faces.detect", description="Find faces on photos.")
    parser.add_argument("photos", nargs="+", metavar="PHOTO")
    parser.add_argument("--detector", choices=detection.DETECTORS, default="centerface")
    parser.add_argument("--min-face", type=_positive, default=20, metavar="PIXELS", help="smaller faces need not be found")
    parser.add_argument("--threshold", type=_share, help="the score from which it is a face, 0 to 1")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    devices.before_torch()
    failed = 0
    for photo in options.photos:
        try:
            picture = images.read(photo)
        except Problem as problem:
            print(f"{photo}: {problem}", file=sys.stderr)
            failed = 1
            continue
        found = detection.detector(options.detector).detect(
            picture, min_face=options.min_face, threshold=options.threshold
        )  # fmt: skip
        if options.json:
            print(json.dumps({"file": photo, "faces": as_json(found)}, ensure_ascii=False), flush=True)
        else:
            print(f"{photo}: {len(found)}", *(_line(face) for face in as_json(found)), sep="\n  ", flush=True)
    return failed


def _line(face: dict[str, Any]) -> str:
    return "{:.2f} at {:.0f}, {:.0f} to {:.0f}, {:.0f}".format(face["score"], *face["box_xyxy"])


def _positive(text: str) -> float:
    value = float(text)
    if not 1 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of pixels from 1 on")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
