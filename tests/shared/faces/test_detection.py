"""Both detectors find the same faces, in pixels of the picture they were given, and nothing where nothing is."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared import images
from shared.faces import centerface, detection
from tests.clip import EXAMPLES

PHOTOS = sorted(EXAMPLES.glob("*.jpg"))
pytestmark = pytest.mark.parametrize("name", detection.DETECTORS)


def inside(point: np.ndarray, box: np.ndarray) -> bool:
    return bool((point >= box[:2]).all() and (point <= box[2:]).all())


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: photo.stem)
def test_the_one_face_of_a_portrait_is_found_with_its_eyes_nose_and_mouth_in_place(name: str, photo: Path) -> None:
    found = detection.detector(name).detect(images.read(photo), min_face=40)
    assert len(found) == 1
    assert found.boxes_xyxy.shape == (1, 4) and found.scores.shape == (1,) and found.landmarks_xy.shape == (1, 5, 2)
    assert found.boxes_xyxy.dtype == found.scores.dtype == found.landmarks_xy.dtype == np.float32
    left_eye, right_eye, nose, mouth_left, mouth_right = found.landmarks_xy[0]
    assert all(inside(point, found.boxes_xyxy[0]) for point in found.landmarks_xy[0])
    assert left_eye[0] < nose[0] < right_eye[0] and mouth_left[0] < mouth_right[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(mouth_left[1], mouth_right[1])


def test_the_two_detectors_agree(name: str) -> None:
    other = next(one for one in detection.DETECTORS if one != name)
    photo = images.read(EXAMPLES / "grace_hopper.jpg")
    (mine,), (theirs,) = (detection.detector(each).detect(photo, min_face=40).landmarks_xy for each in (name, other))
    eyes_apart = np.linalg.norm(mine[0] - mine[1])
    assert np.linalg.norm(mine - theirs, axis=1).max() < 0.25 * eyes_apart


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (11, 11), (13, 40), (33, 31)])
def test_a_picture_of_nothing_has_no_face_whatever_its_shape(name: str, shape: tuple[int, int]) -> None:
    found = detection.detector(name).detect(np.full((*shape, 3), 127, np.uint8))
    assert len(found) == 0
    assert found.boxes_xyxy.shape == (0, 4) and found.landmarks_xy.shape == (0, 5, 2)


@pytest.mark.parametrize("image", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 4), np.uint8), np.zeros((9, 9, 3), np.float32),
                                   np.zeros((0, 9, 3), np.uint8)], ids=["grey", "alpha", "float", "empty"])  # fmt: skip
def test_another_kind_of_array_is_refused(name: str, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        detection.detector(name).detect(image)


def test_faces_of_twenty_pixels_are_found_on_a_photo_of_twelve_megapixels(name: str) -> None:
    places = [(310, 290), (2900, 400), (1111, 1777), (3700, 2700), (500, 2500)]
    sheet = Image.new("RGB", (4000, 3000), (128, 140, 150))
    for (x, y), file in zip(places, ("barack_obama_1", "grace_hopper", "jacinda_ardern_1", "rishi_sunak", "jacinda_ardern_2"),
                            strict=True):  # fmt: skip
        photo = Image.open(EXAMPLES / f"{file}.jpg")
        face = detection.detector(name).detect(np.asarray(photo), min_face=60)
        photo = photo.resize([round(side * 20 / float(face.sides[0])) for side in photo.size], Image.Resampling.LANCZOS)
        sheet.paste(photo, (x, y))
    found = detection.detector(name).detect(np.asarray(sheet), min_face=18)
    for x, y in places:
        assert any(x <= box[0] <= x + 60 and y <= box[1] <= y + 60 for box in found.boxes_xyxy), (x, y)


def test_a_face_that_fills_a_huge_photo_is_found_once(name: str) -> None:
    photo = Image.open(EXAMPLES / "jacinda_ardern_1.jpg").resize((2574, 3360))
    found = detection.detector(name).detect(np.asarray(photo), min_face=40)
    assert len(found) == 1 and 1200 < found.sides[0] < 2200


def test_everything_moves_with_the_picture(name: str) -> None:
    photo = images.read(EXAMPLES / "rishi_sunak.jpg")
    wider = np.full((photo.shape[0] + 96, photo.shape[1] + 64, 3), 127, np.uint8)
    wider[96:, 64:] = photo
    before, after = (detection.detector(name).detect(each, min_face=40) for each in (photo, wider))
    assert np.abs(after.landmarks_xy - before.landmarks_xy - [64, 96]).max() < 0.06 * before.sides[0]


def test_turned_grey_and_transparent_files_are_found_all_the_same(name: str, tmp_path: Path) -> None:
    photo = Image.open(EXAMPLES / "barack_obama_1.jpg")
    upright = detection.detector(name).detect(np.asarray(photo), min_face=40).landmarks_xy
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    turned.save(tmp_path / "turned.jpg", quality=95, exif=exif)
    photo.convert("L").save(tmp_path / "grey.png")
    see_through = photo.copy()
    see_through.putalpha(255)
    see_through.save(tmp_path / "alpha.png")
    for file in tmp_path.iterdir():
        found = detection.detector(name).detect(images.read(file), min_face=40)
        assert len(found) == 1, file
        assert np.abs(found.landmarks_xy - upright).max() < 8, file


def test_smaller_faces_than_wanted_are_left_out(name: str) -> None:
    photo = images.read(EXAMPLES / "eileen_collins.jpg")
    side = float(detection.detector(name).detect(photo, min_face=40).sides[0])
    assert len(detection.detector(name).detect(photo, min_face=2 * side)) == 0


def test_the_inside_tells_how_candidates_become_faces(name: str) -> None:
    seen = detection.detector(name).inspect(images.read(EXAMPLES / "eileen_collins.jpg"), min_face=40)
    counts = [len(boxes) for boxes in seen.stages.values()]
    assert counts == sorted(counts, reverse=True) and counts[-1] >= len(seen.faces) == 1
    assert seen.heat is not None and seen.heat.min() >= 0 and seen.heat.max() <= 1 and seen.elapsed_ms > 0


def test_centerface_decodes_one_warm_cell_into_its_face(name: str) -> None:
    """Written out by hand: centre (5.75, 4.5) cells of 4 pixels, 32 pixels high, 16 wide."""
    heat = np.zeros((1, 8, 10), np.float32)
    size, offset, landmarks = np.zeros((2, 8, 10)), np.zeros((2, 8, 10)), np.zeros((10, 8, 10))
    heat[0, 4, 5] = 0.9
    size[:, 4, 5] = np.log([8, 4])
    offset[:, 4, 5] = [0.0, 0.25]
    landmarks[:, 4, 5] = [0.25, 0.25, 0.25, 0.75, 0.5, 0.5, 0.75, 0.25, 0.75, 0.75]
    found = centerface.decode(heat, size, offset, landmarks, threshold=0.5)
    assert found.boxes_xyxy.tolist() == [[15, 2, 31, 34]]
    assert found.landmarks_xy[0].tolist() == [[19, 10], [27, 10], [23, 18], [19, 26], [27, 26]]
