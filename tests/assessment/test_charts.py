"""Figures show the numbers that there are; what everybody may see tells of no person."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import bins, policyfile
from assessment.charts import histogram, letters_bar
from assessment.cohort import ClassGrades, grade_class
from assessment.gradebook import Column, Gradebook
from assessment.item_charts import boxes, heat_map, series
from assessment.policy import Curve, Policy
from assessment.risk import Risk, at_risk
from assessment.scores import Score, read_score
from assessment.statistics import describe, letter_counts

POLICY = policyfile.read()
HUNDRED = Fraction(100)


def cells(*values: object) -> list[Score]:
    """Scores as they would be typed."""
    return [read_score(str(value), HUNDRED) for value in values]


def graded(*students: list[Score], policy: Policy = POLICY) -> ClassGrades:
    """The grades of these students, each with a score for each item in the policy's order."""
    ids = tuple(f"2023{number:04d}" for number in range(len(students)))
    columns = {item.key: Column.of([one[at] for one in students]) for at, item in enumerate(policy.items)}
    return grade_class(policy, Gradebook(ids, tuple(f"Zhāng<{one}" for one in ids), ("",) * len(ids), columns))


def flat(*levels: object, policy: Policy = POLICY) -> ClassGrades:
    """Students with the same score in everything."""
    return graded(*(cells(*[level] * len(policy.items)) for level in levels), policy=policy)


def mixed(count: int, seed: int = 3) -> ClassGrades:
    """A class with every kind of cell."""
    chance = np.random.default_rng(seed)
    able = chance.normal(75, 9, count)
    rows = []
    for one in able:
        row: list[object] = [int(value) for value in np.clip(chance.normal(one, 10, len(POLICY.items)), 0, 100)]
        if chance.random() < 0.3:
            row[chance.integers(len(row))] = chance.choice(["", "缺考", "免修", "缓考"])
        rows.append(cells(*row))
    return graded(*rows)


def bars(figure: Any) -> list[dict[str, Any]]:
    """The bars of a figure as it goes to the browser."""
    return [trace for trace in json.loads(figure.to_json(engine="json"))["data"] if trace["type"] == "bar"]


def numbers(values: Any) -> list[float]:
    """Plotly's numbers, which it packs where they are an array."""
    return list(values)


WITH_CUTS = st.lists(st.integers(1, 99), min_size=4, max_size=4, unique=True).map(lambda cuts: sorted(cuts, reverse=True))


def with_cuts(cuts: list[int]) -> Policy:
    """The course's policy with other cut-offs."""
    return replace(
        POLICY, letters=tuple(replace(one, at_least=Fraction(cut)) for one, cut in zip(POLICY.letters, [*cuts, 0], strict=True))
    )


LEVELS = st.lists(st.integers(0, 100), max_size=40)

# The histogram


@given(LEVELS, WITH_CUTS, st.sampled_from([1, 3, 5, 10]))
@settings(max_examples=40, deadline=None)
def test_everybody_stands_in_one_bar_of_his_letters_colour(levels: list[int], cuts: list[int], width: int) -> None:
    policy = with_cuts(cuts)
    grades = flat(*levels, policy=policy)
    found = {trace["name"]: trace for trace in bars(histogram(grades, "en", projector=False, width=width))}
    assert sum(sum(numbers(trace["y"])) for trace in found.values()) == len(levels)
    for letter in letter_counts(policy, grades):
        assert sum(numbers(found[letter.en]["y"])) == letter.students if letter.students else letter.en not in found
    for trace in found.values():
        for middle, count, wide in zip(trace["x"], trace["y"], trace["width"], strict=True):
            low, high = middle - wide / 2, middle + wide / 2
            inside = [one for one in levels if low <= one < high or one == high == 100]
            assert sum(policy.letter(Fraction(one)).en == trace["name"] for one in inside) == count


@pytest.mark.parametrize("projector", [False, True])
def test_the_axis_is_where_an_overlay_looks_for_it(projector: bool) -> None:
    layout = histogram(mixed(30), "zh", projector=projector).layout
    assert (layout.xaxis.range, layout.xaxis.dtick, layout.xaxis.fixedrange, layout.xaxis.automargin) == (
        (0, 100),
        10,
        True,
        False,
    )
    assert layout.yaxis.automargin is False
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("总评成绩", "人数")


def test_extra_credit_has_room_on_the_axis() -> None:
    extra = replace(POLICY.components[3], key="extra", weight=Fraction(7), extra_credit=True, zh="附加", en="Extra", aliases=())
    policy = replace(POLICY, components=(*POLICY.components, extra))
    assert histogram(flat(100, 50, policy=policy), "en", projector=False).layout.xaxis.range == (0, 110)
    capped = replace(policy, cap=Fraction(105))
    figure = histogram(flat(100, 50, policy=capped), "en", projector=False)
    assert figure.layout.xaxis.range[1] >= 105
    assert sum(sum(numbers(trace["y"])) for trace in bars(figure)) == 2


# What everybody may see


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(1, 8))
def test_merged_bins_are_large_enough_and_lose_nobody(counts: list[int], fewest: int) -> None:
    edges = [Fraction(at) for at in range(len(counts) + 1)]
    found = bins.merged_bins(counts, edges, fewest)
    assert sum(one.count for one in found) == sum(counts)
    assert (found[0].low, found[-1].high) == (edges[0], edges[-1])
    assert all(one.high == other.low for one, other in pairwise(found))
    assert all(one.count == sum(counts[int(one.low) : int(one.high)]) for one in found)
    assert len(found) == 1 or min(one.count for one in found) >= fewest
    if min(counts) >= fewest:
        assert len(found) == len(counts), "nothing was to be merged"


def test_merged_bins_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        bins.merged_bins([1, 2], [Fraction(0), Fraction(1)])


@given(LEVELS, WITH_CUTS)
@settings(max_examples=60, deadline=None)
def test_no_two_public_figures_together_tell_of_fewer_than_five(levels: list[int], cuts: list[int]) -> None:
    grades = flat(*levels, policy=with_cuts(cuts))
    fine, coarse = bins.public_bins(grades, 5), bins.public_letters(grades)
    assert sum(one.count for one in fine) == sum(one.count for one in coarse) == len(levels)
    if len(levels) < 5:
        return
    # Who knows both knows how many lie between any two edges of either.
    edges = sorted({one.low for one in fine + coarse} | {HUNDRED})
    for low, high in pairwise(edges):
        assert sum(low <= level < high or level == high == 100 for level in levels) >= 5


@pytest.mark.parametrize("count", [0, 4, 5, 12, 90])
def test_public_figures_name_nobody_and_no_handful(count: int) -> None:
    grades = mixed(count)
    figures = [draw(grades, "zh", projector=False, public=True) for draw in (histogram, letters_bar, boxes)]
    for figure in figures:
        text = figure.to_json().encode().decode("unicode_escape")
        assert "Zh" not in text and "2023" not in text
    for figure in figures[:2]:
        values = [
            (trace["x"] if trace.get("orientation") == "h" else trace["y"])
            for trace in json.loads(figure.to_json())["data"]
            if trace["type"] in ("bar", "scatter")
        ]
        assert all(value >= 5 for one in values for value in one)
        assert bool(values) == (grades.graded >= 5)
        assert bool(figure.layout.annotations) == (grades.graded < 5)
    named = letters_bar(grades, "zh", projector=False)
    assert sum(numbers(bars(named)[0]["x"])) == grades.graded


def test_a_bar_that_spans_letters_has_no_letters_colour() -> None:
    grades = flat(*[95] * 5, *[85] * 6, *[75] * 20, 62, 63, 55, 40, 30, 20)
    traces = bars(histogram(grades, "en", projector=False, public=True))
    assert {trace.get("name") or None: sum(numbers(trace["y"])) for trace in traces} == {
        "Excellent": 5, "Good": 6, "Fair": 20, None: 6
    }  # fmt: skip
    assert bars(letters_bar(grades, "en", projector=False, public=True))[0]["y"][-1] == "Pass, Fail"


# Items


def test_the_boxes_are_numpys_quartiles_and_tukeys_whiskers() -> None:
    essays = [10, 55, 60, 61, 62, 64, 70, 71, 75, 99]
    grades = graded(*(cells(*[70] * 10, essay) for essay in essays))
    figure = boxes(grades, "en", projector=False)
    box, points = figure.data
    at = list(box.y).index("Essay")
    q1, median, q3 = np.quantile(essays, [0.25, 0.5, 0.75])
    assert (box.q1[at], box.median[at], box.q3[at]) == (q1, median, q3)
    assert (box.lowerfence[at], box.upperfence[at]) == (55, 75)
    assert sorted(x for x, y in zip(points.x, points.y, strict=True) if y == "Essay") == [10, 99]
    assert any("20230000 Zhāng&lt;20230000" in text for text in points.hovertext)
    assert [trace.type for trace in boxes(grades, "en", projector=False, public=True).data] == ["box"]


def test_the_boxes_agree_with_the_statistics() -> None:
    grades = mixed(40)
    figures = {one.name(POLICY, "en"): one for one in describe(grades)}
    box = boxes(grades, "en", projector=False).data[0]
    assert list(box.y) == [*(item.name("en") for item in POLICY.items), figures["Total"].name(POLICY, "en")]
    for name, *quartiles in zip(box.y, box.q1, box.median, box.q3, strict=True):
        assert quartiles == pytest.approx([figures[name].quartile_1, figures[name].median, figures[name].quartile_3])


def test_an_item_of_a_few_is_not_shown_to_everybody() -> None:
    grades = graded(*(cells(*[level] * 10, level if level > 66 else "") for level in range(60, 71)))
    assert "Essay" in boxes(grades, "en", projector=False).data[0].y
    assert "Essay" not in boxes(grades, "en", projector=False, public=True).data[0].y


def test_many_items_are_shown_by_component() -> None:
    parts = tuple(replace(part, count=20) if part.key == "lab" else part for part in POLICY.components)
    policy = replace(POLICY, components=parts)
    grades = graded(cells(80, *range(60, 80), 70, 70, 70), policy=policy)
    found = {one.name: one.values[0] for one in series(grades, "zh")}
    assert list(found) == ["考勤", "实验", "PPT展示", "随堂测试", "课程论文", "总评"]
    assert found["实验"] == 69.5


def test_correlations_are_numpys() -> None:
    grades = mixed(30)
    z = np.array(heat_map(grades, "zh", projector=False).data[0].z, float)
    assert np.array_equal(z, z.T)
    values = [one.values for one in series(grades, "zh", total=False)]
    for row, x in enumerate(values):
        for column, y in enumerate(values):
            both = ~np.isnan(x) & ~np.isnan(y)
            assert z[row, column] == pytest.approx(np.corrcoef(x[both], y[both])[0, 1])


def test_what_cannot_be_correlated_is_blank() -> None:
    grades = graded(
        *(cells(level, 100 - level, *[70] * 5, level, level if level < 34 else "", 70, level) for level in range(30, 40))
    )
    trace = heat_map(grades, "en", projector=False).data[0]
    cell = {(y, x): (trace.z[a][b], trace.text[a][b]) for a, y in enumerate(trace.y) for b, x in enumerate(trace.x)}
    assert cell["Attendance", "Lab 1"] == (pytest.approx(-1), "−1.00")
    assert cell["Attendance", "Lab 2"] == (None, ""), "does not vary"
    assert cell["Attendance", "Presentation"] == (None, ""), "only four have both"
    assert (trace.zmin, trace.zmax) == (-1, 1)


# At risk


def told(risk: Risk) -> list[str]:
    """The reasons in English."""
    return [reason.text("en") for reason in risk.reasons]


def test_who_is_at_risk_and_why() -> None:
    grades = graded(
        cells(*[70] * 10, 70),  # fine
        cells(*[50] * 10, 50),  # below, nothing left
        cells(*[52] * 10, ""),  # 70 % are in: 36.4; 59.5 needs 77 of the essay's 30 %: not much
        cells(*[50] * 10, "缓考"),  # 35; needs 24.5 / 0.3 = 81.67
        cells(*[30] * 10, ""),  # 21; 51 at best
        cells(70, "", "缺考", *[70] * 8),
        cells(70, "", *[70] * 9),  # one alone is no risk
    )
    found = at_risk(grades)
    assert [one.student_id[-1] for one in found] == ["4", "1", "3", "2", "5"]
    assert {one.student_id[-1]: told(one) for one in found} == {
        "4": ["Cannot reach 60 any more", "The grade so far is 30, below 60"],
        "1": ["Cannot reach 60 any more", "The grade so far is 50, below 60"],
        "3": ["Needs 82 % in everything that is left to reach 60", "The grade so far is 50, below 60"],
        "2": ["The grade so far is 52, below 60"],
        "5": ["Lacks 2 scores: Lab 1, Lab 2"],
    }
    assert [(one.so_far, one.needs) for one in found[:3]] == [(30, 101), (50, 101), (50, 82)]
    assert found[-1].reasons[0].text("zh") == "缺 2 项成绩：实验1、实验2"


def test_what_nobody_has_yet_is_not_lacking() -> None:
    grades = graded(*(cells(70, 70, *[""] * 9) for _ in range(6)), cells(70, *[""] * 10))
    assert at_risk(grades) == []


def test_eighty_percent_are_enough_or_not() -> None:
    """Half of the grade is in: 39 % need 80 % of the rest for 59.5, 38 % need 81."""
    parts = tuple(replace(part, weight=Fraction(50 if part.key in ("quiz", "essay") else 0)) for part in POLICY.components)
    policy = replace(POLICY, components=parts)
    grades = graded(cells(*[70] * 9, 39, ""), cells(*[70] * 9, 38, ""), policy=policy)
    assert {one.student_id[-1]: one.needs for one in at_risk(grades)} == {"0": None, "1": 81}
    assert at_risk(grades, Fraction(30)) == []


def test_a_curve_counts() -> None:
    assert at_risk(flat(50, 70, policy=replace(POLICY, curve=Curve("linear", offset=Fraction(10))))) == []
    mean = replace(POLICY, curve=Curve("mean", target=Fraction(70)))
    assert [(one.so_far, told(one)) for one in at_risk(flat(50, 70, policy=mean))] == []
    (only,) = at_risk(flat(40, 80, policy=mean))
    assert only.so_far == 50
