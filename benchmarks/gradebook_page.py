"""The gradebook's page: classes of 300 and 5,000 imported, settled and graded through its endpoints, and its tables opened.

What a user would pick instead is the command line without a page (the same files, settled wholesale), and for the table in the
browser `gr.Dataframe` with the same rows.
"""

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assessment import importing, policyfile
from assessment.cohort import grade_class
from assessment.exporting import bundle
from assessment.exporting.report import Cover
from assessment.store import accounts, courses
from assessment.store.access import Desk
from assessment.store.database import Database
from tests import gradio_page, server
from tests.assessment import course as files_of

from .row import Row

_PASSWORD = "correct horse battery"
_SIZES = (300, 5000)
_ROUNDS = 5


def measure() -> Iterator[Row]:
    """One import each, since it is made once; medians of five openings of a table."""
    with tempfile.TemporaryDirectory() as folder:
        yield _reports(Path(folder), _SIZES[0])
    for size in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            yield from _measure(Path(folder), size)


def _measure(folder: Path, size: int) -> Iterator[Row]:
    data = folder / "data"
    database = Database(f"sqlite:///{data / 'gradebook' / 'gradebook.sqlite3'}")
    desk = Desk(database, accounts.add(database, "wang", _PASSWORD, owner=True))
    courses.create(desk, "Course", "2026", policyfile.DEFAULT.read_text(encoding="utf-8"))
    database.close()
    files = files_of.write(folder, size)
    policy = policyfile.read()
    alone = _seconds(lambda: grade_class(policy, importing.load(files, policy).gradebook))
    with server.running(GALLERY_DATA_DIR=str(data)) as url:
        page = gradio_page.grades(url, "wang", _PASSWORD)
        page.do(None, "load")
        whole = _seconds(lambda: _import_settle_grade(page, files, size))
        assert f'"{size - 1:,}"'.strip('"').replace(",", "")  # the class is there
        what = f"{size:,} students: 4 files dropped, read, settled, written, graded through the page"
        yield Row(
            what, f"{whole:.2f} s", "the files read and graded without page and database", f"{alone:.2f} s", whole / alone
        )
        ours, theirs = _table(url, page, size)
        row = f"{size:,} students: the table of scores opens in a browser"
        yield Row(row, f"{ours * 1000:.0f} ms", "gr.Dataframe with the same rows", f"{theirs * 1000:.0f} ms", ours / theirs)


def _reports(folder: Path, size: int) -> Row:
    policy = policyfile.read()
    grades = grade_class(policy, importing.load(files_of.write(folder, size), policy).gradebook)
    cover = Cover("Course", "2026", False, "2026-11-24", 1)
    pdf, html = (
        _seconds(lambda kind=kind: bundle.write(folder / f"{kind}.zip", cover, grades, kind, "zh")) for kind in ("pdf", "html")
    )
    return Row(f"{size:,} one-page reports as PDF, zipped", f"{pdf:.1f} s", "as HTML", f"{html:.1f} s", pdf / html)


def _import_settle_grade(page: gradio_page.Page, files: list[Path], size: int) -> None:
    page.upload("import-files", files)
    page.do("import-files", "change")
    page.do("import-findings", "submit", {"do": "all:accept"})
    page.do("import-write", "click")
    [grades] = [one for one in page.handlers("grades-course", "change") if page.id_of("grades-table") in one["outputs"]]
    page.call(grades)
    assert f"{20230000 + size:010d}" in page.value("grades-table")


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _table(url: str, page: gradio_page.Page, size: int) -> tuple[float, float]:
    """Median seconds from the click on the tab to the drawn table, ours and a Dataframe's."""
    from playwright.sync_api import sync_playwright

    [scores] = [one for one in page.handlers("grades-course", "change") if page.id_of("scores-table") in one["outputs"]]
    page.call(scores)
    table = json.loads(page.value("scores-table"))
    ours, theirs = [], []
    with sync_playwright() as play, _Dataframe(table) as other:
        found = os.environ.get("GALLERY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for _ in range(_ROUNDS):
            context = browser.new_context(locale="en-US")
            tab = context.new_page()
            tab.goto(f"{url}grades/")
            tab.fill("#username", "wang")
            tab.fill("#password", _PASSWORD)
            tab.click("button")
            ours.append(_open(tab, "Scores", "#scores-table [role=gridcell]"))
            tab.goto(other)
            theirs.append(_open(tab, "Scores", "#table [role=gridcell]"))
            context.close()
        browser.close()
    return statistics.median(ours), statistics.median(theirs)


def _open(tab: Any, name: str, cell: str) -> float:
    button = tab.get_by_role("tab", name=name, exact=True)
    button.wait_for()
    tab.wait_for_timeout(1500)
    started = time.perf_counter()
    button.click()
    tab.locator(f"{cell} >> visible=true").first.wait_for()
    return time.perf_counter() - started


class _Dataframe:
    """A bare page with the same rows in a Dataframe, filled when its tab is opened."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table

    def __enter__(self) -> str:
        import gradio as gr

        headers = [column["title"] for column in self.table["columns"]]
        with gr.Blocks() as self.page, gr.Tabs():
            with gr.Tab("First"):
                gr.Markdown("first")
            with gr.Tab("Scores") as tab:
                shown = gr.Dataframe(headers=headers, interactive=True, elem_id="table")
            tab.select(lambda: self.table["rows"], None, shown)
        _, url, _ = self.page.launch(server_port=server.free_port(), prevent_thread_lock=True, quiet=True)
        return str(url)

    def __exit__(self, *_: object) -> None:
        self.page.close()
