"""Where it fails, in a real browser: drag the slider and the face gets lost; the charts follow language and screen."""

import re

from playwright.sync_api import expect


def test_the_face_is_lost_while_the_slider_is_dragged(visit) -> None:
    visiting = visit()
    page = visiting.page
    visiting.tab("Faces")
    visiting.tab("Where it fails")
    result, chart = page.locator("#faces-fails-result"), page.locator("#faces-fails-chart")
    expect(result).to_contain_text("Click an example")
    expect(chart.locator("svg.fails-chart")).to_be_visible()
    page.locator(".fails-try .gallery-item").first.click()
    expect(result.locator(".fails-seen .found")).to_have_count(2)
    expect(result).to_contain_text("to another photo of this person")

    track = page.locator("#faces-fails-strength input[type=range]").bounding_box()
    assert track is not None
    assert track["y"] + track["height"] < 768, "the slider is on the screen"
    page.mouse.move(track["x"] + track["width"] * 0.6, track["y"] + track["height"] / 2)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] * 0.98, track["y"] + track["height"] / 2, steps=8)
    expect(result.locator(".fails-seen .lost")).to_have_count(2)  # the button is still down
    expect(result).to_contain_text("nothing to compare")
    page.mouse.up()

    page.get_by_role("radio", name="Tilted").click()
    expect(result.locator(".fails-title")).to_have_text(re.compile(r"Tilted: 1[78]\d°"))
    expect(chart.locator("h4")).to_have_text("Tilted")

    page.get_by_role("button", name="中文").click()
    expect(chart.locator("h4")).to_have_text("歪头")
    expect(result.locator(".fails-title")).to_contain_text("歪头")
    expect(page.locator("#faces-fails-groups h3")).to_contain_text("不同人群")
    expect(page.locator("#faces-fails-all .fails-panel")).to_have_count(7)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not visiting.outside and not visiting.complaints
