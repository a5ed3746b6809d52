"""Draw the room's examples from MNIST's test digits: `python -m demos.mnist.examples` writes `examples/`.

The digits keep their shapes; paper, ink, light and layout are made here, so that nothing else needs a licence.
"""

from pathlib import Path

import cv2
import numpy as np

from shared import devices, images

from . import data

_HERE = Path(__file__).parent / "examples"
_WIDTH, _HEIGHT = 420, 280


def _digit(index: int, size: int) -> np.ndarray:
    """Test digit `index` with two pixels of margin, scaled to `size` pixels high: float32, 0 to 1."""
    image = data.load().test.images[index].numpy()
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    tight = np.pad(image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 2).astype(np.float32) / 255
    width = max(1, round(size * tight.shape[1] / tight.shape[0]))
    large = cv2.resize(tight, (width, size), interpolation=cv2.INTER_CUBIC)
    smooth = cv2.GaussianBlur(large, (0, 0), size / 19)
    return np.clip((smooth - 0.36) / 0.1, 0, 1)


def _find(label: int, number: int) -> int:
    """The test set's index of the `number`-th digit `label`."""
    return int(np.flatnonzero(data.load().test.labels.numpy() == label)[number])


def _place(ink: np.ndarray, digit: np.ndarray, x: int, y: int) -> None:
    height, width = digit.shape
    ink[y : y + height, x : x + width] = np.maximum(ink[y : y + height, x : x + width], digit)


def _row(text: str, size: int, gap: int, start: int) -> np.ndarray:
    """Digits of different writers beside each other, in the middle of the pad."""
    digits = [_digit(_find(int(c), start + 3 * i), size) for i, c in enumerate(text)]
    width = sum(d.shape[1] for d in digits) + gap * (len(digits) - 1)
    if width > _WIDTH - 20:
        return _row(text, size * 9 // 10, gap, start)
    ink = np.zeros((_HEIGHT, _WIDTH), np.float32)
    x = (_WIDTH - width) // 2
    for digit in digits:
        _place(ink, digit, x, (_HEIGHT - size) // 2)
        x += digit.shape[1] + gap
    return ink


def _photo(ink: np.ndarray, paper: tuple[int, int, int], pen: tuple[int, int, int], seed: int) -> np.ndarray:
    """Ink as a photo would show it: on coloured ground, lit from one side, a little turned, soft and grainy."""
    chance = np.random.default_rng(seed)
    large = cv2.resize(ink, (840, 560), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((420, 280), float(chance.uniform(-4, 4)), 0.9)
    large = np.clip(cv2.warpAffine(large, turn, (840, 560)), 0, 1)[..., None]
    picture = np.array(paper, np.float32) * (1 - large) + np.array(pen, np.float32) * large
    y, x = np.mgrid[0:560, 0:840] / np.array([[[560]], [[840]]])
    light = 1.0 - 0.55 * (0.75 * x + 0.25 * y) + 0.12 * np.exp(-((x - 0.25) ** 2 + (y - 0.3) ** 2) * 8)
    grain = cv2.GaussianBlur(chance.normal(0, 9, (560, 840, 3)), (0, 0), 0.8)
    return np.clip(cv2.GaussianBlur(picture * light[..., None], (0, 0), 1.1) + grain, 0, 255).astype(np.uint8)


def main() -> None:
    """Write every example."""
    _HERE.mkdir(exist_ok=True)
    small = np.zeros((_HEIGHT, _WIDTH), np.float32)
    _place(small, _digit(_find(4, 6), 70), 320, 190)
    drawings = {
        "1_seven": _row("7", 200, 0, 4),
        "2_small": small,
        "3_year": _row("2026", 120, 18, 10),
        "4_touching": _row("38", 180, -44, 21),
        "5_five": _row("5", 200, 0, 8),
    }
    for name, ink in drawings.items():
        picture = (255 - ink * 255).astype(np.uint8)
        (_HERE / f"drawing_{name}.png").write_bytes(images.to_png(picture))
    photos = {
        "1_paper": _photo(_row("1956", 110, 26, 2), (238, 232, 218), (38, 48, 110), 1),
        "2_board": _photo(_row("2012", 120, 22, 17), (38, 62, 50), (226, 230, 222), 2),
        "3_one": _photo(_row("9", 190, 0, 12), (245, 240, 230), (60, 50, 45), 3),
    }
    for name, picture in photos.items():
        cv2.imwrite(str(_HERE / f"photo_{name}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    devices.before_torch()
    main()
