"""An empty score sheet to fill in: the policy's columns, ids as text, and a word of warning for what is no score."""

from pathlib import Path
from typing import Any

from ..policy import Policy
from ..rounding import exact_text
from . import table
from .table import say

_ROWS = 300
_HELP = ("id", "numbers", "blank", "absent", "pending", "excused", "misconduct")


def write(path: Path, policy: Policy, language: str) -> None:
    """Write the workbook. language: "zh" or "en". Raises NotWritten.

    Scores out of range are questioned, not refused, since a cell may also hold a mark such as 缺考.
    """
    with table.workbook(path) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(say("sheet_grades", language))
        column = 0

        def add(header: str, style: Any = None) -> int:
            nonlocal column
            sheet.set_column(column, column, table.widths([[header]])[0], style)
            sheet.write_string(0, column, header, head)
            column += 1
            return column - 1

        for key, style in (("student_id", text), ("name", None), ("group", None)):
            sheet.set_column(add(say(key, language), style), column - 1, 16, style)
        titles = {one.key: one.title for one in table.columns(policy, language)}
        for item in policy.items:
            highest = exact_text(item.component.highest)
            at = add(titles[item.key])
            _question(sheet, at, "decimal", highest, say("validation", language, most=highest), language)
            if item.component.late:
                at = add(say("days_late", language, item=item.name(language)))
                _question(sheet, at, "integer", "365", say("validation_days", language), language)
        sheet.freeze_panes(1, 2)
        help_sheet = book.add_worksheet(say("sheet_help", language))
        help_sheet.set_column(0, 0, 80)
        for row, key in enumerate(_HELP):
            help_sheet.write_string(row, 0, say(f"help_{key}", language))


def _question(sheet: Any, column: int, kind: str, most: str, message: str, language: str) -> None:
    """Ask back when a cell of this column gets something else than a number from 0 to `most`."""
    rule = {
        "validate": kind, "criteria": "between", "minimum": 0, "maximum": float(most), "ignore_blank": True,
        "error_type": "warning", "error_title": say("validation_title", language), "error_message": message,
    }  # fmt: skip
    sheet.data_validation(1, column, _ROWS, column, rule)
