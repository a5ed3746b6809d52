"""Score sheets become one gradebook, and everything odd is said with its cell."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import openpyxl
import openpyxl.comments
import pytest

from assessment import importing, policyfile
from assessment.findings import Finding
from assessment.scores import Mark
from shared.language import LANGUAGES

POLICY = policyfile.read()
HEADER = "学号,姓名,考勤,实验1,实验2,实验3,实验4,实验5,实验6,实验7,PPT展示,随堂测试,课程论文"
FULL = "80,81,82,83,84,85,86,87,88,89,90"
Load = Callable[..., importing.Import]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """load("a.csv text", "b.csv text", mapping=...): imports them as 1.csv, 2.csv, ..."""

    def run(*texts: str, **options: object) -> importing.Import:
        paths = []
        for number, text in enumerate(texts, start=1):
            paths.append(tmp_path / f"{number}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        found = importing.load(paths, POLICY, **options)  # type: ignore[arg-type]
        for finding in found.findings:
            assert all(finding.message(language) for language in LANGUAGES)
        return found

    return run


def told(found: importing.Import, *severities: str) -> list[tuple[str, str | None, str | None]]:
    """(code, file, cell) of the findings that must be settled."""
    return [(f.code, f.file, f.cell) for f in found.findings if f.severity in (severities or ("error", "warning"))]


def one(found: importing.Import, code: str) -> Finding:
    (finding,) = [finding for finding in found.findings if finding.code == code]
    return finding


def values(found: importing.Import, student: int = 0) -> dict[str, Fraction | None]:
    return {key: score.share and score.share * 100 for key, score in found.gradebook.scores(student).items()}


def test_a_plain_sheet_has_nothing_odd(load: Load) -> None:
    found = load(f"{HEADER}\n0012,张三,{FULL}\n")
    assert told(found) == []
    assert (found.gradebook.ids, found.gradebook.names) == (("0012",), ("张三",))
    assert list(values(found).values()) == list(range(80, 91))


# Ids


@pytest.mark.parametrize(
    ("cell", "student"),
    [
        ("0012", "0012"), ("20230001.0", "20230001"), ("２０２３０００１", "20230001"), (" 0012 ", "0012"),
        ("'0012", "0012"), ('"=""0012"""', "0012"), ("S-12", "S-12"), ("\u200b0012", "0012"), ("2023A01", "2023A01"),
    ],
)  # fmt: skip
def test_ids_are_strings_and_repaired_where_that_is_certain(load: Load, cell: str, student: str) -> None:
    found = load(f"{HEADER}\n{cell},张三,{FULL}\n")
    assert (found.gradebook.ids, told(found)) == ((student,), [])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2.0230001E+07", "id_lost_digits"), ("张三", "id_unreadable"), ("12?", "id_unreadable"), ("", "id_missing"),
        ("0012/0013", "id_unreadable"), ("0012 0013", "id_unreadable"), ("Section B", "id_unreadable"),
        ('"0012\n0013"', "id_unreadable"),
    ],
)  # fmt: skip
def test_ids_that_cannot_be_known_are_errors(load: Load, cell: str, code: str) -> None:
    found = load(f"{HEADER}\n{cell},张三,{FULL}\n")
    assert told(found, "error") == [(code, "1.csv", "A2")]


def test_an_id_without_digits_is_one_only_among_its_kind(load: Load) -> None:
    assert told(load("学号,实验1\n0012,80\n0013,70\nEverybody,75\n"), "error") == [("id_unreadable", "1.csv", "A4")]
    assert load("学号,实验1\nzhangsan,80\nlisi,70\nwang2,75\n").gradebook.ids == ("zhangsan", "lisi", "wang2")


def test_an_id_twice_in_one_file(load: Load) -> None:
    """The preview must not show one and the import keep the other: nothing is imported until one of them is gone."""
    found = load(f"{HEADER}\n0012,张三,{FULL}\n0013,李四,{FULL}\n0012,张三,{FULL.replace('80', '70')}\n")
    finding = one(found, "duplicate_id")
    assert (finding.severity, finding.row, finding.column, finding.values["first"]) == ("error", 4, "学号", 2)
    same = load(f"{HEADER}\n0012,张三,{FULL}\n0012,张三,{FULL}\n")
    assert told(same, "warning") == [("duplicate_row", "1.csv", "A3")]


def test_an_id_that_lost_its_zeros_is_noticed(load: Load) -> None:
    sheets = ("学号,姓名,实验1\n0012,张三,80\n", "学号,姓名,实验2\n12,张三,90\n")
    found = load(*sheets)
    assert ("ids_alike", "2.csv", "A2") in told(found, "error")
    padded = load(*sheets, id_width=4)
    assert padded.gradebook.ids == ("0012",)
    assert told(padded, "error") == []


# Several files


def test_files_merge_on_the_id(load: Load) -> None:
    found = load("学号,姓名,实验1\n0012,张三,80\n0013,李四,70\n", "ID,Lab 2\n0013,75\n0012,85\n")
    assert [code for code, *_ in told(found)] == ["item_without_column"]
    assert (values(found, 0)["lab1"], values(found, 0)["lab2"]) == (80, 85)
    assert found.origins["lab2"].place(0) == ("2.csv", None, "B3"), "where a score stood is known"
    assert (values(found, 1)["lab1"], values(found, 1)["lab2"]) == (70, 75)


def test_a_student_in_one_file_only(load: Load) -> None:
    found = load("学号,姓名,实验1\n0012,张三,80\n0013,李四,70\n", "学号,实验2\n0012,85\n0014,60\n")
    told_of = [
        (f.file, f.row, f.cell, f.values["id"], f.values["files"]) for f in found.findings if f.code == "student_not_in_file"
    ]
    assert told_of == [("1.csv", 3, "A3", "0013", "2.csv"), ("2.csv", 3, "A3", "0014", "1.csv")]


def test_a_file_for_each_class_lacks_nobody(load: Load) -> None:
    found = load("学号,班级,实验1\n0012,一班,80\n", "学号,班级,实验1\n0013,二班,85\n")
    assert [code for code, *_ in told(found)] == ["item_without_column"]
    assert found.gradebook.groups == ("一班", "二班")


def test_a_student_who_is_not_on_the_class_list(load: Load) -> None:
    found = load("学号,姓名\n0012,张三\n", "学号,实验1\n0012,80\n0099,60\n")
    assert one(found, "student_not_on_list").values["id"] == "0099"


def test_a_name_that_differs(load: Load) -> None:
    found = load("学号,姓名,实验1\n0012,张三,80\n0013,李 四,80\n", "学号,姓名,实验2\n0012,张珊,80\n0013,李四,80\n")
    finding = one(found, "name_differs")
    assert (finding.severity, finding.file, finding.row, finding.values["one"], finding.values["two"]) == (
        "warning", "2.csv", 2, "张三", "张珊",
    )  # fmt: skip


def test_the_same_score_twice_with_different_values(load: Load) -> None:
    found = load("学号,实验1\n0012,80\n0013,70\n", "学号,Lab 1\n0012,85\n0013,70\n")
    finding = one(found, "score_conflict")
    assert (finding.severity, finding.file, finding.cell, finding.column) == ("error", "2.csv", "B2", "Lab 1")
    assert "80" in finding.message("en") and "85" in finding.message("en") and "1.csv › B2" in finding.message("en")
    assert one(found, "score_repeated").values["count"] == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_blank_never_overwrites_a_score(load: Load, order: tuple[int, int]) -> None:
    sheets = ("学号,实验1,实验2\n0012,80,0\n", "学号,实验1,实验2\n0012,,-\n")
    found = load(*(sheets[at] for at in order))
    assert (values(found)["lab1"], values(found)["lab2"]) == (80, 0)
    assert told(found, "error") == []


def test_a_score_that_came_later_replaces_a_deferred_one(load: Load) -> None:
    found = load("学号,随堂测试\n0012,缓考\n", "学号,随堂测试\n0012,75\n")
    assert one(found, "pending_replaced").severity == "warning"
    assert values(found)["quiz"] == 75


# Scores


def test_sheep(load: Load) -> None:
    found = load(f"{HEADER}\n0012,张三,80,81,sheep,{FULL[9:]}\n")
    finding = one(found, "score_unreadable")
    assert (finding.file, finding.sheet, finding.row, finding.column, finding.cell) == ("1.csv", None, 2, "实验2", "E2")
    assert "sheep" in finding.message("zh") and "sheep" in finding.message("en")


@pytest.mark.parametrize("cell", ["101", "-3", "21/20", "120%"])
def test_out_of_range(load: Load, cell: str) -> None:
    assert told(load(f"学号,实验1\n0012,{cell}\n"), "error") == [("score_out_of_range", "1.csv", "B2")]


def test_a_real_zero_stays_zero_and_a_blank_stays_missing(load: Load) -> None:
    found = load("学号,实验1,实验2\n0012,0,\n")
    scores = found.gradebook.scores(0)
    assert (scores["lab1"].share, scores["lab2"].share, scores["lab2"].mark) == (0, None, Mark.MISSING)


def test_decimal_commas(load: Load) -> None:
    found = load("学号;实验1;实验2\n0012;85,5;90\n0013;77,25;80,5\n")
    assert values(found)["lab1"] == Fraction("85.5")
    assert told(found, "error") == [("score_comma", "1.csv", "C3")], "one comma alone proves nothing"
    assert one(found, "decimal_comma").column == "实验1"


def test_full_marks_in_the_header_or_below_it(load: Load) -> None:
    found = load("学号,实验1/20分,Lab 2 (50),实验3\n满分,,50,10\n0012,17,40,9\n")
    assert (values(found)["lab1"], values(found)["lab2"], values(found)["lab3"]) == (85, 80, 90)
    assert told(load("学号,实验1(20)\n满分,50\n0012,17\n"), "error") == [("maximum_twice", "1.csv", "B1")]


def test_days_late_need_a_rule(load: Load) -> None:
    assert ("late_without_rule", "1.csv", "C1") in told(load("学号,实验1,实验1迟交天数\n0012,80,2\n"))


def test_days_late_stand_beside_the_score(tmp_path: Path) -> None:
    text = policyfile.DEFAULT.read_text(encoding="utf-8").replace(
        "\ncount = 7\n", "\ncount = 7\n[component.late]\nper_day = 10\n"
    )
    (tmp_path / "a.csv").write_text("学号,实验1,Lab 1 days late\n0012,80,2\n0013,80,\n", encoding="utf-8")
    found = importing.load([tmp_path / "a.csv"], policyfile.parse(text, "x"))
    assert [found.gradebook.scores(student)["lab1"].days_late for student in (0, 1)] == [2, 0]


# Columns


def test_no_column_is_dropped_in_silence(load: Load) -> None:
    found = load("学号,姓名,性别,实验1,Esay,天气,,总分\n0012,张三,男,80,70,晴,5,90\n")
    assert told(found, "warning")[:3] == [
        ("column_unknown_near", "1.csv", "E1"), ("column_unknown", "1.csv", "F1"), ("column_without_header", "1.csv", "G1")
    ]  # fmt: skip
    assert "essay" in one(found, "column_unknown_near").message("en")
    assert {("column_ignored", "1.csv", "C1"), ("column_computed", "1.csv", "H1")} <= set(told(found, "info"))


def test_a_column_that_could_mean_several_things(load: Load) -> None:
    found = load("学号,实验\n0012,80\n")
    assert told(found, "error") == [("column_ambiguous", "1.csv", "B1")]
    settled = load("学号,实验\n0012,80\n", mapping={"实验": "lab3"})
    assert (values(settled), told(settled, "error")) == ({"lab3": 80}, [])


def test_two_columns_for_one_score(load: Load) -> None:
    found = load("学号,随堂测试,Quiz\n0012,80,90\n")
    assert told(found, "error") == [("column_twice", "1.csv", "C1")]
    settled = load("学号,随堂测试,Quiz\n0012,80,90\n", mapping={"随堂测试": "ignore"})
    assert (values(settled)["quiz"], told(settled, "error")) == (90, [])


def test_a_platforms_extra_columns_do_not_pass_for_the_score(load: Load) -> None:
    found = load("SID,Lab 1,Lab 1 - Max Points,Lab 1 - Submission Time\n0012,17/20,20,2026-09-05\n")
    assert values(found)["lab1"] == 85
    assert [code for code, *_ in told(found)][:1] == ["column_unknown"]
    stated = load("SID,Lab 1,Lab 1 - Max Points\n0012,18.0,20.0\n0013,10.0,20.0\n")
    assert values(stated)["lab1"] == 90, "full marks of a column of their own count"
    assert ("maximum_varies", "1.csv", "C1") in told(load("SID,Lab 1,Lab 1 - Max Points\n0012,18,20\n0013,10,30\n"), "error")


def test_a_mark_among_the_remarks_is_not_overlooked(load: Load) -> None:
    found = load("学号,随堂测试,备注\n0012,,缓考（病假）\n0013,80,很好\n")
    assert one(found, "remark_mark").cell == "C2"


@pytest.mark.parametrize("cells", [("0.95", "0.8", "1"), ("95%", "0.95", "80%")])
def test_shares_of_one_are_not_taken_for_points(load: Load, cells: tuple[str, ...]) -> None:
    found = load("学号,考勤\n" + "".join(f"{number:04d},{cell}\n" for number, cell in enumerate(cells)))
    assert one(found, "scores_tiny").cell == "B1"
    assert "scores_tiny" not in {f.code for f in load("学号,考勤\n0012,0\n0013,1\n0014,85\n").findings}


def test_canvas_and_its_row_of_points(load: Load) -> None:
    found = load('Student,ID,Section,Lab 1 (48213),Quiz (48214)\n    Points Possible,,,20,50\n"Zhang, San",0012,A,17,40\n')
    assert (found.gradebook.names, values(found)["lab1"], values(found)["quiz"]) == (("Zhang, San",), 85, 80)
    assert told(found, "error") == []


def test_a_mapping_that_hits_nothing_is_said(load: Load) -> None:
    assert ("map_unused", None, None) in told(load(f"{HEADER}\n0012,张三,{FULL}\n", mapping={"成绩": "lab2"}), "error")


# Rows


def test_title_rows_footers_and_repeated_headers(load: Load) -> None:
    students = f"{HEADER}\n0012,张三,{FULL}\n{HEADER}\n0013,李四,{FULL}\n"
    found = load(f"深度学习方法与应用 成绩表\n2026 秋,教师：王\n{students}\n平均分,,{FULL}\n,Average,{FULL}\n")
    assert (found.gradebook.ids, told(found)) == (("0012", "0013"), [])
    assert {("title_rows", 3), ("header_again", 5), ("footer", 8), ("footer", 9)} <= {(f.code, f.row) for f in found.findings}
    assert one(found, "rows_read").values == {"students": 2, "left_out": 3}


def test_a_comma_in_a_name_that_shifts_the_columns(load: Load) -> None:
    found = load(f"{HEADER}\n0012,Zhang, San,{FULL}\n")
    assert ("row_too_long", "1.csv", None) in told(found, "error")


def test_every_row_is_accounted_for(load: Load) -> None:
    rows = [f"{number:04d},学生{number},{FULL}" for number in range(500)] + [",无学号,60", "平均分,,80"]
    found = load("\n".join([HEADER, *rows]))
    read = one(found, "rows_read").values
    unread = [f for f in found.findings if f.code == "id_missing"]
    assert read["students"] + read["left_out"] + len(unread) == len(rows)


def test_an_explanation_that_mentions_ids_is_no_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["学号", "成绩"], ["0012", 80]):
        book.active.append(row)
    notes = book.create_sheet("填写说明")
    for row in (["学号", "必填，文本"], ["姓名", "必填"], ["成绩", "0 到 100"]):
        notes.append(row)
    book.save(tmp_path / "a.xlsx")
    found = importing.load([tmp_path / "a.xlsx"], POLICY, mapping={"成绩": "lab1"})
    assert (values(found), told(found, "error")) == ({"lab1": 80}, [])


def test_a_file_without_ids(load: Load) -> None:
    assert told(load("姓名,实验1\n张三,80\n"), "error") == [("file_without_ids", "1.csv", None)]


# A roll


def test_a_roll_becomes_the_attendance_score(load: Load) -> None:
    found = load("学号,第1周,第2周,第3周,第4周\n0012,到,√,1,present\n0013,迟到,早退,请假,旷课\n0014,×,0,absent,旷课\n")
    assert [values(found, student)["attendance"] for student in range(3)] == [100, 50, 0]
    assert one(found, "roll_read").message("zh") == "4 次考勤记录合成了 考勤 的成绩。"


def test_an_unreadable_or_blank_roll_mark(load: Load) -> None:
    found = load("学号,9/5,9/12\n0012,到,羊\n0013,到,到\n0014,,到\n")
    assert told(found, "error") == [("roll_unreadable", "1.csv", "C2")]
    assert one(found, "roll_blank").cell == "B1"
    assert values(found, 2)["attendance"] == 100


def test_scores_under_a_date_are_not_taken_for_a_roll(load: Load) -> None:
    assert told(load("学号,9/5\n0012,85\n0013,90\n"), "error") == [("session_unlike", "1.csv", "B1")]


# Workbooks


def test_merged_headers_over_two_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["成绩登记表"])
    page.append(["学号", "姓名", "实验", None, None, "课程论文"])
    page.append([None, None, 1, 2, "三"])
    page.append(["0012", "张三", 80, 81, 82, 90])
    for cells in ("A1:F1", "A2:A3", "B2:B3", "C2:E2", "F2:F3"):
        page.merge_cells(cells)
    book.save(tmp_path / "merged.xlsx")
    found = importing.load([tmp_path / "merged.xlsx"], POLICY)
    assert values(found) == {"lab1": 80, "lab2": 81, "lab3": 82, "essay": 90}
    assert told(found, "error") == []


def test_a_registrys_form_with_two_levels(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["课程成绩登记表"], ["课程：深度学习", None, "学期：2026 秋"],
        ["序号", "学号", "姓名", "平时成绩", None, None, "期末论文", "总评成绩", "备注"],
        [None, None, None, "考勤", "实验一", "测试"],
        [1, "20230001", "张三", 90, 80, 70, 85, 83],
        ["任课教师签名：", None, None, None, None, "日期：2026-01-01"],
    ):  # fmt: skip
        page.append(row)
    for cells in ("A1:I1", "D3:F3", "A3:A4", "B3:B4", "C3:C4", "G3:G4", "H3:H4", "I3:I4"):
        page.merge_cells(cells)
    book.save(tmp_path / "form.xlsx")
    found = importing.load([tmp_path / "form.xlsx"], POLICY)
    assert values(found) == {"attendance": 90, "lab1": 80, "quiz": 70, "essay": 85}
    assert told(found) == [("item_without_column", None, None)]


def test_the_same_header_as_text_has_blanks_after_the_group(load: Load) -> None:
    found = load("学号,姓名,实验,,,课程论文\n,,1,2,3,\n0012,张三,80,81,82,90\n")
    assert values(found) == {"lab1": 80, "lab2": 81, "lab3": 82, "essay": 90}


def test_a_score_merged_over_a_team_counts_for_all_of_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["学号", "班级", "PPT展示"], ["0012", "一班", 85], ["0013", None, None], ["0014", "二班", 70]):
        page.append(row)
    page.merge_cells("B2:B3")
    page.merge_cells("C2:C3")
    book.save(tmp_path / "team.xlsx")
    found = importing.load([tmp_path / "team.xlsx"], POLICY)
    assert [values(found, student)["presentation"] for student in range(3)] == [85, 85, 70]
    assert found.gradebook.groups == ("一班", "一班", "二班")
    assert one(found, "merged_score").cell == "C2"


def test_a_column_called_score_is_explained_by_the_files_name(tmp_path: Path) -> None:
    (tmp_path / "实验3.csv").write_text("学号,成绩\n0012,80\n", encoding="utf-8")
    found = importing.load([tmp_path / "实验3.csv"], POLICY)
    assert "实验3 (lab3)" in one(found, "column_unknown_near").message("zh")
    settled = importing.load([tmp_path / "实验3.csv"], POLICY, mapping={"成绩": "lab3"})
    assert values(settled)["lab3"] == 80


@pytest.mark.parametrize(
    "label",
    [
        "平均分",
        "全班平均",
        "合计",
        "及格率",
        "优秀人数",
        "任课教师签名：王",
        "备注：缺考按 0 分",
        "Average",
        "Class mean",
        "Std",
    ],
)
def test_footers(load: Load, label: str) -> None:
    found = load(f"{HEADER}\n0012,张三,{FULL}\n{label},,{FULL}\n")
    assert (found.gradebook.ids, told(found)) == (("0012",), [])


def test_hidden_sheets_formulas_and_totals(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["学号", "实验1", "实验2", "总分"])
    page.append(["0012", 80, "=B2+5", "=B2+C2"])
    old = book.create_sheet("旧成绩")
    old.append(["学号", "实验1"])
    old.append(["0012", 10])
    old.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    found = importing.load([tmp_path / "a.xlsx"], POLICY)
    assert told(found, "error") == [("formula_unsaved", "a.xlsx", "C2")], "a formula without a result is not a blank"
    assert one(found, "sheet_hidden").sheet == "旧成绩"
    assert values(found)["lab1"] == 80


def test_percent_cells_and_padded_ids_are_read_as_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["学号", "实验1", "实验2", "实验3"])
    page.append([12, 0.85, 59.99999999999999, 0])
    page["A2"].number_format, page["B2"].number_format = "0000", "0%"
    book.save(tmp_path / "a.xlsx")
    found = importing.load([tmp_path / "a.xlsx"], POLICY)
    assert found.gradebook.ids == ("0012",)
    assert values(found) == {"lab1": 85, "lab2": 60, "lab3": 0}


def test_a_finding_keeps_its_id_from_run_to_run(load: Load) -> None:
    ids = [{f.id for f in load("学号,实验1,天气\n0012,80,晴\n").findings} for _ in range(2)]
    assert ids[0] == ids[1] and len(ids[0]) > 2


# What an adversary found: each of these once gave a wrong grade, or lost or invented a student, in silence.


def workbook(path: Path, *rows: list[object], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def test_a_student_called_max_is_no_row_of_full_marks(load: Load) -> None:
    found = load("First name,Surname,ID number,Lab 1\nMax,Adams,20230009,80\nAnn,Berg,20230001,60\n")
    assert found.gradebook.ids == ("20230009", "20230001")
    assert [values(found, student)["lab1"] for student in range(2)] == [80, 60]


@pytest.mark.parametrize("row", ["Min,Kim,,80", "王子率,,,80", "Max,,,80", "Mean,Ali,,80"])
def test_a_student_without_an_id_is_no_footer_because_of_his_name(load: Load, row: str) -> None:
    found = load(f"First name,Surname,ID number,Lab 1\nAnn,Berg,20230001,60\n{row}\n")
    assert ("id_missing", "1.csv", "C3") in told(found, "error")


@pytest.mark.parametrize("label", ["Average score", "Highest score", "Max score"])
def test_sums_in_english_are_no_students(load: Load, label: str) -> None:
    assert load(f"学号,姓名,实验1\n0012,张三,80\n{label},,70\n").gradebook.ids == ("0012",)


def test_two_tables_on_one_sheet(load: Load) -> None:
    upper, lower = "学号,姓名,实验1\n1001,张,80\n1002,李,70\n", "学号,姓名,测验,备注\n1003,王,90,\n"
    assert ("two_tables", "1.csv", None) in told(load(f"一班\n{upper}\n二班\n{lower}"), "error")
    assert ("two_tables", "1.csv", None) in told(load(f"{lower}\n{upper}"), "error")


def test_scores_merged_sideways_and_in_a_block(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ["学号", "姓名", "实验1", "实验2", "实验3"], ["0012", "张", "免修", None, None],
        ["0013", "李", 90, None, 70], ["0014", "王", None, None, 60], merged=("C2:E2", "C3:D4"),
    )  # fmt: skip
    found = importing.load([path], POLICY)
    assert {score.mark for score in found.gradebook.scores(0).values()} == {Mark.EXCUSED}
    assert [values(found, 2)[key] for key in ("lab1", "lab2", "lab3")] == [90, 90, 60]
    assert sum(code == "merged_score" for code, *_ in told(found, "warning")) == 2


@pytest.mark.parametrize("full", ["20 pts", "/20", "20分", "20.0"])
def test_full_marks_as_people_write_them(load: Load, full: str) -> None:
    found = load(f"学号,姓名,实验1\n满分,,{full}\n0012,张三,18\n")
    assert (values(found)["lab1"], told(found, "error")) == (90, [])


@pytest.mark.parametrize("full", ["100%", "0", "twenty"])
def test_full_marks_that_are_none_are_refused(load: Load, full: str) -> None:
    assert told(load(f"学号,姓名,实验1\n满分,,{full}\n0012,张三,18\n"), "error") == [("maximum_unreadable", "1.csv", "C1")]


def test_a_sheet_of_students_does_not_vanish(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["学号", "实验1"], ["0012", 80]):
        book.active.append(row)
    for row in (["Matric", "Quiz"], ["0013", 90]):
        (book["二班"] if "二班" in book.sheetnames else book.create_sheet("二班")).append(row)
    book.save(tmp_path / "a.xlsx")
    assert ("sheet_without_ids", "a.xlsx", None) in told(importing.load([tmp_path / "a.xlsx"], POLICY), "warning")


def test_a_student_in_one_sheet_only_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["学号", "实验1"], ["0012", 80], ["0013", 90]):
        book.active.append(row)
    quiz = book.create_sheet("测验")
    for row in (["学号", "随堂测试"], ["0012", 80]):
        quiz.append(row)
    book.save(tmp_path / "a.xlsx")
    finding = one(importing.load([tmp_path / "a.xlsx"], POLICY), "student_not_in_file")
    assert (finding.values["id"], finding.values["files"]) == ("0013", "a.xlsx › 测验")


def test_a_cell_beyond_the_header_is_not_lost(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["学号", "实验1"], ["0012", 80], ["0013", None, None, 70])
    assert ("column_without_header", "a.xlsx", "D1") in told(importing.load([path], POLICY), "warning")


def test_an_id_that_excel_cut_to_15_digits(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["学号", "实验1"], [2.02300010123456e17, 80])
    assert told(importing.load([path], POLICY), "error") == [("id_lost_digits", "a.xlsx", "A2")]


def test_a_row_that_numbers_the_columns_is_no_student(load: Load) -> None:
    assert load("学号,姓名,实验1,实验2\n1,2,3,4\n0012,张三,80,90\n").gradebook.ids == ("0012",)


def test_a_unit_in_the_number_format_is_part_of_what_the_cell_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["学号", "实验1"], ["0012", 17]):
        book.active.append(row)
    book.active["B2"].number_format = '0"/20"'
    book.save(tmp_path / "a.xlsx")
    assert values(importing.load([tmp_path / "a.xlsx"], POLICY))["lab1"] == 85


def test_one_item_with_different_full_marks_in_two_files(load: Load) -> None:
    found = load("学号,实验1(20)\n0012,18\n", "学号,实验1\n0013,18\n")
    assert one(found, "maximum_differs").cell == "B1"


def test_comments_are_said_not_to_be_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["学号", "实验1"], ["0012", 17]):
        book.active.append(row)
    book.active["B2"].comment = openpyxl.comments.Comment("缓考", "王")
    book.save(tmp_path / "a.xlsx")
    assert one(importing.load([tmp_path / "a.xlsx"], POLICY), "comments").severity == "warning"


def test_rolls_of_two_files_add_up(load: Load) -> None:
    first, second = "学号,第1周,第2周\n0012,到,旷课\n0013,到,到\n", "学号,第3周,第4周\n0012,到,到\n0013,到,到\n"
    found = load(first, second)
    assert [values(found, student)["attendance"] for student in range(2)] == [75, 100]
    assert told(found, "error") == []
    assert ("session_conflict", "2.csv", "A2") in told(load(first, "学号,第2周,第3周\n0012,到,到\n0013,到,到\n"), "error")


def test_canvas_has_two_ids_and_a_test_student(load: Load) -> None:
    text = 'Student,ID,SIS User ID,Lab 1 (48213)\n,,,Manual Posting\n    Points Possible,,,20\n"Li, Si",991,0012,18\n'
    found = load(text + '"Student, Test",992,,\n')
    assert (found.gradebook.ids, values(found)["lab1"], told(found, "error")) == (("0012",), 90, [])
    assert one(found, "column_id_other").cell == "B1"
    assert "maximum_implausible" not in {f.code for f in found.findings}, "the row below says what full marks are"


def test_two_kinds_of_classes_are_no_error(load: Load) -> None:
    found = load("学号,行政班,教学班,实验1\n0012,一班,甲,80\n")
    assert (found.gradebook.groups, told(found, "error")) == (("一班",), [])


def test_a_header_of_three_rows(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ["学号", "姓名", "平时成绩", None, None], [None, None, "实验", None, "测试"],
        [None, None, 1, 2, None], ["0012", "张", 80, 81, 90], merged=("A1:A3", "B1:B3", "C1:E1", "C2:D2", "E2:E3"),
    )  # fmt: skip
    assert values(importing.load([path], POLICY)) == {"lab1": 80, "lab2": 81, "quiz": 90}


def test_final_is_not_left_out_as_a_total_where_an_item_is_called_so(load: Load) -> None:
    assert ("column_unknown_near", "1.csv", "B1") in told(load("学号,Final\n0012,90\n"))


# A second one found these.


def test_full_marks_merged_over_several_columns(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        ["学号", "姓名", "实验1", "实验2"],
        ["满分", None, 20, None],
        ["0012", "张", 18, 18],
        merged=("C2:D2",),
    )
    assert values(importing.load([path], POLICY)) == {"lab1": 90, "lab2": 90}


def test_full_marks_that_leave_a_column_out(load: Load) -> None:
    assert ("maximum_missing", "1.csv", "C1") in told(load("学号,实验1,实验2\n满分,20,\n0012,18,18\n"), "warning")


def test_full_marks_of_a_group(tmp_path: Path) -> None:
    for group in ("实验(20分)", "实验（每次20分）"):
        for below in (["实验1", "实验2"], [1, 2]):
            path = workbook(tmp_path / "a.xlsx", ["学号", "姓名", group, None], [None, None, *below], ["0012", "张", 18, 17],
                            merged=("A1:A2", "B1:B2", "C1:D1"))  # fmt: skip
            assert values(importing.load([path], POLICY)) == {"lab1": 90, "lab2": 85}


@pytest.mark.parametrize("label", ["Max Marks", "Maximum score", "Full score", "满分（分）"])
def test_full_marks_by_other_names(load: Load, label: str) -> None:
    assert values(load(f"学号,姓名,实验1\n{label},,20\n0012,张,18\n"))["lab1"] == 90
    assert values(load(f"{label},,20\n学号,姓名,实验1\n0012,张,18\n"))["lab1"] == 90, "above the header too"


@pytest.mark.parametrize("label", ["最高分", "Total", "Highest"])
def test_a_sum_before_the_first_student_is_a_question(load: Load, label: str) -> None:
    assert ("summary_first", "1.csv", "A2") in told(load(f"学号,姓名,实验1\n{label},,20\n0012,张,18\n"), "error")


def test_a_cell_merged_from_the_class_over_the_scores(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["学号", "姓名", "班级", "实验1", "实验2"], ["0012", "张", "缓考"], merged=("C2:E2",))
    assert ("merged_across", "a.xlsx", "C2") in told(importing.load([path], POLICY), "error")


def test_a_column_on_another_scale(load: Load) -> None:
    assert one(load("学号,实验1,随堂测试\n0012,90,9\n0013,80,10\n"), "scores_low").cell == "C1"


def test_weights_that_contradict_the_policy(load: Load) -> None:
    assert one(load("学号,考勤,随堂测试\n权重,10%,10%\n0012,90,80\n"), "weight_differs").cell == "B1"


def test_the_same_session_in_two_sheets(load: Load) -> None:
    found = load("学号,第1次,第2次\n0012,到,到\n", "学号,第1次,第3次\n0012,到,到\n")
    assert one(found, "session_repeated").file == "2.csv"


@pytest.mark.parametrize(
    "note", ["以下空白", "第1页 共2页", "班主任签字", "教务处（盖章）", "*缓考学生成绩另报", "Std. Dev.", "1、平时成绩占70%"]
)
def test_notes_at_the_end(load: Load, note: str) -> None:
    assert told(load(f"{HEADER}\n0012,张三,{FULL}\n{note}\n"), "error") == []


@pytest.mark.parametrize("header", ["Roll No.", "NetID", "考号", "學號", "学号（必填）", "Matriculation Number"])
def test_ids_by_other_names(load: Load, header: str) -> None:
    assert load(f"{header},实验1\n0012,80\n").gradebook.ids == ("0012",)
