"""The list that the registry gets: who has which letter, and nothing else."""

import csv
from collections.abc import Iterator
from pathlib import Path

from ..cohort import ClassGrades
from . import table
from .table import say

_KEYS = ("student_id", "name", "group", "letter")


def write_csv(path: Path, grades: ClassGrades, language: str) -> None:
    """The list as CSV (UTF-8 with BOM). language: "zh" or "en". Raises NotWritten."""
    with table.atomically(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(_rows(grades, language))


def write_xlsx(path: Path, grades: ClassGrades, language: str) -> None:
    """The list as a workbook of one sheet, ids as texts. language: "zh" or "en". Raises NotWritten."""
    rows = list(_rows(grades, language))
    with table.workbook(path) as book:
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "bottom_color": "#B8C2CC"})
        sheet = book.add_worksheet(say("sheet_grades", language))
        for at, width in enumerate(table.widths(rows)):
            sheet.set_column(at, at, width, text)
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                sheet.write_string(number, at, cell, text if number else head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)


def _rows(grades: ClassGrades, language: str) -> Iterator[list[str]]:
    """The header, then a row a student, safe to open; who has no letter yet has the word for it."""
    yield [say(key, language) for key in _KEYS]
    book = grades.gradebook
    for at, person in enumerate(zip(book.ids, book.names, book.groups, strict=True)):
        letter = grades.letter(at)
        yield [table.safe(text) for text in (*person, getattr(letter, language) if letter else say("withheld", language))]
