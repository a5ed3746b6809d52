"""From a drawing or a photo to what the network was trained on: find the ink, cut the digits apart, make each 28 x 28.

MNIST's images were made by fitting each digit into a box of 20 x 20 pixels and putting its centre of mass at the
centre of 28 x 28 (LeCun et al. 1998, section III.A); `to_mnist` does the same.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

BOX, SIDE = 20, 28
_WORKING_SIDE = 900  # photos are shrunk to this before anything is measured in pixels
_LEAST_CONTRAST = 22.0  # grey levels between ink and paper, below which a photo holds nothing to read
_THIN, _THICK, _USUAL = 0.07, 0.26, 0.12  # stroke width over digit size; the usual one is that of MNIST


@dataclass(frozen=True)
class Piece:
    """One digit, cut out. ink: (h, w) float32, 0 paper to 1 ink; box_xyxy: where it was, in pixels of the whole."""

    ink: np.ndarray
    box_xyxy: tuple[int, int, int, int]


def ink_of_drawing(rgb: np.ndarray) -> np.ndarray:
    """The pad's picture, (H, W, 3) uint8 with black ink on white -> (H, W) float32, 0 paper to 1 ink."""
    return 1 - rgb[..., 1].astype(np.float32) / 255


def ink_of_photo(rgb: np.ndarray) -> np.ndarray:
    """A photo of digits on paper or board, dark on light or light on dark, unevenly lit -> ink as above.

    rgb: (H, W, 3) uint8; the result is at most 900 pixels long. All zeros where nothing stands out from the paper.
    The paper's brightness is a wide median around each pixel, and the threshold is Otsu's (1979) on what differs.
    """
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    shrink = _WORKING_SIDE / max(grey.shape)
    if shrink < 1:
        grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    if min(grey.shape) < 8:
        return np.zeros(grey.shape, np.float32)
    difference = grey.astype(np.float32) - _paper(grey)
    if _tail(-difference) > _tail(difference):
        difference = -difference
    strength = cv2.GaussianBlur(np.clip(difference, 0, 255), (3, 3), 0).astype(np.uint8)
    threshold, mask = cv2.threshold(strength, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inside = strength[mask > 0]
    if inside.size == 0 or inside.mean() - strength[mask == 0].mean() < _LEAST_CONTRAST or mask.mean() > 0.6:
        return np.zeros(grey.shape, np.float32)
    full = float(np.median(inside))
    ink = np.clip((strength - 0.6 * threshold) / max(full - 0.6 * threshold, 1), 0, 1).astype(np.float32)
    return _without_frame(ink)


def _tail(values: np.ndarray) -> float:
    """How far the strongest few pixels stand out: ink is the rarer and stronger of the two directions."""
    return float(np.percentile(values, (98, 99.8)).sum())


def _paper(grey: np.ndarray) -> np.ndarray:
    """What the page would look like without ink."""
    small_side = 96
    scale = min(1.0, small_side / min(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    reach = max(3, (min(small.shape) * 2 // 3) | 1)
    margin = reach // 2
    padded = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_REFLECT)
    median = cv2.medianBlur(padded, reach)[margin:-margin, margin:-margin]
    return cv2.resize(median, grey.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)


def _without_frame(ink: np.ndarray) -> np.ndarray:
    """Drop what touches the photo's edge (the table, a shadow, a binding) if anything else is left."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0.3).astype(np.uint8), connectivity=8)
    height, width = ink.shape
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    touches = (left <= 1) | (top <= 1) | (right >= width - 1) | (bottom >= height - 1)
    touches[0] = False
    areas = stats[:, cv2.CC_STAT_AREA]
    others = areas[1:][~touches[1:]]
    if not touches.any() or not others.size or others.max() < 0.0008 * height * width:
        return ink
    keep = ~np.isin(cv2.dilate(labels.astype(np.uint16), np.ones((5, 5), np.uint8)), np.flatnonzero(touches))
    return ink * keep


def cut(ink: np.ndarray) -> list[Piece]:
    """The digits on a page, left to right: connected strokes, joined where they stand above one another.

    ink: (H, W) float32, 0 to 1. Specks are left out. Returns [] for a blank page.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0.3).astype(np.uint8), connectivity=8)
    if count == 1:
        return []
    areas = stats[1:, cv2.CC_STAT_AREA]
    sizes = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    kept = [i + 1 for i in range(count - 1) if areas[i] >= 0.03 * areas.max() and sizes[i] >= 0.12 * sizes.max()]
    groups: list[list[int]] = []
    for part in sorted(kept, key=lambda i: stats[i, cv2.CC_STAT_LEFT]):
        if groups and _stand_above(groups[-1], part, stats):
            groups[-1].append(part)
        else:
            groups.append([part])
    return [_piece(ink, labels, stats, group) for group in groups]


def _stand_above(group: list[int], part: int, stats: np.ndarray) -> bool:
    """Whether a stroke shares half its width, or half of theirs, with the strokes of a digit so far."""
    left = min(stats[i, cv2.CC_STAT_LEFT] for i in group)
    right = max(stats[i, cv2.CC_STAT_LEFT] + stats[i, cv2.CC_STAT_WIDTH] for i in group)
    start, width = stats[part, cv2.CC_STAT_LEFT], stats[part, cv2.CC_STAT_WIDTH]
    shared = min(right, start + width) - max(left, start)
    return bool(shared > 0.5 * min(width, right - left))


def _piece(ink: np.ndarray, labels: np.ndarray, stats: np.ndarray, group: list[int]) -> Piece:
    rows = stats[group]
    x1, y1 = int(rows[:, cv2.CC_STAT_LEFT].min()), int(rows[:, cv2.CC_STAT_TOP].min())
    x2 = int((rows[:, cv2.CC_STAT_LEFT] + rows[:, cv2.CC_STAT_WIDTH]).max())
    y2 = int((rows[:, cv2.CC_STAT_TOP] + rows[:, cv2.CC_STAT_HEIGHT]).max())
    own = np.isin(labels[y1:y2, x1:x2], group)
    soft = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8))  # with the soft edge outside the mask
    return Piece(ink[y1:y2, x1:x2] * soft, (x1, y1, x2, y2))


def split(piece: Piece, parts: int) -> list[Piece]:
    """Cut one piece into `parts` beside each other where the ink is thinnest: for digits that touch."""
    x1, y1, _, y2 = piece.box_xyxy
    width = piece.ink.shape[1]
    columns = cv2.GaussianBlur(piece.ink.sum(axis=0, keepdims=True), (0, 0), max(width / 60, 0.5))[0]
    cuts = [0]
    for number in range(1, parts):
        middle, reach = width * number // parts, max(1, width // (parts * 4))
        cuts.append(middle - reach + int(columns[middle - reach : middle + reach + 1].argmin()))
    cuts.append(width)
    pieces = []
    for start, end in pairwise(cuts):
        for part in _largest(piece.ink[:, start:end]):
            px1, py1, px2, py2 = part.box_xyxy
            pieces.append(Piece(part.ink, (x1 + start + px1, y1 + py1, x1 + start + px2, min(y2, y1 + py2))))
    return pieces


def _largest(ink: np.ndarray) -> list[Piece]:
    """What is left of a slice, without the crumbs that a neighbour left in it."""
    pieces = cut(ink)
    return [max(pieces, key=lambda piece: float(piece.ink.sum()))] if pieces else []


def to_mnist(piece: Piece) -> np.ndarray:
    """One digit as MNIST would hold it: (28, 28) uint8, white ink on black, mass-centred, 20 pixels at its longest."""
    ink = _usual_stroke(piece.ink)
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small: np.ndarray = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    small = np.asarray(small / max(float(small.max()), 1e-6), np.float32)
    moments = cv2.moments(small)
    mass = moments["m00"] or 1.0
    # In MNIST's own images the mean lies on pixel 14, counted from 0, give or take the rounding.
    left = round(SIDE / 2 - moments["m10"] / mass)
    top = round(SIDE / 2 - moments["m01"] / mass)
    left = min(max(left, 0), SIDE - size[0])
    top = min(max(top, 0), SIDE - size[1])
    image = np.zeros((SIDE, SIDE), np.float32)
    image[top : top + size[1], left : left + size[0]] = small
    return np.asarray(np.round(image * 255), np.uint8)


def stroke_width(ink: np.ndarray) -> float:
    """Mean width of the strokes in pixels: four times the mean distance to the edge of the ink, as in a straight bar."""
    mask = np.pad((ink > 0.4).astype(np.uint8), 1)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    return 4 * float(distance[mask > 0].mean()) if mask.any() else 0.0


def _usual_stroke(ink: np.ndarray) -> np.ndarray:
    """Thicken a fine pen and thin a fat brush until the stroke is as wide as MNIST's; leave the usual ones alone."""
    size, width = max(ink.shape), stroke_width(ink)
    if width == 0 or _THIN <= width / size <= _THICK:
        return ink
    wanted = (_USUAL if width / size < _THIN else _THICK) * size
    reach = max(1, round(abs(wanted - width)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach + 1, reach + 1))
    if wanted > width:
        margin = reach // 2 + 1
        return np.asarray(cv2.dilate(cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT), kernel))
    thinner = cv2.erode(ink, kernel)
    return np.asarray(thinner) if (thinner > 0.4).any() else ink
