"""CenterFace: every face is a point, its centre, with a size and five landmarks beside it (Xu, Yan, Yang et al. 2019,
"CenterFace: Joint Face Detection and Alignment Using Face as Point").

One convolutional network, four maps at a quarter of the input's size: heat, the logarithm of height and width, the
centre's offset within its cell, and the landmarks as fractions of the box.
"""

import time

import numpy as np

from shared import onnx, weights

from .detection import Array, Faces, Inspection, check, elapsed_ms, suppress

_STRIDE, _MULTIPLE = 4, 32
_OVERLAP = 0.3
_SMALLEST_SEEN = 24  # pixels at the network's input: below, it misses some (CARD.md of the faces room)
_LARGEST_SEEN = 640  # and above, it starts to miss some
_COARSER = 4  # how much smaller the next look at a large picture is
_LEFT_TO_COARSER = 320  # pixels at the input from which a face is left to that: here, its parts may look like faces
_TILE, _SHARED = 1280, 160  # a larger input is cut up, or it would need gigabytes; parts share what a face may need


class CenterFace:
    """The detector. threshold: on the heat map, 0 to 1."""

    name, threshold = "centerface", 0.5

    def __init__(self) -> None:
        self._session = onnx.session(weights.path("centerface.onnx"))

    def detect(self, image: Array, *, min_face: float = 20, threshold: float | None = None) -> Faces:
        """See `Detector.detect`."""
        return self.inspect(image, min_face=min_face, threshold=threshold).faces

    def inspect(self, image: Array, *, min_face: float = 20, threshold: float | None = None) -> Inspection:
        """See `Detector.inspect`. One stage, "centres": the boxes of all warm cells, before suppression. heat: the warmest of
        all sizes at which it looked.
        """
        check(image, min_face)
        started = time.perf_counter()
        limit = self.threshold if threshold is None else threshold
        found: list[Faces] = []
        heat: Array | None = None
        scales = _scales(image.shape[0], image.shape[1], min_face)
        for scale in scales:
            here, warmth = self._at(image, scale, limit)
            heat = warmth if heat is None else _warmest(heat, warmth)
            found.append(here if scale == scales[-1] else here[here.sides * scale < _LEFT_TO_COARSER])
        every = join(found)
        kept = every[suppress(every.boxes_xyxy, every.scores, _OVERLAP)]
        kept = kept[kept.sides >= 0.8 * min_face]
        return Inspection(kept, {"centres": every.boxes_xyxy}, {"centres": every.scores}, heat, elapsed_ms(started))

    def _at(self, image: Array, scale: float, threshold: float) -> tuple[Faces, Array]:
        """All warm cells of the picture at one size, as faces of the picture; and the heat over the picture."""
        import cv2

        height, width = (max(1, round(side * scale)) for side in image.shape[:2])
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = image if scale == 1 else cv2.resize(image, (width, height), interpolation=method)
        heat = np.zeros((-(-height // _STRIDE), -(-width // _STRIDE)), np.float32)
        found = []
        for top in _starts(height):
            for left in _starts(width):
                faces, warmth = self._run(small[top : top + _TILE, left : left + _TILE], threshold)
                shift = np.array([left, top], np.float32)
                found.append(Faces(faces.boxes_xyxy + np.tile(shift, 2), faces.scores, faces.landmarks_xy + shift))
                part = heat[top // _STRIDE :, left // _STRIDE :][: warmth.shape[0], : warmth.shape[1]]
                np.maximum(part, warmth, out=part)
        faces = join(found)
        stretch = np.array([image.shape[1] / width, image.shape[0] / height], np.float32)
        boxes = clip(faces.boxes_xyxy * np.tile(stretch, 2), image.shape[1], image.shape[0])
        return Faces(boxes, faces.scores, faces.landmarks_xy * stretch), heat

    def _run(self, image: Array, threshold: float) -> tuple[Faces, Array]:
        """The network on one input: its warm cells as faces, and its heat."""
        height, width = image.shape[:2]
        padded = np.zeros((_up(height), _up(width), 3), np.uint8)  # never stretched: a face keeps its proportions
        padded[:height, :width] = image
        blob = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32)
        maps = [part[0] for part in self._session.run(None, {self._session.get_inputs()[0].name: blob})]
        return decode(*maps, threshold=threshold), maps[0][0, : -(-height // _STRIDE), : -(-width // _STRIDE)]


def _warmest(fine: Array, coarse: Array) -> Array:
    """Two heat maps of one picture as one of the finer's size."""
    import cv2

    return np.maximum(fine, cv2.resize(coarse, fine.shape[::-1], interpolation=cv2.INTER_LINEAR))


def decode(heat: Array, size: Array, offset: Array, landmarks: Array, *, threshold: float) -> Faces:
    """The four maps as faces, in pixels of the network's input, best first, not yet suppressed.

    heat: (1, h, w), 0 to 1; size: (2, h, w), natural logarithm of height and width in cells; offset: (2, h, w), of the
    centre, y then x, in cells; landmarks: (10, h, w), y then x of each, as fractions of the box from its corner.
    """
    rows, columns = np.nonzero(heat[0] >= threshold)
    scores = heat[0, rows, columns]
    order = np.argsort(-scores, kind="stable")
    rows, columns, scores = rows[order], columns[order], scores[order]
    high, wide = (np.exp(np.minimum(size[axis, rows, columns], 8)) * _STRIDE for axis in (0, 1))
    top = (rows + offset[0, rows, columns] + 0.5) * _STRIDE - high / 2
    left = (columns + offset[1, rows, columns] + 0.5) * _STRIDE - wide / 2
    fractions = landmarks[:, rows, columns].reshape(5, 2, -1)
    points = np.stack([left + fractions[:, 1] * wide, top + fractions[:, 0] * high], axis=-1)
    boxes = np.stack([left, top, left + wide, top + high], axis=-1)
    return Faces(
        boxes.astype(np.float32), scores.astype(np.float32), points.transpose(1, 0, 2).astype(np.float32)
    )  # fmt: skip


def join(parts: list[Faces]) -> Faces:
    """Several detections of one picture as one, best first."""
    if len(parts) == 1:
        return parts[0]
    every = Faces(*(np.concatenate([getattr(part, name) for part in parts]) for name in Faces.__dataclass_fields__))
    return every[np.argsort(-every.scores, kind="stable")]


def clip(boxes_xyxy: Array, width: int, height: int) -> Array:
    """Boxes (N, 4) cut to the picture."""
    return np.clip(boxes_xyxy, 0, np.array([width, height, width, height], np.float32))


def _scales(height: int, width: int, min_face: float) -> list[float]:
    """The sizes at which to look: one that shows the smallest face wanted, and coarser ones if faces may be large."""
    scales = [min(_SMALLEST_SEEN / min_face, 1.5)]
    while min(height, width) * scales[-1] > _LARGEST_SEEN:
        scales.append(scales[-1] / _COARSER)
    return scales


def _starts(length: int) -> list[int]:
    """Where the parts of one side begin."""
    return list(range(0, max(1, length - _SHARED), _TILE - _SHARED))


def _up(side: int) -> int:
    return -(-side // _MULTIPLE) * _MULTIPLE
