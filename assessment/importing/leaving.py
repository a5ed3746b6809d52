"""Rows, cells and columns that a person has decided to leave out, blanked before anything is made of them."""

from collections.abc import Iterable
from dataclasses import replace

from ..findings import Finding, Spot, cell_name
from .reading import Sheet


def leave_out(sheet: Sheet, spots: Iterable[Spot]) -> tuple[Sheet, list[Finding]]:
    """The sheet without what stands at these spots, and a note for each that was of this sheet.

    A merged cell that reaches into a spot is taken apart first, each of its cells keeping its text.
    """
    here = [spot for spot in dict.fromkeys(spots) if (spot.file, spot.sheet) == (sheet.file, sheet.name)]
    if not here:
        return sheet, []
    rows = [list(row) for row in sheet.rows]
    merged = []
    for top, left, bottom, right in sheet.merged:
        if not any(_meets(spot, top, left, bottom, right) for spot in here):
            merged.append((top, left, bottom, right))
            continue
        text = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for row in rows[top : bottom + 1]:
            row += [""] * (right + 1 - len(row))
            row[left : right + 1] = [text] * (right + 1 - left)
    findings = []
    gone: set[tuple[int, int]] = set()
    for spot in here:
        for at in range(len(rows)) if spot.row is None else range(spot.row - 1, min(spot.row, len(rows))):
            for column in range(len(rows[at])) if spot.column is None else range(spot.column - 1, spot.column):
                gone.add((at, column))
                if column < len(rows[at]):
                    rows[at][column] = ""
        cell = cell_name(spot.row, spot.column) if spot.row and spot.column else None
        name = None if spot.row or not spot.column else cell_name(1, spot.column).rstrip("1")
        code = "left_out_cell" if cell else "left_out_row" if spot.row else "left_out_column"
        findings.append(Finding("info", code, spot.file, spot.sheet, spot.row, name, cell))
    kept = replace(
        sheet, rows=rows, merged=tuple(merged), formulas=sheet.formulas - gone, unsaved_formulas=sheet.unsaved_formulas - gone
    )
    return kept, findings


def _meets(spot: Spot, top: int, left: int, bottom: int, right: int) -> bool:
    in_rows = spot.row is None or top <= spot.row - 1 <= bottom
    return in_rows and (spot.column is None or left <= spot.column - 1 <= right)
