"""Grades as CSV: UTF-8 with BOM, so that Excel shows Chinese, and every cell quoted as RFC 4180 has it."""

import csv
from pathlib import Path

from ..cohort import ClassGrades
from . import table


def write(path: Path, grades: ClassGrades, language: str) -> None:
    """One row a student; language: "zh" or "en", for headers, letters and flags. Raises NotWritten.

    Numbers are never negative, so making every cell safe leaves them as they are.
    """
    with table.atomically(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(table.safe(column.title) for column in table.columns(grades.policy, language))
        for grade in grades:
            sheet.writerow(map(table.safe, table.cells(grade, grades.policy, language)))
