"""The gradebook's page, as an instructor uses it: log in, new course, import, settle, correct, undo, grades, history."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assessment.store import accounts
from assessment.store.database import Database
from tests import server
from tests.assessment import course

PASSWORD = "correct horse battery"
PATIENCE = 30_000


@pytest.fixture(scope="module")
def grades_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A program with one account and nothing else."""
    folder = tmp_path_factory.mktemp("grades")
    database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
    accounts.add(database, "wang", PASSWORD, owner=True)
    database.close()
    with server.running(GALLERY_DATA_DIR=str(folder)) as address:
        yield f"{address}grades/"


@pytest.fixture
def page(chromium: Browser, grades_url: str) -> Iterator[Page]:
    """The page after logging in."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(grades_url)
    page.fill("#username", "wang")
    page.fill("#password", PASSWORD)
    page.click("button")
    page.wait_for_selector("#grades-tabs")
    yield page
    context.close()


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_from_an_empty_gradebook_to_grades(page: Page, tmp_path: Path) -> None:
    page.locator("#course-name").get_by_role("textbox").fill("Deep Learning")
    page.locator("#course-term").get_by_role("textbox").fill("2026")
    page.click("#course-create")
    expect(page.locator("#grades-course input")).to_have_value("Deep Learning · 2026", timeout=PATIENCE)

    tab(page, "Import")
    page.set_input_files("#import-files input[type=file]", [str(file) for file in course.write(tmp_path)])
    expect(page.locator("#import-findings")).to_contain_text("GB18030", timeout=PATIENCE)
    expect(page.locator("#import-findings")).to_contain_text("not in quiz.tsv")
    page.click("#import-write")
    expect(page.get_by_text("findings to settle")).to_be_visible(timeout=PATIENCE)
    page.click("#import-accept-all")
    expect(page.locator("#import-warnings input:checked")).to_have_count(2, timeout=PATIENCE)
    page.click("#import-write")
    expect(page.get_by_text("Written.")).to_be_visible(timeout=PATIENCE)

    tab(page, "Scores")
    page.locator("#scores-search").get_by_role("textbox").fill("0020230003")
    page.locator("#scores-search").get_by_role("textbox").press("Enter")
    expect(page.locator("#scores-hint")).to_contain_text("1 of 40", timeout=PATIENCE)
    expect(page.locator("#scores-table")).to_contain_text("免修")

    tab(page, "Grades")
    page.click("#grades-show")
    expect(page.locator("#grades-table")).to_contain_text("excused: Lab 2", timeout=PATIENCE)
    page.locator("#grades-table [role=gridcell], #grades-table td").filter(has_text="0020230003").locator(
        "visible=true"
    ).first.click()
    expect(page.locator("#grades-explained")).to_contain_text("= 75.1", timeout=PATIENCE)
    with page.expect_download() as download:
        page.locator("#grades-links").get_by_text("XLSX").click()
    assert download.value.suggested_filename == "Deep_Learning.xlsx"
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    page.click("#grades-finalise")
    expect(page.locator("#grades-status")).to_contain_text(re.compile("Final since"), timeout=PATIENCE)

    tab(page, "History")
    page.click("#history-show")
    expect(page.locator("#history-table")).to_contain_text("finalised", timeout=PATIENCE)
    expect(page.locator("#history-table")).to_contain_text("论文与展示.xls › 成绩")


def test_logging_out_closes_the_door(page: Page, grades_url: str) -> None:
    page.locator("#grades-who button").click()
    expect(page.locator("#password")).to_be_visible(timeout=PATIENCE)
    page.goto(grades_url)
    expect(page.locator("#password")).to_be_visible(timeout=PATIENCE)
