"""Reading digits: a picture in, an `Answer` out. Any number of threads may ask; what they ask is computed together."""

import math
import threading
import time
from collections import defaultdict
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from shared import images
from shared.batching import Batcher
from shared.problems import Problem

if TYPE_CHECKING:
    from torch import nn

    from .model import BestNet
    from .reading import Piece

MOST_DIGITS = 12
DIGIT_LIKE_ABOVE = 0.0  # the judge's logit; what that turns away is measured in CARD.md
_WIDE = 1.15  # a piece this much wider than high may be digits that touch


@dataclass(frozen=True)
class Question:
    """picture: the bytes of an image file. drawn: black ink on white, as the pad sends it; otherwise a photo of any
    kind. network: "best", "lecture", or a trained network of the visitor's own.
    """

    picture: bytes
    drawn: bool
    network: "str | nn.Module" = "best"


@dataclass(frozen=True)
class Reading:
    """One digit. probabilities: ten, summing to 1. box_xyxy: in pixels of the picture. image: what the network saw,
    (28, 28) uint8. clear: whether it looks like a digit at all.
    """

    digit: int
    probabilities: tuple[float, ...]
    box_xyxy: tuple[int, int, int, int]
    image: np.ndarray
    clear: bool

    @property
    def confidence(self) -> float:
        """The probability of the digit read, 0 to 1."""
        return self.probabilities[self.digit]


@dataclass(frozen=True)
class Answer:
    """What stands on the picture, left to right; no readings for a blank one. elapsed_ms: computing time."""

    readings: tuple[Reading, ...]
    size_wh: tuple[int, int]
    elapsed_ms: float

    @property
    def number(self) -> str:
        """All digits as one string, "" for a blank picture."""
        return "".join(str(reading.digit) for reading in self.readings)

    @property
    def verdict(self) -> str:
        """ "blank", "unclear" if something there is no digit, else "read"."""
        if not self.readings:
            return "blank"
        return "read" if all(reading.clear for reading in self.readings) else "unclear"


class NoDigit(Problem):
    """Nothing on the picture can be read as a digit. The message can be shown."""


_loading = threading.Lock()


def network(name: str) -> "nn.Sequential":
    """The network "best" or "lecture", or the "judge", with its shipped weights, loaded once.

    Raises shared.weights.WeightsUnavailable.
    """
    with _loading:
        return _network(name)


@lru_cache(maxsize=4)
def _network(name: str) -> "nn.Sequential":
    from .files import load

    return load(name)


def ask(question: Question) -> "Future[Answer]":
    """Hand in a picture. The future brings an Answer or raises `shared.images.UnreadablePicture`."""
    return _batcher.submit(question)


def warm_up() -> None:
    """Load everything that the first stroke and the first training need."""
    import plotly.graph_objects  # noqa: F401

    from . import data
    from .reading import SIDE

    blank = images.to_png(np.full((SIDE, SIDE), 255, np.uint8))
    for name in ("best", "lecture", "judge"):
        network(name)
    ask(Question(blank, drawn=True)).result()
    data.load()


@dataclass(frozen=True)
class _Layout:
    """The ways in which one picture may be cut: for each piece of ink, one or more lists of digits."""

    size_wh: tuple[int, int]
    pieces: list[list[list["Piece"]]]


def _lay_out(question: Question) -> _Layout:
    from . import reading

    rgb = images.read(question.picture, longest_side=1600)
    ink = reading.ink_of_drawing(rgb) if question.drawn else reading.ink_of_photo(rgb)
    pieces = []
    for piece in reading.cut(ink)[:MOST_DIGITS]:
        height, width = piece.ink.shape
        ways = [[piece]]
        if width > _WIDE * height:
            ways += [reading.split(piece, parts) for parts in range(2, min(5, math.ceil(2.2 * width / height)) + 1)]
        pieces.append(ways)
    return _Layout((ink.shape[1], ink.shape[0]), pieces)


def _answer_all(questions: list[Question]) -> list[Answer | Exception]:
    """The batcher's work: cut every picture up, show all digits to their networks at once, sort the answers back."""
    from .reading import to_mnist

    started = time.perf_counter()
    layouts: list[_Layout | Exception] = []
    digits: dict[Any, list[np.ndarray]] = defaultdict(list)
    for question in questions:
        try:
            layout = _lay_out(question)
        except Exception as problem:
            layouts.append(problem)
            continue
        layouts.append(layout)
        digits[question.network] += [to_mnist(part) for ways in layout.pieces for way in ways for part in way]
    judged = {net: iter(_judge(net, stack)) for net, stack in digits.items()}
    elapsed_ms = (time.perf_counter() - started) * 1000
    return [
        layout if isinstance(layout, Exception) else _pick(layout, judged[question.network], elapsed_ms)
        for question, layout in zip(questions, layouts, strict=True)
    ]


def _judge(which: "str | nn.Module", stack: list[np.ndarray]) -> "list[tuple[np.ndarray, np.ndarray, bool]]":
    """Each image with its ten probabilities and whether it looks like a digit."""
    if not stack:
        return []
    import torch

    from .model import normalise

    net = network(which) if isinstance(which, str) else which
    best = cast("BestNet", network("best"))
    with torch.no_grad():
        inputs = normalise(torch.from_numpy(np.stack(stack)))
        features = best.features(inputs)
        said = (best[-1](features) if which == "best" else net(inputs)).softmax(1)
        digit_like = network("judge")(features)[:, 0] > DIGIT_LIKE_ABOVE
    probabilities = said.numpy().astype(np.float64)
    return list(zip(stack, probabilities, digit_like.tolist(), strict=True))


def _pick(layout: _Layout, judged: Any, elapsed_ms: float) -> Answer:
    readings: list[Reading] = []
    for ways in layout.pieces:
        options: list[list[Reading]] = [
            [
                Reading(int(row.argmax()), tuple(row / row.sum()), part.box_xyxy, image, clear)
                for part, (image, row, clear) in zip(way, (next(judged) for _ in way), strict=True)
            ]
            for way in ways
        ]
        readings += _likeliest(options, ways[0][0])
    return Answer(tuple(readings), layout.size_wh, elapsed_ms)


def _likeliest(options: list[list[Reading]], whole: "Piece") -> list[Reading]:
    """The best way to cut a piece. A cut is right only if it leaves digits alone: half a stroke is no two digits."""
    clear = [option for option in options if option and all(reading.clear for reading in option)]
    return max(clear, key=lambda option: _plausibility(option, whole)) if clear else options[0]


def _plausibility(option: list[Reading], whole: "Piece") -> float:
    """How likely a way to cut a piece is: the least certain digit, times how usual its width is."""
    height, width = whole.ink.shape
    excess = max(0.0, width / height / len(option) - 1.0)
    return min(reading.confidence for reading in option) * math.exp(-((excess / 0.5) ** 2))


_batcher: Batcher[Question, Answer] = Batcher(_answer_all)
