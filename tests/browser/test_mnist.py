"""The MNIST room in a real browser: draw, photograph, train, and use what was trained."""

import re
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import expect

from tests import pad
from tests.pad import SEVEN

ONE = [(0.5, 0.2), (0.5, 0.8)]


def test_a_digit_is_read_while_the_mouse_is_still_down(visit) -> None:
    visiting = visit()
    page = visiting.page
    box = page.locator("#mnist-pad canvas").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=10)
    expect(page.locator("#mnist-answer .big")).to_have_text("7")  # no button, no pause, the stroke has not ended
    page.mouse.up()
    bars = page.locator("#mnist-answer .bars li")
    expect(bars).to_have_count(3)
    shares = [float(bar.locator(".number").inner_text().rstrip(" %")) for bar in bars.all()]
    assert shares == sorted(shares, reverse=True) and shares[0] > 90
    assert page.locator("#mnist-answer .seen img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]
    expect(page.locator("#mnist-inside figcaption").first).to_contain_text("made it a 7")
    expect(page.locator("#mnist-inside figcaption").nth(1)).to_contain_text("32 maps")
    expect(page.locator("#mnist-inside figcaption").nth(2)).to_contain_text("64 maps")


def test_clear_and_undo(visit) -> None:
    visiting = visit()
    page = visiting.page
    visiting.draw(ONE)
    expect(page.locator("#mnist-answer .big")).to_have_text("1")
    page.locator("#mnist-pad-clear").click()
    expect(page.locator("#mnist-answer")).to_contain_text("click an example")
    page.locator("#mnist-pad-undo").click()
    expect(page.locator("#mnist-answer .big")).to_have_text("1")
    page.locator("#mnist-pad-undo").click()
    expect(page.locator("#mnist-answer")).to_contain_text("click an example")


def test_the_brush_changes_its_width(visit) -> None:
    visiting = visit()
    page = visiting.page

    def ink() -> float:
        return page.locator("#mnist-pad canvas").evaluate(
            """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
                 .reduce((dark, value, i) => dark + (i % 4 === 0 && value < 128), 0)"""
        )

    amounts = []
    for brush in ("Thin", "Medium", "Thick"):
        page.locator(".pad-brush label", has_text=brush).click()
        visiting.draw(ONE)
        expect(page.locator("#mnist-answer .big")).to_have_text("1")
        amounts.append(ink())
        page.locator("#mnist-pad-clear").click()
    assert amounts[0] * 1.7 < amounts[1] < amounts[2] / 1.3


def test_a_year_is_read_as_a_number_and_a_scribble_is_not_guessed_at(visit) -> None:
    visiting = visit()
    page = visiting.page
    page.locator(".pad-example").nth(2).click()
    expect(page.locator("#mnist-answer .big")).to_have_text("2026")
    expect(page.locator("#mnist-answer .digits figure")).to_have_count(4)
    page.locator("#mnist-pad-clear").click()
    page.locator(".pad-brush label", has_text="Thin").click()
    zigzag = [(0.25 + 0.05 * (i % 11), (0.2, 0.8, 0.35, 0.7)[i % 4]) for i in range(44)]
    visiting.draw(zigzag)
    expect(page.locator("#mnist-answer")).to_contain_text("does not look like a digit")
    assert visiting.answer() == "?"


def test_a_finger_draws_and_the_page_does_not_scroll(visit) -> None:
    visiting = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visiting.page
    box = page.locator("#mnist-pad canvas").bounding_box()
    # A seven that ends far below its start: on plain ground such a swipe scrolls the page.
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    steps = [(x1 + (x2 - x1) * t / 8, y1 + (y2 - y1) * t / 8) for (x1, y1), (x2, y2) in pairwise(places) for t in range(9)]
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, points: list[tuple[float, float]]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    before = page.evaluate("scrollY")
    finger("touchStart", [steps[0]])
    for step in steps[1:]:
        finger("touchMove", [step])
    finger("touchEnd", [])
    expect(page.locator("#mnist-answer .big")).to_have_text("7")
    assert page.evaluate("scrollY") == before
    for name in ("#mnist-pad-clear", "#mnist-pad-undo", ".pad-brush label >> nth=0", ".speak button >> nth=0"):
        assert page.locator(name).bounding_box()["height"] >= 44, f"{name} is too small for a thumb"


def test_a_photo_is_read_and_framed(visit, tmp_path) -> None:
    visiting = visit()
    page = visiting.page
    visiting.tab("Photo")
    (tmp_path / "seven.png").write_bytes(pad.png(pad.sheet()))
    page.locator("#mnist-photo input[type=file]").set_input_files(tmp_path / "seven.png")
    expect(page.locator("#mnist-photo-answer .big")).to_have_text("7")
    expect(page.locator("#mnist-photo-answer rect")).to_have_count(1)


@pytest.mark.parametrize(("number", "digits"), [(0, "1956"), (1, "2012"), (2, "9")])
def test_every_example_photo_is_read(visit, number: int, digits: str) -> None:
    visiting = visit()
    visiting.tab("Photo")
    visiting.page.locator(".photo-examples .gallery-item").nth(number).click()
    expect(visiting.page.locator("#mnist-photo-answer .big")).to_have_text(digits)


def test_a_file_that_is_no_picture_gets_a_sentence_and_no_trace(visit, tmp_path) -> None:
    visiting = visit(locale="zh-CN")
    visiting.tab("照片")
    (tmp_path / "photo.png").write_bytes(b"this is no picture")
    visiting.page.locator("#mnist-photo input[type=file]").set_input_files(tmp_path / "photo.png")
    said = visiting.page.locator("#mnist-photo-answer")
    expect(said).to_contain_text("这个文件不是能读取的图片；请换一张")
    assert "Traceback" not in visiting.page.inner_text("body") and "tmp" not in said.inner_text()
    assert visiting.complaints == []


def test_a_photo_without_a_digit_gets_a_sentence(visit, tmp_path) -> None:
    visiting = visit()
    visiting.tab("Photo")
    (tmp_path / "photo.png").write_bytes(pad.png(np.full((300, 300), 200, np.uint8)))
    visiting.page.locator("#mnist-photo input[type=file]").set_input_files(tmp_path / "photo.png")
    expect(visiting.page.locator("#mnist-photo-answer")).to_contain_text("no digit to be found")


def test_asking_without_a_file_gets_a_sentence(visit) -> None:
    visiting = visit()
    visiting.tab("Script")
    visiting.page.get_by_role("button", name="Read one digit").click()
    expect(visiting.page.locator(".toast-body")).to_contain_text("please choose one first")


def choose_length(visiting, length: str) -> None:
    """How long the next training is to take."""
    visiting.page.get_by_label("How long").click()
    visiting.page.get_by_role("option", name=length, exact=True).click()


def test_the_lesson(visit) -> None:
    """Train to 99 %, look at the mistakes, compare a second run, and use the first network on the pad."""
    visiting = visit()
    page = visiting.page
    visiting.tab("Train live")
    expect(page.locator("#mnist-status")).to_contain_text("Press “Train”")
    choose_length(visiting, "5 epochs")  # not seconds: a busy machine must not fail the lesson
    page.locator("#mnist-start").click()
    status = page.locator("#mnist-status")
    expect(status).to_contain_text("test accuracy", timeout=60_000)
    expect(status).to_contain_text("Done", timeout=240_000)
    assert float(re.findall(r"([\d.]+) % of the test digits", status.inner_text())[0]) >= 99
    assert "99 % was reached at" in status.inner_text()
    expect(page.locator("#mnist-confusion .js-plotly-plot")).to_be_visible()
    wrong = int(re.findall(r"(\d+) of the 10,000", page.locator("#mnist-mistakes").inner_text())[0])
    assert 0 < wrong < 110
    shown = page.locator("#mnist-mistakes figure")
    assert shown.count() == min(wrong, 48)
    assert re.fullmatch(r"said \d, was \d", shown.first.inner_text().strip())

    page.locator("#mnist-use").click()
    visiting.draw(SEVEN)
    expect(page.get_by_label("The one I trained")).to_be_checked()
    expect(page.locator("#mnist-answer .big")).to_have_text("7")

    visiting.tab("Train live")
    page.get_by_label("Optimiser").click()
    page.get_by_role("option", name="SGD 0.01").click()
    page.locator("#mnist-start").click()
    expect(page.locator("#mnist-curves .legendtext")).to_have_count(2, timeout=60_000)
    expect(status).to_contain_text("test accuracy")
    page.locator("#mnist-stop").click()
    expect(status).to_contain_text("Stopped")
    rows = page.locator("#mnist-runs tbody tr")
    expect(rows).to_have_count(2)
    assert "AdamW" in rows.nth(0).inner_text() and "SGD 0.01" in rows.nth(1).inner_text()
    page.get_by_role("button", name="Clear the curves").click()
    expect(page.locator("#mnist-outcome")).to_be_hidden()
    assert visiting.complaints == []


@pytest.mark.parametrize("seed", ["-1", "1.5", "", "99999999999"])
def test_a_seed_that_cannot_be_meant_gets_a_sentence_and_loses_nothing(visit, seed: str) -> None:
    visiting = visit(locale="zh-CN")
    visiting.tab("现场训练")
    visiting.page.get_by_label("随机种子").fill(seed)
    visiting.page.locator("#mnist-start").click()
    expect(visiting.page.locator(".toast-body")).to_contain_text("随机种子必须是 0 到 2147483647 之间的整数")
    expect(visiting.page.locator("#mnist-status")).to_contain_text("开始训练")


def test_the_next_training_waits_visibly_and_the_pad_goes_on(visit) -> None:
    first, second = visit(), visit()
    for visiting in (first, second):
        visiting.tab("Train live")
        choose_length(visiting, "60 s")
    first.page.locator("#mnist-start").click()
    expect(first.page.locator("#mnist-status")).to_contain_text("s of training", timeout=60_000)
    second.page.locator("#mnist-start").click()
    expect(second.page.locator("#mnist-status")).to_contain_text("1 training ahead of yours")
    second.tab("Draw")
    second.draw(ONE)
    expect(second.page.locator("#mnist-answer .big")).to_have_text("1")
    expect(first.page.locator("#mnist-status")).to_contain_text("s of training")  # it is still going on
    first.page.locator("#mnist-stop").click()
    second.tab("Train live")
    expect(second.page.locator("#mnist-status")).to_contain_text("s of training", timeout=30_000)
    second.page.locator("#mnist-stop").click()
    expect(second.page.locator("#mnist-status")).to_contain_text("Stopped")


def test_whoever_closes_the_page_makes_room(visit) -> None:
    first, second = visit(), visit()
    first.tab("Train live")
    choose_length(first, "60 s")
    first.page.locator("#mnist-start").click()
    expect(first.page.locator("#mnist-status")).to_contain_text("s of training", timeout=60_000)
    second.tab("Train live")
    second.page.locator("#mnist-start").click()
    expect(second.page.locator("#mnist-status")).to_contain_text("ahead of yours")
    first.page.close()
    expect(second.page.locator("#mnist-status")).to_contain_text("s of training", timeout=30_000)
    second.page.locator("#mnist-stop").click()
    expect(second.page.locator("#mnist-status")).to_contain_text("Stopped")
