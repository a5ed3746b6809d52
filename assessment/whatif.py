"""What a student would still need: the lowest score in one item that brings the grade to a target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .grades import StudentGrade, grade_student
from .policy import Item, Policy
from .scores import MISSING, Mark, Score

Outcome = Literal["needed", "reached", "out_of_reach", "open"]
STEP = Fraction(1, 100)  # points; no sheet gives scores more finely


@dataclass(frozen=True)
class Need:
    """outcome: "needed" with the score; "reached" if even 0 is enough; "out_of_reach" if the highest score is not; "open" if
    the grade would be withheld whatever the score. score: on the component's scale, in hundredths. grade: what it gives.
    """

    target: Fraction
    outcome: Outcome
    score: Fraction | None = None
    grade: Fraction | None = None


def needed(
    policy: Policy, scores: Mapping[str, Score], item: Item, targets: Sequence[Fraction], class_mean: Fraction | None = None
) -> list[Need]:
    """For each target the lowest score in `item` whose rounded (and curved) grade is not below it.

    scores: item's key -> score; the one of `item` is left aside, everything else stays as it is. class_mean: for a curve
    to a mean, which is taken as it stands. The grade never falls as a score rises, so halving finds the score.
    """
    part = item.component
    steps = int(part.highest / STEP)

    def grade(step: int) -> Fraction | None:
        score = Score(step * STEP / part.maximum, Mark.NONE, "")
        result = grade_student(policy, {**scores, item.key: score}, class_mean=class_mean)
        return final(result)

    found = []
    for target in targets:
        lowest, highest = grade(0), grade(steps)
        if lowest is None or highest is None:
            found.append(Need(target, "open"))
        elif lowest >= target:
            found.append(Need(target, "reached", Fraction(0), lowest))
        elif highest < target:
            found.append(Need(target, "out_of_reach", None, highest))
        else:
            below, enough = 0, steps
            while enough - below > 1:
                middle = (below + enough) // 2
                reached = grade(middle)
                assert reached is not None
                below, enough = (below, middle) if reached >= target else (middle, enough)
            found.append(Need(target, "needed", enough * STEP, grade(enough)))
    return found


def final(grade: StudentGrade) -> Fraction | None:
    """The grade that is handed in: curved if the policy curves, else the rounded total."""
    return grade.total if grade.curved is None else grade.curved


def default_item(policy: Policy, scores: Mapping[str, Score]) -> Item:
    """The item that is most likely asked for: the heaviest of those still to come, else the policy's last."""
    to_come = (Mark.MISSING, Mark.PENDING)
    open_items = [item for item in policy.items if scores.get(item.key, MISSING).mark in to_come]
    return max(open_items, key=lambda item: item.weight, default=policy.items[-1])
