"""Bars of a histogram, and bars that may be shown to a class because none stands for a handful of its students."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .cohort import ClassGrades
from .statistics import FEWEST


@dataclass(frozen=True)
class Bin:
    """low <= grade < high; the last one has the highest grade too. letter: whose letter all of it has, its position in
    the policy; None where a bin spans letters.
    """

    low: Fraction
    high: Fraction
    count: int
    letter: int | None = None


def merged_bins(counts: Sequence[int], edges: Sequence[Fraction], fewest: int = FEWEST) -> list[Bin]:
    """Bins in which there are `fewest` or more, made of neighbouring ones; a single bin if there are fewer in all.

    edges: one more than counts, rising. The smallest bin joins its smaller neighbour until none is too small.

    Protected is who stands alone or nearly so: no bin tells of fewer than `fewest` people, empty bins neither. Not
    protected: that everybody in a bin has a grade between its edges; and what two sets of bins of the same class tell
    together if the edges of one lie between those of the other (`public_bins` sees to that for grades and letters) or if
    somebody's grade changed between them. Raises ValueError if counts and edges do not fit.
    """
    if len(edges) != len(counts) + 1 or any(low >= high for low, high in pairwise(edges)):
        raise ValueError(f"{len(counts)} counts do not fit these edges")
    bins = [Bin(low, high, count) for (low, high), count in zip(pairwise(edges), counts, strict=True)]
    while len(bins) > 1:
        at = min(range(len(bins)), key=lambda place: bins[place].count)
        if bins[at].count >= fewest:
            break
        beside = [place for place in (at - 1, at + 1) if 0 <= place < len(bins)]
        first, second = sorted((at, min(beside, key=lambda place: bins[place].count)))
        bins[first : second + 1] = [Bin(bins[first].low, bins[second].high, bins[first].count + bins[second].count)]
    return bins


def top(grades: ClassGrades, step: int = 10) -> Fraction:
    """Where the axis of the grades ends: 100, the cap if it is higher, or the multiple of `step` not below the best one."""
    best = max(grades.finals(), default=Fraction(0))
    return max(Fraction(100), grades.policy.cap or Fraction(0), Fraction(-(-best // step) * step))


def edges(grades: ClassGrades, width: int) -> list[Fraction]:
    """0, width, 2 width, ... `top`. Raises ValueError for a width below 1."""
    end = top(grades)
    return [*(Fraction(low) for low in range(0, -(-end.numerator // end.denominator), width)), end]


def letter_bins(grades: ClassGrades) -> list[Bin]:
    """One for each letter, from the lowest up, with how many have it.

    Letters from the end of the axis on, such as one for 100 only, have no width there: they are put together with the
    letter below, and that bin has no letter of its own.
    """
    end, letters = top(grades), grades.policy.letters
    found: list[Bin] = []
    cuts = [*(one.at_least for one in reversed(letters) if one.at_least < end), end]
    beyond = len(letters) - len(cuts) + 1
    for place, (low, high, count) in enumerate(zip(cuts, cuts[1:], _counts(grades.finals(), cuts), strict=False)):
        position = len(letters) - 1 - place
        found.append(Bin(low, high, count, None if position == beyond and beyond else position))
    return found


def public_letters(grades: ClassGrades, fewest: int = FEWEST) -> list[Bin]:
    """The letters, neighbouring ones put together where fewer than `fewest` students have one. From the lowest up."""
    letters = letter_bins(grades)
    merged = merged_bins([one.count for one in letters], [*(one.low for one in letters), letters[-1].high], fewest)
    single = {(one.low, one.high): one.letter for one in letters}
    return [Bin(one.low, one.high, one.count, single.get((one.low, one.high))) for one in merged]


def public_bins(grades: ClassGrades, width: int, fewest: int = FEWEST) -> list[Bin]:
    """Bars of about `width` points with `fewest` or more students each.

    Each lies within one of the bars of `public_letters`, so that the two shown side by side tell no more than either: with
    edges of their own, the difference between "62 or more" and "60 or more" would be one student.
    """
    finals, end, letters, found = grades.finals(), top(grades), letter_bins(grades), []
    for whole in public_letters(grades, fewest):
        cuts = [whole.low, *(edge for edge in edges(grades, width) if whole.low < edge < whole.high), whole.high]
        inside = [one for one in finals if whole.low <= one and (one < whole.high or whole.high == end)]
        for one in merged_bins(_counts(inside, cuts), cuts, fewest):
            inside_one = (each.letter for each in letters if each.low <= one.low and one.high <= each.high)
            found.append(Bin(one.low, one.high, one.count, next(inside_one, None)))
    return found


def _counts(values: Sequence[Fraction], cuts: Sequence[Fraction]) -> list[int]:
    """How many lie in each bin."""
    counts = [0] * (len(cuts) - 1)
    for value in values:
        counts[min(bisect_right(cuts, value), len(counts)) - 1] += 1
    return counts
