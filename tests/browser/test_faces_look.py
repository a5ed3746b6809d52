"""Looking inside the detectors, and comparing two photos, in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.demos.faces import pictures


def slide(page: Any, elem_id: str, keys: str, times: int) -> None:
    """Move a slider with the keyboard, as a drag does: an event for every step."""
    handle = page.locator(f"#{elem_id} input[type=range]")
    handle.focus()
    for _ in range(times):
        handle.press(keys)


def test_the_inside_is_there_at_once_follows_the_threshold_and_changes_its_language(visit) -> None:
    visiting = visit()
    page = visiting.page
    visiting.tab("Faces")
    mtcnn, centerface = page.locator("#faces-mtcnn"), page.locator("#faces-centerface")
    for panel in (mtcnn, centerface):
        expect(panel.locator("[data-faces='1']")).to_be_visible()
        expect(panel.locator("header .number")).to_have_text(re.compile(r"^[\d,]+ ms$"))
        box = panel.locator(".crop-pairs").bounding_box()
        assert box and box["y"] + box["height"] <= 768, "the aligned face is above the fold"
    expect(mtcnn.locator("figcaption").nth(2)).to_have_text("③ ONet keeps 1")
    slide(page, "faces-threshold-centerface", "End", 1)
    expect(centerface.locator("[data-faces='0']")).to_be_visible()
    expect(centerface).to_contain_text("No face reaches 0.99; the best candidate has 0.9")
    expect(centerface.locator(".stages svg")).to_have_count(2)
    expect(mtcnn.locator("[data-faces='1']")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(centerface).to_contain_text("没有人脸达到 0.99")
    expect(mtcnn.locator("figcaption").nth(2)).to_have_text("③ ONet 留下 1 个")
    slide(page, "faces-threshold-centerface", "Home", 1)
    expect(centerface.locator("[data-faces='0']")).to_have_count(0)
    assert visiting.complaints == [] and visiting.outside == []


def test_another_example_and_a_photo_of_ones_own(visit, tmp_path: Path) -> None:
    visiting = visit()
    page = visiting.page
    visiting.tab("Faces")
    expect(page.locator("#faces-mtcnn [data-faces='1']")).to_be_visible()
    before = page.locator("#faces-mtcnn image").first.get_attribute("href")
    page.locator(".faces-examples .gallery-item").first.click()
    expect(page.locator("#faces-mtcnn image").first).not_to_have_attribute("href", before or "")
    page.get_by_label("Remove Image").first.click()
    expect(page.locator("#faces-mtcnn")).to_contain_text("Add a photo")
    page.locator("#faces-photo input[type=file]").set_input_files(pictures.without_a_face(tmp_path))
    expect(page.locator("#faces-mtcnn")).to_contain_text("No face was found")
    expect(page.locator("#faces-centerface")).to_contain_text("No face was found")
    assert visiting.complaints == []


@pytest.mark.parametrize(("locale", "room", "sentence", "title"), [
    ("zh-CN", "人脸", "这个文件太大：最多 64 MB", "请注意"),
    ("en-US", "Faces", "This file is too large: 64 MB at most", "Please note"),
])  # fmt: skip
def test_a_picture_of_200_megabytes_gets_a_sentence_in_the_readers_language(
    visit, tmp_path: Path, locale: str, room: str, sentence: str, title: str
) -> None:
    visiting = visit(locale=locale)
    visiting.tab(room)
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(200 * 10**6)
    visiting.page.locator("#faces-photo input[type=file]").set_input_files(tmp_path / "huge.jpg")
    expect(visiting.page.locator(".toast-body")).to_contain_text(sentence)
    expect(visiting.page.locator(".toast-body")).to_contain_text(title)


def test_a_pair_is_judged_at_once_and_again_while_the_threshold_moves(visit) -> None:
    visiting = visit()
    page = visiting.page
    visiting.tab("Faces")
    visiting.tab("Same person?")
    answer, meaning = page.locator("#faces-pair-answer"), page.locator("#faces-pair-meaning")
    expect(answer.locator(".verdict")).to_have_text("Same person")
    expect(page.locator("#faces-pair-chart .js-plotly-plot")).to_be_visible()
    box = meaning.locator(".rates").bounding_box()
    assert box and box["y"] + box["height"] <= 768, "what the threshold means is above the fold"
    similarity = answer.locator(".similarity b").inner_text()
    page.locator("#faces-pair-strict").click()
    expect(answer.locator(".because")).to_have_text("at or above the threshold of 0.42")
    expect(meaning).to_contain_text(re.compile(r"1 in 1\d,000 pairs of different people"))
    slide(page, "faces-pair-threshold", "End", 1)
    expect(answer.locator(".verdict")).to_have_text("Different people")
    expect(meaning).to_contain_text("100 in 100 pairs of the same person would be refused")
    expect(answer.locator(".similarity b")).to_have_text(similarity)
    page.get_by_role("button", name="中文").click()
    expect(answer.locator(".verdict")).to_have_text("不是同一个人")
    expect(page.locator("#faces-pair-chart")).to_contain_text("这一对")
    page.locator("#faces-pair-examples button").nth(3).click()
    expect(answer.locator(".similarity b")).not_to_have_text(similarity)
    assert visiting.complaints == [] and visiting.outside == []


def test_the_endpoints_can_be_tried_by_hand(visit) -> None:
    visiting = visit()
    page = visiting.page
    visiting.tab("Faces")
    visiting.tab("From a script")
    page.get_by_role("button", name="Find the faces").click()
    expect(page.locator("#faces-script-faces")).to_contain_text("landmarks_xy")
    page.locator("#faces-script-verify").click()
    expect(page.locator("#faces-script-verdict")).to_contain_text("threshold")
    page.locator("#faces-script-detector input").fill("yolo")
    page.locator("#faces-script-detector input").press("Enter")
    page.get_by_role("button", name="Find the faces").click()
    expect(page.locator(".toast-body")).to_contain_text("There is no detector called “yolo”")
    assert visiting.complaints == []
