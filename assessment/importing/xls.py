"""XLS, the Excel files of 1997 to 2003, by xlrd. It does not tell formulas from values, so none are reported."""

import datetime
import io
from pathlib import Path
from typing import Any

import xlrd

from .cells import formatted_text, moment_text, truth_text
from .reading import Grid, Refused, Sheet


def read(path: Path, file: str) -> list[Sheet]:
    """All sheets with cells, hidden ones too; no chart sheets. Raises Refused, and anything else for damaged content."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:  # an XLSX under a password ([MS-OFFCRYPTO] 2.3.4.4)
        raise Refused("password")
    log = io.StringIO()  # xlrd's notes, which would go to the terminal
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=log, formatting_info=True, on_demand=True, ragged_rows=True)
    except xlrd.XLRDError as problem:
        if "encrypted" in str(problem):
            raise Refused("password") from None
        if "Can't find workbook" in str(problem):
            raise Refused("not_a_sheet", found="DOC/PPT/MSG") from None
        raise
    sheets: list[Sheet] = []
    spent = 0
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        grid = _grid(book, sheet, spent)
        spent = grid.cells
        merged = tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
        sheets.append(Sheet(file, sheet.name, grid.rows, merged=merged, hidden=sheet.visibility != 0))
        book.unload_sheet(number)
    return sheets


def _grid(book: Any, sheet: Any, spent: int) -> Grid:
    grid = Grid(sheet.name, spent)
    for row in range(sheet.nrows):
        grid.add([_text(book, cell) for cell in sheet.row(row)])
    return grid


def _text(book: Any, cell: Any) -> str:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return formatted_text(cell.value, _format(book, cell))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _moment(cell.value, book.datemode, _format(book, cell))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return truth_text(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#VALUE!")
    return ""


def _format(book: Any, cell: Any) -> str:
    return str(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)


def _moment(serial: float, epoch: int, number_format: str) -> str:
    """A date, a time of day (below one day) or a duration (under a format such as [h]:mm)."""
    try:
        if "[h" in number_format.lower():
            return moment_text(datetime.timedelta(days=serial))
        moment = xlrd.xldate_as_datetime(serial, epoch)
    except (OverflowError, ValueError):
        return "#VALUE!"  # Excel shows ########
    return moment_text(moment.time() if 0 <= serial < 1 else moment)
