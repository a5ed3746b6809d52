"""Whatever a grid holds, the import answers with findings, never with an exception, and accounts for every row."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import importing, policyfile
from assessment.cohort import grade_class
from shared.language import LANGUAGES

POLICY = policyfile.read()
HEADERS = [
    *("学号", "ID", "姓名", "First name", "班级", "考勤", "实验1", "实验", "Lab 1 (20)", "实验2/50分", "Lab 1: Tensors"),
    *("Lab 1 (48213)", "实验1迟交天数", "第1周", "9/5", "PPT展示(20%)", "随堂测试", "Quiz", "课程论文", "Esay", "总分"),
    *("性别", "天气", "", "1", "满分"),
]
CELLS = [
    *("", "0012", "12", "00０12", "2.3E+07", "20230001.0", "张三", "85", "85,5", "77,25", "17/20", "1/0", "85%", "101"),
    *("-3", "sheep", "缺考", "缓考", "EX", "-", "平均分", "满分", "权重", "到", "迟到", "羊", "A-", "2026-07-20", "８²"),
    *("59.99999999999999", "8²", "\u200b", "=1+1", "'", "#DIV/0!", "学号", "９９"),
]


def cell(words: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(words) | st.text(max_size=6)


@st.composite
def grids(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 7))
    titles = draw(st.lists(st.lists(cell(CELLS), max_size=2), max_size=2))
    header = draw(st.lists(cell(HEADERS), min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(cell(CELLS), max_size=width + 1), max_size=6))
    return [*titles, header, *rows]


@settings(deadline=None, max_examples=300)
@given(st.lists(grids(), min_size=1, max_size=3), st.integers(0, 6))
def test_any_sheets_are_answered_with_findings(sheets: list[list[list[str]]], width: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.csv" for number in range(len(sheets))]
        for path, rows in zip(paths, sheets, strict=True):
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            path.write_text(text.getvalue(), encoding="utf-8-sig", errors="replace")
        found = importing.load(paths, POLICY, id_width=width)
    for finding in found.findings:
        assert all(finding.message(language) for language in LANGUAGES)
        assert finding.as_json()["id"]
    grades = grade_class(POLICY, found.gradebook)
    assert len(grades) == len(set(found.gradebook.ids))
    for grade in grades:
        assert grade.total is None or 0 <= grade.total <= 100
    read = [finding.values for finding in found.findings if finding.code == "rows_read"]
    assert sum(int(str(one["students"])) for one in read) >= len(grades)
    assert found.gradebook.ids or any(finding.severity == "error" for finding in found.findings) or read
