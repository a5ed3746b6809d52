"""The gradebook as an instructor uses it in a browser, from an empty data folder to final grades and back."""

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Download, Page, expect

from assessment import importing, policyfile
from assessment.store import accounts, courses, imports, scores
from assessment.store.access import Desk
from assessment.store.database import Database
from tests import server
from tests.assessment import course as files_of

PASSWORD = "correct horse battery"
PATIENCE = 30_000
Open = Callable[..., Page]
# The log-in page answers 401, and a page that is left breaks its connections off.
_EXPECTED = re.compile("401|^Response$|AbortError|Connection errored|ERR_ABORTED|network error|Failed to fetch")
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """visit(url): a new page of a new browser; its complaints make the test fail."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def begin(url: str, **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1366, "height": 768}, "locale": "en-US", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda one: None if _EXPECTED.search(str(one)) else complaints.append(str(one)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" and not _EXPECTED.search(said.text) else None,
        )
        page.goto(url)
        return page

    yield begin
    for context in contexts:
        context.close()
    assert not complaints


def log_in(page: Page) -> None:
    page.fill("#username", "wang")
    page.fill("#password", PASSWORD)
    page.click("button")
    expect(page.locator("#grades-tabs")).to_be_visible()


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def typed(page: Page, element: str, text: str) -> None:
    page.locator(f"{element} textarea, {element} input").first.fill(text)


def open_session(page: Page, name: str) -> None:
    typed(page, "#roll-session", name)
    page.locator("#roll-session input, #roll-session textarea").first.press("Enter")
    expect(page.locator(".roll-session")).to_have_text(name)


def cell(page: Page, table: str, row: str, column: int) -> Any:
    return page.locator(f"{table} [role=row]").filter(has_text=row).locator("[role=gridcell]").nth(column)


def kept(download: Download) -> Path:
    """The file, under its own name."""
    path = Path(download.path()).with_name(download.suggested_filename)
    download.save_as(path)
    return path


def test_from_an_empty_data_folder_to_final_grades(visit: Open, tmp_path: Path) -> None:
    """The whole way: account, course, four files in three encodings, three findings, a correction, an undo, a cut-off, final
    grades, the XLSX and one report."""
    files = files_of.write(tmp_path)
    labs = files[1].read_bytes().decode("gbk").split("\r\n")
    labs[5] = labs[5].replace(labs[5].split(",")[3], "abc", 1)
    files[1].write_bytes("\r\n".join(labs).encode("gbk"))
    port, data = server.free_port(), tmp_path / "data"
    process = server.start(port, GALLERY_DATA_DIR=str(data))
    try:
        assert process.stdout is not None
        said = ""
        while not (link := re.search(r"http\S+(/grades/setup\?token=\S+)", said)):
            said += process.stdout.readline()
        page = visit(f"http://127.0.0.1:{port}{link[1]}")
        log_in(page)  # the set-up page has the same fields

        expect(page.locator("#courses-mine")).to_contain_text("There is no course yet")
        expect(page.get_by_role("tab")).to_have_count(1)
        typed(page, "#course-name", "Deep Learning")
        typed(page, "#course-term", "2026")
        page.click("#course-create")
        expect(page.locator("#grades-course input")).to_have_value("Deep Learning · 2026")

        tab(page, "Import")
        page.set_input_files("#import-files input[type=file]", [str(file) for file in files])
        expect(page.locator("#import-read")).to_contain_text("40 students read")
        for word in ("GB18030", "UTF-16", "论文与展示.xls › 成绩"):
            expect(page.locator("#import-read")).to_contain_text(word)
        assert page.locator("#import-read .sheet").nth(1).locator("select").nth(2).input_value() == "lab1"
        expect(page.locator("#import-summary")).to_contain_text("Still to be settled before anything is written: 3")
        expect(page.locator("#import-write")).to_be_disabled()
        finding = page.locator("#import-findings tr")
        finding.filter(has_text="is no score").get_by_role("button", name="Keep what is stored").click()
        expect(page.locator("#import-summary")).to_contain_text("written: 2")
        finding.filter(has_text="评语").get_by_role("button", name="Accept").click()
        expect(page.locator("#import-summary")).to_contain_text("written: 1")
        finding.filter(has_text="not in quiz.tsv").get_by_role("button", name="Accept").click()
        expect(page.locator("#import-summary")).to_contain_text("Ready to be written")
        page.click("#import-write")
        expect(page.get_by_text("Written, as number")).to_be_visible()

        tab(page, "Scores")
        expect(page.locator("#scores-table .grid-status")).to_have_text("40 of 40 rows")
        page.locator("#scores-table input[type=search]").fill("0020230003")
        expect(page.locator("#scores-table .grid-status")).to_have_text("1 of 40 rows")
        before = cell(page, "#scores-table", "0020230003", 4).inner_text()
        cell(page, "#scores-table", "0020230003", 4).click()
        page.keyboard.type("99")
        page.keyboard.press("Enter")
        expect(page.locator("#scores-note")).to_contain_text(f"Saved: Lab 1 of 0020230003: {before} → 99")
        page.click("#scores-undo")
        expect(page.locator("#scores-note")).to_contain_text(f"Lab 1 of 0020230003: 99 → {before}")
        expect(cell(page, "#scores-table", "0020230003", 4)).to_have_text(before)

        tab(page, "Statistics")
        line = page.locator("#stats-cuts .cut").nth(1)
        expect(line).to_have_attribute("aria-valuenow", "80")
        page.wait_for_function("document.querySelector('#stats-cuts .cuts-track').style.width")
        box = line.bounding_box()
        assert box
        track = page.locator("#stats-cuts .cuts-track").bounding_box()
        assert track
        page.mouse.move(box["x"], box["y"] + 30)
        page.mouse.down()
        page.mouse.move(box["x"] - track["width"] * 0.04, box["y"] + 30, steps=5)
        page.mouse.up()
        expect(page.locator("#stats-cuts .cut").nth(1)).to_have_attribute("aria-valuenow", "76")
        expect(page.locator("#stats-result")).to_contain_text("Students who would get another letter")
        page.click("#stats-save")
        expect(page.get_by_text("Saved as version 2")).to_be_visible()

        tab(page, "Publish")
        expect(page.locator("#publish-state")).to_contain_text("Not final yet")
        page.click("#publish-finalise")
        expect(page.locator("#publish-state")).to_contain_text("Final since")
        with page.expect_download() as download:
            page.locator("#publish-links").get_by_text("XLSX", exact=True).click()
        book = openpyxl.load_workbook(kept(download.value))
        assert "0020230003" in {str(row[0].value) for row in book.worksheets[0].iter_rows()}

        tab(page, "Grades")
        cell(page, "#grades-table", "0020230003", 0).click()
        expect(page.locator("#grades-explained")).to_contain_text("= 75.1")
        with page.expect_download() as download:
            page.locator("#grades-explained").get_by_role("link", name="PDF").click()
        assert kept(download.value).read_bytes().startswith(b"%PDF")
        assert "0020230003" in download.value.suggested_filename

        tab(page, "Scores")
        expect(page.locator("#scores-table .edit")).to_have_count(0)  # final grades offer no cell to edit
        tab(page, "History")
        for word in ("finalised", "policy", "undo", "论文与展示.xls › 成绩 › D2"):
            expect(page.locator("#history-list")).to_contain_text(word)
        page.close()
    finally:
        said += server.stop(process)
    assert "Traceback" not in said


# The rest begins with a course that has scores.


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Desk]]:
    """A running program with one course of 40; its page's address, and the owner's desk for looking into the database."""
    folder = tmp_path_factory.mktemp("grades")
    database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
    desk = Desk(database, accounts.add(database, "wang", PASSWORD, owner=True))
    course = courses.create(desk, "Deep Learning", "2026", policyfile.DEFAULT.read_text(encoding="utf-8"))
    load = importing.load(files_of.write(folder)[1:], courses.policy(desk, course))
    imports.write(desk, course, load, [], set())
    said: list[str] = []
    with server.running(said, GALLERY_DATA_DIR=str(folder)) as address:
        yield f"{address}grades/", desk
    database.close()
    assert "Traceback" not in "".join(said)


def stored(desk: Desk, student: str, item: str) -> str:
    return scores.one(desk, 1, student, item).text


def test_an_illegal_score_is_refused_in_its_place(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    page = visit(url)
    log_in(page)
    tab(page, "Scores")
    before = stored(desk, "0020230002", "lab2")
    cell(page, "#scores-table", "0020230002", 5).click()
    for wrong, reason in (("101", "out of range"), ("good", "is no score"), ("-5", "")):
        page.keyboard.press("F2")
        page.keyboard.press("Control+A")
        page.keyboard.type(wrong)
        page.keyboard.press("Enter")
        expect(page.locator("#scores-table .grid-problem")).to_contain_text(reason or wrong)
        expect(cell(page, "#scores-table", "0020230002", 5)).to_have_text(before)
        expect(cell(page, "#scores-table", "0020230002", 5)).to_have_class(re.compile("refused"))
        page.keyboard.press("ArrowUp")
    assert stored(desk, "0020230002", "lab2") == before
    page.keyboard.press("F2")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("缺考")
    page.keyboard.press("Enter")
    expect(page.locator("#scores-note")).to_contain_text("缺考")
    page.locator("#scores-table").get_by_role("button", name="flagged").click()
    expect(page.locator("#scores-table .grid-body")).to_contain_text("0020230002")


def test_the_keyboard_alone_fills_a_column(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    page = visit(url)
    log_in(page)
    tab(page, "Scores")
    cell(page, "#scores-table", "0020230010", 7).click()
    for value in ("61", "62", "63", "64", "65"):
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(page.locator("#scores-table .saving")).to_have_count(0)
    expect(page.locator("#scores-table .refused")).to_have_count(0)
    assert [stored(desk, f"00202300{number}", "lab4") for number in range(10, 15)] == ["61", "62", "63", "64", "65"]


def test_the_second_of_two_is_told_and_shown_both_values(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    one, two = visit(url), visit(url)
    for page in (one, two):
        log_in(page)
        tab(page, "Scores")
        cell(page, "#scores-table", "0020230020", 6).click()
    one.keyboard.type("71")
    one.keyboard.press("Enter")
    expect(one.locator("#scores-note")).to_contain_text("→ 71")
    two.keyboard.type("72")
    two.keyboard.press("Enter")
    expect(two.locator("#scores-table .grid-problem")).to_contain_text("71")
    expect(two.locator("#scores-table .grid-problem")).to_contain_text("72")
    expect(cell(two, "#scores-table", "0020230020", 6)).to_have_text("71")
    assert stored(desk, "0020230020", "lab3") == "71"


def test_a_file_that_differs_is_settled_cell_by_cell(visit: Open, filled: tuple[str, Desk], tmp_path: Path) -> None:
    url, desk = filled
    held = [stored(desk, f"002023003{number}", "quiz") for number in range(3)]
    rows = "".join(f"002023003{number}\tX{number}\t{5 + number}\n" for number in range(3))
    page = visit(url)
    log_in(page)
    tab(page, "Import")
    typed(page, "#import-pasted", "Student ID\tName\tQuiz (20)\n" + rows)
    page.click("#import-paste")
    table = page.locator("#import-findings table.differences")
    expect(page.locator("#import-summary")).to_contain_text("Still to be settled before anything is written: 6")

    def decide(student: str, item: str, side: int) -> None:
        row = table.locator("tr").filter(has_text=student).filter(has_text=item)
        row.get_by_role("button").nth(side).click()
        expect(row.get_by_role("button").nth(side)).to_have_attribute("aria-pressed", "true")

    decide("0020230030", "Quiz", 1)
    decide("0020230031", "Quiz", 0)
    page.get_by_role("button", name="Keep what is stored for all 4 left").click()
    expect(page.locator("#import-summary")).to_contain_text("Ready to be written")
    page.click("#import-write")
    expect(page.get_by_text("Written, as number")).to_be_visible()
    assert [stored(desk, f"002023003{number}", "quiz") for number in range(3)] == ["5", held[1], held[2]]
    assert "X0" not in scores.gradebook(desk, 1).names, "a name is kept, too, unless somebody takes the other"


def test_a_column_gets_its_meaning_from_the_menu_above_it(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    page = visit(url)
    log_in(page)
    tab(page, "Import")
    typed(page, "#import-pasted", "编码\t得分甲\n0020230035\t12\n0020230036\t13\n")
    page.click("#import-paste")
    page.locator("#import-read select").select_option("编码")
    menu = page.locator("#import-read thead select")
    expect(menu).to_have_count(2)
    menu.nth(1).select_option("attendance")
    expect(page.locator("#import-summary")).to_contain_text("new scores: 2")
    page.locator("#import-findings").get_by_role("button", name="Accept").first.click()
    expect(page.locator("#import-summary")).to_contain_text("Ready")
    page.click("#import-write")
    expect(page.get_by_text("Written, as number")).to_be_visible()
    assert stored(desk, "0020230035", "attendance") == "12"


def test_a_policy_is_tried_and_then_kept(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    page = visit(url)
    log_in(page)
    tab(page, "What if")
    essay, quiz = page.locator('[data-do="weight:essay"]'), page.locator('[data-do="weight:quiz"]')
    essay.fill("35")
    essay.press("Tab")
    expect(page.locator("#sandbox-result")).to_contain_text("sum to 105")
    expect(page.locator("#sandbox-result")).not_to_contain_text("policy.toml")
    expect(page.locator("#sandbox-save")).to_be_disabled()
    quiz.fill("5")
    quiz.press("Tab")
    expect(page.locator("#sandbox-result")).to_contain_text("grades would change")
    tab(page, "Scores")
    tab(page, "What if")
    expect(page.locator('[data-do="weight:essay"]')).to_have_value("35")
    number = courses.card(desk, 1).policy_number
    page.click("#sandbox-save")
    expect(page.get_by_text(f"Saved as version {number + 1}")).to_be_visible()
    weights = {part.key: int(part.weight) for part in courses.policy(desk, 1).components}
    assert (weights["essay"], weights["quiz"]) == (35, 5)
    essay.fill("99")
    essay.press("Tab")
    expect(page.locator("#sandbox-result")).to_contain_text("sum to")
    page.click("#sandbox-reset")
    expect(page.locator('[data-do="weight:essay"]')).to_have_value("35")


def test_the_public_view_names_nobody(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    page = visit(url)
    log_in(page)
    tab(page, "Statistics")
    expect(page.locator("#stats-histogram .js-plotly-plot")).to_be_visible()
    page.locator("#stats-public input").check()
    expect(page.locator("#stats-cuts .cut")).to_have_count(0)
    panel = page.locator("[role=tabpanel]").filter(has=page.locator("#stats-histogram"))
    said = panel.inner_text() + json.dumps(
        page.evaluate("[...document.querySelectorAll('#stats-histogram .js-plotly-plot, #stats-more .js-plotly-plot')]"
                      ".map((figure) => [figure.data, figure.layout])")
    )  # fmt: skip
    book = scores.gradebook(desk, 1)
    assert "Students" in said
    for who in (*book.ids, *book.names):
        assert who not in said, who


def test_the_roll_is_called_by_key(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    page = visit(url)
    log_in(page)
    tab(page, "Roll call")
    expect(page.locator(".roll-session")).to_be_visible()
    open_session(page, "Week 1")
    page.locator(".roll-list").focus()
    for key in "1124":
        page.keyboard.press(key)
    expect(page.locator(".roll-counts")).to_contain_text("present 2 · late 1 · leave 0 · absent 1")
    expect(page.locator(".roll-counts")).to_contain_text("unsaved 4")
    tab(page, "Scores")
    tab(page, "Roll call")
    expect(page.locator(".roll-counts")).to_contain_text("unsaved 4")
    page.locator("[data-save]").click()
    expect(page.locator("#roll-note")).to_contain_text("is saved: 4 students")
    assert [stored(desk, f"002023000{number}", "attendance") for number in range(1, 5)] == ["1/1", "1/1", "0.5/1", "0/1"]

    open_session(page, "Week 2")
    page.locator(".roll-list li").first.get_by_text("absent").click()
    tab(page, "Grades")
    tab(page, "Roll call")
    page.locator("[data-save]").click()
    expect(page.locator("#roll-note")).to_contain_text("“Week 2” is saved: 1 students")
    assert stored(desk, "0020230001", "attendance") == "1/2"
    assert stored(desk, "0020230002", "attendance") == "1/1", "the first session is as it was"


def test_reports_for_everybody_in_the_chosen_language(visit: Open, filled: tuple[str, Desk]) -> None:
    page = visit(filled[0])
    log_in(page)
    tab(page, "Publish")
    page.locator("#publish-language").get_by_text("中文").click()
    page.locator("#publish-kind").get_by_text("HTML").click()
    with page.expect_download() as download:
        page.click("#publish-reports")
    with zipfile.ZipFile(kept(download.value)) as archive:
        names = archive.namelist()
        assert len(names) == 40 and names[0].startswith("0020230001_") and names[0].endswith(".html")
        assert "学号" in archive.read(names[0]).decode()


def test_the_language_is_switched_with_tables_and_all(visit: Open, filled: tuple[str, Desk]) -> None:
    page = visit(filled[0])
    log_in(page)
    tab(page, "Scores")
    expect(page.locator("#scores-table .grid-head")).to_contain_text("Student ID")
    page.locator("[data-speak=zh]").click()
    expect(page.locator("#scores-table .grid-head")).to_contain_text("学号")
    tab(page, "统计")
    expect(page.locator("#stats-headline")).to_contain_text("名学生")
    tab(page, "总评")
    expect(page.locator("#grades-table .grid-head")).to_contain_text("总评")


def test_a_session_that_has_ended_loses_nothing_silently(visit: Open, filled: tuple[str, Desk]) -> None:
    url, desk = filled
    page = visit(url)
    log_in(page)
    tab(page, "Scores")
    before = stored(desk, "0020230009", "lab1")
    cell(page, "#scores-table", "0020230009", 4).click()
    page.context.clear_cookies()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are logged out").first).to_be_visible()
    expect(cell(page, "#scores-table", "0020230009", 4)).to_have_text(before)
    expect(page.locator("#scores-table .grid-problem")).to_contain_text("was not saved")
    assert stored(desk, "0020230009", "lab1") == before


def test_logging_out_closes_the_door(visit: Open, filled: tuple[str, Desk]) -> None:
    page = visit(filled[0])
    log_in(page)
    page.locator("#grades-who button").click()
    expect(page.locator("#password")).to_be_visible()
    page.goto(filled[0])
    expect(page.locator("#password")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_projector_enlarges_in_light_and_dark(visit: Open, filled: tuple[str, Desk], scheme: str) -> None:
    page = visit(filled[0], color_scheme=scheme)
    log_in(page)
    tab(page, "Scores")
    shown = "parseFloat(getComputedStyle(document.querySelector('#scores-table [role=gridcell]')).fontSize)"
    page.locator("#scores-table [role=gridcell]").first.wait_for()
    before = page.evaluate(shown)
    page.click("#projector-switch")
    page.wait_for_function(f"{shown} >= 20")
    assert page.evaluate(shown) > before
