"""MTCNN: a cascade of three small networks over a pyramid of sizes (Zhang, Zhang, Li and Qiao 2016, "Joint Face Detection
and Alignment Using Multitask Cascaded Convolutional Networks", IEEE Signal Processing Letters 23).

The networks and their weights are those of facenet-pytorch. The cascade is written out here, because its stages are
what the lecture shows, and because the package's own loses time and fails on pictures without a face.
"""

import time
from typing import TYPE_CHECKING

import numpy as np

from .detection import Array, Faces, Inspection, check, elapsed_ms, suppress

if TYPE_CHECKING:
    from torch import nn

_CELL, _STRIDE = 12, 2  # PNet looks at 12 x 12 pixels, every 2
_SHRINK = 0.709  # from one level of the pyramid to the next: half the area
_PASS = (0.6, 0.7)  # scores from which PNet's and RNet's candidates go on, as published
_BATCH = 512


class Mtcnn:
    """The detector. threshold: of ONet's probability, above the usual 0.7, at which patterns pass now and then for a face; the
    earlier stages keep their own.
    """

    name, threshold = "mtcnn", 0.8

    def __init__(self) -> None:
        from facenet_pytorch.models.mtcnn import ONet, PNet, RNet

        self._pnet, self._rnet, self._onet = PNet().eval(), RNet().eval(), ONet().eval()

    def detect(self, image: Array, *, min_face: float = 20, threshold: float | None = None) -> Faces:
        """See `Detector.detect`."""
        return self.inspect(image, min_face=min_face, threshold=threshold).faces

    def inspect(self, image: Array, *, min_face: float = 20, threshold: float | None = None) -> Inspection:
        """See `Detector.inspect`. Stages "pnet", "rnet", "onet": the candidates that each let through. heat: PNet's
        probability on the pyramid's finest level.
        """
        import torch

        check(image, min_face)
        started = time.perf_counter()
        limit = self.threshold if threshold is None else threshold
        with torch.inference_mode():
            first, proposed, heat = self._propose(image, min_face)
            second, refined = self._refine(image, first)
            third = self._output(image, second, limit)
        stages = {"pnet": first, "rnet": second, "onet": third.boxes_xyxy}
        scores = {"pnet": proposed, "rnet": refined, "onet": third.scores}
        return Inspection(third, stages, scores, heat, elapsed_ms(started))

    def _propose(self, image: Array, min_face: float) -> tuple[Array, Array, Array | None]:
        """Stage 1: PNet over the whole pyramid -> square candidates (K, 4), their scores (K,), and its finest heat map."""
        boxes, scores = [np.empty((0, 4), np.float32)], [np.empty(0, np.float32)]
        heat = None
        scale = min(1.0, _CELL / min_face)
        while min(image.shape[:2]) * scale >= _CELL:
            shift, probability = (part[0].numpy() for part in self._pnet(_input([_shrunk(image, scale)])))
            face = probability[1]
            heat = face if heat is None else heat
            rows, columns = np.nonzero(face >= _PASS[0])
            here, said = _cells(rows, columns, scale), face[rows, columns]
            kept = suppress(here, said, 0.5)
            boxes.append(_shifted(here[kept], shift[:, rows[kept], columns[kept]].T))
            scores.append(said[kept])
            scale *= _SHRINK
        every, said = np.concatenate(boxes), np.concatenate(scores)
        kept = suppress(every, said, 0.7)
        return _square(every[kept]), said[kept], heat

    def _refine(self, image: Array, boxes: Array) -> tuple[Array, Array]:
        """Stage 2: RNet throws most candidates away and moves the rest; with their scores (K,)."""
        shift, probability = _run(self._rnet, image, boxes, 24)
        kept = probability[:, 1] > _PASS[1]
        boxes, shift, scores = boxes[kept], shift[kept], probability[kept, 1]
        kept = suppress(boxes, scores, 0.7)
        return _square(_shifted(boxes[kept], shift[kept], 1)), scores[kept]

    def _output(self, image: Array, boxes: Array, threshold: float) -> Faces:
        """Stage 3: ONet decides, and finds the five landmarks."""
        shift, fractions, probability = _run(self._onet, image, boxes, 48)
        kept = probability[:, 1] > threshold
        boxes, shift, fractions, scores = boxes[kept], shift[kept], fractions[kept], probability[kept, 1]
        # x of all five, then y of all five, as fractions of the box.
        # The networks' boxes count pixels from 1 and hold their last one.
        points = boxes[:, None, :2] - 1 + fractions.reshape(-1, 2, 5).transpose(0, 2, 1) * (_sides(boxes)[:, None] + 1)
        boxes = _shifted(boxes, shift, 1)
        kept = _suppress_inner(boxes, scores, 0.7)
        height, width = image.shape[:2]
        boxes = np.clip(boxes[kept], 0, np.array([width, height, width, height], np.float32))
        return Faces(boxes.astype(np.float32), scores[kept].astype(np.float32), points[kept].astype(np.float32))


def _shrunk(image: Array, scale: float) -> Array:
    import cv2

    width, height = (int(side * scale + 1) for side in (image.shape[1], image.shape[0]))
    return image if scale == 1 else cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _input(crops: "list[Array]") -> "object":
    """Crops of one size as the networks want them: (B, 3, H, W), about -1 to 1."""
    import torch

    stack = torch.from_numpy(np.ascontiguousarray(np.stack(crops)))
    return (stack.permute(0, 3, 1, 2).float() - 127.5) / 128


def _run(net: "nn.Module", image: Array, boxes: Array, side: int) -> "list[Array]":
    """What `net` says to the crop of each box (K, 4): its outputs, each (K, ...)."""
    import torch

    with torch.inference_mode():
        if not len(boxes):
            outputs = net(torch.zeros(1, 3, side, side))
            return [part[:0].numpy() for part in outputs]
        crops = [_crop(image, box, side) for box in boxes]
        parts = [net(_input(crops[start : start + _BATCH])) for start in range(0, len(crops), _BATCH)]
        return [torch.cat(part).numpy() for part in zip(*parts, strict=True)]


def _crop(image: Array, box: Array, side: int) -> Array:
    """The part of the picture under a box, `side` x `side`; what lies beyond the picture is left out."""
    import cv2

    height, width = image.shape[:2]
    left, top, right, bottom = np.trunc(box).astype(int)
    left, top = min(max(left - 1, 0), width - 1), min(max(top - 1, 0), height - 1)
    right, bottom = min(max(right, left + 1), width), min(max(bottom, top + 1), height)
    return cv2.resize(image[top:bottom, left:right], (side, side), interpolation=cv2.INTER_AREA)


def _cells(rows: Array, columns: Array, scale: float) -> Array:
    """PNet's cells as boxes (K, 4) of the picture."""
    left, top = columns * _STRIDE + 1, rows * _STRIDE + 1
    corners = np.stack([left, top, left + _CELL - 1, top + _CELL - 1], axis=-1)
    return np.floor(corners / scale).astype(np.float32)


def _sides(boxes: Array) -> Array:
    return boxes[:, 2:] - boxes[:, :2]


def _shifted(boxes: Array, shift: Array, last: int = 0) -> Array:
    """Boxes (K, 4) moved by what a network said, (K, 4) in fractions of their sides. last: 1 if a side holds its last pixel."""
    return boxes + shift * np.tile(_sides(boxes) + last, 2)


def _square(boxes: Array) -> Array:
    """The square around each box's centre with its longer side."""
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = _sides(boxes).max(1, keepdims=True, initial=0) / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def _suppress_inner(boxes: Array, scores: Array, most_overlap: float) -> Array:
    """Suppression by intersection over the smaller box: what is left inside a better box is no face of its own."""
    areas = _sides(boxes).prod(1)
    kept: list[int] = []
    for index in np.argsort(-scores, kind="stable"):
        corner = np.maximum(boxes[kept, :2], boxes[index, :2])
        inner = np.clip(np.minimum(boxes[kept, 2:], boxes[index, 2:]) - corner, 0, None).prod(1)
        if (inner <= most_overlap * np.minimum(areas[kept], areas[index])).all():
            kept.append(int(index))
    return np.asarray(kept, np.int64)
