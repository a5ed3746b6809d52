"""What a column means, told from its header."""

from dataclasses import replace
from fractions import Fraction

import pytest

from assessment import policyfile
from assessment.importing.headers import Vocabulary, numeral

WORDS = Vocabulary(policyfile.read())


@pytest.mark.parametrize(
    ("header", "item"),
    [
        ("考勤", "attendance"), ("考勤成绩", "attendance"), ("Attendance", "attendance"),
        ("实验1", "lab1"), ("实验一", "lab1"), ("实验（一）", "lab1"),
        ("实验(1)", "lab1"), ("实验①", "lab1"), ("第3次实验", "lab3"),
        ("第三次作业", "lab3"), ("Lab 1", "lab1"), ("LAB-1", "lab1"),
        ("Lab #1", "lab1"), ("Lab No. 1", "lab1"), ("lab01", "lab1"),
        ("HW1", "lab1"), ("Homework 7", "lab7"), ("Assignment 2", "lab2"), ("实验七 成绩", "lab7"), ("实 验 2", "lab2"),
        ("PPT展示", "presentation"), ("Presentation", "presentation"), ("ＰＰＴ展示", "presentation"),
        ("随堂测试", "quiz"), ("Quiz", "quiz"), ("quiz score", "quiz"),
        ("课程论文", "essay"), ("Essay", "essay"), ("大作业", "essay"),
        ("作业:实验1 (实数)", "lab1"), ("Assignment: Lab 1 (Real)", "lab1"), ("测验:随堂测试 (实数)", "quiz"),
    ],
)  # fmt: skip
def test_scores_are_found_under_the_names_that_people_give_them(header: str, item: str) -> None:
    meaning = WORDS.read(header)
    assert (meaning.kind, meaning.item, meaning.loose) == ("score", item, False)


@pytest.mark.parametrize(
    ("header", "maximum", "weight"),
    [
        ("Lab 1 (20)", 20, None), ("实验1/20分", 20, None), ("实验1（满分20）", 20, None), ("Lab 1 (out of 20)", 20, None),
        ("实验1(20分)", 20, None), ("Lab 1 [max 15]", 15, None), ("实验一(5%)", None, 5), ("随堂测试10%", None, 10),
        ("Lab 1 (7)", 7, None), ("Lab 2 %", None, None),
        ("实验1（满分20分，占5%）", 20, 5), ("Lab 3 (max. 20)", 20, None), ("Lab 1 (12.5 points)", Fraction("12.5"), None),
    ],
)  # fmt: skip
def test_full_marks_and_weight_in_the_header(header: str, maximum: int | None, weight: int | None) -> None:
    meaning = WORDS.read(header)
    assert (meaning.maximum, meaning.weight, meaning.loose) == (maximum, weight, False)


def test_a_platforms_number_in_brackets_is_not_taken_for_full_marks() -> None:
    """Canvas writes "Lab 1 (48213)"."""
    meaning = WORDS.read("Lab 1 (48213)")
    assert (meaning.item, meaning.maximum, meaning.implausible) == ("lab1", None, True)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("学号", "id"), ("学 号", "id"), ("Student ID", "id"),
        ("ID", "id"), ("姓名", "name"), ("Name", "name"), ("班级", "group"),
        ("Section", "group"), ("First name", "first_name"),
        ("总分", "computed"), ("Total", "computed"), ("平均分", "computed"),
        ("性别", "ignored"), ("Email", "ignored"), ("备注", "ignored"), ("第3周", "session"), ("9月5日", "session"),
        ("2026-09-05", "session"), ("考勤2", "session"), ("Week 3", "session"),
    ],
)  # fmt: skip
def test_columns_that_are_no_scores(header: str, kind: str) -> None:
    assert WORDS.read(header).kind == kind


@pytest.mark.parametrize(
    ("header", "candidates"),
    [
        ("实验", tuple(f"lab{n}" for n in range(1, 8))),
        ("Labs", tuple(f"lab{n}" for n in range(1, 8))),
        ("实验1/随堂测试", ("lab1", "quiz")),
        ("Esay", ("essay",)),
        ("实验8", ("lab7",)),
        ("Quiz 2", ("quiz",)),
        ("天气", ()),
    ],
)
def test_what_is_unclear_is_not_guessed(header: str, candidates: tuple[str, ...]) -> None:
    meaning = WORDS.read(header)
    assert (meaning.kind, meaning.candidates) == ("unknown", candidates)


def test_days_late_belong_to_their_lab() -> None:
    for header in ("实验1迟交天数", "Lab 1 days late", "实验1 (迟交天数)", "Lab 1 late days"):
        assert (WORDS.read(header).kind, WORDS.read(header).item) == ("days_late", "lab1"), header


def test_a_title_behind_the_number_is_noticed() -> None:
    assert WORDS.read("Lab 1: Tensors").loose
    assert WORDS.read("实验1 - 张量").item == "lab1"


def test_the_persons_word_comes_first() -> None:
    words = Vocabulary(policyfile.read(), {"成绩": "lab2", "b.csv!实验1": "quiz", "Quiz": "ignore"})
    assert words.read("成绩").item == "lab2"
    assert words.read("Quiz").kind == "ignored"
    assert [words.read("实验1", place).item for place in ("a.csv!", "b.csv!", "b.csv!Sheet1")] == ["lab1", "quiz", "quiz"]
    sheets = Vocabulary(policyfile.read(), {"Sheet2!成绩": "lab2", "a.xlsx!Sheet1!成绩": "lab1"})
    places = ("a.xlsx!Sheet1", "a.xlsx!Sheet2", "b.xlsx!Sheet1")
    assert [sheets.read("成绩", place).item for place in places] == ["lab1", "lab2", None]
    policy = policyfile.read()
    assert "lab1.days_late" in words.targets() and len(words.targets()) == 2 * len(policy.items) + 4


def test_another_policys_names() -> None:
    policy = policyfile.read()
    parts = tuple(
        replace(part, key="project", zh="项目", en="Project") if part.key == "essay" else part for part in policy.components
    )
    assert Vocabulary(replace(policy, components=parts)).read("项目").item == "project"


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("03", 3), ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("两", 2), ("三三", None)],
)
def test_numerals(text: str, number: int | None) -> None:
    assert numeral(text) == number
