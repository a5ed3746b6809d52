"""Faster matching over HTTP, as the page asks: never empty, raced live, in the reader's language, polite about a bad wish."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from demos.faces import speed
from tests.gradio_page import Page


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    with httpx.Client(base_url=url.rstrip("/"), timeout=120, headers={"Accept-Language": "en"}) as client:
        yield Page(client, "")


def lines(page: Page) -> list[dict[str, Any]]:
    """The lines of milliseconds in the plot."""
    return [line for line in json.loads(page.value("speed-chart")["plot"])["data"] if line.get("yaxis", "y") == "y"]


def test_what_was_measured_beforehand_stands_there_before_any_race(page: Page) -> None:
    page.do("speed-opened", "submit")
    kept = speed.stored()
    assert {line["line"]["dash"] for line in lines(page)} == {"dash"} and len(lines(page)) == 6
    assert kept.machine in page.value("speed-caption") and kept.date in page.value("speed-caption")
    assert "1,000,000 faces" in page.value("speed-table") and "just now" not in page.value("speed-table")
    assert "1,000,000 faces: comparing with each takes numpy" in page.value("speed-status")


def test_the_other_dimension_shows_what_was_measured_for_it(page: Page) -> None:
    page.do("speed-opened", "submit")
    before = page.value("speed-table")
    page.put("speed-dimension", 128)
    page.do("speed-dimension", "change")
    assert "128 numbers per face" in page.value("speed-caption")
    assert page.value("speed-table") != before


def test_a_race_adds_its_lines_and_they_stay_in_either_language(page: Page) -> None:
    page.put("speed-dimension", 128)
    page.put("speed-budget", 5)
    page.put("speed-methods", ["faiss_flat", "numpy"])
    page.do("speed-start", "click")
    solid = [line["name"] for line in lines(page) if line["line"]["dash"] == "solid"]
    assert solid == ["numpy", "FAISS flat"]
    assert all(line["showlegend"] is (line["line"]["dash"] == "solid" or line["name"] not in solid) for line in lines(page))
    assert "just now" in page.value("speed-table") and "Solid: just now on this machine" in page.value("speed-caption")
    page.client.cookies.set("gallery_language", "zh")
    page.put("speed-dimension", 512)
    page.do("speed-dimension", "change")
    assert "刚刚" not in page.value("speed-table") and "事先" in page.value("speed-table")
    page.put("speed-dimension", 128)
    page.do("speed-dimension", "change")
    assert "刚刚" in page.value("speed-table") and "实线" in page.value("speed-caption")


def test_without_a_method_there_is_a_sentence_and_nothing_is_lost(page: Page) -> None:
    page.do("speed-opened", "submit")
    before = page.value("speed-table"), page.value("speed-chart")
    page.client.cookies.set("gallery_language", "zh")
    page.put("speed-methods", [])
    page.do("speed-start", "click")
    assert "一种方法也没选" in page.value("speed-status") and "problem" in page.value("speed-status")
    assert (page.value("speed-table"), page.value("speed-chart")) == before
