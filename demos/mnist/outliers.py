"""Pictures that are no digits, drawn at random: scribbles, crossed lines, blots, outlines, faces, letters, overlaid digits.

What `model.DigitJudge` learns to turn away (outlier exposure, Hendrycks, Mazeika and Dietterich 2019).
"""

import cv2
import numpy as np

from . import reading

_SIZE = 160
_LETTERS = "AEFHKMNPRTVWXYadefhkmnprwx"  # without those that are digits in some hands
_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)


def draw(count: int, digits: np.ndarray, seed: int) -> np.ndarray:
    """`count` pictures of no digit, each put into the frame as a digit would be: (count, 28, 28) uint8.

    digits: (N, 28, 28) uint8, from which the overlaid ones are taken. The same seed draws the same pictures.
    """
    chance = np.random.default_rng(seed)
    kinds = (_scribble, _scribble, _lines, _blot, _outline, _face, _letter, _letter)
    found: list[np.ndarray] = []
    while len(found) < count:
        if chance.random() < 0.2:
            found.append(_overlaid(digits, chance))
            continue
        sheet = np.zeros((_SIZE, _SIZE), np.uint8)
        kinds[chance.integers(len(kinds))](sheet, chance)
        found += _framed(sheet)
    return np.stack(found[:count])


def draw_plain_digits(count: int, seed: int) -> np.ndarray:
    """Digits as neat as in print, which MNIST lacks and a mouse may well draw: (count, 28, 28) uint8, in the frame."""
    chance = np.random.default_rng(seed)
    found: list[np.ndarray] = []
    while len(found) < count:
        sheet = np.zeros((_SIZE, _SIZE), np.uint8)
        if chance.random() < 0.25:
            axes = (int(chance.integers(22, 60)), int(chance.integers(45, 65)))
            cv2.ellipse(sheet, (80, 80), axes, float(chance.normal(0, 10)), 0, 360, 255, _width(chance), cv2.LINE_AA)
        else:
            digit, font = str(chance.integers(10)), _FONTS[chance.integers(len(_FONTS))]
            cv2.putText(sheet, digit, (45, 120), font, float(chance.uniform(2.6, 3.8)), 255, _width(chance), cv2.LINE_AA)
        found += _framed(sheet)
    return np.stack(found[:count])


def _framed(sheet: np.ndarray) -> list[np.ndarray]:
    """The largest thing on a sheet as the network would see it; nothing for a blank one."""
    pieces = reading.cut(sheet.astype(np.float32) / 255)
    return [reading.to_mnist(max(pieces, key=lambda piece: float(piece.ink.sum())))] if pieces else []


def _width(chance: np.random.Generator) -> int:
    return int(chance.integers(6, 18))


def _scribble(sheet: np.ndarray, chance: np.random.Generator) -> None:
    """A smooth curve through many random points (Catmull-Rom)."""
    points = chance.uniform(20, _SIZE - 20, (int(chance.integers(7, 20)), 2))
    before, start, end, after = points[:-3, None], points[1:-2, None], points[2:-1, None], points[3:, None]
    t = np.linspace(0, 1, 12)[None, :, None]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    cv2.polylines(sheet, [curve.reshape(-1, 1, 2).astype(np.int32)], False, 255, _width(chance), cv2.LINE_AA)


def _lines(sheet: np.ndarray, chance: np.random.Generator) -> None:
    """Straight strokes through the middle: crosses, stars, hatching; or one dash."""
    width = _width(chance)
    if chance.random() < 0.2:
        y = int(chance.integers(50, 110))
        cv2.line(sheet, (20, y), (_SIZE - 20, y + int(chance.integers(-20, 20))), 255, width, cv2.LINE_AA)
        return
    count = int(chance.integers(2, 8))
    first = chance.uniform(0, np.pi)
    for number in range(count):
        # Spread out: two strokes along each other would be a 1.
        angle, reach = first + (number + chance.uniform(0, 0.4)) * np.pi / count, chance.uniform(40, 70)
        middle = chance.normal(_SIZE / 2, 12, 2)
        step = np.array([np.cos(angle), np.sin(angle)]) * reach
        ends = [tuple(int(v) for v in middle + sign * step) for sign in (-1, 1)]
        cv2.line(sheet, ends[0], ends[1], 255, width, cv2.LINE_AA)


def _blot(sheet: np.ndarray, chance: np.random.Generator) -> None:
    """Something filled."""
    if chance.random() < 0.5:
        axes = (int(chance.integers(35, 70)), int(chance.integers(35, 70)))
        cv2.ellipse(sheet, (80, 80), axes, float(chance.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
        return
    angles = np.sort(chance.uniform(0, 2 * np.pi, 3) * 0.3 + np.arange(3) * 2 * np.pi / 3)
    corners = np.stack([80 + 65 * np.cos(angles), 80 + 65 * np.sin(angles)], 1).astype(np.int32)
    cv2.fillPoly(sheet, [corners], 255, cv2.LINE_AA)


def _outline(sheet: np.ndarray, chance: np.random.Generator) -> None:
    """A three- or four-cornered outline, sometimes with something in it."""
    count = int(chance.integers(3, 5))
    angles = np.sort(chance.uniform(0, 2 * np.pi / count * 0.6, count) + np.arange(count) * 2 * np.pi / count)
    radius = chance.uniform(45, 70)
    corners = np.stack([80 + radius * np.cos(angles), 80 + radius * np.sin(angles)], 1).astype(np.int32)
    width = _width(chance)
    cv2.polylines(sheet, [corners.reshape(-1, 1, 2)], True, 255, width, cv2.LINE_AA)
    if chance.random() < 0.4:
        cv2.line(sheet, tuple(map(int, corners[0])), tuple(map(int, corners[2])), 255, width, cv2.LINE_AA)
    if chance.random() < 0.3:
        cv2.circle(sheet, (80, 80), int(chance.integers(6, 20)), 255, -1, cv2.LINE_AA)


def _face(sheet: np.ndarray, chance: np.random.Generator) -> None:
    """A round outline with several marks in it."""
    width, middle = _width(chance), chance.normal(_SIZE / 2, 4, 2)
    axes = (int(chance.integers(45, 68)), int(chance.integers(45, 68)))
    cv2.ellipse(sheet, (int(middle[0]), int(middle[1])), axes, 0, 0, 360, 255, width, cv2.LINE_AA)
    for angle in np.arange(3) * 2 * np.pi / 3 + np.pi / 6 + chance.normal(0, 0.25, 3):
        x, y = middle - 0.42 * np.array(axes) * np.array([np.cos(angle), np.sin(angle)])
        if chance.random() < 0.3:
            start = int(chance.integers(0, 180))
            cv2.ellipse(sheet, (int(x), int(y)), (14, 10), 0, start, start + 160, 255, width // 2 + 2, cv2.LINE_AA)
        elif chance.random() < 0.9:
            cv2.circle(sheet, (int(x), int(y)), int(chance.integers(4, 10)), 255, -1, cv2.LINE_AA)


def _letter(sheet: np.ndarray, chance: np.random.Generator) -> None:
    letter, font = _LETTERS[chance.integers(len(_LETTERS))], _FONTS[chance.integers(len(_FONTS))]
    cv2.putText(sheet, letter, (40, 115), font, float(chance.uniform(2.6, 3.6)), 255, _width(chance), cv2.LINE_AA)


def _overlaid(digits: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Two digits written over each other, a little apart, so that neither hides the other."""
    both = np.zeros((40, 40), np.uint8)
    while True:
        first, second = digits[chance.integers(len(digits), size=2)]
        shifted = np.roll(second, tuple(int(v) for v in chance.integers(-5, 6, 2)), (0, 1))
        both[6:34, 6:34] = np.maximum(first, shifted)
        if both.sum(dtype=int) > 1.4 * max(first.sum(dtype=int), second.sum(dtype=int)):
            break
    pieces = reading.cut(both.astype(np.float32) / 255)
    return reading.to_mnist(max(pieces, key=lambda piece: float(piece.ink.sum())))
