"""Where it fails, measured: faces made worse by known amounts, and how many are still found and still recognised.

`python -m demos.faces.hardship --lfw DIR` measures and prints a table, `--save` also keeps it in `measured/hardship.json`.

Of every listed pair of one person the first photo is made worse and the second left as it is. It counts as found if a
detector frames that face, and as recognised if the room's detector finds it and the room's network gives the two photos at
least the room's threshold: what nobody finds, nobody recognises. Turning away is not made up: every listed pair of one person
goes into the step of the more turned of its two faces.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from math import sqrt
from pathlib import Path

import numpy as np
from tqdm import tqdm

from shared import devices, images
from shared.faces import detection
from shared.faces.detection import Array, Faces
from shared.problems import Problem

from . import data, engine, model, quality
from .conditions import CONDITIONS, Scene, framed

STORED = Path(__file__).parent / "measured" / "hardship.json"
PAIRS = 200
TURNED = (0.0, 0.1, 0.2, 0.3, 0.45, 1.0)  # where the steps of `quality.Quality.turned` begin and end
NORMAL = "normal"  # the photo as it is
_Z95 = 1.959964  # of the normal distribution, two-sided 95 %


@dataclass(frozen=True)
class Share:
    """`count` of `total`."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """0 to 1; 0 of nothing."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson 1927, "Probable inference, the law of succession, and statistical inference"."""
        if not self.total:
            return 0.0, 1.0
        share, extra = self.value, _Z95**2 / self.total
        middle, spread = share + extra / 2, _Z95 * sqrt(share * (1 - share) / self.total + extra / self.total / 4)
        return max(0.0, (middle - spread) / (1 + extra)), min(1.0, (middle + spread) / (1 + extra))


@dataclass(frozen=True)
class Row:
    """One condition at one strength. found: by each detector; accepted: found by the room's detector and called the same
    person; strangers: of different people, worse photo against good one, called the same. strength: in the condition's unit.
    """

    condition: str
    strength: float
    found: Mapping[str, Share]
    accepted: Share
    strangers: Share


@dataclass(frozen=True)
class Step:
    """Pairs of one person whose more turned face is turned by low to high, as `quality.Quality.turned` counts."""

    low: float
    high: float
    accepted: Share


@dataclass(frozen=True)
class Hardship:
    """All that was measured. pairs: photos made worse; threshold: similarity; false_accept_rate: of the threshold; machine:
    processor, cores, system; date: ISO 8601; command: what measured it.
    """

    rows: tuple[Row, ...]
    steps: tuple[Step, ...]
    pairs: int
    engine: str
    detector: str
    threshold: float
    false_accept_rate: float
    min_face: int
    source: str
    machine: str
    date: str
    command: str

    def curve(self, condition: str) -> list[Row]:
        """The rows of a condition from mild to severe, the photo as it is first."""
        (normal,) = (row for row in self.rows if row.condition == NORMAL)
        mild = Row(condition, CONDITIONS[condition].mild, normal.found, normal.accepted, normal.strangers)
        return [mild, *(row for row in self.rows if row.condition == condition)]

    def breaks_at(self, condition: str, least: float = 0.9) -> float | None:
        """The mildest strength at which fewer than `least` are recognised, between two measured ones in proportion to
        hardship; None if that happens nowhere.
        """
        kind, rows = CONDITIONS[condition], self.curve(condition)
        for before, after in zip(rows, rows[1:], strict=False):
            if after.accepted.value < least:
                high, low = before.accepted.value, after.accepted.value
                start, end = kind.hardship(before.strength), kind.hardship(after.strength)
                return kind.strength(start + (end - start) * min(1.0, max(0.0, (high - least) / max(high - low, 1e-9))))
        return None


@dataclass(frozen=True)
class Original:
    """A photo before it is made worse: as a scene of LFW's size, and its vector (D,), person and how far it is turned."""

    scene: Scene
    vector: Array
    person: str
    turned: float


def originals(files: Sequence[Path], quiet: bool = False) -> dict[Path, Original | None]:
    """Each photo's most central face, or None where the room's detector finds none."""
    net, finder = model.recogniser(engine.ENGINE), detection.detector(engine.DETECTOR)
    made: dict[Path, Original | None] = {}
    for file in tqdm(files, unit="photo", disable=quiet):
        image = images.read(file)
        found = finder.detect(image, min_face=engine.MIN_FACE)
        if not len(found):
            made[file] = None
            continue
        middle = (found.boxes_xyxy[:, :2] + found.boxes_xyxy[:, 2:]) / 2
        face = found[[int(np.linalg.norm(middle - np.array(image.shape[1::-1]) / 2, axis=1).argmin())]]
        vector = net.embed(model.cut(image, face, net.side, net.cut))[0]
        made[file] = Original(framed(image, face), vector, file.parent.name, abs(quality.measure(image, face).turned))
    return made


def here(found: Faces, wanted: Faces) -> Faces:
    """Of what was found the face whose middle lies nearest to the wanted one's, if less than half a face away; or none."""
    if not len(found):
        return found
    middle, aim = ((each.boxes_xyxy[:, :2] + each.boxes_xyxy[:, 2:]) / 2 for each in (found, wanted))
    away = np.linalg.norm(middle - aim, axis=1)
    nearest = int(away.argmin())
    return found[[nearest]] if away[nearest] < float(wanted.sides[0]) / 2 else found[:0]


def look(scene: Scene) -> dict[str, Faces]:
    """Each detector's finding of the scene's face, of length 1 or 0."""
    return {
        name: here(detection.detector(name).detect(scene.image, min_face=engine.MIN_FACE), scene.face)
        for name in detection.DETECTORS
    }


def measure(folder: Path, pairs: int = PAIRS, seed: int = 0, quiet: bool = False, command: str = "") -> Hardship:
    """Measure everything on `pairs` of the pairs that `folder/pairs.txt` lists of one person, always the same for a seed.

    Raises data.BadPairs, engine.Unmeasured.
    """
    limit = engine.threshold()
    same = [pair for pair in data.pairs(folder) if pair.same]
    every = originals(sorted({file for pair in same for file in (pair.first, pair.second)}), quiet)
    both = [(every[pair.first], every[pair.second]) for pair in same]
    usable = [(first, second) for first, second in both if first and second]
    order = np.random.default_rng(seed).permutation(len(usable))[:pairs]
    chosen = [usable[index] for index in order]
    work = [(NORMAL, 0.0), *((each.key, strength) for each in CONDITIONS.values() for strength in each.measured)]
    return Hardship(
        rows=tuple(_row(*each, chosen, limit) for each in tqdm(work, unit="strength", disable=quiet)),
        steps=_steps(usable, limit),
        pairs=len(chosen),
        engine=engine.ENGINE,
        detector=engine.DETECTOR,
        threshold=limit,
        false_accept_rate=engine.distributions.DEFAULT_RATE,
        min_face=engine.MIN_FACE,
        source="LFW deep-funneled",
        machine=devices.describe(),
        date=date.today().isoformat(),
        command=command,
    )


def _row(condition: str, strength: float, chosen: Sequence[tuple[Original, Original]], limit: float) -> Row:
    net = model.recogniser(engine.ENGINE)
    found = dict.fromkeys(detection.DETECTORS, 0)
    vectors = np.zeros((len(chosen), net.dimension), np.float32)
    for vector, (first, _) in zip(vectors, chosen, strict=True):
        scene = first.scene
        if condition != NORMAL:
            scene = CONDITIONS[condition].apply(scene.image, scene.face, strength)
        faces = look(scene)
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


def _steps(pairs: Sequence[tuple[Original, Original]], limit: float) -> tuple[Step, ...]:
    turned = np.array([max(first.turned, second.turned) for first, second in pairs])
    accepted = np.array([float(first.vector @ second.vector) >= limit for first, second in pairs])
    steps = []
    for low, high in zip(TURNED, TURNED[1:], strict=False):
        inside = (turned >= low) & ((turned < high) | (high == TURNED[-1]))
        steps.append(Step(low, high, Share(int(accepted[inside].sum()), int(inside.sum()))))
    return tuple(steps)


def save(found: Hardship, path: Path = STORED) -> None:
    """Keep what was measured: counts, so that nothing is rounded."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    stored.cache_clear()


@lru_cache(maxsize=4)
def stored(path: Path = STORED) -> Hardship:
    """What was measured beforehand. Raises FileNotFoundError where nothing was, ValueError where it cannot be read."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    try:
        rows = tuple(
            Row(
                row["condition"], row["strength"], {name: Share(**share) for name, share in row["found"].items()},
                Share(**row["accepted"]), Share(**row["strangers"]),
            )
            for row in kept["rows"]
        )  # fmt: skip
        steps = tuple(Step(step["low"], step["high"], Share(**step["accepted"])) for step in kept["steps"])
        return Hardship(**{**kept, "rows": rows, "steps": steps})
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{path}: {problem}") from problem


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demos.faces.hardship", description="Where face ID fails, on LFW.")
    parser.add_argument("--lfw", type=Path, required=True, metavar="DIR", help="the folder with pairs.txt")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"photos that are made worse, {PAIRS} unless given")
    parser.add_argument("--save", action="store_true", help=f"keep the table in {STORED.name}")
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
        save(found)
    print("\n".join(table(found)))
    return 0


def table(found: Hardship) -> list[str]:
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
