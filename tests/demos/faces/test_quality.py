"""A photo that would make a bad memory is turned away, with the sentence that says why."""

import cv2
import numpy as np
import pytest
from PIL import Image

from demos.faces import engine
from demos.faces.quality import NotEnrolled
from shared.language import LANGUAGES, translate
from tests.clip import EXAMPLES

PHOTO = engine.read(EXAMPLES / "grace_hopper.jpg")


def two() -> np.ndarray:
    both = [Image.open(EXAMPLES / f"{name}.jpg").resize((420, 480)) for name in ("grace_hopper", "rishi_sunak")]
    return np.concatenate([np.asarray(each) for each in both], axis=1)


def turned() -> np.ndarray:
    """A face seen from the side cannot be made from a portrait; one squeezed on one side has its nose where it would be."""
    height, width = PHOTO.shape[:2]
    left = cv2.resize(PHOTO[:, : width // 2], (width // 8, height))
    return np.concatenate([left, PHOTO[:, width // 2 :]], axis=1)


BAD = {
    "faces_none": np.full((200, 200, 3), 90, np.uint8),
    "faces_several": two(),
    "faces_too_small": cv2.resize(PHOTO, None, fx=0.19, fy=0.19, interpolation=cv2.INTER_AREA),
    "faces_too_dark": (PHOTO * 0.2).astype(np.uint8),
    "faces_too_pale": (255 - (255 - PHOTO) * 0.2).astype(np.uint8),
    "faces_blurred": cv2.GaussianBlur(PHOTO, (0, 0), 6),
    "faces_turned": turned(),
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


def test_somebody_far_behind_does_not_spoil_a_portrait() -> None:
    sheet = Image.fromarray(PHOTO).resize((560, 656))
    sheet.paste(Image.open(EXAMPLES / "rishi_sunak.jpg").resize((70, 84)), (5, 5))
    portrait, _ = engine.portrait_of(np.asarray(sheet))
    assert portrait.face.sides[0] > 60
