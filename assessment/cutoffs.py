"""Cut-offs between letters that leave nobody just below one."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .policy import Letter


@dataclass(frozen=True)
class Cutoff:
    """letter: whose cut-off it is; declared: as the policy has it; suggested: the same or a lower one. margin: points
    between `suggested` and the next grade below it, None if there is none below. moved: how many students it lifts.
    """

    letter: Letter
    declared: Fraction
    suggested: Fraction
    margin: Fraction | None
    moved: int


def find_robust_cutoffs(grades: Sequence[Fraction], letters: Sequence[Letter], reach: Fraction = Fraction(2)) -> list[Cutoff]:
    """For each letter but the last the cut-off, at most `reach` points below the declared one, with the widest gap under it.

    grades: the rounded grades of a class, in any order. Cut-offs are only ever lowered, so that nobody loses by it; of equally
    wide gaps the one nearest to the declared cut-off is taken, and a letter's cut-off stays above the declared one of the
    next letter. Cost: O(n log n).
    """
    ordered = sorted(grades)
    found = []
    for letter, following in pairwise(letters):
        declared = letter.at_least
        lowest = max(declared - reach, following.at_least)
        near = {
            grade
            for grade in ordered[bisect_left(ordered, lowest) : bisect_left(ordered, declared)]
            if grade > following.at_least
        }
        best = max((declared, *near), key=lambda cut: (_margin(ordered, cut), cut))
        below = bisect_left(ordered, best)
        margin = best - ordered[below - 1] if below else None
        found.append(Cutoff(letter, declared, best, margin, bisect_left(ordered, declared) - below))
    return found


def _margin(ordered: Sequence[Fraction], cut: Fraction) -> Fraction:
    below = bisect_left(ordered, cut)
    return cut - ordered[below - 1] if below else cut + 1
