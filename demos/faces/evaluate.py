"""`python -m demos.faces.evaluate --lfw DIR`: how well this room tells people apart, by the protocol of LFW."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from tqdm import tqdm

from shared import devices, images
from shared.faces import detection
from shared.faces.detection import Faces
from shared.problems import Problem

from . import data, distributions, model, protocol
from .model import Array, Cut

_CENTRAL = 0.5  # a face that was not detected: the middle of the picture, this share of its shorter side


@dataclass(frozen=True)
class Embedded:
    """Every picture's vector. detected: whether a face was found; ms_per_face: "detect", "align", "embed"."""

    files: tuple[Path, ...]
    vectors: Array
    detected: Array
    ms_per_face: dict[str, float]


def embed(files: Sequence[Path], engine: str, detector: str, cut: Cut | None = None, quiet: bool = False) -> Embedded:
    """The vector of the most central face of every picture; of one without a face, of its middle.

    cut: "aligned" or "cropped", unless as the network was trained. Raises shared.images.UnreadablePicture.
    """
    net, finder = model.recogniser(engine), detection.detector(detector)
    how = cut or net.cut
    vectors = np.empty((len(files), net.dimension), np.float32)
    detected = np.zeros(len(files), bool)
    spent = np.zeros(3)
    for number, file in enumerate(tqdm(files, unit="picture", disable=quiet)):
        picture = images.read(file)
        marks = [time.perf_counter()]
        found = _central(finder.detect(picture), picture)
        marks.append(time.perf_counter())
        detected[number] = len(found) > 0
        crops = model.cut(picture, found, net.side, how) if len(found) else _middle(picture, net.side)
        marks.append(time.perf_counter())
        vectors[number] = net.embed(crops)[0]
        marks.append(time.perf_counter())
        spent += [after - before for before, after in pairwise(marks)]
    each = {
        name: round(1000 * float(part) / max(1, len(files)), 2)
        for name, part in zip(("detect", "align", "embed"), spent, strict=True)
    }
    return Embedded(tuple(files), vectors, detected, each)


def _central(found: Faces, picture: Array) -> Faces:
    """The face whose centre is nearest to the picture's, which is whom LFW names; or none."""
    if not len(found):
        return found
    middle = np.array(picture.shape[1::-1]) / 2
    away = np.linalg.norm((found.boxes_xyxy[:, :2] + found.boxes_xyxy[:, 2:]) / 2 - middle, axis=1)
    return found[[int(away.argmin())]]


def _middle(picture: Array, side: int) -> Array:
    """(1, side, side, 3): the middle of a picture in which no face was found."""
    middle, half = np.array(picture.shape[1::-1]) / 2, min(picture.shape[:2]) * _CENTRAL / 2
    box = np.array([[*(middle - half), *(middle + half)]], np.float32)
    return model.cut(picture, Faces(box, np.ones(1, np.float32), np.zeros((1, 5, 2), np.float32)), side, "cropped")


def lfw(
    folder: Path, engine: str, detector: str, cut: Cut | None = None, quiet: bool = False
) -> "tuple[dict[str, object], Embedded]":
    """The figures that the command prints, and the vectors that they come from. Raises data.BadPairs."""
    listed = data.pairs(folder)
    files = sorted({picture for pair in listed for picture in (pair.first, pair.second)})
    done = embed(files, engine, detector, cut, quiet)
    number = {file: index for index, file in enumerate(files)}
    first = done.vectors[[number[pair.first] for pair in listed]]
    second = done.vectors[[number[pair.second] for pair in listed]]
    similarities = (first * second).sum(1)
    same = np.array([pair.same for pair in listed])
    folds = np.array([pair.fold for pair in listed])
    if len(set(folds.tolist())) < 2:
        raise data.BadPairs("faces_one_fold", file=folder / "pairs.txt")
    right = protocol.accuracy(similarities, same, folds)
    strict = protocol.threshold_for(similarities[~same], 1e-2)
    return {
        "pairs": len(listed),
        "accuracy_mean": round(right.mean, 5),
        "accuracy_std": round(right.std, 5),
        "threshold_mean": round(float(np.mean(right.thresholds)), 4),
        "tar_at_far_1e-2": round(1 - protocol.false_rejects(similarities[same], strict), 5),
        "undetected": int((~done.detected).sum()),
        "images": len(files),
        "ms_per_face": done.ms_per_face,
        "engine": engine,
        "detector": detector,
        "cut": cut or model.recogniser(engine).cut,
        "machine": devices.describe(),
    }, done


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demos.faces.evaluate", description="Face verification on LFW.")
    parser.add_argument("--lfw", type=Path, required=True, metavar="DIR", help="the folder with pairs.txt")
    parser.add_argument("--engine", choices=model.ENGINES, default="sface")
    parser.add_argument("--detector", choices=detection.DETECTORS, default="centerface")
    parser.add_argument(
        "--cut", choices=["aligned", "cropped"], help="how faces are cut; unless given, as the network was trained"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--save", action="store_true", help="keep the two score distributions for the page")
    options = parser.parse_args(arguments)
    devices.before_torch()
    try:
        figures, done = lfw(options.lfw, options.engine, options.detector, options.cut, quiet=options.json)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    if options.save:
        distributions.save(distributions.measure(done.vectors, [file.parent.name for file in done.files], figures))
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:18} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
