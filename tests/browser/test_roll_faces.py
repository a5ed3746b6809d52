"""The class gallery and the roll call's pictures in a browser, with a face ID that knows colours and Chromium's own camera."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from assessment import policyfile
from assessment.store import accounts, courses, faces, rolls, scores
from assessment.store.access import Desk
from assessment.store.database import Database
from tests import server

PASSWORD = "correct horse battery"
RED, GREEN, BLACK = (220, 20, 20), (20, 200, 20), (0, 0, 0)
_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@dataclass
class Class:
    """A page with the roll call open. complaints: errors in its console."""

    page: Page
    desk: Desk
    uploads: Path
    complaints: list[str] = field(default_factory=list)

    def pictures(self) -> list[Path]:
        return [file for file in self.uploads.rglob("*") if file.is_file()]


@pytest.fixture
def room(chromium: Browser, tmp_path: Path) -> Iterator[Class]:
    """The roll call of a class of three, in a browser with a camera."""
    database = Database(f"sqlite:///{tmp_path / 'gradebook' / 'gradebook.sqlite3'}")
    desk = Desk(database, accounts.add(database, "wang", PASSWORD, owner=True))
    courses.create(desk, "Course", "2026", policyfile.DEFAULT.read_text(encoding="utf-8"))
    scores.write(desk, 1, "import", [], roster={"0001": ("王芳", ""), "0002": ("李雷", ""), "0003": ("赵敏", "")})
    found = os.environ.get("GALLERY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    args = ["--headless", "--no-sandbox", "--disable-gpu", *_CAMERA]
    browser = chromium.browser_type.launch(executable_path=found, args=args)
    said: list[str] = []
    with server.running(said, program=("-m", "tests.assessment.fake_faces"), GALLERY_DATA_DIR=str(tmp_path)) as url:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US", permissions=["camera"])
        page = context.new_page()
        page.set_default_timeout(30_000)
        room = Class(page, desk, tmp_path / "uploads" / "gradebook")
        page.on("pageerror", lambda problem: room.complaints.append(str(problem)))
        page.goto(f"{url}grades/")
        page.fill("#username", "wang")
        page.fill("#password", PASSWORD)
        page.click("button")
        page.get_by_role("tab", name="Roll call", exact=True).click()
        expect(page.locator(".roll-session")).to_be_visible(timeout=30_000)
        yield room
        context.close()
    browser.close()
    database.close()
    assert "Traceback" not in "".join(said), "".join(said)


def photo(folder: Path, name: str, *colours: tuple[int, int, int]) -> Path:
    picture = Image.new("RGB", (800, 600), colours[0] if len(colours) == 1 else BLACK)
    for at, colour in enumerate(colours if len(colours) > 1 else ()):
        picture.paste(colour, (at * 200, 100, at * 200 + 200, 500))
    picture.save(folder / name)
    return folder / name


def test_a_class_is_enrolled_seen_and_saved_and_no_photo_stays(room: Class, tmp_path: Path) -> None:
    page = room.page
    page.get_by_text("Class gallery").click()
    files = [photo(tmp_path, "0001.jpg", RED), photo(tmp_path, "0002.png", GREEN), photo(tmp_path, "0003.png", BLACK)]
    page.locator("#faces-many input[type=file]").set_input_files(files)
    expect(page.locator("#faces-outcome")).to_contain_text("Enrolled: 2 of 3", timeout=30_000)
    expect(page.locator("#faces-list")).to_contain_text("2 of 3")
    page.locator("#faces-list button[data-do='remove:0002']").click()
    expect(page.locator("#faces-outcome")).to_contain_text("Deleted for good")

    # One student, by the camera: whatever Chromium's shows is 赵敏 from now on.
    page.locator("#faces-student input").click()
    page.get_by_role("option", name="0003 赵敏").click()
    page.locator("#faces-one").get_by_role("button", name="Capture from camera").click()
    page.locator("#faces-one").get_by_text("Click to Access Webcam").click()
    page.locator("#faces-one video").wait_for()
    page.wait_for_timeout(1500)
    page.locator("#faces-one").get_by_role("button", name="capture photo").click()
    expect(page.locator("#faces-outcome")).to_contain_text("Enrolled: 1 of 1", timeout=30_000)
    assert set(faces.counts(room.desk, 1)) == {"0001", "0003"} and not room.pictures()

    page.get_by_text("Call the roll by camera").click()
    page.locator("#roll-photo input[type=file]").set_input_files(photo(tmp_path, "class.jpg", RED, BLACK, BLACK, RED))
    expect(page.locator("#roll-found .face.known")).to_have_count(2, timeout=30_000)
    expect(page.locator("#roll-found")).to_contain_text("Recognised 1: 王芳")
    row = page.locator(".roll-list li[data-student='0001']")
    expect(row).to_have_attribute("data-proposed", "")
    expect(page.locator(".roll-counts")).to_contain_text("proposed 1")
    if shots := os.environ.get("GALLERY_SHOTS"):
        page.screenshot(path=f"{shots}/roll-faces.png", full_page=True)
    assert rolls.sessions(room.desk, 1) == {} and not room.pictures(), "proposed is not written"

    page.locator("#roll-camera [data-do=start]").click()
    expect(page.locator(".roll-list li[data-student='0003']")).to_have_attribute("data-proposed", "", timeout=30_000)
    row = page.locator(".roll-list li[data-student='0003']")
    row.get_by_text("present").click()
    page.wait_for_timeout(2000)
    expect(row).not_to_have_attribute("data-proposed", "")
    expect(page.locator(".roll-counts")).to_contain_text("present 1")
    page.locator("#roll-camera [data-do=stop]").click()
    page.locator("[data-save]").click()
    expect(page.locator("#roll-note")).to_contain_text("is saved: 1 students")
    [marks] = rolls.sessions(room.desk, 1).values()
    assert marks == {"0001": "present"}
    assert not room.pictures() and not room.complaints
