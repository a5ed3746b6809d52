"""A total as a live formula: whoever opens the sheet can follow it, change a score, and see what happens.

Spreadsheets calculate in binary, where 59.5 may come out as 59.49999999999999. So each formula first rounds to six decimals
in units of the last digit that counts, which brings a tie back to where it is exact in binary, and only then as the policy
says. `is_safe` tells where even that could go wrong; there the number itself is written.
"""

from fractions import Fraction
from math import sqrt

from ..curves import HUNDRED
from ..grades import Line, StudentGrade
from ..policy import Curve, Policy, Rounding
from ..rounding import exact_text
from ..scores import Mark

_CLOSE = Fraction(1, 10**6)
_LONGEST = 8192  # characters of a formula; Excel takes a workbook with a longer one for damaged
# The first rounding, to six decimals, puts right what is off by less than half of the last one; a margin off.
_PUT_RIGHT = 4e-7
_HALF_ULP = 2.0**-53


def total(grade: StudentGrade, policy: Policy, row: int, first_column: int, weights_row: int) -> str | None:
    """The formula of a student's total; None where it could show another number than the exact one.

    row, weights_row: as Excel counts; first_column: of the first item, 0-based.
    """
    if grade.exact is None or not _is_safe(grade.exact, policy.rounding) or not _is_steady(grade, policy):
        return None
    return _not_too_long("=" + _rounded(_sum(grade, policy, row, first_column, weights_row), policy.rounding))


def curved(grade: StudentGrade, policy: Policy, row: int, first_column: int, weights_row: int) -> str | None:
    """The formula of the curved total; None where there is none that gives the same number: for a mean, and near a tie."""
    rule = policy.curve
    if grade.exact is None or rule is None or rule.kind == "mean" or not _is_steady(grade, policy, curved=True):
        return None
    top = max(HUNDRED, policy.cap or HUNDRED)
    result = Fraction(10 * sqrt(grade.exact)) if rule.kind == "sqrt" else rule.factor * grade.exact + rule.offset
    if (rule.kind == "sqrt" and _near_tie(result, policy.rounding)) or not _is_safe(result, policy.rounding):
        return None
    moved = _moved(rule, _sum(grade, policy, row, first_column, weights_row))
    return _not_too_long("=" + _rounded(f"MIN({_number(top)},MAX(0,{moved}))", policy.rounding))


def lookup(cell: str, policy: Policy, answers: list[str]) -> str:
    """The formula that finds what belongs to the grade in `cell`. answers: one for each letter, from the best down."""
    cuts = ",".join(_decimal(letter.at_least) for letter in reversed(policy.letters))
    return f"=LOOKUP({cell},{{{cuts}}},{{{','.join(reversed(answers))}}})"


def _sum(grade: StudentGrade, policy: Policy, row: int, first_column: int, weights_row: int) -> str:
    from ..findings import cell_name

    terms = []
    for at, line in enumerate(grade.lines):
        # A mark's word is a text, which no formula can add; it counts nothing. A blank is a 0 that may still be filled in.
        if line.weight and line.score.mark in (Mark.NONE, Mark.MISSING):
            column = first_column + at + 1
            letters = cell_name(1, column)[:-1]
            weight = f"{letters}${weights_row}" if line.weight == line.item.weight else _number(line.weight)
            terms.append(f"{_points(line, cell_name(row, column))}*{weight}{_scale(line)}")
    whole = f"({'+'.join(terms) or '0'})/100"
    return whole if policy.cap is None else f"MIN({_number(policy.cap)},{whole})"


def is_plain(line: Line) -> bool:
    """Whether a score can stand in a cell as the very number it is: a decimal that a spreadsheet does not change."""
    if line.value is None or line.score.mark is not Mark.NONE:
        return False
    text = exact_text(line.value)
    return "/" not in text and len(text.replace(".", "").lstrip("0")) <= 15


def _points(line: Line, cell: str) -> str:
    part = line.item.component
    if line.score.mark is Mark.NONE and not is_plain(line):
        return _number((line.earned or Fraction(0)) * part.maximum)
    lost = line.penalty * part.maximum
    return f"({cell}-{_number(lost)})" if lost else cell


def _scale(line: Line) -> str:
    maximum = line.item.component.maximum
    return "" if maximum == HUNDRED else f"*100/{_number(maximum)}"


def _rounded(formula: str, rounding: Rounding) -> str:
    if rounding.mode == "none":
        return f"ROUND({formula},9)"
    unit = 10**rounding.digits
    scaled = f"ROUND({formula}*{unit},6)" if unit > 1 else f"ROUND({formula},6)"
    whole = f"ROUND({scaled},0)"
    if rounding.mode == "half_even":
        whole = f"IF(ABS(MOD({scaled},1)-0.5)<0.0000001,2*ROUND({scaled}/2,0),{whole})"
    return f"{whole}/{unit}" if unit > 1 else whole


def _moved(rule: Curve, formula: str) -> str:
    if rule.kind == "sqrt":
        return f"10*SQRT({formula})"
    return f"{_number(rule.factor)}*{formula}+{_number(rule.offset)}"


def _number(value: Fraction) -> str:
    """An exact number in a formula: 5, 2.5, (35/6), (-2)."""
    text = exact_text(value)
    return f"({text})" if "/" in text or value < 0 else text


def _decimal(value: Fraction) -> str:
    return exact_text(value) if "/" not in exact_text(value) else str(float(value))


def _near_tie(value: Fraction, rounding: Rounding) -> bool:
    scaled = value * 10**rounding.digits
    return abs(scaled % 1 - Fraction(1, 2)) < _CLOSE


def _is_safe(value: Fraction, rounding: Rounding) -> bool:
    """Whether rounding to six decimals first cannot change the rounded value: it is a tie, or not near one."""
    scaled = value * 10**rounding.digits
    return rounding.mode == "none" or scaled % 1 == Fraction(1, 2) or not _near_tie(value, rounding)


def _is_steady(grade: StudentGrade, policy: Policy, curved: bool = False) -> bool:
    """Whether what binary arithmetic can do to a formula stays below what its first rounding puts right.

    Each operation is off by half a unit in the last place at most. A score goes through seven before it is added up, the sum
    through as many as it has terms, the total and its curve through nine more.
    """
    rule, unit = policy.curve if curved else None, 10**policy.rounding.digits
    counting = [line for line in grade.lines if line.weight]
    # A late score is taken as it was and then reduced, so its error is that of the larger number.
    largest = sum(float(line.contribution + line.weight * line.penalty) for line in counting)
    if rule and rule.kind == "linear":
        largest = float(rule.factor) * largest + abs(float(rule.offset))
    if rule and rule.kind == "sqrt" and largest:
        if not grade.exact:
            return False  # what should be 0 may come out below it, and has no root then
        largest *= max(1.0, 5 / sqrt(grade.exact))  # the slope of the curve
    return policy.rounding.mode == "none" or (len(counting) + 16) * largest * unit * _HALF_ULP < _PUT_RIGHT


def _not_too_long(formula: str) -> str | None:
    return formula if len(formula) <= _LONGEST else None
