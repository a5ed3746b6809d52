"""What is written can be handed in, checked, and opened without harm."""

import csv
import io
import json
import random
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment import policyfile
from assessment.cohort import ClassGrades, grade_class
from assessment.exporting import csvfile, jsonfile, table, template, xlsx
from assessment.exporting.table import NotWritten
from assessment.findings import Finding
from assessment.gradebook import Column, Gradebook
from assessment.policy import Curve, Late, Policy
from assessment.scores import Mark, Score, read_score
from tests.assessment import pencil
from tests.assessment.exporting.spreadsheet import evaluate

POLICY = policyfile.read()
SIXTY = (57, 62, 70, 69, 50, 64, 70, 50, 66, 78, 48)
FINDINGS = [Finding("info", "encoding", "a.csv", values={"encoding": "UTF-8", "delimiter": ","})]


def sheet(*cells: object) -> dict[str, Score]:
    """Scores in the policy's order, as they would be typed."""
    return {item.key: read_score(str(cell), Fraction(100)) for item, cell in zip(POLICY.items, cells, strict=True)}


def graded(*students: dict[str, Score], policy: Policy = POLICY, names: tuple[str, ...] = ()) -> ClassGrades:
    """The grades of these students, whose ids are 0001, 0002, ..."""
    ids = tuple(f"{number:04d}" for number in range(1, len(students) + 1))
    columns = {item.key: Column.of([one[item.key] for one in students]) for item in policy.items}
    return grade_class(policy, Gradebook(ids, names or ("",) * len(ids), ("一班",) * len(ids), columns))


def opened(path: Path, *, formulas: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, data_only=not formulas)


def column_of(page: openpyxl.worksheet.worksheet.Worksheet, header: str) -> int:
    return next(cell.column for cell in page[1] if cell.value == header)


# XLSX


def test_the_workbook_can_be_handed_in(tmp_path: Path) -> None:
    path = tmp_path / "grades.xlsx"
    xlsx.write(path, graded(sheet(*SIXTY), sheet(0, "", "缺考", *SIXTY[3:]), names=("张三", "李四")), FINDINGS, "zh")
    book = opened(path)
    assert book.sheetnames == ["成绩", "统计", "导入情况", "评分方案"]
    page = book["成绩"]
    assert page.freeze_panes == "C3"
    assert [page["A3"].value, page["A4"].value] == ["0001", "0002"], "ids are texts and keep their zeros"
    total, letter = column_of(page, "总评"), column_of(page, "等级")
    assert (page.cell(3, total).value, page.cell(3, letter).value) == (60, "及格")
    assert (page["D4"].value, page["E4"].value, page["F4"].value) == (0, None, "缺考"), "0, missing and absent stay apart"
    assert str(opened(path, formulas=True)["成绩"].cell(3, total).value).startswith("=ROUND(")
    assert page.column_dimensions["A"].width > 8
    assert any("UTF-8" in str(row[5].value) for row in book["导入情况"].iter_rows())
    assert [cell.value for cell in book["评分方案"]["A"]][1:6] == ["考勤", "实验", "PPT展示", "随堂测试", "课程论文"]


def recalculated(path: Path, header: str) -> list[float | None]:
    """A column of the first sheet, its formulas calculated anew; None for a text."""
    page, values = opened(path, formulas=True).worksheets[0], opened(path).worksheets[0]
    at = column_of(page, header)
    found: list[float | None] = []
    for row in range(3, page.max_row + 1):
        content = page.cell(row, at).value
        if isinstance(content, str) and content.startswith("="):
            found.append(evaluate(content, lambda name: _number(values[name].value)))
        else:
            found.append(content if isinstance(content, int | float) else None)
    return found


def _number(value: object) -> object:
    assert value is None or isinstance(value, int | float), f"a formula adds up the text {value!r}"
    return value


def test_the_formula_gives_sixty_where_floats_give_less(tmp_path: Path) -> None:
    path = tmp_path / "grades.xlsx"
    fives = (59, 60, 59, 60, 59, 60, 59, 60, 59, 60, 60)
    xlsx.write(path, graded(sheet(*SIXTY), sheet(*fives)), [], "en")
    page = opened(path, formulas=True).worksheets[0]
    formula = str(page.cell(3, column_of(page, "Total")).value)
    assert sum(score * float(weight) / 100 for score, weight in zip(SIXTY, (5,) * 8 + (20, 10, 30), strict=True)) < 60
    assert recalculated(path, "Total")[0] == 60
    assert "D3*D$2" in formula, "it refers to the cells, so that a changed score changes it"


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pencil.classes(), st.sampled_from([None, Curve("linear", Fraction("1.1"), Fraction(2)), Curve("sqrt"), Curve("mean")]))
def test_every_formula_gives_the_exact_number(
    tmp_path: Path, one: tuple[Policy, list[dict[str, Score]]], curve: Curve | None
) -> None:
    policy, students = one
    if curve and not (curve.kind == "sqrt" and policy.rounding.mode == "none"):
        policy = replace(policy, curve=curve)
    path = tmp_path / "grades.xlsx"
    found = graded(*students, policy=policy)
    xlsx.write(path, found, [], "en")
    totals, curved = recalculated(path, "Total"), recalculated(path, "Curved total") if policy.curve else None
    for at, grade in enumerate(found):
        if grade.total is None:
            assert totals[at] is None
            continue
        assert totals[at] == pytest.approx(float(grade.total), abs=1e-9)
        if curved is not None and grade.curved is not None:
            assert curved[at] == pytest.approx(float(grade.curved), abs=1e-9)


def ties(mode: str, digits: int) -> ClassGrades:
    """Totals such as 59.5 and 2.675, which binary numbers only nearly are, and other students in between."""
    policy = replace(POLICY, rounding=replace(POLICY.rounding, mode=mode, digits=digits))
    chance, students = random.Random(digits), []
    for _ in range(350):
        tie = Fraction(2 * chance.randrange(99 * 10**digits) + 1, 2 * 10**digits)
        students.append({item.key: Score(tie / 100, Mark.NONE, "x") for item in POLICY.items})
        students.append(sheet(*(chance.randint(0, 100) for _ in POLICY.items)))
        if chance.random() < 0.3:
            students[-1] |= {f"lab{chance.randint(1, 7)}": read_score("EX", Fraction(100)), "quiz": Score()}
    return graded(*students, policy=policy)


@pytest.mark.parametrize("mode", ["half_up", "half_even"])
@pytest.mark.parametrize("digits", [0, 1, 2])
def test_ties_in_every_number_of_decimals(tmp_path: Path, mode: str, digits: int) -> None:
    found = ties(mode, digits)
    xlsx.write(tmp_path / "ties.xlsx", found, [], "en")
    assert recalculated(tmp_path / "ties.xlsx", "Total") == [float(grade.total) for grade in found]


@pytest.mark.parametrize("mode", ["half_up", "half_even"])
@pytest.mark.parametrize("digits", [0, 1, 2])
def test_a_real_spreadsheet_agrees(tmp_path: Path, mode: str, digits: int) -> None:
    """LibreOffice calculates every formula anew, where it is installed."""
    if not (office := shutil.which("soffice")):
        pytest.skip("LibreOffice is not installed")
    found = ties(mode, digits)
    xlsx.write(tmp_path / "ties.xlsx", found, [], "en")
    opened(tmp_path / "ties.xlsx", formulas=True).save(tmp_path / "ties.xlsx")  # without the saved results
    convert = [office, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "xlsx"]
    subprocess.run([*convert, "--outdir", tmp_path / "out", tmp_path / "ties.xlsx"], check=True, capture_output=True)
    page = opened(tmp_path / "out" / "ties.xlsx").worksheets[0]
    total, letter = column_of(page, "Total"), column_of(page, "Letter")
    shown = [(page.cell(row, total).value, page.cell(row, letter).value) for row in range(3, 3 + len(found))]
    assert shown == [(pytest.approx(float(grade.total), abs=1e-9), grade.letter.en) for grade in found]


# CSV

NASTY = ("=1+1", "@SUM(A1)", "-2+3", "+1", "\t=1", "＝1", "张三, Jr.", 'a"b', "two\nlines")


def test_names_stay_in_their_cell_and_no_cell_is_run(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    csvfile.write(path, graded(*[sheet(*SIXTY)] * len(NASTY), names=NASTY), "zh")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "without the BOM Excel shows Chinese as garbage"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    names = [row[1] for row in rows[1:]]
    assert names == ["'=1+1", "'@SUM(A1)", "'-2+3", "'+1", "' =1", "'＝1", "张三, Jr.", 'a"b', "two lines"]
    assert all(row[rows[0].index("总评")] == "60" for row in rows[1:])
    xlsx.write(tmp_path / "grades.xlsx", graded(*[sheet(*SIXTY)] * len(NASTY), names=NASTY), [], "zh")
    page = opened(tmp_path / "grades.xlsx", formulas=True).worksheets[0]
    assert [page.cell(row, 2).value for row in range(3, 3 + len(NASTY))] == names


def test_zero_is_zero_and_missing_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    csvfile.write(path, graded(sheet(0, "", "EX", *SIXTY[3:])), "en")
    row = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))[1]
    assert row[3:6] == ["0", "", "EX"]
    assert "missing: Lab 1; excused: Lab 2" in row


# JSON


def test_json_keeps_numbers_exact(tmp_path: Path) -> None:
    path = tmp_path / "grades.json"
    found = graded(sheet(*SIXTY), sheet(57, "EX", *SIXTY[2:]), sheet(57, *SIXTY[1:10], "缓考"))
    jsonfile.write(path, found, FINDINGS)
    first, excused, deferred = json.loads(path.read_text(encoding="utf-8"))["students"]
    assert (first["total"], first["total_exact"], first["rank"]) == ("60", "60", 2)
    assert (excused["scores"]["lab1"], excused["flags"]) == (None, ["excused:lab1"])
    assert Fraction(excused["total_exact"]) == found.exact[1]
    assert (deferred["total"], deferred["letter"], deferred["scores"]["essay"]) == (None, None, None)


# Any file


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_a_failed_write_leaves_the_old_file(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"grades.{kind}"
    path.write_text("old")
    monkeypatch.setattr(ClassGrades, "__getitem__", lambda *_: 1 / 0)
    writers = {
        "xlsx": lambda: xlsx.write(path, graded(sheet(*SIXTY)), [], "en"),
        "csv": lambda: csvfile.write(path, graded(sheet(*SIXTY)), "en"),
        "json": lambda: jsonfile.write(path, graded(sheet(*SIXTY)), []),
    }
    with pytest.raises(ZeroDivisionError):
        writers[kind]()
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "no draft is left behind"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="folder does not exist"):
        csvfile.write(tmp_path / "none" / "grades.csv", graded(sheet(*SIXTY)), "en")


@pytest.mark.parametrize("text", ["60", "", "缺考", "a=b", "17/30"])
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert table.safe(text) == text


# The template


def test_the_template_asks_back(tmp_path: Path) -> None:
    parts = tuple(replace(part, late=Late(Fraction(10))) if part.key == "lab" else part for part in POLICY.components)
    path = tmp_path / "scores.xlsx"
    template.write(path, replace(POLICY, components=parts), "zh")
    page = opened(path).worksheets[0]
    headers = [cell.value for cell in page[1]]
    assert headers[:6] == ["学号", "姓名", "班级", "考勤", "实验1", "实验1迟交天数"]
    assert page.column_dimensions["A"].width > 8 and page.freeze_panes == "C2"
    rules = page.data_validations.dataValidation
    assert len(rules) == 11 + 7
    assert all(rule.errorStyle == "warning" and rule.error for rule in rules)
