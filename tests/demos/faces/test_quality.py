"""A photo that would make a bad memory is turned away, with the sentence that says why."""

import cv2
import numpy as np
import pytest
from PIL import Image

from demos.faces import engine, quality
from demos.faces.quality import NotEnrolled
from shared.faces.detection import Faces
from shared.language import LANGUAGES, translate
from tests.clip import EXAMPLES

PHOTO = engine.read(EXAMPLES / "grace_hopper.jpg")


def two() -> np.ndarray:
    both = [Image.open(EXAMPLES / f"{name}.jpg").resize((420, 480)) for name in ("grace_hopper", "rishi_sunak")]
    return np.concatenate([np.asarray(each) for each in both], axis=1)


BAD = {
    "faces_none": np.full((200, 200, 3), 90, np.uint8),
    "faces_several": two(),
    "faces_too_small": cv2.resize(PHOTO, None, fx=0.19, fy=0.19, interpolation=cv2.INTER_AREA),
    "faces_too_dark": (PHOTO * 0.2).astype(np.uint8),
    "faces_too_pale": (255 - (255 - PHOTO) * 0.2).astype(np.uint8),
    "faces_blurred": cv2.GaussianBlur(PHOTO, (0, 0), 6),
}


@pytest.mark.parametrize("key", BAD)
def test_a_bad_photo_is_turned_away_with_what_to_do(key: str) -> None:
    with pytest.raises(NotEnrolled) as caught:
        engine.portrait_of(BAD[key])
    assert caught.value.key == key
    for to in LANGUAGES:
        assert "{" not in translate(key, to, **caught.value.values)


@pytest.mark.parametrize("photo", sorted(EXAMPLES.glob("*.jpg")), ids=lambda photo: photo.stem)
def test_good_portraits_are_taken(photo) -> None:
    portrait, quality = engine.portrait_of(engine.read(photo))
    assert portrait.image.shape[0] == portrait.image.shape[1] <= 256
    assert quality.side > 60


def test_a_face_whose_nose_is_far_from_the_middle_is_turned_away() -> None:
    """A face seen from the side cannot be made from a portrait, but its five points can."""
    face = engine.find(PHOTO, min_face=40).faces
    points = face.landmarks_xy.copy()
    points[0, 2, 0] += 0.6 * (points[0, 1, 0] - points[0, 0, 0])
    assert quality.measure(PHOTO, face).turned == pytest.approx(0, abs=0.2)
    with pytest.raises(NotEnrolled) as caught:
        quality.check(PHOTO, Faces(face.boxes_xyxy, face.scores, points))
    assert caught.value.key == "faces_turned"


def test_somebody_far_behind_does_not_spoil_a_portrait() -> None:
    sheet = Image.fromarray(PHOTO).resize((560, 656))
    sheet.paste(Image.open(EXAMPLES / "rishi_sunak.jpg").resize((70, 84)), (5, 5))
    portrait, _ = engine.portrait_of(np.asarray(sheet))
    assert portrait.face.sides[0] > 60
