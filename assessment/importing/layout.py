"""Where the table stands in a sheet: title rows above it, a header of one row or two, full marks below it, footers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..scores import tidy
from . import ids
from .headers import Meaning, Vocabulary, plain, recognised
from .reading import Sheet

_SEARCHED = 40  # rows in which the header is looked for
_FULL_MARKS = {
    "满分",
    "分值",
    "总分值",
    "满分值",
    "pointspossible",
    "outof",
    "max",
    "maximum",
    "maxscore",
    "maxpoints",
    "fullmarks",
}
_WEIGHTS = set(["权重", "比例", "占比", "权重(%)", "权重%", "weight", "weights", "weight(%)", "weight%"])
_FOOTER = re.compile(
    r"(?:(?:班级|全班|总体|课程|年级|class|overall|column)?"
    r"(?:平均|均分|平均分|平均值|平均成绩|合计|总计|小计|最高|最低|最高分|最低分|中位数|标准差|方差|.{0,4}率|.{0,4}人数"
    r"|average|averages|mean|median|max|min|maximum|minimum|highest|lowest|std|stdev|sd|standarddeviation|count|sum|total|totals"
    r"|passrate|n)"
    r"|备注|注|说明|(?:任课)?(?:教师|老师)(?:签名|签字)?|签名|签字|(?:制表|审核|打印|登记)(?:人|时间|日期)?|日期"
    r"|note|notes|remark|remarks|signature|teacher|instructor|date|printed|generated)(?::.*|\(.*)?"
)


@dataclass(frozen=True)
class Layout:
    """header: index of the header's last row, 0-based; first: index of the first row that can be a student; titles: rows
    above the header that are not blank; headers, meanings: one each column; maxima: full marks from a row of their own.
    """

    header: int
    first: int
    titles: int
    headers: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    maxima: tuple[Fraction | None, ...]


def find(sheet: Sheet, vocabulary: Vocabulary) -> Layout | None:
    """The table in a sheet, or None if no row in the first 40 has a student id's header."""
    place = f"{sheet.file}!{sheet.name or ''}"
    best: tuple[int, int] | None = None
    for at, row in enumerate(sheet.rows[:_SEARCHED]):
        said = [vocabulary.read(cell, place) for cell in row]
        id_column = next((column for column, meaning in enumerate(said) if meaning.kind == "id"), None)
        if id_column is None or (best is not None and recognised(said) <= best[0]):
            continue
        if recognised(said) > 1 or _ids_below(sheet, at, id_column):
            best = recognised(said), at
    if best is None:
        return None
    at = best[1]
    headers, last = _two_rows(sheet, at, vocabulary, place)
    while sheet.ragged and headers and not headers[-1]:
        headers.pop()  # so that a longer row below is noticed
    meanings = tuple(vocabulary.read(header, place) for header in headers)
    first = last + 1
    maxima: tuple[Fraction | None, ...] = (None,) * len(headers)
    while first < len(sheet.rows):
        label = _label(sheet.rows[first])
        if label in _FULL_MARKS:
            maxima = _numbers(sheet.rows[first], len(headers))
        elif label not in _WEIGHTS:
            break
        first += 1
    return Layout(last, first, sum(any(row) for row in sheet.rows[:at]), tuple(headers), meanings, maxima)


def _ids_below(sheet: Sheet, at: int, column: int) -> bool:
    """Whether what stands below a lone "学号" are ids, with digits: it also occurs in explanations of a sheet."""
    below = [row[column] for row in sheet.rows[at + 1 :] if len(row) > column and row[column].strip()]
    good = 0
    for text in below:
        try:
            good += any(map(str.isdigit, ids.clean(text)))
        except ids.BadId as problem:
            good += problem.code == "id_lost_digits"
    return 2 * good >= len(below)


def looks_like_scores(sheet: Sheet, vocabulary: Vocabulary) -> bool:
    """Whether some row has two columns' headers or more, of them a score's: a sheet that lacks nothing but the ids."""
    for row in sheet.rows[:_SEARCHED]:
        kinds = [vocabulary.read(cell).kind for cell in row if cell]
        if "score" in kinds and sum(kind in ("name", "group", "score") for kind in kinds) > 1:
            return True
    return False


def _two_rows(sheet: Sheet, at: int, vocabulary: Vocabulary, place: str) -> tuple[list[str], int]:
    """The headers, and the index of the last row of the header.

    A group over several columns ("实验" above 1, 2, 3) is put in front of what stands below it, where that makes sense of
    a column that made none by itself.
    """
    rows = sheet.rows
    width = max(len(row) for row in rows[at : at + 2])
    here = _filled(rows[at], width)
    above = _spread(sheet, at - 1, width) if at else [""] * width
    below = _filled(rows[at + 1], width) if at + 1 < len(rows) else [""] * width
    known = _known(here, vocabulary, place)
    id_columns = [column for column, header in enumerate(here) if vocabulary.read(header, place).kind == "id"]
    understood = [bool((said := vocabulary.read(lower, place)).item or said.candidates) for lower in below]
    under = [
        lower if alone else upper + lower
        for upper, lower, alone in zip(_spread(sheet, at, width), below, understood, strict=True)
    ]
    under = [new if lower else old for new, lower, old in zip(under, below, here, strict=True)]
    if not any(below[column] for column in id_columns) and _known(under, vocabulary, place) > known:
        return under, at + 1
    over = [
        upper + lower if lower and upper and vocabulary.read(lower, place).kind in ("unknown", "session") else lower
        for upper, lower in zip(above, here, strict=True)
    ]
    return (over if _known(over, vocabulary, place) > known else here), at


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


def _label(row: Sequence[str]) -> str:
    return next((plain(cell) for cell in row if cell.strip()), "")


def _numbers(row: Sequence[str], width: int) -> tuple[Fraction | None, ...]:
    found = []
    for cell in [*row, *[""] * (width - len(row))][:width]:
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(?: ?分)?", tidy(cell))
        found.append(Fraction(match[1]) if match and Fraction(match[1]) > 0 else None)
    return tuple(found)


def is_footer(row: Sequence[str], id_text: str) -> bool:
    """Whether a row sums the class up, or signs it, instead of being a student. id_text: what stands in its id column."""
    text = plain(id_text) or _label(row)
    return bool(text) and bool(_FOOTER.fullmatch(text))


def is_repeated_header(row: Sequence[str], layout: Layout) -> bool:
    """Whether a row says the headers once more, as printed pages do."""
    return [plain(cell) for cell in row if cell.strip()] == [plain(header) for header in layout.headers if header.strip()]
