"""What was made of a sheet, for who wants to see it before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from .headers import Meaning
from .layout import Layout
from .reading import Sheet

_ROWS = 5
_RAW_ROWS = 8  # of a sheet in which no header was found


@dataclass(frozen=True)
class Preview:
    """One sheet of a file. header_row: as Excel counts, None where no header was found; headers, targets: one each column,
    what it is headed and what it is read as (a mapping's target, None for not read); rows: the first ones, as (row as
    Excel counts, cells); students: how many were read.
    """

    file: str
    sheet: str | None
    header_row: int | None
    headers: tuple[str, ...]
    targets: tuple[str | None, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    students: int = 0

    def mapping_key(self, header: str) -> str:
        """How a mapping names a column of this sheet and of no other."""
        return f"{self.file}!{self.sheet or ''}!{header}"


def of(sheet: Sheet, layout: Layout | None, read: Mapping[str, int], students: int) -> Preview:
    """The preview of a sheet. read: "id", "name", item's key, ... -> the 0-based column that it was read from."""
    if layout is None:
        shown = [(number, row) for number, row in enumerate(sheet.rows, start=1) if any(row)][:_RAW_ROWS]
        width = max((len(row) for _, row in shown), default=0)
        rows = tuple((number, _filled(row, width)) for number, row in shown)
        return Preview(sheet.file, sheet.name, None, ("",) * width, (None,) * width, rows)
    width = len(layout.headers)
    columns = {column: "student_id" if key == "id" else key for key, column in read.items()}
    targets = tuple(columns.get(at) or _unread(meaning) for at, meaning in enumerate(layout.meanings))
    below = [(number, row) for number, row in enumerate(sheet.rows[layout.first :], start=layout.first + 1) if any(row)]
    rows = tuple((number, _filled(row, width)) for number, row in below[:_ROWS])
    return Preview(sheet.file, sheet.name, layout.header + 1, layout.headers, targets, rows, students)


def _unread(meaning: Meaning) -> str | None:
    """What a column is that was not chosen: a session of a roll, or nothing."""
    return "session" if meaning.kind == "session" else "ignore" if meaning.mapped else None


def _filled(row: list[str], width: int) -> tuple[str, ...]:
    return (*row[:width], *[""] * (width - len(row)))
