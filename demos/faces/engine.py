"""What the room does with photos, without a screen: find, compare, enrol, name. Any number of threads may ask.

Faces are looked for from `MIN_FACE` pixels on. Work that a visitor waits for runs in `work`, a few threads of its own, so
that thirty cameras share the processor fairly and nobody else's clicks wait behind them.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

from shared import devices, images
from shared.faces import alignment, detection
from shared.faces.detection import Array, Faces, Inspection
from shared.problems import Problem

from . import distributions, model, quality
from .people import Named, People, Portrait, portrait

MIN_FACE = 20
DETECTOR, ENGINE = "centerface", "sface"
LARGEST_SIDE = 4500  # of a photo in pixels, 12 to 20 megapixels; larger ones are shrunk
Inputs = ParamSpec("Inputs")
Output = TypeVar("Output")


class NoFace(Problem):
    """No face was found where one is needed. The message can be shown."""


@dataclass(frozen=True)
class Subject:
    """One photo's face: the photo (H, W, 3) uint8, the face, of length 1, its cut (side, side, 3) and vector (D,); others: how
    many more faces there are.
    """

    image: Array
    face: Faces
    crop: Array
    vector: Array
    others: int


@dataclass(frozen=True)
class Verdict:
    """Two photos compared. similarity: -1 to 1; same: whether it is at least the threshold."""

    first: Subject
    second: Subject
    similarity: float
    threshold: float

    @property
    def same(self) -> bool:
        """Whether the two count as one person."""
        return self.similarity >= self.threshold


def read(source: str | Path | bytes, longest_side: int = LARGEST_SIDE) -> Array:
    """A photo as (H, W, 3) uint8 RGB, upright, shrunk to `longest_side`. Raises shared.images.UnreadablePicture."""
    return images.read(source, longest_side=longest_side)


def threshold(engine: str = ENGINE) -> float:
    """From which similarity two faces count as one person, unless a visitor chooses otherwise: where a measured thousandth of
    different people would. Raises Unmeasured for a network whose distributions nobody has measured.
    """
    found = distributions.stored(engine)
    if found is None:
        raise Unmeasured("faces_unmeasured", engine=engine)
    return found.threshold_for(distributions.DEFAULT_RATE)


class Unmeasured(Problem):
    """A network's score distributions are not known, so no threshold can be given. The message says how to measure."""


def find(image: Array, detector: str = DETECTOR, min_face: float = MIN_FACE, threshold: float | None = None) -> Inspection:
    """All faces of a photo, with what went on inside the detector."""
    return detection.detector(detector).inspect(image, min_face=min_face, threshold=threshold)


def subject(image: Array, detector: str = DETECTOR, engine: str = ENGINE) -> Subject:
    """The largest face of a photo and its vector. Raises NoFace, `shared.weights.WeightsUnavailable`."""
    net = model.recogniser(engine)
    found = detection.detector(detector).detect(image, min_face=MIN_FACE)
    if not len(found):
        raise NoFace("faces_none")
    face = alignment.largest(found)
    crop = model.cut(image, face, net.side, net.cut)
    return Subject(image, face, crop[0], net.embed(crop)[0], len(found) - 1)


def verify(first: Array, second: Array, detector: str = DETECTOR, engine: str = ENGINE, limit: float | None = None) -> Verdict:
    """Compare the largest faces of two photos. limit: the threshold, unless the measured one. Raises NoFace, Unmeasured."""
    limit = threshold(engine) if limit is None else limit
    one, other = subject(first, detector, engine), subject(second, detector, engine)
    return Verdict(one, other, float(one.vector @ other.vector), limit)


def portrait_of(image: Array, detector: str = DETECTOR) -> tuple[Portrait, quality.Quality]:
    """The one good face of a photo, cut out to remember somebody by. Raises quality.NotEnrolled, saying what is wrong."""
    face = quality.the_one(image, detection.detector(detector).detect(image, min_face=MIN_FACE))
    return portrait(image, face), quality.check(image, face)


def name_everyone(
    image: Array, people: People, limit: float, detector: str = DETECTOR, engine: str = ENGINE
) -> tuple[Faces, list[Named]]:
    """Every face of a photo, and whom each shows. limit: the threshold below which somebody is unknown."""
    net = model.recogniser(engine)
    found = detection.detector(detector).detect(image, min_face=MIN_FACE)
    return found, people.identify(net.embed(model.cut(image, found, net.side, net.cut)), net, limit)


@dataclass(frozen=True)
class Recognised:
    """A face of a classroom photo. student: id, "" for somebody unknown; similarity: to the nearest, -1 to 1; box in pixels."""

    student: str
    similarity: float
    box_xyxy: tuple[float, float, float, float]


class RollCall:
    """Face ID as the gradebook's roll call takes it: vectors in, names out, nothing remembered here."""

    engine = ENGINE

    def embed(self, picture: Array) -> Array:
        """(H, W, 3) uint8 RGB with one good face -> (D,) float32 unit vector. Raises quality.NotEnrolled."""
        net = model.recogniser(self.engine)
        return net.embed(portrait_of(picture)[0].cut(net))[0]

    def who(self, picture: Array, known: Mapping[str, Array]) -> Sequence[Recognised]:
        """Every face of a picture with the student it shows. known: student id -> (n, D) vectors.

        A student is named once and a face has one name, the likeliest pairs first: nobody sits in two chairs. Vectors of
        another length than the network's are passed over.
        """
        net = model.recogniser(self.engine)
        found = detection.detector(DETECTOR).detect(picture, min_face=MIN_FACE)
        vectors = net.embed(model.cut(picture, found, net.side, net.cut))
        usable = {student: rows for student, rows in known.items() if len(rows) and rows.shape[1] == net.dimension}
        students, limit = list(usable), threshold(self.engine)
        likeness = np.full((len(vectors), len(students)), -1.0, np.float32)
        for column, rows in enumerate(usable.values()):
            likeness[:, column] = (vectors @ rows.T.astype(np.float32)).max(1)
        best = likeness.max(1, initial=-1)
        named = [""] * len(found)
        for _ in range(min(likeness.shape)):
            face, column = (int(index) for index in np.unravel_index(int(likeness.argmax()), likeness.shape))
            if likeness[face, column] < limit:
                break
            named[face], best[face] = students[column], likeness[face, column]
            likeness[face], likeness[:, column] = -2, -2
        return [
            Recognised(student, float(similarity), tuple(float(value) for value in box))  # type: ignore[arg-type]
            for student, similarity, box in zip(named, best, found.boxes_xyxy, strict=True)
        ]


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(devices.cores(), "faces", initializer=devices.settle_thread, initargs=(1,))


async def work(function: Callable[Inputs, Output], *arguments: Inputs.args, **named: Inputs.kwargs) -> Output:
    """Run a function of this room in its threads; whoever comes first is served first."""
    return await asyncio.get_running_loop().run_in_executor(_pool(), partial(function, *arguments, **named))


def warm_up() -> None:
    """Load everything that the first photo and the first frame need."""
    import plotly.graph_objects  # noqa: F401

    blank = np.full((96, 96, 3), 127, np.uint8)
    for name in detection.DETECTORS:
        detection.detector(name).detect(blank)
    net = model.recogniser(ENGINE)
    net.embed(np.zeros((1, net.side, net.side, 3), np.uint8))
    threshold()
