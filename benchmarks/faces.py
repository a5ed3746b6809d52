"""Three people before a camera of 640 x 480: frames a second, tracked as the page does it and by the plain loop.

The plain loop detects and embeds every face in every frame. In one process, from a JPEG to names; and end to end, from
Chromium's camera to boxes drawn over it, where the browser shares the two cores with the server.
"""

import io
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from tests import clip, server

from .row import Row

_PEOPLE = ("barack_obama_1", "grace_hopper", "jacinda_ardern_1")
_SECONDS = 12.0
_WARM_S = 3.0


def measure() -> list[Row]:
    """In one process with either detector, then through the browser."""
    rows = []
    for detector in ("centerface", "mtcnn"):
        tracked, plain = (_rate(detector, tracking) for tracking in (True, False))
        rows.append(_row(f"live, three people, {detector}: frames a second in one process", tracked, plain))
    tracked, plain = _browser()
    rows.append(_row("live, three people, centerface: frames a second in the browser", tracked, plain))
    return rows


def _row(what: str, tracked: float, plain: float) -> Row:
    return Row(what, f"{tracked:.1f}", "detecting and embedding every frame", f"{plain:.1f}", tracked / plain)


def _film() -> list[bytes]:
    found = []
    for picture in clip.frames([clip.EXAMPLES / f"{name}.jpg" for name in _PEOPLE], 60):
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=80)
        found.append(stream.getvalue())
    return found


def _rate(detector: str, tracking: bool) -> float:
    """Frames a second from JPEG to names, one after another."""
    from demos.faces import engine
    from demos.faces.live import Live, Options
    from demos.faces.people import People
    from shared import devices, images

    devices.settle_thread(1)  # as the server's threads are
    people, live, film = People(), Live(), _film()
    for name in _PEOPLE:
        people.add(name, engine.portrait_of(engine.read(clip.EXAMPLES / f"{name}.jpg"))[0])
    options = Options(threshold=engine.threshold(), detector=detector, tracking=tracking)
    started, times = time.perf_counter(), []
    number = 0
    while (now := time.perf_counter()) - started < _WARM_S + _SECONDS:
        frame = live.step(images.read(film[number % len(film)], longest_side=640), people, options, now)
        number += 1
        if now - started > _WARM_S:
            times.append(time.perf_counter() - now)
            assert {face.name for face in frame.faces} >= set(_PEOPLE), "everybody must be named"
    return len(times) / sum(times)


def _browser() -> tuple[float, float]:
    """Frames a second that the page itself shows, with and without tracking; medians over the time measured."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("GALLERY_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, server.running() as url:
        film = clip.mjpeg(Path(folder) / "film.mjpeg", [clip.EXAMPLES / f"{name}.jpg" for name in _PEOPLE], 60)
        camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        args = ["--headless", "--no-sandbox", "--disable-gpu", *camera, f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=found, args=args)
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US", permissions=["camera"])
        page = context.new_page()
        server.wait_until_warm(url)
        page.goto(url)
        page.get_by_role("tab", name="Faces", exact=True).click()
        page.get_by_role("tab", name="Who is it?", exact=True).click()
        page.locator("#faces-name textarea, #faces-name input").fill("Somebody")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("tab", name="Photos", exact=True).click()
            page.locator("#faces-photos button").first.click()
        chooser.value.set_files(clip.EXAMPLES / f"{_PEOPLE[0]}.jpg")
        page.locator("#faces-list .roster li").wait_for()
        page.get_by_role("tab", name="Live", exact=True).click()
        page.locator("#faces-camera [data-do=start]").click()
        rates = []
        for _ in range(2):
            page.wait_for_timeout(_WARM_S * 1000)
            shown = []
            for _ in range(round(_SECONDS)):
                page.wait_for_timeout(1000)
                shown.append(float(page.locator("#faces-camera .camera-rate b").inner_text()))
            rates.append(statistics.median(shown))
            page.locator("#faces-tracking input").click()
        browser.close()
    return rates[0], rates[1]
