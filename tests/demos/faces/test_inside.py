"""What stands inside the detectors, and that a threshold may be applied afterwards."""

import numpy as np
import pytest

from demos.faces import engine, opened, view_inside
from shared.faces.detection import DETECTORS, Array
from shared.visitor import Visitor
from tests.demos.faces import pictures

ENGLISH, CHINESE = Visitor("en"), Visitor("zh")


@pytest.fixture(scope="module")
def crowd() -> Array:
    """Six people on one photo, in two sizes."""
    import cv2

    names = ("barack_obama_1", "grace_hopper", "jacinda_ardern_2", "rishi_sunak", "eileen_collins", "barack_obama_2")
    faces = [cv2.resize(engine.read(pictures.example(name)), (280, 320)) for name in names]
    rows = np.concatenate([np.concatenate(faces[:3], 1), np.concatenate(faces[3:], 1)])
    return np.asarray(np.concatenate([rows, cv2.resize(rows, (420, 640))], 1))


@pytest.fixture(scope="module")
def seen(crowd: Array) -> opened.Opened:
    return opened.look(crowd, min_face=24)


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.7, 0.95])
def test_a_threshold_applied_afterwards_finds_what_looking_again_finds(
    crowd: Array, seen: opened.Opened, detector: str, threshold: float
) -> None:
    again, after = engine.find(crowd, detector, min_face=24, threshold=threshold), seen.at(detector, threshold)
    assert np.allclose(after.faces.boxes_xyxy, again.faces.boxes_xyxy, atol=1e-3)
    assert np.allclose(after.faces.scores, again.faces.scores)
    assert np.allclose(after.faces.landmarks_xy, again.faces.landmarks_xy, atol=1e-3)
    assert {name: len(boxes) for name, boxes in after.stages.items()} == {
        name: len(boxes) for name, boxes in again.stages.items()
    }


@pytest.mark.parametrize("detector", DETECTORS)
def test_every_stage_says_how_sure_it_is_and_the_candidates_become_fewer(seen: opened.Opened, detector: str) -> None:
    found = seen.at(detector, 0.5)
    assert all(len(found.scores[name]) == len(boxes) for name, boxes in found.stages.items())
    counts = [len(boxes) for boxes in found.stages.values()]
    assert counts == sorted(counts, reverse=True) and counts[-1] >= len(found.faces) >= 6


def test_the_heat_of_a_large_photo_shows_small_faces_too() -> None:
    """It is looked at in several sizes; the coarsest alone would show none of the small ones."""
    photo = engine.read(pictures.example("eileen_collins"))
    sheet = np.full((1500, 1800, 3), 127, np.uint8)
    sheet[900 : 900 + photo.shape[0], 1200 : 1200 + photo.shape[1]] = photo
    found = engine.find(sheet, "centerface", min_face=30)
    assert found.heat is not None and len(found.faces) == 1
    row, column = np.unravel_index(int(found.heat.argmax()), found.heat.shape)
    x, y = column / found.heat.shape[1] * sheet.shape[1], row / found.heat.shape[0] * sheet.shape[0]
    left, top, right, bottom = found.faces.boxes_xyxy[0]
    assert left < x < right and top < y < bottom
    assert found.heat.max() == pytest.approx(found.faces.scores[0], abs=0.05)


@pytest.mark.parametrize("who", [ENGLISH, CHINESE])
@pytest.mark.parametrize("detector", DETECTORS)
def test_a_panel_frames_the_face_and_names_its_score_count_and_time(detector: str, who: Visitor) -> None:
    seen = opened.look(engine.read(pictures.example("eileen_collins")), 40)
    html = view_inside.panel(seen, detector, 0.5, who)
    assert 'data-faces="1"' in html and " ms" in html
    assert html.count("<circle") == 5
    assert f">{view_inside.score(float(seen.at(detector, 0.5).faces.scores[0]))}</text>" in html
    assert html.count('class="pair"') == 1
    assert html.count("<figcaption>") == (3 if detector == "mtcnn" else 2)


@pytest.mark.parametrize("detector", DETECTORS)
def test_without_a_face_one_sentence_says_so_and_the_stages_stay(detector: str) -> None:
    seen = opened.look(engine.read(pictures.example("eileen_collins")), 40)
    strict = view_inside.panel(seen, detector, 0.9999, ENGLISH) if detector == "centerface" else None
    if strict:
        assert "No face reaches" in strict and "best candidate has 0.9" in strict and "stages" in strict
    nothing = view_inside.panel(opened.look(np.full((120, 160, 3), 127, np.uint8), 40), detector, 0.5, CHINESE)
    assert "没有找到人脸" in nothing and 'class="stages"' in nothing and 'class="pair"' not in nothing


def test_of_many_faces_few_are_cut_out_and_the_page_says_so(seen: opened.Opened) -> None:
    html = view_inside.panel(seen, "centerface", 0.4, ENGLISH)
    count = len(seen.at("centerface", 0.4).faces)
    assert count > 5 and html.count('class="pair"') == 5
    assert f"The largest 5 of {count} are shown." in html


def test_a_score_is_never_rounded_up_to_certainty() -> None:
    assert view_inside.score(0.9996) == "0.99"


@pytest.mark.parametrize("shape", [(1, 1), (2000, 3), (3, 2000)])
def test_pictures_of_odd_shapes_are_looked_at_too(shape: tuple[int, int]) -> None:
    seen = opened.look(np.zeros((*shape, 3), np.uint8), 12)
    for detector in DETECTORS:
        assert 'data-faces="0"' in view_inside.panel(seen, detector, 0.5, ENGLISH)
