"""Where the table stands in a sheet: title rows above it, a header of one row or more, full marks below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..rounding import exact_text
from ..scores import tidy
from . import ids, rows
from .headers import Meaning, Vocabulary, plain, recognised, undress
from .reading import Sheet

_SEARCHED = 40  # rows in which the header is looked for


@dataclass(frozen=True)
class Layout:
    """header: index of the header's last row, 0-based; first: index of the first row that can be a student; titles: rows
    above the header that are not blank; headers, meanings: one each column; maxima: what a row of full marks says, "" where
    there is none; weights: the same of a row of weights; others: rows (0-based) that are the header of another table.
    """

    header: int
    first: int
    titles: int
    headers: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    maxima: tuple[str, ...]
    weights: tuple[str, ...]
    others: tuple[int, ...] = ()


def find(sheet: Sheet, vocabulary: Vocabulary) -> Layout | None:
    """The table in a sheet, or None if no row in the first 40 has a student id's header."""
    place = f"{sheet.file}!{sheet.name or ''}"
    candidates: dict[int, int] = {}
    for at, row in enumerate(sheet.rows[:_SEARCHED]):
        said = [vocabulary.read(cell, place) for cell in row]
        id_column = next((column for column, meaning in enumerate(said) if meaning.kind == "id"), None)
        if id_column is not None and (recognised(said) > 1 or _ids_between(sheet, at + 1, None, id_column)):
            candidates[at] = recognised(said)
    if not candidates:
        return None
    at = max(candidates, key=lambda row: (candidates[row], -row))
    headers, last = _header(sheet, at, vocabulary, place)
    meanings = tuple(vocabulary.read(header, place) for header in headers)
    id_column = next((column for column, meaning in enumerate(meanings) if meaning.kind == "id"), 0)
    width = len(headers)
    maxima, weights = ("",) * width, ("",) * width
    for number, row in enumerate(sheet.rows[:at]):
        if rows.is_full_marks(row, id_column):
            maxima = _whole(sheet, number, width)
        elif rows.is_weights(row, id_column):
            weights = _whole(sheet, number, width)
    first = last + 1
    while first < len(sheet.rows):
        row = sheet.rows[first]
        if rows.is_full_marks(row, id_column):
            maxima = _whole(sheet, first, width)
        elif rows.is_weights(row, id_column):
            weights = _whole(sheet, first, width)
        elif not rows.is_platforms(row) and not (first == last + 1 and rows.is_column_numbers(row)):
            break
        first += 1
    titles = sum(any(row) for row in sheet.rows[:at])
    others = tuple(other for other in candidates if _is_another_table(sheet, at, last, other, id_column))
    return Layout(last, first, titles, tuple(headers), meanings, maxima, weights, others)


def _is_another_table(sheet: Sheet, at: int, last: int, other: int, id_column: int) -> bool:
    """Whether another row that could be the header has students of its own, and is not the same header once more."""
    if at <= other <= last or _plainly(sheet.rows[other]) == _plainly(sheet.rows[at]):
        return False
    return other > last or _ids_between(sheet, other + 1, at, id_column)


def _whole(sheet: Sheet, at: int, width: int) -> tuple[str, ...]:
    """A row's cells, a merged one's text in each of its columns, and a dash for nothing as nothing."""
    cells = _spread(sheet, at, width) if sheet.merged else _filled(sheet.rows[at], width)[:width]
    return tuple("" if cell in ("-", "–", "—", "/") else cell for cell in cells)


def _plainly(row: Sequence[str]) -> list[str]:
    return [plain(cell) for cell in row if cell.strip()]


def _ids_between(sheet: Sheet, first: int, end: int | None, column: int) -> bool:
    """Whether at least half of what stands in a column between two rows are ids: "学号" also occurs in explanations."""
    below = [row[column] for row in sheet.rows[first:end] if len(row) > column and row[column].strip()]
    good = 0
    for text in below:
        try:
            good += any(map(str.isdigit, ids.clean(text)))
        except ids.BadId as problem:
            good += problem.code == "id_lost_digits"
    return bool(below or end is None) and 2 * good >= len(below)


def _header(sheet: Sheet, at: int, vocabulary: Vocabulary, place: str) -> tuple[list[str], int]:
    """The headers, and the index of the last row of the header.

    A group over several columns ("实验" above 1, 2, 3) is put in front of what stands below it, where that makes sense of
    a column that made none by itself. The group may stand above the row with the ids, or the ids may be merged over two or
    three rows.
    """
    grid = sheet.rows
    width = max(map(len, grid[at : at + 3])) if sheet.ragged else max(map(len, grid))
    here = _filled(grid[at], width)
    best, last = here, at
    id_columns = [column for column, header in enumerate(here) if vocabulary.read(header, place).kind == "id"]
    groups = _spread(sheet, at, width)
    for row in range(at + 1, min(at + 3, len(grid))):
        below = _filled(grid[row], width)
        if any(below[column] for column in id_columns):
            break
        joined = [_join(upper, lower, vocabulary, place) for upper, lower in zip(groups, below, strict=True)]
        under = [new if lower else old for new, lower, old in zip(joined, below, best, strict=True)]
        if _known(under, vocabulary, place) > _known(best, vocabulary, place):
            best, last = under, row
        groups = [
            upper if upper == lower else _join(upper, lower, vocabulary, place)
            for upper, lower in zip(groups, _spread(sheet, row, width), strict=True)
        ]
    if last == at and at:
        above = _spread(sheet, at - 1, width)
        over = [
            upper + lower if lower and upper and vocabulary.read(lower, place).kind in ("unknown", "session") else lower
            for upper, lower in zip(above, here, strict=True)
        ]
        best = over if _known(over, vocabulary, place) > _known(here, vocabulary, place) else here
    while sheet.ragged and best and not best[-1]:
        best.pop()  # so that a longer row below is noticed
    return best, last


def _join(upper: str, lower: str, vocabulary: Vocabulary, place: str) -> str:
    """What a group and the header below it say together; the lower alone where it says enough.

    Full marks that the group names hold for each of its columns; its weight is that of all of them.
    """
    if not upper or upper == lower:
        return lower
    bare, maximum, _ = undress(plain(upper))
    said = vocabulary.read(lower, place)
    joined = lower if said.item or said.candidates else (bare if maximum or bare != plain(upper) else upper) + lower
    return f"{joined} ({exact_text(maximum)})" if maximum and lower and not said.maximum else joined


def _known(headers: Sequence[str], vocabulary: Vocabulary, place: str) -> int:
    """How many columns have a meaning, those with a score counted double."""
    meanings = [vocabulary.read(header, place) for header in headers]
    return recognised(meanings) + sum(meaning.kind == "score" for meaning in meanings)


def _filled(row: Sequence[str], width: int) -> list[str]:
    return [tidy(cell) for cell in row] + [""] * (width - len(row))


def _spread(sheet: Sheet, at: int, width: int) -> list[str]:
    """A row in which a merged cell's text stands in each of its columns; text files say a merged cell by blanks after it."""
    cells = _filled(sheet.rows[at], width)[:width]
    if sheet.merged:
        for top, left, bottom, right in sheet.merged:
            if top <= at <= bottom:
                text = tidy(sheet.rows[top][left]) if left < len(sheet.rows[top]) else ""
                cells[left : min(right + 1, width)] = [text] * (min(right + 1, width) - left)
        return cells
    for column in range(1, width):
        cells[column] = cells[column] or cells[column - 1]
    return cells


def is_repeated_header(row: Sequence[str], layout: Layout) -> bool:
    """Whether a row says the headers once more, as printed pages do."""
    return [plain(cell) for cell in row if cell.strip()] == [plain(header) for header in layout.headers if header.strip()]
