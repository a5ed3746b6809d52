"""Face ID in a real browser whose camera shows a film: enrol, be greeted by name, delete; and a camera that is refused."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import clip

FAKE = ("--use-fake-device-for-media-stream",)


@pytest.fixture
def camera(chromium: Browser, url: str, tmp_path: Path) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """camera(photos, allowed=True, **context) -> the room in a browser whose camera films these photos, and its complaints."""
    browsers = []

    def begin(photos: list[str], allowed: bool = True, **context: Any) -> tuple[Page, list[str]]:
        film = clip.mjpeg(tmp_path / "film.mjpeg", [clip.EXAMPLES / f"{photo}.jpg" for photo in photos])
        found = os.environ.get("GALLERY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        allow = ["--use-fake-ui-for-media-stream"] if allowed else ["--deny-permission-prompts"]
        args = ["--headless", "--no-sandbox", "--disable-gpu", *FAKE, *allow, f"--use-file-for-fake-video-capture={film}"]
        browser = chromium.browser_type.launch(executable_path=found, args=args)
        browsers.append(browser)
        options = {"locale": "en-US", "viewport": {"width": 1366, "height": 768}, **context}
        page = browser.new_context(permissions=["camera"] if allowed else [], **options).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.goto(url)
        page.get_by_role("tab", name="Faces" if options["locale"] == "en-US" else "人脸", exact=True).click()
        return page, complaints

    yield begin
    for browser in browsers:
        browser.close()


def labels(page: Page) -> list[str]:
    """What the live camera's last answer called the faces, from the left as the server sees it."""
    return page.evaluate(
        """() => {
          const drawn = document.querySelector("#faces-camera .camera").faces ?? [];
          return [...drawn].sort((a, b) => a.box[0] - b.box[0]).map((face) => face.label);
        }"""
    )


def wait_for(page: Page, wanted: Callable[[list[str]], bool]) -> list[str]:
    for _ in range(150):
        if wanted(found := labels(page)):
            return found
        page.wait_for_timeout(200)
    raise AssertionError(f"the camera says {labels(page)}")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("GALLERY_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_enrol_by_the_camera_be_named_live_and_be_deleted(camera) -> None:
    page, complaints = camera(["grace_hopper"])
    page.get_by_role("tab", name="Who is it?", exact=True).click()
    page.locator("#faces-name textarea, #faces-name input").fill("王小明")
    page.locator("#faces-enrol-camera [data-do=start]").click()
    expect(page.locator("#faces-enrol-camera .camera")).to_have_attribute("data-state", "on")
    page.wait_for_timeout(800)
    for count in (1, 2):
        page.locator("#faces-enrol-camera [data-do=snap]").click()
        expect(page.locator("#faces-list .roster")).to_contain_text(f"photos: {count}")
    expect(page.locator("#faces-outcome")).to_contain_text("王小明 is enrolled")
    page.locator("#faces-enrol-camera [data-do=stop]").click()
    shot(page, "faces-people")

    page.get_by_role("tab", name="Live", exact=True).click()
    page.locator("#faces-camera [data-do=start]").click()
    wait_for(page, lambda found: len(found) == 1 and found[0].startswith("王小明 0."))
    expect(page.locator("#faces-camera .camera-rate")).to_contain_text("frames a second")
    expect(page.locator("#faces-camera .camera-steps")).to_contain_text("embed")
    shot(page, "faces-live")
    page.locator("#faces-tracking input").click()
    page.get_by_role("radio", name="MTCNN").last.click()
    page.wait_for_timeout(1500)
    wait_for(page, lambda found: len(found) == 1 and found[0].startswith("王小明"))

    page.get_by_role("tab", name="Who is it?", exact=True).click()
    page.locator("#faces-list [data-do^=remove]").click()
    expect(page.locator("#faces-list")).to_contain_text("Nobody yet")
    page.get_by_role("tab", name="Live", exact=True).click()
    wait_for(page, lambda found: found == [""])
    page.locator("#faces-camera [data-do=stop]").click()
    expect(page.locator("#faces-camera .camera-note")).to_contain_text("The camera is closed")
    assert complaints == []


def test_a_photo_taken_beside_the_live_picture_enrols_too(camera) -> None:
    page, complaints = camera(["rishi_sunak", "jacinda_ardern_1"])
    page.get_by_role("tab", name="Live", exact=True).click()
    page.locator("#faces-camera [data-do=start]").click()
    wait_for(page, lambda found: len(found) == 2)
    page.locator("#faces-camera [data-do=snap]").click()
    expect(page.locator("#faces-live-note")).to_contain_text("give a name")
    page.locator("#faces-live-name textarea, #faces-live-name input").fill("Two")
    page.locator("#faces-camera [data-do=snap]").click()
    expect(page.locator("#faces-live-note")).to_contain_text("2 faces")
    wait_for(page, lambda found: found == ["", ""])
    assert complaints == []


def test_example_people_are_named_on_a_photo_of_many_in_either_language(camera) -> None:
    page, complaints = camera(["grace_hopper"])
    page.get_by_role("tab", name="Who is it?", exact=True).click()
    page.locator("#faces-use-examples").click()
    expect(page.locator("#faces-list .roster li")).to_have_count(4)
    page.locator("#faces-who-examples [data-do=group]").click()
    expect(page.locator("#faces-answer .frame.known")).to_have_count(4)
    expect(page.locator("#faces-answer .frame.unknown")).to_have_count(1)
    page.locator("[data-speak=zh]").click()
    expect(page.locator("#faces-answer")).to_contain_text("不认识")
    expect(page.locator("#faces-list")).to_contain_text("删除")
    expect(page.locator("#faces-enrol-camera [data-do=start]")).to_have_text("打开摄像头")
    shot(page, "faces-people-zh")
    assert complaints == []


@pytest.mark.parametrize(("locale", "words"), [("en-US", "was not allowed to use the camera"), ("zh-CN", "没有允许使用摄像头")])
def test_a_camera_that_is_refused_is_one_sentence(camera, locale: str, words: str) -> None:
    page, _ = camera(["grace_hopper"], allowed=False, locale=locale)
    page.get_by_role("tab", name="实时" if locale == "zh-CN" else "Live", exact=True).click()
    page.locator("#faces-camera [data-do=start]").click()
    expect(page.locator("#faces-camera .camera-note")).to_contain_text(words)
    assert page.locator("#faces-camera [data-do=start]").is_visible()


def test_on_a_phone_everything_is_within_the_screen(camera) -> None:
    page, _ = camera(["grace_hopper"], viewport={"width": 390, "height": 844}, has_touch=True)
    for name in ("Live", "Who is it?"):
        tab = page.get_by_role("tab", name=name, exact=True)
        if not tab.is_visible():
            page.locator("#faces-views .overflow-menu button").first.click()
            page.locator("#faces-views .overflow-dropdown").get_by_text(name, exact=True).click()
        else:
            tab.click()
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    button = page.locator("#faces-enrol-camera [data-do=start]").bounding_box()
    assert button is not None and button["height"] >= 44
    shot(page, "faces-phone")
