"""Who may not pass, and why, as long as something can be done about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from shared.language import translate

from . import curves
from .cohort import ClassGrades, grade_class
from .gradebook import Column, Gradebook
from .policy import Curve, Item, Policy
from .rounding import round_exactly, short_text
from .scores import Mark, Score

PASS = Fraction(60)
_MUCH = 80  # percent in everything that is left: more than that is a risk
_OPEN = (Mark.MISSING, Mark.PENDING)


@dataclass(frozen=True)
class Reason:
    """One reason. key: the sentence, "assessment_risk_..." in `texts.toml`; values: what fills its gaps."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in "zh" or "en"."""
        return translate(self.key, language, **self.values)


@dataclass(frozen=True)
class Risk:
    """A student at risk. so_far: the grade of what is there, rounded and curved, None if nothing is; needs: percent, whole,
    in everything that is left; 101 if not even full marks would do or nothing is left, None if 80 are enough.
    """

    student_id: str
    name: str
    so_far: Fraction | None
    needs: int | None
    reasons: tuple[Reason, ...]


def at_risk(grades: ClassGrades, cutoff: Fraction = PASS) -> list[Risk]:
    """Students whose grade so far is below `cutoff`, who would need more than 80 % in everything that is left to reach it
    or cannot any more, or who lack two scores or more. Worst first: who cannot reach it, then the lowest grade so far.

    Left are a student's missing and deferred scores, extra credit aside. Lacking are scores that the student was absent
    from, and missing ones where more than half of the class has a score; what is not yet given to most is still to come. A
    curve that moves the mean is taken as it stands.
    """
    policy = _with_the_curve_as_it_is(grades)
    so_far = [_handed_in(policy, grades.so_far[student]) for student in range(len(grades))]
    needs = _needs(policy, grades.gradebook, cutoff)
    lacking = _lacking(grades)
    found = []
    for student, grade in enumerate(so_far):
        reasons = _reasons(policy, grade, needs.get(student), lacking.get(student, ()), cutoff)
        if reasons:
            book = grades.gradebook
            found.append(Risk(book.ids[student], book.names[student], grade, needs.get(student), tuple(reasons)))
    return sorted(found, key=lambda one: (one.needs != 101, -1 if one.so_far is None else one.so_far, -len(one.reasons)))


def _reasons(
    policy: Policy, so_far: Fraction | None, needs: int | None, lacking: Sequence[Item], cutoff: Fraction
) -> Iterable[Reason]:
    reasons, line = [], short_text(cutoff, 2)
    if needs == 101:
        reasons.append(Reason("assessment_risk_out_of_reach", {"cutoff": line}))
    elif needs is not None:
        reasons.append(Reason("assessment_risk_needs", {"cutoff": line, "percent": needs}))
    if so_far is not None and so_far < cutoff:
        reasons.append(Reason("assessment_risk_below", {"cutoff": line, "grade": short_text(so_far, 2)}))
    if len(lacking) >= 2:
        names = policy.named([item.key for item in lacking])
        reasons.append(Reason("assessment_risk_lacking", {"count": len(lacking), "items": names}))
    return reasons


def _with_the_curve_as_it_is(grades: ClassGrades) -> Policy:
    """The policy; a curve to a mean is the shift that it is today, or it would move with what is tried out."""
    policy, mean = grades.policy, grades.exact.mean
    if policy.curve is None or policy.curve.kind != "mean":
        return policy
    return replace(policy, curve=Curve("linear", offset=Fraction(0) if mean is None else policy.curve.target - mean))


def _handed_in(policy: Policy, exact: Fraction | None) -> Fraction | None:
    if exact is None:
        return None
    if policy.curve:
        return curves.curve(policy, exact, None)
    return round_exactly(exact, policy.rounding.mode, policy.rounding.digits)


def _needs(policy: Policy, book: Gradebook, cutoff: Fraction) -> dict[int, int]:
    """Student -> the whole percent, from 81, in everything that is left that reaches `cutoff`; 101 if 100 do not.
    Who has nothing left reaches what he has.

    Everybody is graded at once, with the same percent put in for all that is left; so a class costs twenty gradings.
    """
    waiting = set(np.flatnonzero(_below(policy, book, _MUCH, cutoff)).tolist())
    found = dict.fromkeys(waiting, 101)
    for percent in range(_MUCH + 1, 101):
        if not waiting:
            break
        below = _below(policy, book, percent, cutoff)
        there = {student for student in waiting if not below[student]}
        found |= dict.fromkeys(there, percent)
        waiting -= there
    return found


def _below(policy: Policy, book: Gradebook, percent: int, cutoff: Fraction) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Who would stay below with so many percent in everything that is left."""
    columns = {}
    for item in policy.items:
        column = book.column(item.key)
        share = Score(Fraction(percent, 100), Mark.NONE)
        values = tuple(share if one.mark in _OPEN and not item.component.extra_credit else one for one in column.values)
        columns[item.key] = Column(values, column.codes)
    tried = grade_class(policy, replace(book, columns=columns))
    line = cutoff * tried.final_unit
    return tried.exact.known & (tried.final < -(-line.numerator // line.denominator))


def _regular(policy: Policy) -> list[Item]:
    return [item for item in policy.items if not item.component.extra_credit]


def _has(column: Column, marks: Sequence[Mark]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.array([one.mark in marks for one in column.values], bool)[column.codes]


def _lacking(grades: ClassGrades) -> dict[int, list[Item]]:
    """Student -> the items he lacks."""
    found: dict[int, list[Item]] = {}
    for item in _regular(grades.policy):
        column = grades.gradebook.column(item.key)
        lacks = _has(column, (Mark.ABSENT,))
        missing = _has(column, (Mark.MISSING,))
        if 2 * int((~_has(column, _OPEN)).sum()) > len(column):
            lacks = lacks | missing
        for student in np.flatnonzero(lacks).tolist():
            found.setdefault(student, []).append(item)
    return found
