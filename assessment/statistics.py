"""How a class did, in each component and overall. Descriptive figures, so floats do: nobody's grade depends on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.language import translate

from .cohort import ClassGrades
from .gradebook import Column
from .policy import Policy

FEWEST = 5  # below it, figures about a class are figures about a person
FIGURES = (
    "n", "mean", "sd", "lowest", "quartile_1", "median", "quartile_3", "highest", "pass_rate", "discrimination", "correlation"
)  # fmt: skip
_PASS = 60.0  # percent of the maximum
_GROUP = 0.27  # upper and lower group of the discrimination index (Kelley 1939)

_Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Statistics:
    """Figures about one item, a component of several items, or the total (`key` "total"), in percent of the maximum.

    n: numbers that there are; missing and excused ones are not among them. sd: of the sample (n - 1). quartile_1, median,
    quartile_3: linear interpolation, as Excel's QUARTILE.INC. pass_rate: percent at 60 or more. discrimination: mean of
    the upper 27 % by total less that of the lower 27 %, as a share, -1 to 1 (Kelley 1939). correlation: Pearson's, with
    the total of everything else (item-rest). None where it cannot be computed, and everywhere below `fewest` numbers.
    """

    key: str
    n: int
    mean: float | None = None
    sd: float | None = None
    lowest: float | None = None
    quartile_1: float | None = None
    median: float | None = None
    quartile_3: float | None = None
    highest: float | None = None
    pass_rate: float | None = None
    discrimination: float | None = None
    correlation: float | None = None

    def name(self, policy: Policy, language: str) -> str:
        """What it is about, in words."""
        named = {part.key: part.name(language) for part in policy.components} | {
            item.key: item.name(language) for item in policy.items
        }
        return named.get(self.key) or translate("exporting_total", language)


def describe(grades: ClassGrades, fewest: int = FEWEST) -> list[Statistics]:
    """Figures about every item of the policy, each component of several items, and the exact totals.

    fewest: with fewer numbers than this only n is told: the quartiles of three students are the three students. A
    component's number is the mean of a student's numbers in it.
    """
    totals = _totals(grades)
    found = []
    for part in grades.policy.components:
        columns = [grades.gradebook.column(item.key) for item in part.items]
        shares = np.stack([_shares(column) for column in columns])
        weight = float(part.weight) / part.count / 100
        for item, share in zip(part.items, shares, strict=True):
            found.append(_describe(item.key, share, totals - np.nan_to_num(share) * weight, totals, fewest))
        if part.count > 1:
            there = (~np.isnan(shares)).sum(axis=0)
            means = np.where(there > 0, np.nansum(shares, axis=0) / np.maximum(there, 1), np.nan)
            rest = totals - np.nansum(shares, axis=0) * weight
            found.append(_describe(part.key, means, rest, totals, fewest))
    return [*found, describe_totals(grades, fewest)]


def describe_totals(grades: ClassGrades, fewest: int = FEWEST) -> Statistics:
    """Figures about the exact totals alone, before any curve; only n where there are fewer than `fewest`."""
    totals = _totals(grades)
    return _describe("total", totals, None, totals, fewest)


def _totals(grades: ClassGrades) -> _Array:
    return _percent(grades.exact.numerators, grades.exact.denominator, grades.exact.known)


def _shares(column: Column) -> _Array:
    values = [np.nan if one.share is None else float(one.share) * 100 for one in column.values]
    return np.array(values)[column.codes]


def _percent(numerators: _Array, denominator: int, known: Any) -> _Array:
    values = np.array([number / denominator for number in numerators.tolist()]) if len(numerators) else np.array([])
    return np.where(known, values, np.nan)


def _describe(key: str, values: _Array, rest: _Array | None, totals: _Array, fewest: int) -> Statistics:
    there = values[~np.isnan(values)]
    n = len(there)
    if n < max(fewest, 1):
        return Statistics(key, n)
    low, q1, median, q3, high = (float(one) for one in np.quantile(there, [0, 0.25, 0.5, 0.75, 1]))
    return Statistics(
        key,
        n,
        mean=float(there.mean()),
        sd=float(there.std(ddof=1)) if n > 1 else None,
        lowest=low,
        quartile_1=q1,
        median=median,
        quartile_3=q3,
        highest=high,
        # A score of exactly 60 may be 59.99999999999999 here.
        pass_rate=float((there >= _PASS - 1e-9).mean() * 100),
        discrimination=None if rest is None else _discrimination(values, totals),
        correlation=None if rest is None else _correlation(values, rest),
    )


def _discrimination(values: _Array, totals: _Array) -> float | None:
    both = ~np.isnan(values) & ~np.isnan(totals)
    size = round(both.sum() * _GROUP)
    if size < 1:
        return None
    ordered = values[both][np.argsort(totals[both], kind="stable")]
    return float((ordered[-size:].mean() - ordered[:size].mean()) / 100)


def _correlation(values: _Array, rest: _Array) -> float | None:
    both = ~np.isnan(values) & ~np.isnan(rest)
    x, y = values[both], rest[both]
    if len(x) < 3 or not x.std() > 1e-9 or not y.std() > 1e-9:
        return None
    return float(np.corrcoef(x, y)[0, 1])


@dataclass(frozen=True)
class LetterCount:
    """How many students have a letter, and what percent of those who have one."""

    zh: str
    en: str
    students: int
    percent: float


def letter_counts(policy: Policy, grades: ClassGrades) -> Sequence[LetterCount]:
    """For each letter of the policy, from the best down."""
    counts = np.bincount(grades.letters[grades.exact.known], minlength=len(policy.letters))
    return [
        LetterCount(letter.zh, letter.en, int(count), float(100 * count / max(1, grades.graded)))
        for letter, count in zip(policy.letters, counts, strict=True)
    ]
