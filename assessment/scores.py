"""One cell of a score sheet: what it can say, and how its text is read. Anything else is refused, never guessed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context
from enum import Enum
from fractions import Fraction


class Mark(Enum):
    """What a cell says besides a number."""

    NONE = "none"
    MISSING = "missing"  # blank: nobody has entered anything
    PENDING = "pending"  # deferred: a score will come
    EXCUSED = "excused"  # its weight goes to the others
    ABSENT = "absent"  # zero, and shown
    MISCONDUCT = "misconduct"  # zero, and shown, and never dropped as the lowest


WORDS: Mapping[Mark, tuple[str, ...]] = {
    Mark.MISSING: ("", "-", "--", "–", "—", "——", "未交", "缺交", "未提交", "missing", "not submitted"),
    Mark.PENDING: ("缓考", "缓交", "待定", "待补", "deferred", "pending"),
    Mark.EXCUSED: ("免修", "免考", "免试", "免做", "excused", "ex", "exempt"),
    Mark.ABSENT: ("缺考", "旷考", "缺席", "absent", "no show"),
    Mark.MISCONDUCT: ("作弊", "违纪", "舞弊", "抄袭", "cheating", "misconduct", "plagiarism"),
}
_MARKS = {word: mark for mark, words in WORDS.items() for word in words}
_NUMBER = r"([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)"
_PLAIN = re.compile(rf"{_NUMBER}(?: ?(?:分|points?|pts?\.?))?")
_PERCENT = re.compile(rf"{_NUMBER} ?%")
_OUT_OF = re.compile(rf"{_NUMBER} ?/ ?{_NUMBER}(?: ?分)?")
_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]{1,2})((?: ?(?:%|分))?)")
_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+(?: ?(?:%|分))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
_DAYS = re.compile(r"([0-9]+)(?: ?(?:天|日|days?|d))?")
_LONG = re.compile(r"[0-9]*\.[0-9]{14,}")
_FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x00A0: " "}


class UnreadableScore(ValueError):
    """A cell that is no score. `code` is the finding that says so, `values` fill its gaps."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Score:
    """share: the part of the maximum that was earned, exactly; 1 is full marks, None is no number. text: as it stood in
    the cell. days_late: whole days after the deadline.
    """

    share: Fraction | None = None
    mark: Mark = Mark.MISSING
    text: str = ""
    days_late: int = 0

    @property
    def is_number(self) -> bool:
        """Whether it counts as a number: a score, or a zero that a mark stands for."""
        return self.share is not None


MISSING = Score()


def tidy(text: str) -> str:
    """Full-width characters narrowed, invisible ones gone, spaces trimmed: "８５ " -> "85".

    Not NFKC, which would read 8² as 82.
    """
    if text.isascii():
        return text.strip()
    return "".join(letter for letter in text.translate(_WIDE) if unicodedata.category(letter) != "Cf").strip()


def read_score(
    text: str,
    maximum: Fraction,
    *,
    highest: Fraction | None = None,
    letters: Mapping[str, Fraction] | None = None,
    words: Mapping[str, Mark] | None = None,
    decimal_comma: bool = False,
) -> Score:
    """Read one cell.

    text: "85", "85.5", "85分", "85%", "17/20", "８５", a mark such as "缺考" or "excused", or blank. maximum: what full
    marks are in this column, > 0. highest: the largest score allowed, `maximum` if None. letters: letter -> share, for
    letter grades. words: further words for marks. decimal_comma: whether "85,5" is meant as 85.5 here.
    Raises UnreadableScore for anything else, and for a score below 0 or above `highest`.
    """
    cell = tidy(text)
    word = cell.casefold()
    mark = (words or {}).get(word) or _MARKS.get(word) or _MARKS.get(word.strip("()[]【】"))
    if mark is not None:
        zero = mark in (Mark.ABSENT, Mark.MISCONDUCT)
        return Score(Fraction(0) if zero else None, mark, cell)
    if letters and word in letters:
        return Score(letters[word], Mark.NONE, cell)
    return Score(_in_range(_share(cell, maximum, decimal_comma), cell, maximum, highest), Mark.NONE, cell)


def _share(cell: str, maximum: Fraction, decimal_comma: bool) -> Fraction:
    comma = _COMMA.fullmatch(cell)
    if comma:
        if not decimal_comma:
            raise UnreadableScore("score_comma", text=cell, point=f"{comma[1]}.{comma[2]}")
        cell = f"{comma[1]}.{comma[2]}{comma[3]}"
    if found := _PLAIN.fullmatch(cell):
        return _number(found[1]) / maximum
    if found := _PERCENT.fullmatch(cell):
        return _number(found[1]) / 100
    if found := _OUT_OF.fullmatch(cell):
        if _number(found[2]) <= 0:
            raise UnreadableScore("score_unreadable", text=cell)
        return _number(found[1]) / _number(found[2])
    if _DATE.fullmatch(cell):
        raise UnreadableScore("score_date", text=cell)
    if re.fullmatch(r"[A-Fa-f][+-]?|[优良中差]|优秀|良好|中等|及格|合格|不及格|不合格", cell):
        raise UnreadableScore("score_letter", text=cell)
    raise UnreadableScore("score_unreadable", text=cell)


def _in_range(share: Fraction, cell: str, maximum: Fraction, highest: Fraction | None) -> Fraction:
    from .rounding import exact_text

    most = highest or maximum
    if not 0 <= share <= most / maximum:
        raise UnreadableScore("score_out_of_range", text=cell, most=exact_text(most))
    return share


def residue(text: str) -> str | None:
    """The number that "59.99999999999999" is read as ("60"), or None for a text that is read as it stands.

    A number with more than 15 significant digits was computed by a program in binary, not given by a person; it is read as
    Excel shows it, with 15.
    """
    from .rounding import exact_text

    cell = tidy(text)
    if not _LONG.fullmatch(cell) or Fraction(cell) == _number(cell):
        return None
    return exact_text(_number(cell))


def _number(digits: str) -> Fraction:
    return Fraction(_FIFTEEN_DIGITS.create_decimal(digits))


def mark_in(text: str) -> str | None:
    """The word of a mark in a remark: "缓考" in "缓考（病假）"; None if there is none."""
    remark = tidy(text).casefold()
    words = (word for mark, words in WORDS.items() if mark is not Mark.MISSING for word in words)
    return next(
        (word for word in words if word in remark and (not word.isascii() or word in re.split(r"[^a-z]+", remark))), None
    )


def look_like_shares(cells: set[str]) -> bool:
    """Whether a column's distinct numbers are shares of 1 where scores are expected: all at most 1, or 0.95 beside 95%."""
    tidied = {tidy(cell) for cell in cells}
    numbers = [Fraction(found[1]) for cell in tidied if (found := _PLAIN.fullmatch(cell))]
    small = [number for number in numbers if 0 < number <= 1]
    percents = any(_PERCENT.fullmatch(cell) for cell in tidied)
    return bool(small) and (len(small) == len([number for number in numbers if number]) or (percents and min(small) < 1))


def uses_decimal_comma(cells: set[str]) -> bool:
    """Whether a column's distinct cells show that it writes 85,5 for 85.5: two of them or more do, and none has a point."""
    tidied = {tidy(cell) for cell in cells}
    return sum(bool(_COMMA.fullmatch(cell)) for cell in tidied) > 1 and not any(_POINT.fullmatch(cell) for cell in tidied)


def read_days_late(text: str) -> int:
    """Whole days: "2", "2天", "1 day"; blank and "-" are 0. Raises UnreadableScore."""
    cell = tidy(text).casefold()
    if cell in WORDS[Mark.MISSING]:
        return 0
    if not (found := _DAYS.fullmatch(cell)):
        raise UnreadableScore("days_late_unreadable", text=cell)
    return int(found[1])
