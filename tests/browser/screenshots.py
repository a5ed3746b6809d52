"""The README's pictures, made by driving the real page: `python -m tests.browser.screenshots`.

With `--all FOLDER`: every view of every room in both languages, light and dark, on three sizes of screen, to be looked at.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import clip, server
from tests.pad import SEVEN

README_PICTURE = Path(__file__).parent / "gallery.png"
FACES_PICTURE = Path(__file__).parent / "faces.png"
_FILMED = ("barack_obama_2", "grace_hopper", "jacinda_ardern_2")
_VIEWS = {"en": ("Draw", "Photo", "Train live", "Script"), "zh": ("手写", "照片", "现场训练", "脚本")}
_SCREENS = ((1920, 1080), (1366, 768), (390, 844))


def _open(browser: Browser, url: str, size: tuple[int, int], language: str, scheme: str = "light") -> Page:
    phone = size[0] < 500
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN" if language == "zh" else "en-US",
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
    )
    page = context.new_page()
    page.goto(url)
    page.locator("#mnist-pad canvas").wait_for()
    expect(page.locator("#mnist-answer")).not_to_be_empty()
    return page


def _draw_seven(page: Page) -> None:
    box = page.locator("#mnist-pad canvas").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()
    expect(page.locator("#mnist-answer .big")).to_have_text("7")
    expect(page.locator("#mnist-inside figure")).to_have_count(3)


def _live(browser: Browser, url: str) -> None:
    """Three people before a camera, two of them enrolled by other photos."""
    page = _open(browser, url, (1366, 768), "en")
    page.context.grant_permissions(["camera"])
    for view in ("Faces", "Who is it?"):
        page.get_by_role("tab", name=view, exact=True).click()
    page.locator("#faces-use-examples").click()
    expect(page.locator("#faces-list .roster li")).to_have_count(4)
    page.get_by_role("tab", name="Live", exact=True).click()
    page.locator("#faces-camera [data-do=start]").click()
    page.wait_for_timeout(8000)
    page.screenshot(path=FACES_PICTURE)


def _all(browser: Browser, url: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size in _SCREENS:
        for language, views in _VIEWS.items():
            for scheme in ("light", "dark"):
                page = _open(browser, url, size, language, scheme)
                _draw_seven(page)
                for number, view in enumerate(views):
                    page.get_by_role("tab", name=view, exact=True).click()
                    if number == 1:
                        page.locator(".photo-examples .gallery-item").first.click()
                        expect(page.locator("#mnist-photo-answer .big")).to_have_text("1956")
                    if number == 2:
                        page.locator("#mnist-start").click()
                        page.locator("#mnist-outcome").wait_for(timeout=120_000)
                    page.wait_for_timeout(800)
                    page.evaluate("scrollTo(0, 0)")
                    page.screenshot(path=folder / f"{size[0]}-{language}-{scheme}-{number}.png", full_page=number == 2)
                page.context.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every view, into this folder")
    options = parser.parse_args()
    chromium = os.environ.get("GALLERY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, server.running() as url, sync_playwright() as playwright:
        server.wait_until_warm(url)
        film = clip.mjpeg(Path(folder) / "film.mjpeg", [clip.EXAMPLES / f"{name}.jpg" for name in _FILMED], 60)
        camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        args = ["--headless", "--no-sandbox", "--disable-gpu", *camera, f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=chromium, args=args)
        if options.all:
            _all(browser, url, options.all)
        else:
            page = _open(browser, url, (1366, 768), "en")
            _draw_seven(page)
            page.wait_for_timeout(500)
            page.screenshot(path=README_PICTURE)
            _live(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
