"""The registry gets letters, and nothing that it did not ask for."""

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from assessment.cohort import ClassGrades
from assessment.exporting import registry
from assessment.exporting.table import NotWritten
from tests.assessment.exporting.classes import SIXTY, graded

FOUND = graded(
    SIXTY, (*SIXTY[:10], "缓考"), (100,) * 11, names=("张三", "李四", '=HYPERLINK("x")'), ids=("0007", "0042", "-1+2")
)


def csv_rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def xlsx_rows(path: Path) -> list[list[str]]:
    book = openpyxl.load_workbook(path)
    assert len(book.worksheets) == 1
    assert all(cell.data_type == "s" for row in book.active.iter_rows() for cell in row), "texts alone, ids too"
    return [list(row) for row in book.active.iter_rows(values_only=True)]


KINDS = {"csv": (registry.write_csv, csv_rows), "xlsx": (registry.write_xlsx, xlsx_rows)}
Writer = Callable[[Path, ClassGrades, str], None]
Reader = Callable[[Path], list[list[str]]]


@pytest.mark.parametrize("kind", KINDS)
def test_ids_names_classes_letters(tmp_path: Path, kind: str) -> None:
    write, rows = KINDS[kind]
    write(tmp_path / f"list.{kind}", FOUND, "zh")
    assert rows(tmp_path / f"list.{kind}") == [
        ["学号", "姓名", "班级", "等级"],
        ["0007", "张三", "计科一班", "及格"],
        ["0042", "李四", "计科一班", "暂不评定"],
        ["'-1+2", '\'=HYPERLINK("x")', "计科一班", "优秀"],
    ]
    write(tmp_path / f"list.{kind}", FOUND, "en")
    found = rows(tmp_path / f"list.{kind}")
    assert found[0] == ["Student ID", "Name", "Class", "Letter"]
    assert [row[3] for row in found[1:]] == ["Pass", "withheld", "Excellent"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    with pytest.raises(NotWritten, match="folder does not exist"):
        KINDS[kind][0](tmp_path / "no" / f"list.{kind}", FOUND, "zh")
    assert list(tmp_path.iterdir()) == []
