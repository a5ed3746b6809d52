"""Making a good photo of a face worse, on purpose and by a known amount: what a classroom does to faces, with a unit.

Every function takes a picture (H, W, 3) uint8 RGB and the face on it, and returns a `Scene`: the worse picture, and where
that face now is. Turning the head away cannot be made up from one photo; `hardship` measures it on photos as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shared.faces import alignment
from shared.faces.detection import Array, Faces

SIDE = 112  # pixels of a face's longer side: what `framed` makes, and what blur is counted on
_AROUND = 2.2  # of a face's longer side: how much of the photo `framed` keeps
# A phone's small pixel, as an assumption: electrons that make it white, and noise of reading it out, in electrons.
_WHITE_E, _READ_E = 5000.0, 3.0
# On alignment's template of 112 pixels: the line of the eyes, the distance between them, and about where the chin is.
_EYES_Y, _EYES_APART, _CHIN_Y = 51.6, 35.2, 115.0
_CLOTH, _LENS = (150, 156, 160), (24, 24, 26)


@dataclass(frozen=True)
class Scene:
    """A picture (H, W, 3) uint8 RGB, and where its face is, of length 1, in pixels of this picture."""

    image: Array
    face: Faces


def framed(image: Array, face: Faces, side: int = SIDE) -> Scene:
    """The face with its surroundings, `_AROUND` times its size, and shrunk so that its longer side is at most `side` pixels.

    Makes any photo like those of LFW, on which everything was measured. A smaller face keeps its size.
    """
    import cv2

    box = face.boxes_xyxy[0].astype(float)
    longer = max(float(face.sides[0]), 1.0)
    middle, half = (box[:2] + box[2:]) / 2, longer * _AROUND / 2
    left, top = np.floor(np.clip(middle - half, 0, None)).astype(int)
    right, bottom = np.ceil(middle + half).astype(int)
    part = image[top:bottom, left:right]
    scale = min(1.0, side / longer)
    size = [max(1, round(length * scale)) for length in part.shape[1::-1]]
    small = part if scale == 1 else cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    factor = np.array(size) / np.array(part.shape[1::-1])
    return Scene(small, _moved(face, np.array([[factor[0], 0, -left * factor[0]], [0, factor[1], -top * factor[1]]])))


def small(image: Array, face: Faces, side: float) -> Scene:
    """The whole picture shrunk until the face's longer side is `side` pixels; a smaller face stays what it is."""
    import cv2

    scale = min(1.0, side / max(float(face.sides[0]), 1e-6))
    size = [max(1, round(length * scale)) for length in image.shape[1::-1]]
    factor = np.array(size) / np.array(image.shape[1::-1])
    shrunk = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return Scene(shrunk, _moved(face, np.array([[factor[0], 0, 0], [0, factor[1], 0]])))


def dark(image: Array, face: Faces, stops: float) -> Scene:
    """As little light as `stops` photographic stops less leave, each half the light before: 8 bits of sRGB, not brightened.

    The light is made linear (IEC 61966-2-1), divided by 2^stops and counted in electrons, of which a white pixel has 5000;
    to them come photon noise (its variance is their number) and a readout noise of 3 electrons. The same photo always gets
    the same noise.
    """
    if stops <= 0:
        return Scene(image, face)
    chance = np.random.default_rng(0)
    encoded = image.astype(np.float32) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    electrons = linear * (_WHITE_E * 0.5**stops)
    electrons += chance.standard_normal(image.shape, np.float32) * np.sqrt(electrons + _READ_E**2)
    seen = np.clip(electrons / _WHITE_E, 0, 1)
    encoded = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * np.maximum(seen, 1e-9) ** (1 / 2.4) - 0.055)
    return Scene(np.rint(encoded * 255).astype(np.uint8), face)


def blurred(image: Array, face: Faces, sigma: float) -> Scene:
    """Out of focus: a Gaussian whose `sigma` is in pixels of a face of 112 pixels, whatever size this one has."""
    import cv2

    if sigma <= 0:
        return Scene(image, face)
    return Scene(cv2.GaussianBlur(image, (0, 0), sigma * float(face.sides[0]) / SIDE, borderType=cv2.BORDER_REPLICATE), face)


def rotated(image: Array, face: Faces, degrees: float) -> Scene:
    """The picture turned clockwise about the face's middle, as a tilted head or camera would; what comes in is black.

    The picture keeps its size, and the box its size and place.
    """
    import cv2

    box = face.boxes_xyxy[0].astype(float)
    middle = (box[:2] + box[2:]) / 2
    matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), -degrees, 1.0)
    turned = cv2.warpAffine(image, matrix, image.shape[1::-1], flags=cv2.INTER_LINEAR)
    return Scene(turned, _moved(face, matrix))


def masked(image: Array, face: Faces, share: float) -> Scene:
    """A grey cloth from the chin up. share: how far, 0 to 1 of the way from the chin to the eyes; the mouth's corners lie at
    about 0.36, the nose's tip at about 0.68.
    """
    top = _CHIN_Y - share * (_CHIN_Y - _EYES_Y)
    cheek = [(10, top), (102, top), (98, 88), (88, 108), (72, 121), (56, 125), (40, 121), (24, 108), (14, 88)]
    return _cover(image, face, [(x, max(y, top)) for x, y in cheek], _CLOTH) if share > 0 else Scene(image, face)


def shaded(image: Array, face: Faces, height: float) -> Scene:
    """A dark bar over both eyes, across the face. height: of the bar, in distances between the eyes."""
    half = height * _EYES_APART / 2
    corners = [(12, _EYES_Y - half), (100, _EYES_Y - half), (100, _EYES_Y + half), (12, _EYES_Y + half)]
    return _cover(image, face, corners, _LENS) if height > 0 else Scene(image, face)


def _cover(image: Array, face: Faces, outline: Sequence[tuple[float, float]], colour: tuple[int, int, int]) -> Scene:
    """A polygon, given on alignment's template, painted where it lies on this face."""
    import cv2

    onto = cv2.invertAffineTransform(alignment.umeyama(face.landmarks_xy[0], alignment.TEMPLATE))
    points = np.array([[x, y, 1] for x, y in outline]) @ onto.T
    painted = np.ascontiguousarray(image).copy()
    cv2.fillPoly(painted, [np.rint(points * 16).astype(np.int32)], colour, lineType=cv2.LINE_AA, shift=4)
    return Scene(painted, face)


def _moved(face: Faces, matrix: Array) -> Faces:
    """A face after `matrix` (2, 3) has moved its picture: the box is the upright one with the same middle and area."""
    box = face.boxes_xyxy[0].astype(float)
    middle = matrix @ [*((box[:2] + box[2:]) / 2), 1]
    half = (box[2:] - box[:2]) / 2 * np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    points = np.concatenate([face.landmarks_xy[0], np.ones((5, 1))], axis=1) @ matrix.T
    moved = np.array([[*(middle - half), *(middle + half)]], np.float32)
    return Faces(moved, face.scores, points[None].astype(np.float32))


@dataclass(frozen=True)
class Condition:
    """One way of making photos worse. key: its name; apply: the function; mild: the strength that changes nothing, or nearly;
    severe: the strongest offered; measured: the strengths that are measured, from mild on, in the unit that the function
    takes; ratio: whether equal steps of hardship are equal ratios of strength.
    """

    key: str
    apply: Callable[[Array, Faces, float], Scene]
    mild: float
    severe: float
    measured: tuple[float, ...]
    ratio: bool = False

    def strength(self, hardship: float) -> float:
        """hardship: 0, mild, to 1, severe -> the strength in the function's unit."""
        if self.ratio:
            return float(self.mild * (self.severe / self.mild) ** hardship)
        return self.mild + (self.severe - self.mild) * hardship

    def hardship(self, strength: float) -> float:
        """The inverse of `strength`: where between mild, 0, and severe, 1, it lies."""
        if self.ratio:
            return float(np.log(strength / self.mild) / np.log(self.severe / self.mild))
        return (strength - self.mild) / (self.severe - self.mild)


CONDITIONS = {
    each.key: each
    for each in (
        Condition("small", small, SIDE, 8, (80, 64, 48, 32, 24, 20, 16, 12), ratio=True),
        Condition("dark", dark, 0, 10, (2, 4, 5, 6, 7, 8, 9)),
        Condition("blurred", blurred, 0, 10, (1, 2, 3, 4, 5, 6, 8)),
        Condition("rotated", rotated, 0, 180, (15, 30, 45, 60, 75, 90, 135, 180)),
        Condition("masked", masked, 0, 1, (0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1)),
        Condition("shaded", shaded, 0, 1.5, (0.25, 0.5, 0.75, 1, 1.25, 1.5)),
    )
}
