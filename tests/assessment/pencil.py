"""Grades as a person works them out on paper, step by step, knowing nothing of the program's own arithmetic.

Also random policies and random scores to try both on.
"""

from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from assessment.policy import Component, Late, Letter, Policy, Rounding
from assessment.scores import Mark, Score

LETTERS = tuple(
    Letter(name, name, Fraction(cut), Fraction(points))
    for name, cut, points in (("A", 90, 4), ("B", 75, 3), ("C", 60, 2), ("F", 0, 0))
)
_MARKS = [Mark.NONE] * 12 + [Mark.MISSING, Mark.PENDING, Mark.EXCUSED, Mark.ABSENT, Mark.MISCONDUCT]


def total(policy: Policy, scores: dict[str, Score], so_far: bool = False) -> Fraction | None:
    """The exact total on paper; None if there is no grade."""
    if not so_far:
        for part in policy.components:
            for key in keys(part):
                mark = scores[key].mark
                if not part.extra_credit and (
                    (mark is Mark.MISSING and policy.missing == "withheld")
                    or (mark is Mark.PENDING and policy.pending == "withheld")
                ):
                    return None
    sheets = []  # (component, [points of what counts])
    for part in policy.components:
        entries = []
        for key in keys(part):
            score = scores[key]
            if score.mark is Mark.EXCUSED:
                continue
            if score.mark in (Mark.MISSING, Mark.PENDING):
                rule = policy.missing if score.mark is Mark.MISSING else policy.pending
                if so_far or rule != "zero" or part.extra_credit:
                    continue
                entries.append((Fraction(0), True))
                continue
            entries.append((after_delay(part, score), score.mark is not Mark.MISCONDUCT))
        for _ in range(part.drop_lowest):
            can_go = [entry for entry in entries if entry[1]]
            if len(entries) > 1 and can_go:
                entries.remove(min(can_go))
        sheets.append((part, [points for points, _ in entries]))
    regular = [(part, points) for part, points in sheets if points and not part.extra_credit]
    if not sum(part.weight for part, _ in regular):
        return None
    weight_there = sum(part.weight for part, _ in regular)
    grade = sum(sum(points) / len(points) / part.maximum * part.weight / weight_there * 100 for part, points in regular)
    for part, points in sheets:
        if part.extra_credit:
            grade += sum(points) / part.maximum * part.weight / part.count
    return min(grade, policy.cap) if policy.cap is not None else grade


def keys(part: Component) -> list[str]:
    """The scores of a component."""
    return [part.key] if part.count == 1 else [f"{part.key}{n + 1}" for n in range(part.count)]


def after_delay(part: Component, score: Score) -> Fraction:
    """Points left of a score after the days it came late."""
    assert score.share is not None
    points = score.share * part.maximum
    if part.late is None or score.mark is not Mark.NONE:
        return points
    unit = 1 if part.late.unit == "points" else part.maximum / 100
    for _ in range(max(0, score.days_late - part.late.grace_days)):
        points = max(points - part.late.per_day * unit, min(score.share * part.maximum, part.late.floor * unit))
    return points


def rounded(policy: Policy, grade: Fraction) -> Fraction:
    """Half up, or half to even, as taught in school."""
    scale = 10**policy.rounding.digits
    whole = floor(grade * scale)
    rest = grade * scale - whole
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (policy.rounding.mode == "half_up" or whole % 2 == 1))
    return grade if policy.rounding.mode == "none" else Fraction(whole + up, scale)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy with one to four components, every rule now and then."""
    number = draw(st.integers(1, 4))
    cuts = sorted(draw(st.lists(st.integers(1, 999), min_size=number - 1, max_size=number - 1, unique=True)))
    weights = [Fraction(b - a, 10) for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
    parts = []
    for at, weight in enumerate(weights):
        count = draw(st.sampled_from([1, 1, 2, 3, 7]))
        maximum = draw(st.sampled_from([Fraction(100), Fraction(20), Fraction(15)]))
        late = draw(st.none() | st.builds(Late, st.sampled_from([Fraction(10), Fraction("2.5")]),
                                          st.sampled_from(["points", "percent"]), st.integers(0, 2),
                                          st.sampled_from([Fraction(0), Fraction(5)])))  # fmt: skip
        parts.append(Component("abcd"[at], "题{n}", "Part {n}", weight, (), maximum, maximum, count,
                               draw(st.integers(0, count - 1)), False, late))  # fmt: skip
    if draw(st.booleans()):
        parts.append(Component("extra", "附加", "Extra", Fraction(5), extra_credit=True))
    return Policy(
        "方案", "Policy", tuple(parts), LETTERS,
        missing=draw(st.sampled_from(["zero", "excluded", "withheld"])),
        pending=draw(st.sampled_from(["zero", "excluded", "withheld"])),
        rounding=draw(st.builds(Rounding, st.sampled_from(["half_up", "half_even", "none"]), st.integers(0, 2))),
        cap=draw(st.none() | st.sampled_from([Fraction(100), Fraction(90)])),
    )  # fmt: skip


@st.composite
def scores_of(draw: st.DrawFn, policy: Policy) -> dict[str, Score]:
    """One student's scores: numbers mostly, every mark now and then."""
    found = {}
    for part in policy.components:
        for key in keys(part):
            mark = draw(
                st.sampled_from([Mark.NONE] * 12 + [Mark.MISSING, Mark.PENDING, Mark.EXCUSED, Mark.ABSENT, Mark.MISCONDUCT])
            )
            if mark is Mark.NONE:
                halves = draw(st.integers(0, 2 * int(part.maximum)))
                found[key] = Score(
                    Fraction(halves, 2) / part.maximum, mark, f"{halves / 2:g}", draw(st.sampled_from([0, 0, 1, 4, 30]))
                )
            else:
                found[key] = Score(Fraction(0) if mark in (Mark.ABSENT, Mark.MISCONDUCT) else None, mark, mark.value)
    return found


@st.composite
def classes(draw: st.DrawFn) -> tuple[Policy, list[dict[str, Score]]]:
    """A policy and a small class."""
    policy = draw(policies())
    return policy, draw(st.lists(scores_of(policy), min_size=1, max_size=6))
