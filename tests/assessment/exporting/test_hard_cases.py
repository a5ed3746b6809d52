"""Grades that a spreadsheet, a disk or a reader could easily get wrong."""

import errno
import json
import os
import stat
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment import policyfile
from assessment.cohort import ClassGrades, grade_class
from assessment.exporting import csvfile, jsonfile, template, xlsx
from assessment.exporting.table import NotWritten
from assessment.findings import Finding
from assessment.gradebook import Column, Gradebook
from assessment.policy import Component, Curve, Late, Letter, Policy, Rounding
from assessment.scores import Mark, Score, read_score
from shared.language import translate
from tests.assessment import pencil
from tests.assessment.exporting.spreadsheet import evaluate

POLICY = policyfile.read()
BONUS = Component("bonus", "奖励", "Bonus", Fraction(1000), maximum=Fraction(7), highest=Fraction(70), extra_credit=True)
SIXTY = (57, 62, 70, 69, 50, 64, 70, 50, 66, 78, 48)
WRITERS = {
    "xlsx": lambda path, found: xlsx.write(path, found, [], "en"),
    "csv": lambda path, found: csvfile.write(path, found, "en"),
    "json": lambda path, found: jsonfile.write(path, found, []),
}


def everywhere(share: Fraction, policy: Policy = POLICY) -> dict[str, Score]:
    """The same share of full marks in every item."""
    return {item.key: Score(share, Mark.NONE, "x") for item in policy.items}


def typed(*cells: object) -> dict[str, Score]:
    """Scores in the default policy's order."""
    return {item.key: read_score(str(cell), Fraction(100)) for item, cell in zip(POLICY.items, cells, strict=True)}


def graded(*students: dict[str, Score], policy: Policy = POLICY) -> ClassGrades:
    ids = tuple(f"{number:04d}" for number in range(1, len(students) + 1))
    columns = {item.key: Column.of([one[item.key] for one in students]) for item in policy.items}
    return grade_class(policy, Gradebook(ids, ("张三",) * len(ids), ("一班",) * len(ids), columns))


def sheets(path: Path) -> tuple[openpyxl.worksheet.worksheet.Worksheet, openpyxl.worksheet.worksheet.Worksheet]:
    """The first sheet twice: with formulas, and with the values that were saved with them."""
    return openpyxl.load_workbook(path).worksheets[0], openpyxl.load_workbook(path, data_only=True).worksheets[0]


def written(tmp_path: Path, found: ClassGrades, header: str) -> tuple[list[object], list[object], list[object]]:
    """A column of the grades sheet: what stands there, what was saved, and what calculating anew gives."""
    xlsx.write(tmp_path / "grades.xlsx", found, [], "en")
    formulas, values = sheets(tmp_path / "grades.xlsx")
    at = next(cell.column for cell in formulas[1] if cell.value == header)
    there = [formulas.cell(row, at).value for row in range(3, 3 + len(found))]
    saved = [values.cell(row, at).value for row in range(3, 3 + len(found))]
    anew = [evaluate(one, lambda name: values[name].value) if str(one).startswith("=") else one for one in there]
    return there, saved, anew


# Totals


@st.composite
def demanding(draw: st.DrawFn) -> tuple[Policy, list[dict[str, Score]]]:
    """A class under a policy with many decimals or far more than 100 points."""
    policy, students = draw(pencil.classes())
    if draw(st.booleans()):
        policy = replace(policy, components=(*policy.components, BONUS))
        for one in students:
            one["bonus"] = Score(Fraction(draw(st.integers(0, 10**7)), 10**6), Mark.NONE, "x")
    mode, digits = draw(st.sampled_from(["half_up", "half_even"])), draw(st.integers(0, 6))
    return replace(policy, rounding=Rounding(mode, digits)), students


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(demanding())
def test_a_formula_is_exactly_right_or_is_not_written(tmp_path: Path, one: tuple[Policy, list[dict[str, Score]]]) -> None:
    policy, students = one
    found = graded(*students, policy=policy)
    there, saved, anew = written(tmp_path, found, "Total")
    for at, grade in enumerate(found):
        if grade.total is None:
            assert there[at] == "withheld"
        else:
            assert saved[at] == anew[at] == float(grade.total), there[at]


def test_ties_of_large_totals_with_six_decimals(tmp_path: Path) -> None:
    policy = replace(POLICY, components=(*POLICY.components, BONUS), rounding=Rounding("half_up", 6))
    ties = [Fraction(2 * number + 1, 2 * 10**6) for number in range(6_657_000_000, 6_657_900_000, 4_501)]
    students = [everywhere(Fraction(3, 5)) | {"bonus": Score((tie - 60) / 1000, Mark.NONE, "x")} for tie in ties]
    found = graded(*students, policy=policy)
    _, saved, anew = written(tmp_path, found, "Total")
    assert saved == anew == [float(grade.total) for grade in found if grade.total is not None]


@pytest.mark.parametrize(("mode", "expected"), [("half_up", [60, 60, 61]), ("half_even", [60, 60, 60])])
def test_fifty_nine_and_a_half(tmp_path: Path, mode: str, expected: list[int]) -> None:
    policy = replace(POLICY, rounding=Rounding(mode, 0))
    lower = typed(*SIXTY[:10], "46.3333333333333")
    students = [typed(*SIXTY), everywhere(Fraction("0.595")), everywhere(Fraction("0.605")), lower]
    found = graded(*students, policy=policy)
    assert [found[at].exact for at in range(3)] == [60, Fraction("59.5"), Fraction("60.5")]
    there, saved, anew = written(tmp_path, found, "Total")
    assert saved[:3] == anew[:3] == expected
    assert all(str(one).startswith("=") for one in there[:3])
    assert saved[3] == anew[3] == 59, "59.49999999999999 is not 59.5"
    assert there[3] == 59, "so near below a tie no formula is sure"


def test_a_formula_too_long_for_excel_gives_way_to_its_number(tmp_path: Path) -> None:
    parts = tuple(
        Component(key, key + "{n}", key + " {n}", Fraction(20), maximum=Fraction(30), count=60, late=Late(Fraction(7)))
        for key in "abcde"
    )
    policy = replace(POLICY, components=parts, rounding=Rounding("half_even", 0))
    found = graded(everywhere(Fraction(3, 4), policy), policy=policy)
    there, saved, _ = written(tmp_path, found, "Total")
    assert there == saved == [75]
    for row in sheets(tmp_path / "grades.xlsx")[0].iter_rows(values_only=True):
        assert all(len(str(cell)) <= 8192 for cell in row)


def test_a_curved_total_stands_beside_the_uncurved_one(tmp_path: Path) -> None:
    students = [typed(*SIXTY), everywhere(Fraction("0.815")), typed(*SIXTY[:10], "缓考")]
    for curve, live in ((Curve("linear", Fraction("1.05"), Fraction(2)), True), (Curve("sqrt"), True),
                        (Curve("mean", target=Fraction(75)), False)):  # fmt: skip
        found = graded(*students, policy=replace(POLICY, curve=curve))
        there, saved, anew = written(tmp_path, found, "Curved total")
        assert [str(one).startswith("=") for one in there[:2]] == [live, live]
        assert saved[:2] == anew[:2] == [float(grade.curved) for grade in found if grade.curved is not None]
        assert written(tmp_path, found, "Total")[1] == [60, 82, "withheld"]
        assert written(tmp_path, found, "Letter")[1][:2] == [grade.letter.en for grade in found if grade.letter]


def test_an_exact_total_with_more_digits_than_a_spreadsheet_keeps_is_a_text(tmp_path: Path) -> None:
    found = graded(everywhere(Fraction("0.61234567890123456789")), everywhere(Fraction("0.6125")))
    assert written(tmp_path, found, "Exact total")[0] == ["61.234567890123456789", 61.25]


def test_a_letter_is_not_given_for_a_hair_too_little(tmp_path: Path) -> None:
    policy = replace(POLICY, rounding=Rounding("none"))
    found = graded(everywhere(Fraction(3, 5) - Fraction(1, 10**13)), everywhere(Fraction(3, 5)), policy=policy)
    there, saved, _ = written(tmp_path, found, "Letter")
    assert saved == ["Fail", "Pass"]
    assert there[0] == "Fail", "the total's formula rounds to nine decimals, and would make it a pass"


def test_a_letter_may_hold_a_quotation_mark(tmp_path: Path) -> None:
    letters = (Letter('优"', 'A"+', Fraction(60), Fraction(4)), Letter('差"', 'F"', Fraction(0), Fraction(0)))
    there, saved, _ = written(tmp_path, graded(typed(*SIXTY), policy=replace(POLICY, letters=letters)), "Letter")
    assert saved == ['A"+']
    assert '{"F""","A""+"}' in str(there[0])


# The sheets


def test_the_sheets_can_be_read_and_printed(tmp_path: Path) -> None:
    students = [typed(*SIXTY), typed("", "缺考", "EX", *SIXTY[3:]), *[everywhere(Fraction(n, 10)) for n in range(5, 10)]]
    finding = Finding("info", "encoding", "=a.csv", values={"encoding": "UTF-8", "delimiter": ","})
    xlsx.write(tmp_path / "grades.xlsx", graded(*students), [finding], "en")
    book = openpyxl.load_workbook(tmp_path / "grades.xlsx", data_only=True)
    grades, statistics, findings, policy = book.worksheets
    assert (grades.page_setup.orientation, grades.print_title_rows) == ("landscape", "$1:$1")
    assert grades.sheet_properties.pageSetUpPr.fitToPage and grades.auto_filter.ref
    assert [cell.value for cell in grades[2]][3:14] == [5] * 8 + [20, 10, 30], "the weights under the headers"
    headers = [cell.value for cell in grades[1]]
    assert grades.cell(4, headers.index("Flags") + 1).value == "missing: Attendance; absent: Lab 1; excused: Lab 2"
    names = [cell.value for cell in statistics["A"]]
    assert [*(item.name("en") for item in POLICY.items), "Total"] == [name for name in names[1:14] if name != "Lab"]
    row = names.index("Letter") + 1
    counts = {statistics.cell(row + at, 1).value: statistics.cell(row + at, 2).value for at in range(1, 6)}
    assert counts == {"Excellent": 1, "Good": 1, "Fair": 1, "Pass": 2, "Fail": 2}
    assert findings["B2"].value == "'=a.csv"
    assert [cell.value for cell in policy[3]][:3] == ["Lab", 35, 100]


def test_an_empty_class_gives_files_that_open(tmp_path: Path) -> None:
    for kind, write in WRITERS.items():
        write(tmp_path / f"grades.{kind}", graded())
    assert sheets(tmp_path / "grades.xlsx")[0]["A1"].value == "Student ID"
    assert json.loads((tmp_path / "grades.json").read_text(encoding="utf-8"))["students"] == []


# JSON


def test_json_has_its_shape() -> None:
    found = jsonfile.as_json(graded(typed(*SIXTY), typed("缺考", "", *SIXTY[2:10], "缓考")), [])
    assert list(found) == ["policy", "students", "findings"]
    scores = dict(zip((item.key for item in POLICY.items), map(str, SIXTY), strict=True))
    first, second = found["students"]
    assert first == {
        "student_id": "0001", "name": "张三", "group": "一班", "scores": scores, "total": "60", "total_exact": "60",
        "so_far": "60", "letter": "及格", "points": "1", "rank": 1, "percentile": "50", "flags": [],
    }  # fmt: skip
    assert list(first["scores"]) == [item.key for item in POLICY.items]
    assert (second["scores"]["attendance"], second["scores"]["lab1"], second["scores"]["essay"]) == ("0", None, None)
    withheld = ("total", "total_exact", "letter", "points", "rank", "percentile")
    assert {key: second[key] for key in withheld} == dict.fromkeys(withheld)


def test_json_tells_the_curved_grade_only_where_there_is_a_curve() -> None:
    curved = jsonfile.as_json(graded(typed(*SIXTY), policy=replace(POLICY, curve=Curve("sqrt"))), [])["students"][0]
    keys = list(curved)
    assert keys[keys.index("so_far") + 1] == "curved"
    assert (curved["total"], curved["curved"]) == ("60", "77")


# Any file


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_that_is_open_elsewhere_stays_and_is_named(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"grades.{kind}"
    path.write_text("old")

    def locked(*_: object) -> None:
        raise PermissionError(errno.EACCES, "as Windows says it of a file that Excel has open")

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(NotWritten) as problem:
        WRITERS[kind](path, graded(typed(*SIXTY)))
    for language in ("zh", "en"):
        assert str(path) in translate(problem.value.key, language, **problem.value.values)
    assert "close it" in str(problem.value)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path], "no draft is left behind"


@pytest.mark.parametrize("kind", WRITERS)
def test_a_read_only_file_is_not_replaced(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"grades.{kind}"
    path.write_text("old")
    path.chmod(0o444)
    if os.access(path, os.W_OK):  # an administrator may write anything
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(NotWritten, match="read-only"):
        WRITERS[kind](path, graded(typed(*SIXTY)))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_sentence_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
    path = tmp_path / "grades.xlsx"
    path.write_text("old")
    with pytest.raises(NotWritten, match="old file is untouched"):
        xlsx.write(path, graded(typed(*SIXTY)), [], "en")
    assert path.read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_a_private_file_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("old")
    path.chmod(0o600)
    csvfile.write(path, graded(typed(*SIXTY)), "en")
    assert "0001" in path.read_text(encoding="utf-8-sig")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_name_as_long_as_the_folder_allows(tmp_path: Path) -> None:
    path = tmp_path / f"{'绩' * 83}.csv"  # 253 bytes
    csvfile.write(path, graded(typed(*SIXTY)), "zh")
    assert path.exists()


# The template


def test_the_template_explains_itself(tmp_path: Path) -> None:
    twenty = {"maximum": Fraction(20), "highest": Fraction(25), "late": Late(Fraction(10))}
    parts = tuple(replace(part, **twenty) if part.key == "lab" else part for part in POLICY.components)
    template.write(tmp_path / "scores.xlsx", replace(POLICY, components=parts), "en")
    page, explained = openpyxl.load_workbook(tmp_path / "scores.xlsx").worksheets
    assert [cell.value for cell in page[1]][3:6] == ["Attendance", "Lab 1 (20)", "Lab 1 days late"]
    assert page.column_dimensions["A"].number_format == "@", "ids keep their zeros while they are typed"
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    lab = rules["E2:E301"]
    assert (lab.type, float(lab.formula1), float(lab.formula2), lab.errorStyle) == ("decimal", 0, 25, "warning")
    assert "25" in lab.error and "absent" in lab.error
    assert rules["F2:F301"].type == "whole"
    words = " ".join(str(cell.value) for cell in explained["A"])
    assert all(word in words for word in ("17/20", "85%", "Blank", "absent", "deferred", "excused", "misconduct"))
