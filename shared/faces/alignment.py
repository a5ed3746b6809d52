"""Turning a face upright: the similarity that brings its five points onto a template, and the plain crop beside it.

Similarity: Umeyama 1991, "Least-squares estimation of transformation parameters between two point patterns", IEEE PAMI 13.
The template is the usual one of face recognition (from ArcFace, Deng et al. 2019): five points on 112 x 112 pixels.
"""

import numpy as np

from .detection import Array, Faces, check

SIDE = 112
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)


def umeyama(source_xy: Array, target_xy: Array) -> Array:
    """The similarity (rotation, one scale, shift; no mirroring) that brings points nearest to others, in least squares.

    source_xy, target_xy: (n, 2), n at least 2. Returns (2, 3) float64 for `[x, y, 1]`. Points that all coincide have no
    size or direction: they are only shifted. Raises ValueError for other shapes and for numbers that are not finite.
    """
    source, target = np.asarray(source_xy, np.float64), np.asarray(target_xy, np.float64)
    if source.shape != target.shape or source.ndim != 2 or source.shape[1] != 2 or len(source) < 2:
        raise ValueError(f"points must be (n, 2) and as many, not {source.shape} and {target.shape}")
    if not (np.isfinite(source).all() and np.isfinite(target).all()):
        raise ValueError("a point is not finite")
    from_mean, to_mean = source.mean(0), target.mean(0)
    spread = ((source - from_mean) ** 2).sum(1).mean()
    matrix = np.eye(2, 3)
    if spread > 0:
        covariance = (target - to_mean).T @ (source - from_mean) / len(source)
        left, sizes, right = np.linalg.svd(covariance)
        sign = np.array([1.0, 1.0 if np.linalg.det(left) * np.linalg.det(right) >= 0 else -1.0])
        matrix[:, :2] = (left * sign) @ right * ((sizes * sign).sum() / spread)
    matrix[:, 2] = to_mean - matrix[:, :2] @ from_mean
    return matrix


def align(image: Array, landmarks_xy: Array, side: int = SIDE) -> Array:
    """Every face turned onto the template.

    image: (H, W, 3) uint8; landmarks_xy: (N, 5, 2) pixels. Returns (N, side, side, 3) uint8; what lies beyond the
    picture is black.
    """
    check(image)
    faces = np.empty((len(landmarks_xy), side, side, 3), np.uint8)
    for face, points in zip(faces, landmarks_xy, strict=True):
        matrix = umeyama(points, TEMPLATE * (side / SIDE))
        face[:] = _warp(image, matrix, side)
    return faces


def _warp(image: Array, matrix: Array, side: int) -> Array:
    """`cv2.warpAffine`, which takes four pixels for each of the result; a large face is therefore averaged down first."""
    import cv2

    shrink = 1 / max(float(np.hypot(*matrix[:, 0])), 1e-6)
    if shrink > 2:
        inverse = cv2.invertAffineTransform(matrix)
        corners = np.array([[0, 0, 1], [side, 0, 1], [0, side, 1], [side, side, 1]]) @ inverse.T
        height, width = image.shape[:2]
        left, top = np.clip(np.floor(corners.min(0)).astype(int), 0, [width - 1, height - 1])
        right, bottom = np.clip(np.ceil(corners.max(0)).astype(int) + 1, [left + 1, top + 1], [width, height])
        part = image[top:bottom, left:right]
        size = tuple(max(1, round(length / shrink)) for length in (right - left, bottom - top))
        factor = np.array([(right - left) / size[0], (bottom - top) / size[1]])
        shifted = matrix.copy()
        # Resizing keeps the corners of pixels in place, warping their centres: half a pixel, times what one stands for.
        shifted[:, 2] += matrix[:, :2] @ ([left, top] + (factor - 1) / 2)
        shifted[:, :2] = matrix[:, :2] * factor
        image, matrix = cv2.resize(part, size, interpolation=cv2.INTER_AREA), shifted
    return cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR)


def crop(image: Array, boxes_xyxy: Array, side: int = SIDE, margin: float = 0.2) -> Array:
    """Every face cut out as it is, the square around its box and a margin: what one does without landmarks.

    boxes_xyxy: (N, 4) pixels. margin: on each side, as a share of the box. Returns (N, side, side, 3) uint8.
    """
    check(image)
    faces = np.empty((len(boxes_xyxy), side, side, 3), np.uint8)
    for face, box in zip(faces, np.asarray(boxes_xyxy, np.float64), strict=True):
        centre = (box[:2] + box[2:]) / 2
        half = max(float((box[2:] - box[:2]).max()) * (0.5 + margin), 0.5)
        scale = side / (2 * half)
        matrix = np.array([[scale, 0, side / 2 - centre[0] * scale], [0, scale, side / 2 - centre[1] * scale]])
        face[:] = _warp(image, matrix, side)
    return faces


def largest(faces: Faces) -> Faces:
    """The face with the longest side alone, or none."""
    return faces[[int(faces.sides.argmax())]] if len(faces) else faces
