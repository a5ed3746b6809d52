"""Finding faces: one interface, two detectors. Everything is in pixels of the picture that was handed in."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

Array = np.ndarray[Any, Any]
DETECTORS = ("mtcnn", "centerface")


@dataclass(frozen=True)
class Faces:
    """What was found, best first. boxes_xyxy: (N, 4) float32, left, top, right, bottom; scores: (N,) float32, 0 to 1;
    landmarks_xy: (N, 5, 2) float32: left eye, right eye, nose, left and right corner of the mouth, as one looks at the picture.
    N = 0 is normal.
    """

    boxes_xyxy: Array = field(default_factory=lambda: np.empty((0, 4), np.float32))
    scores: Array = field(default_factory=lambda: np.empty(0, np.float32))
    landmarks_xy: Array = field(default_factory=lambda: np.empty((0, 5, 2), np.float32))

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, which: Any) -> "Faces":
        """Some of them: a slice, an array of indices or of booleans."""
        return Faces(self.boxes_xyxy[which], self.scores[which], self.landmarks_xy[which])

    @property
    def sides(self) -> Array:
        """(N,) float32: the longer side of each box."""
        return (self.boxes_xyxy[:, 2:] - self.boxes_xyxy[:, :2]).max(1, initial=0)


@dataclass(frozen=True)
class Inspection:
    """A detection with its inside. stages: what was still a candidate after each stage, as a name and boxes (K, 4);
    scores: each candidate's (K,) at that stage, 0 to 1; heat: (h, w) float32, 0 to 1, how much each place looks like a
    face's centre, over the whole picture, or None; elapsed_ms: computing time.
    """

    faces: Faces
    stages: Mapping[str, Array]
    scores: Mapping[str, Array]
    heat: Array | None
    elapsed_ms: float


class Detector(Protocol):
    """A detector. `threshold` is the score from which it says "face" unless told otherwise."""

    name: str
    threshold: float

    def inspect(self, image: Array, *, min_face: float = 20, threshold: float | None = None) -> Inspection:
        """As `detect`, with what happened inside."""
        ...

    def detect(self, image: Array, *, min_face: float = 20, threshold: float | None = None) -> Faces:
        """Find every face.

        image: (H, W, 3) uint8, RGB. min_face: pixels; smaller ones need not be found, which is quicker the larger it
        is. threshold: 0 to 1. Raises ValueError for another kind of array.
        """
        ...


_loading = {name: threading.Lock() for name in DETECTORS}  # one each: CenterFace need not wait for MTCNN's torch


def detector(name: str) -> Detector:
    """The detector "mtcnn" or "centerface", loaded once; any number of threads may use it.

    Raises KeyError for another name, `shared.weights.WeightsUnavailable`.
    """
    if name not in DETECTORS:
        raise KeyError(f"no detector '{name}'; there are {', '.join(DETECTORS)}")
    with _loading[name]:
        return _detector(name)


@lru_cache(maxsize=len(DETECTORS))
def _detector(name: str) -> Detector:
    if name == "mtcnn":
        from .mtcnn import Mtcnn

        return Mtcnn()
    from .centerface import CenterFace

    return CenterFace()


def check(image: Array, min_face: float = 1) -> None:
    """Raise ValueError unless `image` is (H, W, 3) uint8 with at least one pixel, and `min_face` at least one."""
    if not min_face >= 1:
        raise ValueError(f"min_face must be 1 pixel or more, not {min_face}")
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
        raise ValueError(f"a picture must be (H, W, 3) uint8, not {image.shape} {image.dtype}")


def suppress(boxes_xyxy: Array, scores: Array, most_overlap: float) -> Array:
    """Non-maximum suppression by OpenCV: the indices of the boxes to keep, best first.

    most_overlap: the intersection over union from which two boxes are one face.
    """
    import cv2

    if not len(scores):
        return np.empty(0, np.int64)
    xywh = np.concatenate([boxes_xyxy[:, :2], boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(xywh.tolist(), scores.tolist(), 0.0, most_overlap)
    return np.asarray(kept, np.int64).reshape(-1)


def overlaps(first: Array, second: Array) -> Array:
    """Intersection over union of every box of one list (N, 4) with every box of another (M, 4): (N, M), 0 to 1."""
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    inner = np.clip(np.minimum(first[:, None, 2:], second[None, :, 2:]) - corner, 0, None).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (first, second)]
    return inner / np.maximum(areas[0][:, None] + areas[1][None] - inner, 1e-9)


def elapsed_ms(since: float) -> float:
    """Milliseconds since a `time.perf_counter()`."""
    return (time.perf_counter() - since) * 1000
