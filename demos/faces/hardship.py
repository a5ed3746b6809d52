"""Where it fails, measured: faces made worse by known amounts, and how many are still found and still recognised.

`python -m demos.faces.hardship --lfw DIR` measures and prints a table, `--save` also keeps it in `measured/hardship.json`.

Of every listed pair of one person the first photo is made worse and the second left as it is. It counts as found if a
detector frames that face, and as recognised if the room's detector finds it and the room's network gives the two photos at
least the room's threshold: what nobody finds, nobody recognises. Turning away is not made up: every listed pair of one person
goes into the step of the more turned of its two faces.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from tqdm import tqdm

from shared import devices, images
from shared.faces import detection
from shared.faces.detection import Array
from shared.problems import Problem

from . import data, distributions, engine, model, quality, toll, trial
from .conditions import CONDITIONS, Scene, framed
from .toll import NORMAL, Row, Share, Step, Toll

PAIRS = 200
TURNED = (0.0, 0.1, 0.2, 0.3, 0.45, 1.0)  # where the steps of `quality.Quality.turned` begin and end


@dataclass(frozen=True)
class Sample:
    """A photo before it is made worse: as a scene of LFW's size, and its vector (D,), person and how far it is turned."""

    scene: Scene
    vector: Array
    person: str
    turned: float


def samples(files: Sequence[Path], quiet: bool = False) -> dict[Path, Sample | None]:
    """Each photo's most central face, or None where the room's detector finds none."""
    net, finder = model.recogniser(engine.ENGINE), detection.detector(engine.DETECTOR)
    made: dict[Path, Sample | None] = {}
    for file in tqdm(files, unit="photo", disable=quiet):
        image = images.read(file)
        found = finder.detect(image, min_face=engine.MIN_FACE)
        if not len(found):
            made[file] = None
            continue
        middle = (found.boxes_xyxy[:, :2] + found.boxes_xyxy[:, 2:]) / 2
        face = found[[int(np.linalg.norm(middle - np.array(image.shape[1::-1]) / 2, axis=1).argmin())]]
        vector = net.embed(model.cut(image, face, net.side, net.cut))[0]
        made[file] = Sample(framed(image, face), vector, file.parent.name, abs(quality.measure(image, face).turned))
    return made


def measure(folder: Path, pairs: int = PAIRS, seed: int = 0, quiet: bool = False, command: str = "") -> Toll:
    """Measure everything on `pairs` of the pairs that `folder/pairs.txt` lists of one person, always the same for a seed.

    Raises data.BadPairs, engine.Unmeasured.
    """
    limit = engine.threshold()
    same = [pair for pair in data.pairs(folder) if pair.same]
    every = samples(sorted({file for pair in same for file in (pair.first, pair.second)}), quiet)
    both = [(every[pair.first], every[pair.second]) for pair in same]
    usable = [(first, second) for first, second in both if first and second]
    order = np.random.default_rng(seed).permutation(len(usable))[:pairs]
    chosen = [usable[index] for index in order]
    work = [(NORMAL, 0.0), *((each.key, strength) for each in CONDITIONS.values() for strength in each.measured)]
    return Toll(
        rows=tuple(_row(name, strength, chosen, limit) for name, strength in tqdm(work, unit="strength", disable=quiet)),
        steps=_steps(usable, limit),
        pairs=len(chosen),
        engine=engine.ENGINE,
        detector=engine.DETECTOR,
        threshold=limit,
        false_accept_rate=distributions.DEFAULT_RATE,
        min_face=engine.MIN_FACE,
        source="LFW deep-funneled",
        machine=devices.describe(),
        date=date.today().isoformat(),
        command=command,
    )


def _row(condition: str, strength: float, chosen: Sequence[tuple[Sample, Sample]], limit: float) -> Row:
    net = model.recogniser(engine.ENGINE)
    found = dict.fromkeys(detection.DETECTORS, 0)
    vectors = np.zeros((len(chosen), net.dimension), np.float32)
    for vector, (first, _) in zip(vectors, chosen, strict=True):
        scene = first.scene
        if condition != NORMAL:
            scene = CONDITIONS[condition].apply(scene.image, scene.face, strength)
        faces = trial.look(scene)
        for name, face in faces.items():
            found[name] += len(face)
        if len(faces[engine.DETECTOR]):
            vector[:] = net.embed(model.cut(scene.image, faces[engine.DETECTOR], net.side, net.cut))[0]
    accepted = vectors @ np.stack([second.vector for _, second in chosen]).T >= limit
    people = np.array([first.person for first, _ in chosen])
    others = people[:, None] != people[None]
    return Row(
        condition,
        strength,
        {name: Share(count, len(chosen)) for name, count in found.items()},
        Share(int(np.diagonal(accepted).sum()), len(chosen)),
        Share(int(accepted[others].sum()), int(others.sum())),
    )


def _steps(pairs: Sequence[tuple[Sample, Sample]], limit: float) -> tuple[Step, ...]:
    turned = np.array([max(first.turned, second.turned) for first, second in pairs])
    accepted = np.array([float(first.vector @ second.vector) >= limit for first, second in pairs])
    steps = []
    for low, high in pairwise(TURNED):
        inside = (turned >= low) & ((turned < high) | (high == TURNED[-1]))
        steps.append(Step(low, high, Share(int(accepted[inside].sum()), int(inside.sum()))))
    return tuple(steps)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demos.faces.hardship", description="Where face ID fails, on LFW.")
    parser.add_argument("--lfw", type=Path, required=True, metavar="DIR", help="the folder with pairs.txt")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"photos that are made worse, {PAIRS} unless given")
    parser.add_argument("--save", action="store_true", help=f"keep the table in {toll.STORED.name}")
    options = parser.parse_args(arguments)
    devices.before_torch()
    devices.settle_thread(1)
    command = f"python -m demos.faces.hardship --lfw DIR --pairs {options.pairs} --save"
    try:
        found = measure(options.lfw, options.pairs, command=command)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    if options.save:
        toll.save(found)
    print("\n".join(table(found)))
    return 0


def table(found: Toll) -> list[str]:
    """The lines of a Markdown table of all rows and steps, with intervals."""
    names = detection.DETECTORS
    lines = [f"| condition | strength | {' | '.join(names)} | accepted | 95 % | strangers |", f"|{'---|' * (5 + len(names))}"]
    for row in found.rows:
        cells = [row.condition, f"{row.strength:g}", *(_percent(row.found[name].value) for name in names)]
        lines.append(f"| {' | '.join([*cells, *_accepted(row.accepted), f'{row.strangers.value:.2%}'])} |")
    lines += ["", "| turned | pairs | accepted | 95 % |", "|---|---|---|---|"]
    for step in found.steps:
        cells = [f"{step.low:g} to {step.high:g}", str(step.accepted.total), *_accepted(step.accepted)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _accepted(share: Share) -> list[str]:
    low, high = share.interval
    return [_percent(share.value), f"{low * 100:.1f} to {high * 100:.1f} %"]


if __name__ == "__main__":
    sys.exit(main())
