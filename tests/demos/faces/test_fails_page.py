"""The view "Where it fails" through HTTP: a photo made worse, the measured chart, and sentences for what cannot be done."""

import re
from pathlib import Path

import pytest

from demos.faces import engine, fails_charts, fails_view, groups, toll
from demos.faces.conditions import CONDITIONS
from shared.visitor import Visitor
from tests.gradio_page import Page

EXAMPLES = Path(engine.__file__).parent / "examples"
RESULT, CHART, PHOTO = "faces-fails-result", "faces-fails-chart", "faces-fails-photo"
CONDITION, SLIDER = "faces-fails-condition", "faces-fails-strength"


def put_photo(page: Page, file: Path) -> None:
    page.upload(PHOTO, [file])
    page.put(PHOTO, page.value(PHOTO)[0])
    page.do(PHOTO, "change")


def worsen(page: Page, condition: str, percent: float) -> str:
    page.put(CONDITION, condition)
    page.put(SLIDER, percent)
    page.do(SLIDER, "input")
    return str(page.value(RESULT))


def test_a_face_is_found_until_it_is_made_too_small(page: Page) -> None:
    page.put(SLIDER, 10)
    put_photo(page, EXAMPLES / "barack_obama_1.jpg")
    shown = str(page.value(RESULT))
    assert shown.count("<b>found</b>") == 2 and shown.count("same person") == 2, "to itself and to the other photo of him"
    shown = worsen(page, "small", 100)
    assert "Small: 8 pixels" in shown and shown.count("<b>not found</b>") == 2 and "nothing to compare" in shown
    shown = worsen(page, "shaded", 20)
    assert "Sunglasses: 0.30 eye distances" in shown and "to another photo" in shown
    assert "Sunglasses" in page.value(CHART) and 'class="now"' in page.value(CHART)


def test_a_person_of_whom_there_is_one_photo_is_compared_with_that(page: Page) -> None:
    put_photo(page, EXAMPLES / "eileen_collins.jpg")
    assert "to the photo as it is" in page.value(RESULT) and "to another photo" not in page.value(RESULT)


def test_what_cannot_be_done_is_said_and_nothing_is_lost(page: Page, tmp_path: Path) -> None:
    assert "Click an example" in worsen(page, "dark", 50)
    put_photo(page, EXAMPLES / "rishi_sunak.jpg")
    assert "Dark: 1.0 stops less light" in worsen(page, "dark", 10)
    (tmp_path / "note.jpg").write_text("no picture")
    put_photo(page, tmp_path / "note.jpg")
    assert "cannot be read" in page.value(RESULT) or "not a picture" in page.value(RESULT)
    page.put(PHOTO, None)
    page.do(PHOTO, "change")
    assert "Click an example" in page.value(RESULT)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_on_the_charts_is_a_measured_one(language: str) -> None:
    found, who = toll.stored(), Visitor(language)
    drawn = fails_charts.small_multiples(found, who)
    assert drawn.count("<svg class=") == len(CONDITIONS) + 1
    for name in (found.date, found.command, str(found.pairs), f"{found.threshold:.3f}"):
        assert name in drawn
    for key in CONDITIONS:
        at = found.breaks_at(key)
        said = fails_charts.says(found, key, who)
        assert at is None or fails_charts.strength(key, at, who) in said
        assert 'class="break"' in fails_charts.panel(found, key, who) if at is not None else "90 %" in said
    assert not re.search(r"\{\w*\}|None|nan", drawn)


def test_a_gallery_without_measurements_says_how_to_measure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from demos.faces import page_fails

    def nothing() -> None:
        raise FileNotFoundError

    monkeypatch.setattr(page_fails.toll, "stored", nothing)
    assert "python -m demos.faces.hardship" in page_fails._all(Visitor("en"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_figures_of_others_stand_with_their_sources(language: str) -> None:
    shown = fails_view.between_groups(Visitor(language))
    for row in groups.PUBLISHED:
        assert row.trained_on in shown and all(f"{value:.1f} %" in shown for value in row.accepted_percent)
    for source in (groups.INSIGHTFACE, groups.NIST, groups.GENDER_SHADES):
        assert f'href="{source}"' in shown
    assert "24.1 %" in shown and "61.7 %" in shown and "SFace" in shown
