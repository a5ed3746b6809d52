"""Faces made worse: by the amount that is said, with the face where it is said to be, and the photo itself left alone."""

from pathlib import Path

import numpy as np
import pytest

from demos.faces import engine
from demos.faces.conditions import CONDITIONS, SIDE, Scene, blurred, dark, framed, masked, rotated, shaded, small
from shared import images
from shared.faces.detection import Faces

EXAMPLES = Path(engine.__file__).parent / "examples"


@pytest.fixture(scope="module")
def scene() -> Scene:
    subject = engine.subject(images.read(EXAMPLES / "grace_hopper.jpg"))
    return framed(subject.image, subject.face)


def grey(level: int, side: int = 60) -> tuple[np.ndarray, Faces]:
    """A plain picture with a face in its middle."""
    box = np.array([[side / 4, side / 4, side * 3 / 4, side * 3 / 4]], np.float32)
    points = np.array([[[22, 26], [38, 26], [30, 32], [24, 38], [36, 38]]], np.float32) * (side / 60)
    return np.full((side, side, 3), level, np.uint8), Faces(box, np.ones(1, np.float32), points)


def test_any_photo_becomes_one_of_lfws_size_with_the_face_in_it(scene: Scene) -> None:
    assert scene.face.sides[0] == pytest.approx(SIDE, abs=1)
    assert max(scene.image.shape) < 3 * SIDE
    (found,) = engine.find(scene.image).faces.boxes_xyxy[:1]
    assert np.abs(found - scene.face.boxes_xyxy[0]).max() < 12
    image, face = grey(100)
    assert framed(image, face).face.sides[0] == 30, "a smaller face is not blown up"


@pytest.mark.parametrize("key", CONDITIONS)
def test_mild_changes_hardly_anything_and_severe_a_lot(scene: Scene, key: str) -> None:
    kind, before = CONDITIONS[key], scene.image.copy()
    mild = kind.apply(scene.image, scene.face, kind.mild)
    assert mild.image.shape == scene.image.shape and np.abs(mild.image.astype(int) - scene.image).mean() < 1
    severe = kind.apply(scene.image, scene.face, kind.severe)
    assert severe.image.shape != scene.image.shape or np.abs(severe.image.astype(int) - scene.image).mean() > 5
    assert severe.image.dtype == np.uint8 and len(severe.face) == 1
    assert (scene.image == before).all(), "the photo itself was changed"
    again = kind.apply(scene.image, scene.face, kind.severe)
    assert (again.image == severe.image).all(), "the same strength made another picture"


@pytest.mark.parametrize("key", CONDITIONS)
def test_strength_and_hardship_are_each_others_inverse_and_grow_together(key: str) -> None:
    kind = CONDITIONS[key]
    assert kind.strength(0) == pytest.approx(kind.mild) and kind.strength(1) == pytest.approx(kind.severe)
    places = [kind.hardship(strength) for strength in kind.measured]
    assert places == sorted(places) and places[0] > 0 and places[-1] <= 1
    assert [kind.strength(place) for place in places] == pytest.approx(list(kind.measured))


def test_a_small_face_has_the_side_that_was_asked_for(scene: Scene) -> None:
    made = small(scene.image, scene.face, 24)
    assert made.face.sides[0] == pytest.approx(24, abs=0.6)
    assert small(scene.image, scene.face, 500).image.shape == scene.image.shape


def test_each_stop_halves_the_light_and_darkness_is_noisy() -> None:
    image, face = grey(188, 200)  # half of white's light
    darker = dark(image, face, 3).image.astype(float) / 255
    linear = np.where(darker <= 0.04045, darker / 12.92, ((darker + 0.055) / 1.055) ** 2.4)
    assert linear.mean() == pytest.approx(0.5 / 8, rel=0.03)
    assert 0 < (dark(image, face, 1).image / 255).std() / 0.53 < darker.std() / darker.mean(), "less light, more noise"
    assert dark(image, face, 0).image is image


def test_blur_is_counted_on_a_face_of_112_pixels() -> None:
    image, face = grey(0, 240)
    image[120, 120] = 255
    image[118:123, 118:123] = 255

    def width(scene: Scene) -> float:
        mass = scene.image[..., 0].astype(float).sum(0)
        return float(np.sqrt((mass * (np.arange(240) - 120) ** 2).sum() / mass.sum()))

    assert face.sides[0] == 120
    assert width(blurred(image, face, 4)) == pytest.approx(np.hypot(4 * 120 / 112, np.sqrt(2)), rel=0.08)


def test_a_turned_face_is_where_it_is_said_to_be(scene: Scene) -> None:
    turned = rotated(scene.image, scene.face, 30)
    left, right = turned.face.landmarks_xy[0, :2]
    before = scene.face.landmarks_xy[0, 1] - scene.face.landmarks_xy[0, 0]
    angle = np.degrees(np.arctan2(*(right - left)[::-1]) - np.arctan2(*before[::-1]))
    assert angle == pytest.approx(30, abs=0.1), "clockwise as one looks at it"
    found = engine.find(turned.image).faces
    assert np.abs(found.landmarks_xy[0] - turned.face.landmarks_xy[0]).mean() < 6


def test_a_mask_covers_the_mouth_and_sunglasses_the_eyes_and_nothing_else(scene: Scene) -> None:
    def changed(made: Scene) -> list[bool]:
        points = np.rint(scene.face.landmarks_xy[0]).astype(int)
        return [bool((made.image[y, x] != scene.image[y, x]).any()) for x, y in points]

    assert changed(masked(scene.image, scene.face, 0.8)) == [False, False, True, True, True]
    assert changed(masked(scene.image, scene.face, 0.5)) == [False, False, False, True, True]
    assert changed(shaded(scene.image, scene.face, 0.5)) == [True, True, False, False, False]
