"""One student's grade, exactly: which scores count, with which weight, what they add up to, what it is rounded to.

This is the definition. `cohort` computes the same for a whole class at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from . import curves
from .policy import Component, Item, Letter, Policy
from .rounding import exact_text, fixed_text, round_exactly
from .scores import MISSING, Mark, Score

HUNDRED = Fraction(100)
_NOTHING = Fraction(0)


@dataclass(frozen=True)
class Line:
    """One score's part in the final grade.

    earned: share of the maximum after the late penalty, None if there is no number; weight: percent that it carries for
    this student (0 if it does not count); contribution: weight x earned, in percent points of the grade; penalty: share
    of the maximum lost for being late; dropped: left out as one of the lowest.
    """

    item: Item
    score: Score
    earned: Fraction | None
    penalty: Fraction
    weight: Fraction
    contribution: Fraction
    dropped: bool = False

    @property
    def value(self) -> Fraction | None:
        """The score on the component's scale, before the late penalty; None if there is no number."""
        return None if self.score.share is None else self.score.share * self.item.component.maximum


@dataclass(frozen=True)
class StudentGrade:
    """Everything about one student's grade.

    exact: the total before rounding, None if it is withheld; total: rounded once; so_far_exact, so_far: the same with
    missing scores left out; curved: None without a curve; letter, points: of the curved grade if there is one, else of
    the total; flags: "missing:lab3", "late:lab2", "withheld", ... in the policy's order. rank: 1 for the best, equal
    totals share it; percentile: share of the class below, half of the equal ones included, 0 to 100.
    """

    student_id: str
    name: str
    group: str
    lines: tuple[Line, ...]
    exact: Fraction | None
    total: Fraction | None
    so_far_exact: Fraction | None
    so_far: Fraction | None
    curved: Fraction | None
    letter: Letter | None
    flags: tuple[str, ...]
    rank: int | None = None
    percentile: Fraction | None = None


def earned(component: Component, score: Score) -> Fraction | None:
    """The share of the maximum that counts: the score less the late penalty, never below the penalty's floor."""
    if score.share is None or component.late is None or score.mark is not Mark.NONE:
        return score.share
    late = component.late
    whole = component.maximum if late.unit == "points" else HUNDRED
    days = max(0, score.days_late - late.grace_days)
    return max(score.share - days * late.per_day / whole, min(score.share, late.floor / whole))


def counts(policy: Policy, item: Item, mark: Mark, so_far: bool) -> bool:
    """Whether a cell with this mark takes part, before any are dropped. So far, what is not there yet does not."""
    if mark is Mark.EXCUSED:
        return False
    if mark in (Mark.MISSING, Mark.PENDING):
        treatment = policy.missing if mark is Mark.MISSING else policy.pending
        return not so_far and treatment == "zero" and not item.component.extra_credit
    return True


def withholds(policy: Policy, item: Item, mark: Mark) -> bool:
    """Whether a cell with this mark keeps the final grade from being given."""
    if item.component.extra_credit:
        return False
    return (mark is Mark.MISSING and policy.missing == "withheld") or (mark is Mark.PENDING and policy.pending == "withheld")


def dropped(policy: Policy, counted: Sequence[bool], shares: Sequence[Fraction | None], marks: Sequence[Mark]) -> set[int]:
    """The positions of the items that are dropped as the lowest of their component.

    One item always stays. A zero for misconduct is never dropped. Of equal ones the first goes.
    """
    gone: set[int] = set()
    for component in policy.components:
        if not component.drop_lowest:
            continue
        taking_part = [position for position in policy.positions[component.key] if counted[position]]
        droppable = [position for position in taking_part if marks[position] is not Mark.MISCONDUCT]
        droppable.sort(key=lambda position: shares[position] or 0)
        gone.update(droppable[: max(0, min(component.drop_lowest, len(taking_part) - 1))])
    return gone


_Part = tuple[Fraction, int, bool]  # a component's weight, count, extra_credit


@lru_cache(maxsize=4096)
def _effective(parts: tuple[_Part, ...], counted: tuple[tuple[bool, ...], ...]) -> tuple[Fraction, ...] | None:
    regular = [weight for (weight, _, extra), some in zip(parts, counted, strict=True) if any(some) and not extra]
    if not sum(regular):
        return None
    stretch = HUNDRED / sum(regular)
    found: list[Fraction] = []
    for (weight, count, extra), some in zip(parts, counted, strict=True):
        each = weight / count if extra else weight * stretch / max(1, sum(some))
        found += [each if one else Fraction(0) for one in some]
    return tuple(found)


def effective_weights(policy: Policy, counted: Sequence[bool]) -> tuple[Fraction, ...] | None:
    """The weight, in percent, that each item carries when only some of them count. None if nothing does.

    What an item leaves goes to the others of its component in equal parts; what a whole component leaves goes to the
    other components in proportion to their weights. Extra credit neither gives nor takes.
    """
    weights = tuple((part.weight, part.count, part.extra_credit) for part in policy.components)
    groups = tuple(tuple(bool(counted[at]) for at in policy.positions[part.key]) for part in policy.components)
    return _effective(weights, groups)


def grade_student(
    policy: Policy,
    scores: Mapping[str, Score],
    *,
    student_id: str = "",
    name: str = "",
    group: str = "",
    class_mean: Fraction | None = None,
    rank: int | None = None,
    percentile: Fraction | None = None,
) -> StudentGrade:
    """Grade one student.

    scores: item's key -> score; an item that is not there is missing. class_mean: the mean of the exact totals, for a
    curve that needs it.
    """
    cells = [scores.get(item.key, MISSING) for item in policy.items]
    marks = [cell.mark for cell in cells]
    shares = [earned(item.component, cell) for item, cell in zip(policy.items, cells, strict=True)]
    weights, gone, exact = _add_up(policy, marks, shares, so_far=False)
    _, _, so_far = _add_up(policy, marks, shares, so_far=True)
    if any(withholds(policy, item, mark) for item, mark in zip(policy.items, marks, strict=True)):
        exact = None
    lines = tuple(
        Line(cell_item, cell, share, (cell.share or _NOTHING) - (share or _NOTHING), weight, weight * (share or 0), at in gone)
        for at, (cell_item, cell, share, weight) in enumerate(zip(policy.items, cells, shares, weights, strict=True))
    )
    total, so_far_total = (None if value is None else _rounded(policy, value) for value in (exact, so_far))
    curved = None if exact is None or not policy.curve else curves.curve(policy, exact, class_mean)
    final = total if curved is None else curved
    return StudentGrade(
        student_id, name, group, lines, exact, total, so_far, so_far_total, curved,
        None if final is None else policy.letter(final), _flags(lines, exact), rank, percentile,
    )  # fmt: skip


def _add_up(
    policy: Policy, marks: Sequence[Mark], shares: Sequence[Fraction | None], *, so_far: bool
) -> tuple[tuple[Fraction, ...], set[int], Fraction | None]:
    """Effective weights, dropped positions, exact total."""
    counted = [counts(policy, item, mark, so_far) for item, mark in zip(policy.items, marks, strict=True)]
    gone = dropped(policy, counted, shares, marks)
    weights = effective_weights(policy, [one and position not in gone for position, one in enumerate(counted)])
    if weights is None:
        return (Fraction(0),) * len(policy.items), gone, None
    total = sum((weight * share for weight, share in zip(weights, shares, strict=True) if share is not None), Fraction(0))
    return weights, gone, total if policy.cap is None else min(total, policy.cap)


def _rounded(policy: Policy, value: Fraction) -> Fraction:
    return round_exactly(value, policy.rounding.mode, policy.rounding.digits)


def _flags(lines: Sequence[Line], exact: Fraction | None) -> tuple[str, ...]:
    flags = []
    for line in lines:
        optional = line.item.component.extra_credit and line.score.mark is Mark.MISSING
        if line.score.mark is not Mark.NONE and not optional:
            flags.append(f"{line.score.mark.value}:{line.item.key}")
        if line.penalty:
            flags.append(f"late:{line.item.key}")
        if line.dropped:
            flags.append(f"dropped:{line.item.key}")
    return (*flags, *(["withheld"] if exact is None else []))


def grade_text(policy: Policy, value: Fraction | None) -> str | None:
    """A rounded grade as it is handed in, with the policy's decimals: "60", "59.50"; None for a withheld one."""
    if value is None:
        return None
    return exact_text(value) if policy.rounding.mode == "none" else fixed_text(value, policy.rounding.digits)
