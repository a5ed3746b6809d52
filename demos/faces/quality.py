"""Is a photo good enough to remember somebody by? A bad one does harm for as long as it is kept.

Sharpness: variance of the Laplacian (Pech-Pacheco et al. 2000) on the aligned face, so that it means the same at any size.
"""

from dataclasses import dataclass

import numpy as np

from shared.faces import alignment
from shared.faces.detection import Array, Faces
from shared.problems import Problem

# What each limit turns away of LFW's photos stands in CARD.md.
SMALLEST = 48  # pixels of the face's longer side
BLURRED_BELOW = 35.0
DARK_BELOW, PALE_ABOVE = 40, 225  # mean grey level of the aligned face
TURNED_ABOVE = 0.45  # how far the nose is from the middle of the eyes, in eye distances: about 40 degrees
_OTHER_FACE = 0.5  # a second face counts from this share of the first one's side


class NotEnrolled(Problem):
    """The photo cannot be used to remember somebody. The message says why, and can be shown."""


@dataclass(frozen=True)
class Quality:
    """side: pixels; sharpness: grey levels squared; brightness: 0 to 255; turned: -1 to 1, negative to the picture's left."""

    side: float
    sharpness: float
    brightness: float
    turned: float


def measure(image: Array, face: Faces) -> Quality:
    """The quality of one face. image: (H, W, 3) uint8 RGB; face: of length 1."""
    import cv2

    upright = cv2.cvtColor(alignment.align(image, face.landmarks_xy)[0], cv2.COLOR_RGB2GRAY)
    inner = upright[16:-8, 16:-16]  # without hair and background
    left, right, nose, mouth_left, mouth_right = face.landmarks_xy[0].astype(float)
    across = np.array([right - left, mouth_right - mouth_left]).mean(0)
    width = max(float(np.linalg.norm(across)), 1e-6)
    middle = (left + right + mouth_left + mouth_right) / 4
    return Quality(
        side=float(face.sides[0]),
        sharpness=float(cv2.Laplacian(inner, cv2.CV_64F).var()),
        brightness=float(inner.mean()),
        turned=float(np.clip((nose - middle) @ across / width**2, -1, 1)),
    )


def the_one(image: Array, found: Faces) -> Faces:
    """The one face that a photo shows, of length 1. Raises NotEnrolled if there is none, or several of like size."""
    if not len(found):
        raise NotEnrolled("faces_none")
    first = alignment.largest(found)
    others = int((found.sides >= _OTHER_FACE * float(first.sides[0])).sum())
    if others > 1:
        raise NotEnrolled("faces_several", count=others)
    return first


def check(image: Array, face: Faces) -> Quality:
    """Raise NotEnrolled, saying what to do, unless a face is large, sharp, lit and frontal enough."""
    found = measure(image, face)
    if found.side < SMALLEST:
        raise NotEnrolled("faces_too_small", side=round(found.side), least=SMALLEST)
    if found.brightness < DARK_BELOW:
        raise NotEnrolled("faces_too_dark")
    if found.brightness > PALE_ABOVE:
        raise NotEnrolled("faces_too_pale")
    if abs(found.turned) > TURNED_ABOVE:
        raise NotEnrolled("faces_turned")
    if found.sharpness < BLURRED_BELOW:
        raise NotEnrolled("faces_blurred")
    return found
