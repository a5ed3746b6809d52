"""A face comes out upright and of one size, wherever and however it stood."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shared.faces import alignment, detection
from tests.clip import EXAMPLES


def similarity(angle: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.column_stack([turn, shift])


@given(
    st.floats(-math.pi, math.pi), st.floats(0.05, 20), st.floats(-500, 500), st.floats(-500, 500)
)  # fmt: skip
def test_umeyama_finds_the_similarity_that_points_were_moved_by(angle: float, scale: float, x: float, y: float) -> None:
    wanted = similarity(angle, scale, (x, y))
    moved = alignment.TEMPLATE @ wanted[:, :2].T + wanted[:, 2]
    assert np.allclose(alignment.umeyama(alignment.TEMPLATE, moved), wanted, atol=1e-3 * max(1, scale))


def test_umeyama_never_mirrors() -> None:
    mirrored = alignment.TEMPLATE * [-1, 1]
    assert np.linalg.det(alignment.umeyama(mirrored, alignment.TEMPLATE)[:, :2]) > 0


def test_umeyama_is_the_least_squares_answer() -> None:
    rng = np.random.default_rng(3)
    source, target = rng.normal(size=(5, 2)), rng.normal(size=(5, 2))
    best = alignment.umeyama(source, target)

    def error(matrix: np.ndarray) -> float:
        return float(((source @ matrix[:, :2].T + matrix[:, 2] - target) ** 2).sum())

    for _ in range(200):
        angle, scale, *shift = rng.normal(scale=0.05, size=4)
        other = similarity(math.atan2(best[1, 0], best[0, 0]) + angle, math.hypot(*best[:, 0]) + scale, best[:, 2] + shift)
        assert error(other) >= error(best) - 1e-12


def test_points_in_one_place_are_only_shifted() -> None:
    matrix = alignment.umeyama(np.full((5, 2), 7.0), alignment.TEMPLATE)
    assert np.allclose(matrix[:, :2], np.eye(2)) and np.isfinite(matrix).all()


@pytest.mark.parametrize("points", [np.zeros((1, 2)), np.zeros((5, 3)), np.full((5, 2), np.nan)])
def test_points_that_are_none_are_refused(points: np.ndarray) -> None:
    with pytest.raises(ValueError):
        alignment.umeyama(points, np.zeros(points.shape))


@pytest.mark.parametrize("side", [112, 160])
@pytest.mark.parametrize("scale", [0.3, 1, 6])
def test_the_five_points_land_on_the_template(side: int, scale: float) -> None:
    """Five coloured dots, tilted and small or large, come out where the template says."""
    matrix = similarity(0.5, 2 * scale, (100 * scale, 20 * scale))
    points = (alignment.TEMPLATE @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    y, x = np.mgrid[: int(500 * scale), : int(500 * scale)]
    image = np.zeros((*x.shape, 3), np.uint8)
    for px, py in points:
        image[(x - px) ** 2 + (y - py) ** 2 < (12 * scale) ** 2] = 255
    (face,) = alignment.align(image, points[None], side)
    for px, py in alignment.TEMPLATE * (side / 112):
        assert face[round(py), round(px)].min() > 200
    assert face[2, 2].max() < 40


def test_a_tilted_face_comes_out_as_the_upright_one() -> None:
    photo = Image.open(EXAMPLES / "grace_hopper.jpg")
    finder = detection.detector("centerface")
    (upright, tilted) = (
        alignment.align(np.asarray(each), finder.detect(np.asarray(each), min_face=60).landmarks_xy)[0].astype(float)
        for each in (photo, photo.rotate(20, expand=True))
    )
    middle = slice(25, 95)
    alike = np.corrcoef(upright[middle, middle].ravel(), tilted[middle, middle].ravel())[0, 1]
    assert alike > 0.9


def test_no_faces_are_no_pictures_and_a_face_over_the_edge_is_still_one() -> None:
    image = np.full((50, 60, 3), 200, np.uint8)
    assert alignment.align(image, np.empty((0, 5, 2))).shape == (0, 112, 112, 3)
    assert alignment.crop(image, np.empty((0, 4))).shape == (0, 112, 112, 3)
    (crop,) = alignment.crop(image, np.array([[-30, -30, 30, 30]]))
    assert crop[0, 0].max() == 0 and crop[-1, -1].min() == 200


def test_the_plain_crop_holds_the_box_and_its_margin() -> None:
    image = np.zeros((300, 300, 3), np.uint8)
    image[100:200, 120:180] = 255  # higher than wide: the crop is the square around it
    (crop,) = alignment.crop(image, np.array([[120, 100, 180, 200]]), side=140, margin=0.2)
    white = np.argwhere(crop[..., 0] > 127)
    assert white.min(0).tolist() == pytest.approx([20, 40], abs=1) and white.max(0).tolist() == pytest.approx([119, 99], abs=1)


@pytest.mark.parametrize("scale", [1.0, 1.9, 2.1, 3, 8])
def test_a_face_lies_in_the_same_place_however_large_it_was(scale: float) -> None:
    """The centre of a soft blot, to a twentieth of a pixel, on both sides of where large faces begin to be averaged down."""
    side = round(140 * scale)
    points = ((alignment.TEMPLATE + 10) * scale + (scale - 1) / 2).astype(np.float32)
    y, x = np.mgrid[:side, :side]
    middle = points[2]
    blot = np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (2 * (6 * scale) ** 2))
    image = np.repeat((blot * 250).astype(np.uint8)[..., None], 3, axis=2)
    face = alignment.align(image, points[None])[0, ..., 0].astype(float)
    rows, columns = np.mgrid[:112, :112]
    found = np.array([(face * columns).sum(), (face * rows).sum()]) / face.sum()
    assert found == pytest.approx(alignment.TEMPLATE[2], abs=0.06)
