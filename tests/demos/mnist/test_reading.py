"""From a drawing or a photo to what the network sees, as MNIST's images were made."""

import cv2
import numpy as np
import pytest

from demos.mnist import data, reading
from tests import pad


def ink(paper: np.ndarray) -> np.ndarray:
    return reading.ink_of_drawing(np.repeat(paper[..., None], 3, 2))


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    return float((x * image).sum() / image.sum()), float((y * image).sum() / image.sum())


def test_a_digit_is_made_as_mnist_itself_was() -> None:
    image = reading.to_mnist(reading.cut(ink(pad.sheet()))[0])
    assert image.shape == (28, 28) and image.dtype == np.uint8
    rows, columns = np.flatnonzero(image.max(1)), np.flatnonzero(image.max(0))
    assert max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 == 20, "scaled to the box of 20 x 20"
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.6)


def test_where_and_how_large_a_digit_is_drawn_does_not_matter() -> None:
    shapes = [
        reading.to_mnist(reading.cut(ink(pad.sheet(width=round(20 * size), dx=dx, size=size)))[0]).astype(float)
        for dx, size in ((0, 1), (0.25, 1), (-0.25, 0.5), (0.2, 0.4))
    ]
    for other in shapes[1:]:
        assert np.abs(shapes[0] - other).mean() < 8


def test_mnists_own_digits_come_back_nearly_unchanged() -> None:
    """The best check of the whole way: a digit that MNIST has framed is framed the same again."""
    images = data.load().test.images[:200].numpy()
    moved = 0.0
    for image in images:
        large = cv2.resize(image, (280, 280), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
        pieces = reading.cut(large)
        again = reading.to_mnist(max(pieces, key=lambda piece: float(piece.ink.sum())))
        moved += np.abs(np.subtract(centre_of_mass(again), centre_of_mass(image))).max()
    assert moved / len(images) < 0.5, "of a pixel"


@pytest.mark.parametrize("width", [3, 8, 20, 34])
def test_a_thin_and_a_thick_brush_give_strokes_like_those_of_mnist(width: int) -> None:
    image = reading.to_mnist(reading.cut(ink(pad.sheet(width=width)))[0])
    assert 2.0 < reading.stroke_width(image.astype(np.float32) / 255) < 6.0, "pixels; MNIST's have 2 to 5"


def test_a_blank_page_has_no_digits() -> None:
    assert reading.cut(ink(np.full((280, 420), 255, np.uint8))) == []


def test_digits_are_cut_apart_from_left_to_right_and_their_strokes_kept_together() -> None:
    paper = np.full((280, 420), 255, np.uint8)
    for x in (0.3, -0.3, 0.0):
        pad.add(paper, pad.SEVEN, 12, dx=x, size=0.6)
    # A five whose top stroke does not touch the rest.
    assert len(reading.cut(ink(paper))) == 3
    five = np.full((280, 420), 255, np.uint8)
    pad.add(five, [(0.42, 0.3), (0.42, 0.5), (0.58, 0.55), (0.55, 0.78), (0.4, 0.76)], 12)
    pad.add(five, [(0.44, 0.2), (0.6, 0.18)], 12)
    assert len(reading.cut(ink(five))) == 1
    lefts = [piece.box_xyxy[0] for piece in reading.cut(ink(paper))]
    assert lefts == sorted(lefts)


def test_specks_are_no_digits() -> None:
    paper = pad.sheet()
    cv2.circle(paper, (30, 30), 2, 0, -1)
    assert len(reading.cut(ink(paper))) == 1


def photo(*, light_on_dark: bool, uneven: float, noise: float) -> np.ndarray:
    """A seven on paper or board, darker to the right: (560, 840, 3) uint8."""
    stroke = 1 - cv2.resize(pad.sheet(), (840, 560)).astype(np.float32) / 255
    ground, pen = (60, 215) if light_on_dark else (220, 70)
    grey = ground + (pen - ground) * stroke
    grey *= np.linspace(1, 1 - uneven, 840)[None]
    grey += np.random.default_rng(0).normal(0, noise, grey.shape)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, 2)


@pytest.mark.parametrize("light_on_dark", [False, True])
@pytest.mark.parametrize(("uneven", "noise"), [(0, 0), (0.6, 0), (0.6, 8)])
def test_a_photo_gives_the_same_ink_whatever_the_light(light_on_dark: bool, uneven: float, noise: float) -> None:
    found = reading.ink_of_photo(photo(light_on_dark=light_on_dark, uneven=uneven, noise=noise))
    drawn = cv2.resize(ink(pad.sheet()), found.shape[::-1])
    both = np.minimum(found > 0.5, drawn > 0.5).sum() / np.maximum(found > 0.5, drawn > 0.5).sum()
    assert both > 0.8, "shared ink over all ink"


def test_an_empty_photo_holds_no_ink() -> None:
    chance = np.random.default_rng(0)
    grey = np.linspace(230, 120, 800)[None] + chance.normal(0, 4, (600, 800))
    assert not reading.ink_of_photo(np.repeat(grey.astype(np.uint8)[..., None], 3, 2)).any()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (5, 5, 3), (500, 9, 3)])
def test_a_strange_shape_does_no_harm(shape: tuple[int, int, int]) -> None:
    reading.cut(reading.ink_of_photo(np.random.default_rng(0).integers(0, 256, shape, np.uint8)))
