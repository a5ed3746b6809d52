"""A whole class at once, as exactly as `grades` does it for one student, with integers instead of fractions.

All earned shares are brought to one denominator. Students for whom the same items count have the same weights, so each
such group is one product of an integer matrix and an integer vector. Where 64 bits might not hold a sum, Python's own
integers do: slower, never wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np

from . import curves, grades
from .gradebook import Column, Gradebook
from .policy import Item, Letter, Policy
from .rounding import round_exactly, round_quotient
from .scores import Mark

_Array = np.ndarray[Any, Any]
_SAFE = 2**61  # sums below it, and twice them, fit into 64 bits with their sign


@dataclass(frozen=True)
class Totals:
    """Exact totals of a class: numerators[i] / denominator, where known[i]; elsewhere there is none.

    numerators: (students,) int64, or Python integers where those would not do.
    """

    numerators: _Array
    denominator: int
    known: _Array

    def __getitem__(self, student: int) -> Fraction | None:
        return Fraction(int(self.numerators[student]), self.denominator) if self.known[student] else None

    @cached_property
    def mean(self) -> Fraction | None:
        """The exact mean of those that are there."""
        there = self.numerators[self.known]
        return Fraction(sum(there.tolist()), self.denominator * len(there)) if len(there) else None


@dataclass(frozen=True)
class ClassGrades:
    """The grades of a class. `self[i]` tells everything about student i; the arrays tell one thing about everybody.

    exact, so_far: totals before rounding. rounded: (students,) the totals in units of 10^-digits, meaningless where not
    known; final: what is handed in, curved if the policy has a curve, in units of 1 / final_unit; letters: (students,)
    position in `policy.letters`.
    """

    policy: Policy
    gradebook: Gradebook
    exact: Totals
    so_far: Totals
    rounded: _Array
    final: _Array
    final_unit: int
    letters: _Array

    def __len__(self) -> int:
        return len(self.gradebook)

    @cached_property
    def graded(self) -> int:
        """How many students have a final grade."""
        return int(self.exact.known.sum())

    @cached_property
    def _standing(self) -> tuple[_Array, _Array]:
        """For each graded student, in order: how many totals lie below his, and how many not above it."""
        there = self.exact.numerators[self.exact.known]
        ordered = np.sort(there)
        return np.searchsorted(ordered, there, side="left"), np.searchsorted(ordered, there, side="right")

    @cached_property
    def rank(self) -> _Array:
        """(students,) 1 for the best exact total, equal ones share it ("1224"), 0 where there is none."""
        rank = np.zeros(len(self), np.int64)
        rank[self.exact.known] = self.graded - self._standing[1] + 1
        return rank

    @cached_property
    def _twice_below(self) -> _Array:
        below = np.zeros(len(self), np.int64)
        below[self.exact.known] = self._standing[0] + self._standing[1]
        return below

    def percentile(self, student: int) -> Fraction | None:
        """Share of the graded students below, half of the equal ones included, 0 to 100 (the percentile rank)."""
        return Fraction(50 * int(self._twice_below[student]), self.graded) if self.exact.known[student] else None

    def finals(self) -> list[Fraction]:
        """The grades that are handed in, of those who have one."""
        return [Fraction(int(one), self.final_unit) for one in self.final[self.exact.known]]

    def final_grade(self, student: int) -> Fraction | None:
        """The grade that is handed in, None where it is withheld."""
        return Fraction(int(self.final[student]), self.final_unit) if self.exact.known[student] else None

    def so_far_grade(self, student: int) -> Fraction | None:
        """The grade so far, rounded; None where nothing is there yet."""
        value = self.so_far[student]
        return None if value is None else round_exactly(value, self.policy.rounding.mode, self.policy.rounding.digits)

    def flags(self, student: int) -> tuple[str, ...]:
        """What is odd about a student's scores, as `StudentGrade.flags`."""
        drops = any(part.drop_lowest for part in self.policy.components)
        return self[student].flags if drops or self._odd[student] else ()

    @cached_property
    def _odd(self) -> _Array:
        """(students,) whether any score carries a mark or is late."""
        odd = np.zeros(len(self), bool)
        for item in self.policy.items:
            column = self.gradebook.column(item.key)
            marked = np.array([one.mark is not Mark.NONE or one.days_late > 0 for one in column.values], bool)
            odd |= marked[column.codes]
        return odd

    def letter(self, student: int) -> Letter | None:
        """The letter, None where the grade is withheld."""
        return self.policy.letters[self.letters[student]] if self.exact.known[student] else None

    def __getitem__(self, student: int) -> grades.StudentGrade:
        book = self.gradebook
        return grades.grade_student(
            self.policy,
            book.scores(student),
            student_id=book.ids[student],
            name=book.names[student],
            group=book.groups[student],
            class_mean=self.exact.mean,
            rank=int(self.rank[student]) or None,
            percentile=self.percentile(student),
        )

    def __iter__(self) -> Iterator[grades.StudentGrade]:
        return (self[student] for student in range(len(self)))


def grade_class(policy: Policy, gradebook: Gradebook) -> ClassGrades:
    """Grade everybody. 100,000 students with eleven scores take some ten milliseconds (benchmarks/README.md)."""
    table = _Table(policy, [gradebook.column(item.key) for item in policy.items])
    counted, so_far_counted = table.counted(so_far=False), table.counted(so_far=True)
    exact = table.totals(counted)
    everything_there = all(isinstance(one, bool) for one in (*counted, *so_far_counted)) and counted == so_far_counted
    so_far = exact if everything_there else table.totals(so_far_counted)
    withheld = table.any_mark(lambda item, mark: grades.withholds(policy, item, mark))
    exact = Totals(exact.numerators, exact.denominator, exact.known & ~withheld)
    rounded = _rounded(policy, exact)
    return ClassGrades(policy, gradebook, exact, so_far, rounded, *_final(policy, exact, rounded))


class _Table:
    """The class as columns, each distinct score an integer: its earned share times `scale`."""

    def __init__(self, policy: Policy, columns: Sequence[Column]) -> None:
        shares = [
            [grades.earned(item.component, score) or Fraction(0) for score in column.values]
            for item, column in zip(policy.items, columns, strict=True)
        ]
        self.policy, self.columns, self.students = policy, columns, len(columns[0])
        self.scale = lcm(1, *(share.denominator for column in shares for share in column))
        self.numbers = [[int(share * self.scale) for share in column] for column in shares]
        self.top = max((number for column in self.numbers for number in column), default=0)

    def any_mark(self, wanted: Callable[[Item, Mark], bool]) -> _Array:
        """(students,) bool: whether any of a student's cells is wanted(item, mark)."""
        found = np.zeros(self.students, bool)
        for item, column in zip(self.policy.items, self.columns, strict=True):
            hits = [wanted(item, value.mark) for value in column.values]
            if any(hits):
                found |= np.array(hits)[column.codes]
        return found

    def counted(self, so_far: bool) -> list[_Array | bool]:
        """For each item whether it counts: one answer for everybody where it is the same, else (students,) bool."""
        answers: list[_Array | bool] = []
        for item, column in zip(self.policy.items, self.columns, strict=True):
            each = [grades.counts(self.policy, item, value.mark, so_far) for value in column.values]
            answers.append(each[0] if len(set(each)) == 1 else np.array(each)[column.codes])
        self.drop(answers)
        return answers

    def drop(self, counted: list[_Array | bool]) -> None:
        """Take the lowest of each component out of `counted`, as `grades.dropped` does."""
        for part in self.policy.components:
            positions = self.policy.positions[part.key]
            if not part.drop_lowest:
                continue
            takes_part = np.stack([np.broadcast_to(counted[at], self.students) for at in positions], axis=1)
            guarded = np.stack(
                [
                    np.array([value.mark is Mark.MISCONDUCT for value in self.columns[at].values])[self.columns[at].codes]
                    for at in positions
                ],
                axis=1,
            )
            kind = np.int64 if self.top < _SAFE else object
            earned = np.stack([np.array(self.numbers[at], kind)[self.columns[at].codes] for at in positions], axis=1)
            keys = np.where(takes_part & ~guarded, earned, self.top + 1)
            order = np.argsort(keys, axis=1, kind="stable")
            most = np.clip(takes_part.sum(axis=1) - 1, 0, part.drop_lowest)
            rows = np.arange(self.students)
            for turn in range(part.drop_lowest):
                at = order[:, turn]
                goes = (turn < most) & (keys[rows, at] <= self.top)
                takes_part[rows[goes], at[goes]] = False
            for place, position in enumerate(positions):
                counted[position] = takes_part[:, place]

    def totals(self, counted: list[_Array | bool]) -> Totals:
        """The exact totals. Students for whom the same items count are added up together."""
        groups = list(self.groups(counted))
        weights = [grades.effective_weights(self.policy, pattern) for pattern, _ in groups]
        cap = self.policy.cap
        common = lcm(1, *{weight.denominator for each in weights if each for weight in each}, cap.denominator if cap else 1)
        whole = [[weight.numerator * (common // weight.denominator) for weight in each] if each else None for each in weights]
        largest = max((sum(each) for each in whole if each), default=0)
        kind = np.int64 if max(self.top, 1) * max(largest, common) < _SAFE else object
        tables = [np.array(numbers, kind) for numbers in self.numbers]
        numerators, known = np.zeros(self.students, kind), np.ones(self.students, bool)
        for (_, rows), each in zip(groups, whole, strict=True):
            if each is None:
                known[rows] = False
                continue
            total = np.zeros(len(numerators[rows]), kind)
            for weight, column, table in zip(each, self.columns, tables, strict=True):
                if weight:
                    total += (table * weight)[column.codes[rows]]
            numerators[rows] = total
        if cap is not None and int(cap * common) * self.scale < int(numerators.max(initial=0)):
            numerators = np.minimum(numerators, int(cap * common) * self.scale)
        return Totals(numerators, common * self.scale, known)

    def groups(self, counted: list[_Array | bool]) -> Iterator[tuple[tuple[bool, ...], _Array | slice]]:
        """(which items count, which students that is true for), for each pattern that occurs."""
        varying = [position for position, one in enumerate(counted) if not isinstance(one, bool)]
        if not varying:
            yield tuple(bool(one) for one in counted), slice(None)
            return
        # 16 bits sort fastest.
        kind: type = np.uint16 if len(varying) <= 16 else np.int64 if len(varying) < 62 else object
        codes: _Array = np.zeros(self.students, kind)
        for bit, position in enumerate(varying):
            codes += np.asarray(counted[position]).astype(kind) * np.array(1 << bit, kind)
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.r_[True, codes[order][1:] != codes[order][:-1]]) if self.students else np.array([], int)
        for rows in np.split(order, starts[1:]) if self.students else []:
            yield tuple(bool(one) if isinstance(one, bool) else bool(one[rows[0]]) for one in counted), rows


def _rounded(policy: Policy, exact: Totals) -> _Array:
    """In units of 10^-digits; with rounding "none" the numerators themselves."""
    if policy.rounding.mode == "none":
        return exact.numerators
    scale = 10**policy.rounding.digits
    numerators: _Array = exact.numerators
    if numerators.dtype != object and len(numerators) and int(numerators.max()) * scale * 2 + exact.denominator >= 2**62:
        numerators = numerators.astype(object)
    return round_quotient(numerators * scale, exact.denominator, policy.rounding.mode)  # type: ignore[return-value]


def _final(policy: Policy, exact: Totals, rounded: _Array) -> tuple[_Array, int, _Array]:
    """The grades that are handed in, what they are divided by, and their letters."""
    unit = exact.denominator if policy.rounding.mode == "none" else 10**policy.rounding.digits
    final = rounded
    if policy.curve:
        distinct, places = np.unique(exact.numerators, return_inverse=True)
        mean = exact.mean
        curved = [curves.curve(policy, Fraction(int(one), exact.denominator), mean) for one in distinct]
        if policy.rounding.mode == "none":
            unit = lcm(1, *(one.denominator for one in curved))
        whole = [int(one * unit) for one in curved]
        final = np.array(whole, np.int64 if max(whole, default=0) < _SAFE else object)[places]
    cuts = [-(-letter.at_least * unit // 1) for letter in reversed(policy.letters)]
    below = np.searchsorted(np.array([int(cut) for cut in cuts], final.dtype), final, side="right")
    return final, unit, len(cuts) - below
