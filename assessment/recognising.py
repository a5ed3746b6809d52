"""What the roll call wants from face ID, without knowing which network that is: `app.py` hands one in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]  # (H, W, 3) RGB
Vector = np.ndarray[Any, np.dtype[np.float32]]  # (D,), of length 1


class Found(Protocol):
    """A face as the recogniser reports it, of whatever class: with what `Seen` has."""

    @property
    def student(self) -> str: ...
    @property
    def similarity(self) -> float: ...
    @property
    def box_xyxy(self) -> tuple[float, float, float, float]: ...


@dataclass(frozen=True)
class Seen:
    """One face in a picture. student: his id, "" for somebody unknown; similarity: to the nearest known face, the cosine, -1
    to 1; box_xyxy: left, top, right, bottom in pixels.
    """

    student: str
    similarity: float
    box_xyxy: tuple[float, float, float, float]


class FaceId(Protocol):
    """Recognises the students of a class. Both methods are called from several threads at once."""

    @property
    def engine(self) -> str:
        """The network's name, at most 80 characters. Embeddings of another one are never compared with its own."""
        ...

    def embed(self, picture: Picture) -> Vector:
        """A photo (H, W, 3) uint8 RGB of exactly one good face -> (D,) float32 of length 1.

        Raises shared.problems.Problem: no face, several, too small, blurred, turned away.
        """
        ...

    def who(self, picture: Picture, known: Mapping[str, np.ndarray]) -> Sequence[Found]:
        """Every face in a picture (H, W, 3) uint8 RGB. known: student's id -> (n, D) float32, his enrolled photos."""
        ...
