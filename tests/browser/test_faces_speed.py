"""Faster matching in a real browser: curves before the first race, a race that grows, stops, and waits its turn."""

from typing import Any

from playwright.sync_api import expect

SOLID = "#speed-chart .scatterlayer .trace path.js-line:not([style*='dasharray'])"


def open_view(visiting: Any, *names: str) -> None:
    for name in names:
        visiting.tab(name)
    expect(visiting.page.locator("#speed-chart .legendtext")).to_have_count(6)
    for method in ("torch", "HNSW"):  # they take the longest to load and to build
        visiting.page.locator("#speed-methods label", has_text=method).click()


def test_the_lesson(visit) -> None:
    visiting = visit()
    page = visiting.page
    open_view(visiting, "Faces", "Faster matching")
    expect(page.locator("#speed-caption")).to_contain_text("measured beforehand on")
    assert page.locator("#speed-start").bounding_box()["y"] < page.locator("#speed-chart").bounding_box()["y"] + 60
    bottom = page.locator("#speed-caption").bounding_box()
    assert bottom["y"] + bottom["height"] <= 768, "the caption is below the fold"
    page.locator("#speed-budget label", has_text="60 s").click()
    page.locator("#speed-start").click()
    status = page.locator("#speed-status")
    expect(status).to_contain_text("of 60 s", timeout=60_000)
    expect(page.locator("#speed-table")).to_contain_text("just now", timeout=60_000)
    expect(page.locator("#speed-table")).to_contain_text("3,000 faces", timeout=60_000)
    page.locator("#projector-switch").click()  # the race goes on, and so do its curves
    expect(page.locator("#speed-table")).to_contain_text("just now")
    page.locator("#speed-stop").click()
    expect(status).to_contain_text("Stopped")
    expect(page.locator("#speed-table")).to_contain_text("just now")
    page.locator("[data-speak=zh]").click()
    expect(page.locator("#speed-table")).to_contain_text("刚刚")
    expect(page.locator("#speed-caption")).to_contain_text("实线")
    assert page.locator(SOLID).count() > 0
    assert visiting.complaints == [] and visiting.outside == []


def test_the_next_race_waits_visibly_and_a_closed_page_makes_room(visit) -> None:
    first, second = visit(), visit(locale="zh-CN")
    open_view(first, "Faces", "Faster matching")
    open_view(second, "人脸", "更快地比对")
    first.page.locator("#speed-budget label", has_text="60 s").click()
    first.page.locator("#speed-start").click()
    expect(first.page.locator("#speed-status")).to_contain_text("of 60 s", timeout=60_000)
    second.page.locator("#speed-start").click()
    expect(second.page.locator("#speed-status")).to_contain_text("前面还有 1 场比赛")
    first.page.close()
    expect(second.page.locator("#speed-status")).to_contain_text("/ 15 s", timeout=60_000)
    second.page.locator("#speed-stop").click()
    expect(second.page.locator("#speed-status")).to_contain_text("已停止")


def test_on_a_phone_the_page_does_not_scroll_sideways(visit) -> None:
    visiting = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visiting.tab("Faces")
    page = visiting.page
    page.locator("#faces-views .overflow-menu > button").click()
    page.locator("#faces-views .overflow-dropdown button", has_text="Faster matching").click()
    expect(page.locator("#speed-chart .legendtext")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("#speed-start", "#speed-stop", "#speed-budget label >> nth=0", "#speed-methods label >> nth=0"):
        assert page.locator(name).bounding_box()["height"] >= 44, f"{name} is too small for a thumb"
