"""A policy's text with other values is the policy that was asked for, and nobody's move is overlooked."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import policyfile
from assessment.cohort import grade_class
from assessment.gradebook import Column, Gradebook
from assessment.policy import Curve, Policy
from assessment.rounding import round_exactly
from assessment.sandbox import Changes, amend, compare
from assessment.scores import Score, read_score
from shared.problems import Problem
from tests.assessment import pencil

TEXT = policyfile.DEFAULT.read_text(encoding="utf-8")
POLICY = policyfile.read()
KEYS = [part.key for part in POLICY.components]


def amended(changes: Changes, text: str = TEXT) -> Policy:
    """The policy after changes."""
    return policyfile.parse(amend(text, changes), POLICY.source)


def with_parts(**changes: dict[str, object]) -> Policy:
    """The course's policy with some components changed."""
    return replace(POLICY, components=tuple(replace(part, **changes.get(part.key, {})) for part in POLICY.components))


def book(policy: Policy, students: list[dict[str, Score]]) -> Gradebook:
    """A gradebook of these students."""
    ids = tuple(f"{number:04d}" for number in range(len(students)))
    columns = {item.key: Column.of([one[item.key] for one in students]) for item in policy.items}
    return Gradebook(ids, tuple(f"N{number}" for number in ids), ("",) * len(ids), columns)


def flat(*levels: object) -> Gradebook:
    """Students who have the same score everywhere."""
    return book(POLICY, [{item.key: read_score(str(level), Fraction(100)) for item in POLICY.items} for level in levels])


# The text


@pytest.mark.parametrize(
    "changes", [Changes(), Changes(weights={"lab": "35.0"}, drops={"lab": 0}, missing="zero", rounding_digits=0, cap="none")]
)
@pytest.mark.parametrize("text", [TEXT, TEXT.replace("\n", "\r\n")])
def test_nothing_changed_is_the_text_byte_for_byte(changes: Changes, text: str) -> None:
    assert amend(text, changes) == text


def test_only_the_changed_lines_differ() -> None:
    text = TEXT.replace("weight = 35", "weight = 35  # seven of them")
    new = amend(text, Changes(weights={"lab": "33.3", "quiz": Fraction("11.7")}, cutoffs={0: Fraction(88)}))
    pairs = zip(text.splitlines(), new.splitlines(), strict=True)
    assert [(old, line) for old, line in pairs if old != line] == [
        ("weight = 35  # seven of them", "weight = 33.3  # seven of them"),
        ("weight = 10", "weight = 11.7"),
        ("at_least = 90", "at_least = 88"),
    ]


def test_a_new_key_stands_beside_its_own_kind() -> None:
    """At its table's end it would stand below a comment about the letters."""
    lines = amend(TEXT, Changes(drops={"essay": 0, "lab": 2})).splitlines()
    assert lines[lines.index("drop_lowest = 2") - 1] == "weight = 35"
    bare = TEXT.replace('missing = "zero"\n', "")
    lines = amend(bare, Changes(missing="excluded")).splitlines()
    assert lines[lines.index('missing = "excluded"') - 1].startswith("en = ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (Changes(drops={"lab": 2}), with_parts(lab={"drop_lowest": 2})),
        (Changes(missing="withheld", pending="zero"), replace(POLICY, missing="withheld", pending="zero")),
        (Changes(rounding_mode="half_even"), replace(POLICY, rounding=replace(POLICY.rounding, mode="half_even"))),
        (Changes(rounding_digits=2), replace(POLICY, rounding=replace(POLICY.rounding, digits=2))),
        (Changes(cap=Fraction("100.5")), replace(POLICY, cap=Fraction("100.5"))),
        (Changes(curve=Curve("sqrt")), replace(POLICY, curve=Curve("sqrt"))),
        (Changes(curve=Curve("mean", target=Fraction(75))), replace(POLICY, curve=Curve("mean", target=Fraction(75)))),
        (
            Changes(curve=Curve("linear", factor=Fraction("1.05"), offset=Fraction("-2.5"))),
            replace(POLICY, curve=Curve("linear", factor=Fraction("1.05"), offset=Fraction("-2.5"))),
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_asked_for_is_what_is_read(changes: Changes, expected: Policy, end: str) -> None:
    text = TEXT.replace("\n", end)
    new = amend(text, changes)
    assert policyfile.parse(new, POLICY.source) == expected
    assert new.count("\n") == new.count(end)
    assert {line for line in text.splitlines() if line.startswith("#")} <= set(new.splitlines())


def test_what_was_declared_can_be_taken_back_and_its_comments_stay() -> None:
    text = TEXT + "\n[total]\n# as the faculty wants it\ncap = 100\n\n# About the curve.\n[curve]\nkind = 'mean'\ntarget = 75\n"
    new = amend(text, Changes(cap="none", curve="none"))
    assert policyfile.parse(new, POLICY.source) == POLICY
    assert "# as the faculty wants it" in new and "# About the curve." in new
    assert amended(Changes(curve=Curve("linear", offset=Fraction(2))), text).curve == Curve("linear", offset=Fraction(2))


def test_other_ways_to_write_a_policy_work_too() -> None:
    text = TEXT.replace('[rounding]\nmode = "half_up"\ndigits = 0\n', "").replace(
        'pending = "withheld"\n', 'pending = "withheld"\nrounding = { mode = "half_up" }\ntotal.cap = 90\n'
    )
    policy = amended(Changes(rounding_digits=1, cap="none"), text)
    assert (policy.rounding.digits, policy.cap) == (1, None)


@given(st.lists(st.integers(0, 10_000), min_size=4, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_weights_that_sum_to_100_arrive_exactly(cuts: list[int], typed: bool) -> None:
    marks = [0, *sorted(cuts), 10_000]
    weights = {key: Fraction(high - low, 100) for key, low, high in zip(KEYS, marks, marks[1:], strict=False)}
    new = amended(Changes(weights={key: f"{float(one):.2f}" if typed else one for key, one in weights.items()}))
    assert new == with_parts(**{key: {"weight": one} for key, one in weights.items()})


def test_twenty_decimals_arrive_too() -> None:
    long = Fraction("34.12345678901234567891")
    policy = amended(Changes(weights={"lab": long, "essay": 65 - long}))
    assert policy.components[1].weight == long


def test_a_bad_sum_is_refused_in_the_policys_own_words() -> None:
    with pytest.raises(policyfile.BadPolicy, match=r"component\[5\]\.weight\) sum to 98\.3 and must sum to 100"):
        amend(TEXT, Changes(weights={"lab": "33.3"}))
    with pytest.raises(policyfile.BadPolicy, match=r"letter\[2\]\.at_least"):
        amend(TEXT, Changes(cutoffs={1: Fraction(95)}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (Changes(weights={"lab": Fraction(100, 3)}), "100/3 has no finite decimals"),
        (Changes(weights={"lab": "1e999999999"}), "is not a number"),
        (Changes(weights={"lab": "many"}), "“many” is not a number"),
        (Changes(drops={"exam": 1}), "no component exam; it has: attendance, lab"),
        (Changes(cutoffs={5: Fraction(50)}), "no letter number 6"),
    ],
)
def test_what_cannot_be_written_is_refused(changes: Changes, words: str) -> None:
    with pytest.raises(Problem, match=words):
        amend(TEXT, changes)


# The class


@given(pencil.classes(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_moves_are_those_that_a_pencil_finds(course: tuple[Policy, list[dict[str, Score]]], data: st.DataObject) -> None:
    policy, students = course
    other = replace(
        policy,
        missing=data.draw(st.sampled_from(["zero", "excluded", "withheld"])),
        rounding=replace(policy.rounding, digits=data.draw(st.integers(0, 2))),
        letters=tuple(
            replace(one, at_least=one.at_least and one.at_least + data.draw(st.integers(-7, 7))) for one in policy.letters
        ),
    )
    gradebook = book(policy, students)
    found = compare(grade_class(policy, gradebook), grade_class(other, gradebook))

    def by_hand(rules: Policy, scores: dict[str, Score]) -> tuple[Fraction | None, str | None]:
        exact = pencil.total(rules, scores)
        if exact is None:
            return None, None
        grade = round_exactly(exact, rules.rounding.mode, rules.rounding.digits)
        return grade, rules.letter(grade).en

    pairs = {f"{at:04d}": (by_hand(policy, one), by_hand(other, one)) for at, one in enumerate(students)}
    assert {one.student_id for one in found.changed} == {key for key, (old, new) in pairs.items() if old[0] != new[0]}
    assert {one.student_id for one in found.crossed} == {key for key, (old, new) in pairs.items() if old[1] != new[1]}
    for one in found.changed:
        assert ((one.before_grade, one.before_letter and one.before_letter.en),
                (one.after_grade, one.after_letter and one.after_letter.en)) == pairs[one.student_id]  # fmt: skip
    both = [(old[0], new[0]) for old, new in pairs.values() if old[0] is not None and new[0] is not None]
    assert (found.up, found.down) == (sum(b > a for a, b in both), sum(b < a for a, b in both))
    after = [new[0] for _, new in pairs.values() if new[0] is not None]
    assert found.mean_after == (sum(after) / Fraction(len(after)) if after else None)


def test_the_best_movers_stand_first() -> None:
    students = [
        {item.key: read_score("50" if item.key == "lab1" else str(level), Fraction(100)) for item in POLICY.items}
        for level in (60, 100, 80)
    ]
    gradebook = book(POLICY, students)
    found = compare(grade_class(POLICY, gradebook), grade_class(with_parts(lab={"drop_lowest": 1}), gradebook))
    assert [(one.name, one.before_grade, one.after_grade) for one in found.changed] == [
        ("N0001", 98, 100), ("N0002", 79, 80)
    ]  # fmt: skip
    assert [one.name for one in found.crossed] == ["N0002"]
    assert (found.up, found.down) == (2, 0)


def test_who_gets_a_grade_stands_first_and_who_loses_it_last() -> None:
    gradebook = book(
        POLICY,
        [
            {item.key: read_score(cell if item.key == "essay" else "70", Fraction(100)) for item in POLICY.items}
            for cell in ("", "缓考", "70")
        ],
    )
    other = amended(Changes(missing="withheld", pending="zero", rounding_digits=1))
    found = compare(grade_class(POLICY, gradebook), grade_class(other, gradebook))
    assert [(one.name, one.gain) for one in found.changed] == [("N0001", None), ("N0000", None)]
    assert (found.up, found.down, found.mean_before) == (0, 0, Fraction(119, 2))


def test_letters_of_two_policies_are_the_same_by_name() -> None:
    other = replace(
        POLICY, letters=(replace(POLICY.letters[0], zh="卓越", en="Outstanding", at_least=Fraction(97)), *POLICY.letters)
    )
    gradebook = flat(98, 95, 60)
    found = compare(grade_class(POLICY, gradebook), grade_class(other, gradebook))
    assert [(one.name, one.before_letter.en, one.after_letter.en) for one in found.crossed] == [
        ("N0000", "Excellent", "Outstanding")
    ]
    assert found.changed == ()
    assert [one.students for one in found.letters_after] == [1, 1, 0, 0, 1, 0]


def test_a_curve_is_compared_by_what_is_handed_in() -> None:
    gradebook = flat(49, 64)
    found = compare(grade_class(POLICY, gradebook), grade_class(amended(Changes(curve=Curve("sqrt"))), gradebook))
    assert [(one.before_grade, one.after_grade) for one in found.changed] == [(49, 70), (64, 80)]


def test_two_classes_are_not_compared() -> None:
    with pytest.raises(ValueError, match="two classes"):
        compare(grade_class(POLICY, flat(60)), grade_class(POLICY, flat(60, 70)))
