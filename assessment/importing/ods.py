"""ODS, the sheets of LibreOffice and WPS.

Read as a stream: odfpy, unmaintained since 2020, builds the whole document in memory, at some kilobytes for each cell.
"""

import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse

from .cells import number_text, percent_text, truth_text
from .reading import MAX_COLUMNS, MAX_ROWS, Grid, Sheet

# OpenDocument 1.3, part 3: 9.1 (tables), 6.1 (white space), 19.385 (value types)
_NAMESPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_TABLE, _OFFICE, _TEXT, _STYLE = (_NAMESPACE.format(name) for name in ("table", "office", "text", "style"))
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_WHOLE = (*_CELLS, _STYLE + "style", _TABLE + "shapes")  # read, or passed over, with all that is in them
_NOT_SHOWN = (_OFFICE + "annotation", _TEXT + "note", _TEXT + "ruby-text")
_LONGEST_CELL = 32_767  # characters, as in Excel
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)")


def read(path: Path, file: str) -> list[Sheet]:
    """All sheets, hidden ones too. Raises Refused, and anything else for damaged content."""
    with path.open("rb") as stream, ZipFile(stream) as archive, archive.open("content.xml") as content:
        return _Content(file).read(content)


class _Content:
    """What stands in `content.xml`, taken in element by element; each is dropped once it was read."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._sheets: list[Sheet] = []
        self._hidden_styles: set[str] = set()
        self._spent = 0

    def read(self, content: Any) -> list[Sheet]:
        path: list[Any] = []
        table: _Table | None = None
        kept: Any = None  # which of `_WHOLE` is open
        for event, element in iterparse(content, events=("start", "end")):
            if event == "start":
                if kept is None and element.tag in _WHOLE:
                    kept = element
                # Others hold copies of linked sheets, or tables inside a cell.
                if element.tag == _TABLE + "table" and path and path[-1].tag == _OFFICE + "spreadsheet":
                    table = _Table(element.get(_TABLE + "name", ""), element.get(_TABLE + "style-name", ""), self._spent)
                path.append(element)
                continue
            path.pop()
            if kept is not None and kept is not element:
                continue
            kept = None
            self._take(element, table)
            if element.tag == _TABLE + "table" and path and path[-1].tag == _OFFICE + "spreadsheet":
                table = None
            if path:
                path[-1].remove(element)
        return self._sheets

    def _take(self, element: Any, table: "_Table | None") -> None:
        if element.tag == _STYLE + "style":
            properties = element.find(_STYLE + "table-properties")
            if properties is not None and properties.get(_TABLE + "display") == "false":
                self._hidden_styles.add(element.get(_STYLE + "name"))
        elif table is None:
            return
        elif element.tag in _CELLS:
            table.take_cell(element)
        elif element.tag == _TABLE + "table-row":
            table.take_row(_repeats(element, "rows"))
        # LibreOffice keeps what formulas read from other files as tables named 'file:///other.ods'#$Sheet1.
        elif element.tag == _TABLE + "table" and "'#$" not in table.name:
            self._sheets.append(table.sheet(self._file, hidden=table.style in self._hidden_styles))
            self._spent = table.grid.cells


class _Table:
    """A sheet in the making. Cells and rows that repeat are written once in the file, with their number."""

    def __init__(self, name: str, style: str, spent: int) -> None:
        self.name, self.style = name, style
        self.grid = Grid(name, spent)
        self._row: list[str] = []
        self._blanks = self._number = 0
        self._formulas: list[tuple[int, bool]] = []  # column, and whether its result is missing; of this row
        self._found: dict[tuple[int, int], bool] = {}
        self._merged: list[tuple[int, int, int, int]] = []

    def take_cell(self, cell: Any) -> None:
        """The next cell of the row."""
        repeats = _repeats(cell, "columns")
        text, column = cell_text(cell), len(self._row) + self._blanks
        self._span(cell, column)
        if _TABLE + "formula" in cell.attrib:
            self.grid.check(len(self._found) + len(self._formulas) + repeats, column=column + repeats)
            unsaved = not text and _OFFICE + "value-type" not in cell.attrib
            self._formulas += [(column + step, unsaved) for step in range(repeats)]
        if not text:
            self._blanks += repeats  # which cost nothing until something stands behind them
            return
        self.grid.check(column + repeats, column=column + repeats)
        self._row += [""] * self._blanks + [text] * repeats
        self._blanks = 0

    def take_row(self, repeats: int) -> None:
        """The end of a row that stands there `repeats` times."""
        if self._formulas:
            self.grid.check(len(self._found) + len(self._formulas) * repeats, row=self._number + repeats)
            for row in range(self._number, self._number + repeats):
                self._found |= {(row, column): unsaved for column, unsaved in self._formulas}
        self.grid.add(self._row, repeats)
        self._number += repeats
        self._row, self._blanks, self._formulas = [], 0, []

    def _span(self, cell: Any, column: int) -> None:
        rows, columns = (int(cell.get(f"{_TABLE}number-{what}-spanned", 1)) for what in ("rows", "columns"))
        if rows > 1 or columns > 1:
            bottom, right = self._number + max(rows, 1) - 1, column + max(columns, 1) - 1
            self._merged.append((self._number, column, min(bottom, MAX_ROWS - 1), min(right, MAX_COLUMNS - 1)))

    def sheet(self, file: str, hidden: bool) -> Sheet:
        """The whole of it."""
        unsaved = frozenset(place for place, missing in self._found.items() if missing)
        self.grid.reach(sorted(unsaved))
        return Sheet(file, self.name, self.grid.rows, tuple(self._merged), frozenset(self._found), unsaved, hidden)


def _repeats(element: Any, what: str) -> int:
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated", 1)))


def cell_text(cell: Any) -> str:
    """A `table:table-cell` as the sheet shows it."""
    kind = cell.get(_OFFICE + "value-type", "")
    paragraphs = [_text(child) for child in cell if child.tag == _TEXT + "p"]
    shown = "\n".join(paragraphs) if paragraphs else cell.get(_OFFICE + "string-value", "")
    value = cell.get(_OFFICE + "value")
    if kind in ("float", "percentage", "currency") and value is not None:
        number = int(value) if re.fullmatch(r"-?\d+", value) else float(value)
        if kind == "percentage":
            return percent_text(number)
        # Under a format such as 00000000 the sheet shows an id; the format itself is far away, in a style of a style.
        return shown if re.fullmatch(r"0[0-9]+", shown) and int(shown) == number else number_text(number)
    if kind == "date" and cell.get(_OFFICE + "date-value"):
        return re.sub(r"[.,]\d+$", "", cell.get(_OFFICE + "date-value")).removesuffix("T00:00:00").replace("T", " ")
    if kind == "time" and (duration := _DURATION.match(cell.get(_OFFICE + "time-value", ""))):
        sign, hours, minutes, seconds = duration.groups()
        return f"{sign}{hours}:{minutes}:{seconds}"
    if kind == "boolean" and cell.get(_OFFICE + "boolean-value"):
        return truth_text(cell.get(_OFFICE + "boolean-value") == "true")
    return shown


def _text(element: Any) -> str:
    """The text of a paragraph with everything inside it, such as coloured parts; no remarks and footnotes."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == _TEXT + "s":
            parts.append(" " * min(int(child.get(_TEXT + "c", 1)), _LONGEST_CELL))
        elif child.tag == _TEXT + "tab":
            parts.append("\t")
        elif child.tag == _TEXT + "line-break":
            parts.append("\n")
        elif child.tag not in _NOT_SHOWN:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
