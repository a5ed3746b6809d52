"""A policy says what it means, or is refused with file, line and key."""

from fractions import Fraction
from pathlib import Path

import pytest

from assessment import policyfile
from assessment.policy import Policy
from assessment.scores import Mark
from shared.language import translate

TEXT = "\n".join(line for line in policyfile.DEFAULT.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))


def test_the_course_s_own_policy() -> None:
    policy = policyfile.read()
    weights = {part.key: (part.weight, part.count) for part in policy.components}
    assert weights == {"attendance": (5, 1), "lab": (35, 7), "presentation": (20, 1), "quiz": (10, 1), "essay": (30, 1)}
    assert [item.key for item in policy.items][:3] == ["attendance", "lab1", "lab2"]
    assert sum(item.weight for item in policy.items) == 100
    assert [(letter.zh, letter.at_least) for letter in policy.letters] == [
        ("优秀", 90), ("良好", 80), ("中等", 70), ("及格", 60), ("不及格", 0)
    ]  # fmt: skip
    assert (policy.rounding.mode, policy.rounding.digits, policy.missing) == ("half_up", 0, "zero")
    assert policy.items[3].name("zh") == "实验3"


def change(old: str, new: str) -> Policy:
    assert old in TEXT
    return policyfile.parse(TEXT.replace(old, new, 1), "my.toml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("weight = 5\n", "weight = 20\n", "the weights (component[5].weight) sum to 115 and must sum to 100"),
        ("weight = 5\n", "weight = 4.99\n", "sum to 99.99"),
        ('missing = "zero"', 'missing = "zro"', "missing must be one of: zero, excluded, withheld"),
        ("count = 7", "cuont = 7", "there is no key component[2].cuont; the nearest one is count"),
        ("count = 7", "count = 7.5", "component[2].count must be a whole number"),
        ("count = 7", "count = 7\ndrop_lowest = 7", "component[2].drop_lowest must be a number from 0 to 6"),
        ('mode = "half_up"', 'mode = "up"', "rounding.mode must be one of"),
        ("digits = 0", "digits = 0\nfoo = 1", "there is no key rounding.foo"),
        ("weight = 20", 'weight = "20"', "component[3].weight must be a number"),
        ("weight = 20", "weight = true", "component[3].weight must be a number"),
        ("weight = 20", "weight = nan", "component[3].weight must be a number"),
        ("weight = 20", "weight = 1e-999999999", "component[3].weight must be a number"),
        ('key = "quiz"', 'key = "Quiz 1"', "component[4].key must be made of small letters"),
        ('zh = "实验{n}"', 'zh = "实验"', "component[2].zh must hold {n}"),
        ('"测验"', '"汇报"', "“汇报” in component[4].aliases belongs to presentation already"),
        ("at_least = 80", "at_least = 90", "letter[2].at_least must be below"),
        ("at_least = 0\n", "at_least = 10\n", "letter[5].at_least of the last letter must be 0"),
        ("late = 0.5", "late = 1.5", "component[1].roll.late must be a number from 0 to 1"),
        ('missing = "zero"', "missing = zero", "this is not valid TOML"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(policyfile.BadPolicy) as caught:
        change(old, new)
    assert says in str(caught.value)
    assert translate(caught.value.key, "zh", **caught.value.values)
    line = TEXT.replace(old, new, 1)[: TEXT.index(old)].count("\n") + 1
    if "sum" not in says and "belongs" not in says:
        named = int(str(caught.value).split("line ")[1].split(":")[0])
        assert line <= named <= line + 1, str(caught.value)
    assert str(caught.value).startswith("my.toml, line ")


def test_extra_credit_comes_on_top_of_the_hundred() -> None:
    bonus = '[[component]]\nkey = "bonus"\nzh = "附加"\nen = "Bonus"\nweight = 5\nextra_credit = true\n\n[[letter]]'
    assert change("[[letter]]", bonus).components[-1].extra_credit
    with pytest.raises(policyfile.BadPolicy, match="sum to 105"):
        change("[[letter]]", bonus.replace("extra_credit = true\n", ""))


def test_numbers_are_exact() -> None:
    policy = policyfile.parse(TEXT.replace("weight = 5\n", "weight = 5.1\n").replace("weight = 30", "weight = 29.9"), "x")
    assert policy.components[0].weight == Fraction(51, 10)


def test_what_a_policy_may_add() -> None:
    policy = policyfile.parse(
        TEXT.replace("count = 7", 'count = 7\n[component.late]\nper_day = 10\nunit = "points"\ngrace_days = 1')
        + '\n[total]\ncap = 100\n[curve]\nkind = "mean"\ntarget = 75\n[letter_scores]\n"A-" = 92\n'
        + '[marks]\nexcused = ["公假"]\n',
        "x",
    )
    late = policy.components[1].late
    assert late is not None and (late.per_day, late.unit, late.grace_days, late.floor) == (10, "points", 1, 0)
    assert (policy.cap, policy.letter_scores, policy.marks) == (100, {"a-": Fraction(92, 100)}, {"公假": Mark.EXCUSED})
    assert policy.curve is not None and policy.curve.target == 75


def test_files_that_are_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(policyfile.BadPolicy, match="does not exist"):
        policyfile.read(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(policyfile.BadPolicy, match="cannot be read"):
        policyfile.read(tmp_path / "binary.toml")
