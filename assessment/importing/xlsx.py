"""XLSX: the values by openpyxl, and from the sheets' own XML what its quick mode leaves out: formulas and merged cells."""

import re
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from .cells import formatted_text, moment_text, truth_text
from .reading import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid, Refused, Sheet, too_many

_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROW, _CELL, _FORMULA, _VALUE, _MERGED = (f"{_NAMESPACE}}}{tag}" for tag in ("row", "c", "f", "v", "mergeCell"))

# Excel in Chinese stores its dates under these numbers, whose formats stand in no file (ECMA-376-1, 18.8.30). openpyxl
# does not know them and would show 7月20日 as 46223.
_CHINESE_DATES = {*range(27, 37), *range(50, 59)}


def read(path: Path, file: str) -> list[Sheet]:
    """All sheets with cells, hidden ones too; no chart sheets. Raises Refused, and anything else for damaged content."""
    with path.open("rb") as stream, ZipFile(stream) as archive:
        book_xml = _book_xml(archive)
        # Before openpyxl sees them: it keeps all cells of a row, and a forged row can have millions.
        parts = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        layouts = {part: _Layout(archive, part) for part in parts}
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        # A sheet whose part is missing is passed over by openpyxl. Its rows would be missed by nobody.
        if len(book.sheetnames) < len(re.findall(rb'<(?:\w+:)?sheet\s[^>]*:id="[^"]', book_xml)):
            raise Refused("damaged")
        book._date_formats |= {n for n, style in enumerate(book._cell_styles) if style.numFmtId in _CHINESE_DATES}
        # Such a file was written by a program and wants its formulas computed; a result of 0 in it is a placeholder
        # (XlsxWriter's default). openpyxl's own `calculation.fullCalcOnLoad` is True also where nothing is said.
        placeholders = bool(re.search(rb'fullCalcOnLoad="(1|true)"', book_xml))
        sheets: list[Sheet] = []
        spent = 0
        for sheet in book.worksheets:
            part = sheet._worksheet_path  # there is no public name for it
            layout = layouts.get(part) or _Layout(archive, part)
            grid = _grid(sheet, layout, placeholders, spent)
            spent = grid.cells
            sheets.append(
                Sheet(
                    file,
                    sheet.title,
                    grid.rows,
                    merged=tuple(layout.merged),
                    formulas=frozenset(layout.formulas),
                    unsaved_formulas=frozenset(layout.unsaved),
                    hidden=sheet.sheet_state != "visible",
                )
            )
        return sheets


def comments(path: Path) -> int:
    """How many comments people have put on cells."""
    with ZipFile(path) as archive:
        parts = [
            name
            for name in archive.namelist()
            if re.fullmatch(r"xl/(?:comments|worksheets/comments)[^/]*\.xml|xl/comments/.*\.xml", name)
        ]
        return sum(len(re.findall(rb"<(?:\w+:)?comment\s", archive.read(part))) for part in parts)


def _book_xml(archive: ZipFile) -> bytes:
    """The workbook's own part. Raises Refused for "Strict Open XML", which openpyxl takes for an empty file."""
    name = next(name for name in archive.namelist() if re.fullmatch(r"xl/workbook\w*\.xml", name))
    xml = archive.read(name)
    if b"http://purl.oclc.org/ooxml/" in xml:
        raise Refused("not_a_sheet", found="Strict Open XML")
    return xml


class _Layout:
    """Formulas and merged cells of a sheet, from one pass over its XML. Raises Refused for more cells than allowed.

    formulas, unsaved: (row, column) from 0; merged: (top, left, bottom, right) from 0.
    """

    def __init__(self, archive: ZipFile, part: str) -> None:
        self.formulas: set[tuple[int, int]] = set()
        self.unsaved: set[tuple[int, int]] = set()
        self.merged: list[tuple[int, int, int, int]] = []
        self._row = self._cells = self._cells_in_row = self._covered = self._steps = 0
        self._reference: str | None = None
        self._type: str | None = None
        self._places: list[tuple[int, int]] = []
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.StartElementHandler = self._start
        self._parser.EntityDeclHandler = _no_entities
        with archive.open(part) as stream:
            while chunk := stream.read(2**16):
                self._parser.Parse(chunk)
        self._parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._parser.CharacterDataHandler = None
        if name == _CELL:
            self._cells += 1
            self._cells_in_row += 1
            if self._cells > MAX_CELLS or self._cells_in_row > MAX_COLUMNS:
                raise too_many()
            # A cell without reference stands next to the one before it.
            reference = attributes.get("r")
            if reference:
                self._reference, self._steps = reference, 0
            else:
                self._steps += 1
            self._type = attributes.get("t")
            self._places = []
        elif name == _VALUE:
            if self._places:
                self._parser.CharacterDataHandler = self._has_value
        elif name == _ROW:
            row = int(float(attributes.get("r", self._row + 1)))
            if row <= self._row:  # openpyxl would drop it
                raise Refused("damaged")
            if row > MAX_ROWS:
                raise too_many()
            self._row, self._cells_in_row, self._reference, self._steps = row, 0, None, 0
        elif name == _FORMULA:
            self._places = self._computed(attributes)
            self.formulas.update(self._places)
            if self._type != "str":  # a text may well be empty, and is then saved as nothing
                self.unsaved.update(self._places)
        elif name == _MERGED:
            left, top, right, bottom = range_boundaries(attributes["ref"])
            self.merged.append((top - 1, left - 1, bottom - 1, right - 1))

    def _computed(self, formula: dict[str, str]) -> list[tuple[int, int]]:
        """The cells whose values come from this formula: its own, or the range over which an array formula spills."""
        if formula.get("t") not in ("array", "dataTable") or "ref" not in formula:
            column = coordinate_to_tuple(self._reference)[1] if self._reference else 0
            return [(self._row - 1, column + self._steps - 1)]
        left, top, right, bottom = range_boundaries(formula["ref"])
        self._covered += (right - left + 1) * (bottom - top + 1)
        if self._covered > MAX_CELLS:
            raise too_many()
        return [(row - 1, column - 1) for row in range(top, bottom + 1) for column in range(left, right + 1)]

    def _has_value(self, text: str) -> None:
        if text.strip():
            self.unsaved.difference_update(self._places)


def _no_entities(*_: object) -> None:
    """No spreadsheet program declares entities; "billion laughs" does."""
    raise Refused("damaged")


def _grid(sheet: Any, layout: _Layout, placeholders: bool, spent: int) -> Grid:
    """The cells of a sheet as text. Adds to `layout.unsaved` the formulas that hold a placeholder instead of a result."""
    grid = Grid(sheet.title, spent)
    sheet.reset_dimensions()  # programs write wrong ones, and cells outside them would be lost
    for row, cells in enumerate(sheet.iter_rows()):
        texts = []
        for column, cell in enumerate(cells):
            value = cell.value
            if value is None:
                texts.append("")
            elif isinstance(value, str):
                texts.append(value.replace("_x000D_", ""))  # a carriage return before a line break, escaped
            elif placeholders and value == 0 and (row, column) in layout.formulas:
                layout.unsaved.add((row, column))
                texts.append("")
            else:
                texts.append(_text(value, cell.number_format))
        grid.add(texts)
    # Under an array formula, cells that have a value of their own.
    filled = [(row, column) for row, column in layout.unsaved if row < len(grid.rows) and any(grid.rows[row][column:][:1])]
    layout.unsaved.difference_update(filled)
    grid.reach(sorted(layout.unsaved))
    return grid


def _text(value: Any, number_format: str) -> str:
    if isinstance(value, bool):
        return truth_text(value)
    if isinstance(value, int | float):
        return formatted_text(value, number_format)
    return moment_text(value)
