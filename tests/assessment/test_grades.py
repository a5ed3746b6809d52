"""A student's grade is what a pencil makes of it; a class's grades are those of its students."""

from dataclasses import replace
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import policyfile
from assessment.cohort import grade_class
from assessment.gradebook import Column, Gradebook
from assessment.grades import effective_weights, grade_student, grade_text
from assessment.policy import Component, Curve, Late, Policy
from assessment.scores import Mark, Score, read_score
from tests.assessment import pencil

POLICY = policyfile.read()
KEYS = [item.key for item in POLICY.items]


def sheet(*cells: object, policy: Policy = POLICY) -> dict[str, Score]:
    """Scores in the policy's order, as they would be typed."""
    return {item.key: read_score(str(cell), item.component.maximum) for item, cell in zip(policy.items, cells, strict=True)}


def book(policy: Policy, students: list[dict[str, Score]]) -> Gradebook:
    """A gradebook of these students."""
    columns = {item.key: Column.of([one[item.key] for one in students]) for item in policy.items}
    ids = tuple(f"{number:04d}" for number in range(len(students)))
    return Gradebook(ids, ("",) * len(ids), ("",) * len(ids), columns)


def change(key: str, **values: object) -> Policy:
    """The course's policy with one component changed."""
    return replace(POLICY, components=tuple(replace(p, **values) if p.key == key else p for p in POLICY.components))


def test_a_grade_of_exactly_sixty_is_a_pass() -> None:
    """Summed up in floats it is 59.99999999999999."""
    grade = grade_student(POLICY, sheet(57, 62, 70, 69, 50, 64, 70, 50, 66, 78, 48))
    assert sum(line.value * float(line.weight) / 100 for line in grade.lines) < 60
    assert (grade.exact, grade.total, grade.letter.zh, grade.flags) == (60, 60, "及格", ())


def test_letter_and_number_come_from_the_same_rounded_total() -> None:
    grade = grade_student(POLICY, sheet(*[Fraction(119, 2).__float__()] * 11))
    assert (grade.exact, grade.total, grade.letter.zh) == (Fraction("59.5"), 60, "及格")
    below = grade_student(POLICY, sheet(*["59.4"] * 11))
    assert (below.total, below.letter.zh) == (59, "不及格")


def test_rounding_happens_once() -> None:
    """59.45 is 59; rounded to 59.5 first it would be 60."""
    assert grade_student(POLICY, sheet(*["59.45"] * 11)).total == 59


def test_missing_is_not_zero_and_zero_is_not_missing() -> None:
    missing = grade_student(POLICY, sheet(80, *[80] * 7, 80, 80, ""))
    zero = grade_student(POLICY, sheet(80, *[80] * 7, 80, 80, 0))
    assert (missing.total, missing.so_far, missing.flags) == (56, 80, ("missing:essay",))
    assert (zero.total, zero.so_far, zero.flags) == (56, 56, ())
    assert (missing.lines[-1].value, zero.lines[-1].value) == (None, 0)


def test_an_excused_lab_gives_its_weight_to_the_other_labs() -> None:
    grade = grade_student(POLICY, sheet(100, "EX", *[60] * 6, 100, 100, 100))
    assert grade.exact == 5 + 35 * Fraction(60, 100) + 60
    assert [line.weight for line in grade.lines[1:8]] == [0, *[Fraction(35, 6)] * 6]
    assert grade.flags == ("excused:lab1",)


def test_an_excused_component_gives_its_weight_to_the_others() -> None:
    grade = grade_student(POLICY, sheet(100, *[50] * 7, 100, "免修", 100))
    assert grade.exact == Fraction(5 * 100 + 35 * 50 + 50 * 100, 90)
    assert sum(line.weight for line in grade.lines) == 100


def test_marks_that_are_zeros_are_flagged() -> None:
    grade = grade_student(POLICY, sheet(100, "缺考", *[100] * 6, 100, "作弊", 100))
    assert grade.exact == 85
    assert grade.flags == ("absent:lab1", "misconduct:quiz")


def test_a_deferred_score_withholds_the_grade() -> None:
    grade = grade_student(POLICY, sheet(100, *[100] * 7, 100, 100, "缓考"))
    assert (grade.total, grade.letter, grade.so_far) == (None, None, 100)
    assert grade.flags == ("pending:essay", "withheld")


def test_what_a_missing_score_counts_is_the_policys_to_say() -> None:
    scores = sheet(100, *[100] * 7, 50, 100, "")
    assert grade_student(POLICY, scores).total == 60
    assert grade_student(replace(POLICY, missing="excluded"), scores).exact == Fraction(60, 70) * 100
    assert grade_student(replace(POLICY, missing="withheld"), scores).total is None


def test_the_lowest_are_dropped_but_never_a_zero_for_misconduct() -> None:
    policy = change("lab", drop_lowest=2)
    grade = grade_student(policy, sheet(100, 10, 90, 80, "缺考", 90, 90, 90, 100, 100, 100))
    assert grade.exact == 65 + Fraction(35 * (90 + 80 + 90 + 90 + 90), 500)
    assert {"dropped:lab1", "dropped:lab4"} <= set(grade.flags)
    cheated = grade_student(policy, sheet(100, 10, 90, 80, "作弊", 90, 90, 90, 100, 100, 100))
    assert cheated.exact == 65 + Fraction(35 * (90 + 0 + 90 + 90 + 90), 500)


def test_one_item_always_stays() -> None:
    policy = change("lab", drop_lowest=6)
    grade = grade_student(policy, sheet(100, 10, *["EX"] * 5, 70, 100, 100, 100))
    assert grade.exact == 65 + Fraction(35 * 70, 100)


@pytest.mark.parametrize(
    ("late", "days", "left"),
    [
        (Late(Fraction(10), "points"), 0, 80),
        (Late(Fraction(10), "points"), 2, 60),
        (Late(Fraction(10), "percent", grace_days=2), 2, 80),
        (Late(Fraction(10), "percent", grace_days=2), 3, 70),
        (Late(Fraction(10), "points", floor=Fraction(50)), 9, 50),
        (Late(Fraction(10), "points"), 30, 0),
    ],
)
def test_late_work(late: Late, days: int, left: int) -> None:
    scores = sheet(100, 80, *[100] * 6, 100, 100, 100)
    scores["lab1"] = replace(scores["lab1"], days_late=days)
    grade = grade_student(change("lab", late=late), scores)
    assert grade.exact == 95 + Fraction(5 * left, 100)
    assert ("late:lab1" in grade.flags) == (left != 80)
    assert grade.lines[1].value == 80, "what was given stays visible"


def test_a_floor_never_raises_a_score() -> None:
    scores = sheet(100, 30, *[100] * 6, 100, 100, 100)
    scores["lab1"] = replace(scores["lab1"], days_late=9)
    grade = grade_student(change("lab", late=Late(Fraction(10), "points", floor=Fraction(50))), scores)
    assert grade.lines[1].earned == Fraction(30, 100)


def test_extra_credit_adds_and_is_never_missed() -> None:
    bonus = Component("bonus", "附加", "Bonus", Fraction(5), extra_credit=True)
    policy = replace(POLICY, components=(*POLICY.components, bonus))
    assert grade_student(policy, sheet(*[90] * 11, 100, policy=policy)).exact == 95
    without = grade_student(policy, sheet(*[90] * 11, "", policy=policy))
    assert (without.exact, without.so_far_exact, without.flags) == (90, 90, ())
    assert grade_student(replace(policy, cap=Fraction(100)), sheet(*[100] * 12, policy=policy)).exact == 100
    assert grade_student(policy, sheet(*[100] * 12, policy=policy)).exact == 105


@pytest.mark.parametrize(
    ("curve", "curved"),
    [
        (Curve("linear", factor=Fraction(11, 10), offset=Fraction(2)), 68),
        (Curve("sqrt"), 77),  # 10 x sqrt(60) = 77.46
        (Curve("mean", target=Fraction(75)), 65),
        (Curve("linear", factor=Fraction(2)), 100),
    ],
)
def test_a_curve_stands_beside_the_uncurved_grade(curve: Curve, curved: int) -> None:
    policy = replace(POLICY, curve=curve)
    grade = grade_student(policy, sheet(*[60] * 11), class_mean=Fraction(70))
    assert (grade.exact, grade.total, grade.curved) == (60, 60, curved)
    assert grade.letter == policy.letter(Fraction(curved))


@given(st.fractions(0, 100, max_denominator=1000))
def test_the_root_is_rounded_as_if_it_were_known(value: Fraction) -> None:
    grade = grade_student(replace(POLICY, curve=Curve("sqrt")), {key: Score(value / 100, Mark.NONE) for key in KEYS})
    assert grade.curved is not None
    assert abs(grade.curved - 10 * sqrt(value)) <= 0.5 + 1e-9
    if grade.curved:
        assert (grade.curved - Fraction(1, 2)) ** 2 <= 100 * value


def test_grades_are_written_with_the_policys_decimals() -> None:
    assert grade_text(POLICY, Fraction(60)) == "60"
    assert grade_text(replace(POLICY, rounding=replace(POLICY.rounding, digits=1)), Fraction(60)) == "60.0"
    assert grade_text(POLICY, None) is None


@settings(deadline=None)
@given(pencil.classes())
def test_grades_are_what_a_pencil_makes_of_them(one: tuple[Policy, list[dict[str, Score]]]) -> None:
    policy, students = one
    for scores in students:
        grade = grade_student(policy, scores)
        exact, so_far = pencil.total(policy, scores), pencil.total(policy, scores, so_far=True)
        assert (grade.exact, grade.so_far_exact) == (exact, so_far)
        if exact is not None:
            assert grade.total == pencil.rounded(policy, exact)
            assert grade.letter is not None and grade.letter.at_least <= grade.total
            whole = sum(line.contribution for line in grade.lines)
            assert grade.exact == (whole if policy.cap is None else min(whole, policy.cap))
            assert sum(line.weight for line in grade.lines if not line.item.component.extra_credit) == 100


@settings(deadline=None)
@given(
    pencil.classes(), st.none() | st.builds(Curve, st.sampled_from(["linear", "sqrt", "mean"]), target=st.just(Fraction(70)))
)
def test_a_class_is_graded_like_each_of_its_students(one: tuple[Policy, list[dict[str, Score]]], curve: Curve | None) -> None:
    policy, students = one
    if curve and (policy.rounding.mode != "none" or curve.kind != "sqrt"):
        policy = replace(policy, curve=curve)
    found = grade_class(policy, book(policy, students))
    totals = [pencil.total(policy, scores) for scores in students]
    unit = found.exact.denominator if policy.rounding.mode == "none" else 10**policy.rounding.digits
    for number, (scores, total) in enumerate(zip(students, totals, strict=True)):
        grade = found[number]
        assert found.exact[number] == grade.exact == total
        assert found.so_far[number] == grade.so_far_exact == pencil.total(policy, scores, so_far=True)
        assert found.letter(number) == grade.letter
        if total is None:
            assert (grade.rank, grade.percentile) == (None, None)
            continue
        assert Fraction(int(found.rounded[number]), unit) == grade.total == pencil.rounded(policy, total)
        graded = [other for other in totals if other is not None]
        below, equal = sum(other < total for other in graded), sum(other == total for other in graded)
        assert grade.rank == 1 + len(graded) - below - equal
        assert grade.percentile == Fraction(100 * (2 * below + equal), 2 * len(graded))
    finals = [grade.total if grade.curved is None else grade.curved for grade in found if grade.exact is not None]
    assert found.finals() == finals


def test_fractions_that_overflow_64_bits_are_still_exact() -> None:
    policy = change("lab", count=7)
    odd = [Fraction(1, prime) for prime in (999983, 999979, 999961, 999959, 999953, 999931, 999917)]
    scores = {key: Score(Fraction(1, 2), Mark.NONE) for key in KEYS} | {
        f"lab{n + 1}": Score(share, Mark.NONE) for n, share in enumerate(odd)
    }
    found = grade_class(policy, book(policy, [scores, scores | {"lab1": Score()}]))
    assert found.exact[0] == Fraction(65, 2) + 5 * sum(odd)
    assert found.exact[1] == Fraction(65, 2) + 5 * sum(odd[1:])
    assert found[0].rank == 1


def test_a_class_of_nobody_has_no_grades() -> None:
    assert len(grade_class(POLICY, Gradebook((), (), ()))) == 0


def test_weights_of_a_student_with_everything_are_the_policys() -> None:
    assert effective_weights(POLICY, [True] * 11) == tuple(item.weight for item in POLICY.items)
    assert effective_weights(POLICY, [False] * 11) is None
