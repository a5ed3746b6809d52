"""Statistics, cut-offs, what a student still needs, and the grade written out."""

import statistics as standard
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment import policyfile
from assessment.cohort import ClassGrades, grade_class
from assessment.cutoffs import find_robust_cutoffs
from assessment.explaining import explain
from assessment.gradebook import Column, Gradebook
from assessment.grades import grade_student
from assessment.policy import Late, Policy
from assessment.scores import Score, read_score
from assessment.statistics import describe, letter_counts
from assessment.terminal import table, width
from assessment.whatif import default_item, final, needed

POLICY = policyfile.read()
ITEMS = {item.key: item for item in POLICY.items}


def sheet(*cells: object) -> dict[str, Score]:
    """Scores in the policy's order, as they would be typed."""
    return {item.key: read_score(str(cell), Fraction(100)) for item, cell in zip(POLICY.items, cells, strict=True)}


def graded(*students: dict[str, Score], policy: Policy = POLICY) -> ClassGrades:
    """The grades of these students."""
    ids = tuple(str(number) for number in range(len(students)))
    columns = {key: Column.of([one[key] for one in students]) for key in ITEMS}
    return grade_class(policy, Gradebook(ids, ids, ids, columns))


# Statistics


def test_the_figures_are_those_of_the_standard_library() -> None:
    essays = [35, 48, 60, 61, 72, 88, 95, 60]
    figures = {one.key: one for one in describe(graded(*(sheet(80, *[70] * 7, 75, 66, essay) for essay in essays)))}
    essay = figures["essay"]
    assert (essay.n, essay.lowest, essay.highest) == (8, 35, 95)
    assert essay.mean == pytest.approx(standard.mean(essays))
    assert essay.sd == pytest.approx(standard.stdev(essays))
    assert [essay.quartile_1, essay.median, essay.quartile_3] == pytest.approx(
        standard.quantiles(essays, n=4, method="inclusive")
    )
    assert essay.pass_rate == 75
    assert essay.correlation is None, "nothing else varies"
    assert figures["total"].n == 8


def test_a_good_question_separates_good_students_from_weak_ones() -> None:
    students = [sheet(level, *[level] * 7, level, 100 - level, level) for level in range(30, 100, 5)]
    figures = {one.key: one for one in describe(graded(*students))}
    assert figures["lab1"].correlation == pytest.approx(1)
    assert figures["quiz"].correlation == pytest.approx(-1)
    assert figures["lab1"].discrimination > 0.4 > -0.4 > figures["quiz"].discrimination


def test_missing_scores_are_not_counted_as_zeros() -> None:
    students = [sheet(80, *[70] * 7, 75, 66, essay) for essay in (50, 60, 70, 80, 90, "", "EX")]
    essay = next(one for one in describe(graded(*students)) if one.key == "essay")
    assert (essay.n, essay.mean, essay.lowest) == (5, 70, 50)


def test_figures_of_a_handful_would_reveal_a_person() -> None:
    figures = describe(graded(*(sheet(*[level] * 11) for level in (50, 60, 70, 80))))
    assert all(one.n == 4 and one.mean is None and one.lowest is None for one in figures)


def test_letters_are_counted() -> None:
    found = graded(*(sheet(*[level] * 11) for level in (95, 59.5, 59.4, 60)))
    assert [(one.zh, one.students) for one in letter_counts(POLICY, found)] == [
        ("优秀", 1), ("良好", 0), ("中等", 0), ("及格", 2), ("不及格", 1)
    ]  # fmt: skip


# Cut-offs


def test_nobody_is_left_just_below() -> None:
    grades = [Fraction(one) for one in (95, 89, 88, 81, 80, 71, 59, 58, 40)]
    found = {cut.letter.zh: cut for cut in find_robust_cutoffs(grades, POLICY.letters)}
    assert (found["优秀"].suggested, found["优秀"].moved, found["优秀"].margin) == (88, 2, 7)
    assert (found["良好"].suggested, found["良好"].moved) == (80, 0)
    assert (found["及格"].suggested, found["及格"].moved, found["及格"].margin) == (58, 2, 18)
    assert "不及格" not in found


@given(st.lists(st.integers(0, 100).map(Fraction)), st.integers(0, 5).map(Fraction))
def test_a_cut_off_is_only_ever_lowered_and_never_by_more_than_asked(grades: list[Fraction], reach: Fraction) -> None:
    for cut in find_robust_cutoffs(grades, POLICY.letters, reach):
        assert cut.declared - reach <= cut.suggested <= cut.declared
        assert cut.moved == sum(cut.suggested <= grade < cut.declared for grade in grades)
        below = [grade for grade in grades if grade < cut.suggested]
        declared = [grade for grade in grades if grade < cut.declared]
        assert cut.margin == (cut.suggested - max(below) if below else None)
        if below:
            assert cut.margin >= cut.declared - max(declared)


# What is needed


def test_the_essay_that_makes_sixty_eighty_ninety() -> None:
    found = needed(POLICY, sheet(90, *[70] * 7, 75, 66, ""), ITEMS["essay"], [Fraction(60), Fraction(80), Fraction(90)])
    # 90 x 5% + 70 x 35% + 75 x 20% + 66 x 10% = 50.6; rounding makes 59.5 a 60, so 8.9 / 30% = 29.67 is needed.
    assert [(one.outcome, one.score) for one in found] == [
        ("needed", Fraction("29.67")), ("needed", Fraction("96.34")), ("out_of_reach", None)
    ]  # fmt: skip
    assert found[2].grade == 81


def test_what_is_reached_already() -> None:
    (found,) = needed(POLICY, sheet(*[100] * 10, 0), ITEMS["essay"], [Fraction(60)])
    assert (found.outcome, found.grade) == ("reached", 70)


def test_a_grade_that_is_withheld_anyway() -> None:
    (found,) = needed(POLICY, sheet(90, *[70] * 7, 75, "缓考", ""), ITEMS["essay"], [Fraction(60)])
    assert found.outcome == "open"


@given(st.lists(st.integers(0, 100), min_size=10, max_size=10), st.sampled_from([60, 80, 90]), st.integers(0, 3))
def test_a_hundredth_less_is_not_enough(others: list[int], target: int, drop: int) -> None:
    parts = tuple(replace(part, drop_lowest=drop) if part.key == "lab" else part for part in POLICY.components)
    policy = replace(POLICY, components=parts)
    scores = sheet(others[0], "", *others[1:])
    (found,) = needed(policy, scores, policy.items[1], [Fraction(target)])
    if found.outcome == "needed":
        for less, enough in ((Fraction(0), True), (Fraction(1, 100), False)):
            trial = {**scores, "lab1": read_score(str(float(found.score - less)), Fraction(100))}
            assert (final(grade_student(policy, trial)) >= target) == enough


def test_the_item_asked_for_is_the_one_that_is_still_to_come() -> None:
    assert default_item(POLICY, sheet(90, "", *[70] * 6, "", 66, 80)).key == "presentation"
    assert default_item(POLICY, sheet(90, "EX", *[70] * 6, 70, 66, 80)).key == "essay"


# Written out


def test_a_pencil_can_follow() -> None:
    scores = sheet(57, 62, 70, 69, 50, 64, 70, 50, 66, 78, 48)
    grade = grade_student(POLICY, scores, student_id="0012", name="张三", rank=3, percentile=Fraction(50))
    lines = explain(grade, POLICY, "zh", students=5).splitlines()
    assert lines[0] == "0012 张三"
    assert [part for part in lines[1].split() if part] == ["考勤", "57", "×", "5%", "=", "2.85"]
    assert lines[12] == "合计：2.85 + 3.1 + 3.5 + 3.45 + 2.5 + 3.2 + 3.5 + 2.5 + 13.2 + 7.8 + 14.4 = 60"
    assert sum(Fraction(term) for term in lines[12].removeprefix("合计：").removesuffix(" = 60").split(" + ")) == 60
    assert lines[14:] == ["等级：及格，绩点 1", "目前（只计已有成绩）：60（60）", "名次：3 / 5，百分等级 50"]
    english = explain(grade, POLICY, "en")
    assert "Lab 7" in english and not set("实验考勤") & set(english.replace("张三", ""))


def test_everything_out_of_the_ordinary_is_said() -> None:
    part = replace(POLICY.components[1], drop_lowest=1, late=Late(Fraction(10), "points"))
    policy = replace(POLICY, components=(POLICY.components[0], part, *POLICY.components[2:]), cap=Fraction(50))
    scores = sheet(57, 62, "EX", 10, "", 64, 70, "作弊", 66, "缺考", 100)
    scores["lab1"] = replace(scores["lab1"], days_late=2)
    text = explain(grade_student(policy, scores), policy, "en")
    for words in (
        "2 days late: 62 − 20",
        "excused",
        "dropped as the lowest",
        "misconduct, 0",
        "absent, 0",
        "5% by the policy",
        "Capped at 50",
    ):
        assert words in text
    withheld = explain(grade_student(POLICY, sheet(57, *[60] * 7, 66, "缓考", 48)), POLICY, "en")
    assert "Withheld" in withheld and "deferred, awaited" in withheld


def test_chinese_takes_two_columns_on_a_terminal() -> None:
    assert width("实验1") == 5
    first, second = table([["实验1", "5"], ["ab", "50"]], right=[1]).splitlines()
    assert width(first) == width(second) == 9
