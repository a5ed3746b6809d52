"""What is printed can be read, on paper and by a program."""

import time
from dataclasses import replace
from fractions import Fraction

import pytest

from assessment.exporting import paper, pdf
from assessment.policy import Curve, Rounding
from assessment.rounding import exact_text
from shared import fonts
from tests.assessment.course import students
from tests.assessment.exporting.classes import (
    COVER,
    POLICY,
    RARE,
    SIXTY,
    different,
    embedded,
    graded,
    long_policy,
    opened,
    pages,
    tenths,
    texts,
)


def squeezed(text: str) -> str:
    """Without spaces and line ends: where words are set side by side these are a matter of the reader."""
    return "".join(text.split())


# The report


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_one_page_with_everything_on_it(language: str) -> None:
    found = different(40)
    data = pdf.report(COVER, found, 3, language)
    (page,) = texts(data)
    grade = found[3]
    assert grade.total is not None and grade.exact is not None and grade.letter is not None and found.exact.mean is not None
    for part in ("深度学习方法与应用", "2025 年秋", "0004", "张三", "计科一班", getattr(grade.letter, language)):
        assert part in page
    lines = page.splitlines()
    assert str(grade.total) in lines
    assert tenths(found.exact.mean) in lines
    for line in grade.lines:
        numbers = f"{line.value} {line.weight}% {exact_text(line.contribution)}"
        assert f"{line.item.name(language)} {numbers}" in lines, "a score, its weight and what it gives stand in one row"
    assert str(float(grade.exact)) in page, "the sum as it was before rounding"
    assert not ("名次" in page or "Rank" in page)


def test_it_carries_its_font_its_title_and_its_language() -> None:
    reader = opened(pdf.report(COVER, graded(SIXTY), 0, "zh"))
    assert embedded(reader) == [True]
    assert reader.metadata is not None and reader.metadata.title == "深度学习方法与应用 · 课程成绩单 · 张三"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_much_to_say_is_still_one_page(language: str) -> None:
    policy = long_policy()
    scores = tuple("缺考" if at % 4 == 1 else "" if at % 4 == 2 else f"{60 + at}.37" for at in range(len(policy.items)))
    cover = replace(COVER, course="一门名字很长的课程：" * 8)
    (page,) = texts(pdf.report(cover, graded(*[scores] * 6, policy=policy), 0, language))
    assert squeezed(cover.course) in squeezed(page)
    assert all(squeezed(item.name(language)) in squeezed(page) for item in policy.items)
    assert COVER.date in page and ("供对照" in page or "for context" in page), "nothing fell off at the bottom"


def test_nothing_reaches_into_the_footer_or_over_the_edge() -> None:
    policy = long_policy()
    found = graded(*[tuple(f"{60 + at}.37" for at in range(len(policy.items)))] * 6, policy=policy)
    places: list[tuple[float, float]] = []

    def seen(text: str, _: object, at: list[float], *__: object) -> None:
        if text.strip():
            places.append((at[4], at[5]))

    pages(pdf.report(COVER, found, 0, "en"))[0].extract_text(visitor_text=seen)
    points = 72 / 25.4
    assert all(19 * points < x < 191 * points for x, _ in places)
    heights = sorted({round(y / points) for _, y in places})
    assert heights[0] < 15 and heights[1] > 20, "only the footer is at the bottom"


def test_a_withheld_grade_is_said_to_be() -> None:
    (page,) = texts(pdf.report(COVER, graded((*SIXTY[:10], "缓考")), 0, "en"))
    assert "a score is still to come" in page and "So far" in page and "deferred, awaited" in page
    assert "for context" not in page


def test_a_character_that_the_font_lacks_is_not_lost_in_silence() -> None:
    found = graded(SIXTY, SIXTY, names=(f"王{RARE}明", "王小明"))
    rare, common = (texts(pdf.report(COVER, found, at, "zh"))[0] for at in (0, 1))
    assert "王〓明" in rare and "XLSX" in rare and "CSV" in rare
    assert "〓" not in common
    listed = texts(pdf.class_list(COVER, found, "en"))[-1]
    assert "王〓明" in listed and "XLSX" in listed
    assert "XLSX" not in texts(pdf.class_list(COVER, graded(SIXTY), "en"))[-1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王\t芳\n", ("王 芳 ", False)),
        ("王\u200b芳", ("王芳", False)),
        ("Jose\u0301", ("Jos\u00e9", False)),
        ("a\ud800b", ("a〓b", True)),
        ("阿依·木合塔尔", ("阿依·木合塔尔", False)),
    ],
)
def test_what_has_no_shape_goes_and_what_has_one_stays(text: str, shown: tuple[str, bool]) -> None:
    assert fonts.plain(text) == shown


def test_lines_lose_nothing() -> None:
    sheet = paper.Paper("", "zh")
    for text in ("深度学习，" * 9, "a word and " * 9, "0" * 99, "ﬁn 한국어 𠮷" * 9, "最低的一项，不计; 15% by the policy" * 3):
        lines = sheet.lines(text, 10, 30)
        assert squeezed("".join(lines)) == squeezed(fonts.plain(text)[0])
        assert len(lines) > 1 and all(sheet.width(line, 10) < 34 for line in lines)
        assert not any(line.startswith("，") for line in lines)


# The class list


def test_three_hundred_have_their_lines_under_a_header_on_every_page() -> None:
    people = students(300)
    scores = [tuple(min(100, 40 + (7 * at + 3 * item) % 61) for item in range(11)) for at in range(300)]
    found = graded(*scores, ids=tuple(one[0] for one in people), names=tuple(one[1] for one in people))
    begun = time.perf_counter()
    data = pdf.class_list(COVER, found, "zh")
    assert time.perf_counter() - begun < 3 * 3, "it takes a fraction of a second; a busy machine may need longer"
    found_pages = texts(data)
    assert 5 <= len(found_pages) <= 10
    for number, page in enumerate(found_pages, start=1):
        assert all(head in page for head in ("学号", "姓名", "班级", "总评", "等级", "绩点", "标记"))
        assert f"第 {number} 页，共 {len(found_pages)} 页" in page and "深度学习方法与应用" in page
    lines = [line for page in found_pages for line in page.splitlines()]
    lines = list(map(squeezed, lines))
    order = [line[:10] for line in lines if line[:10] in found.gradebook.ids]
    assert order == list(found.gradebook.ids), "everybody once, in order, with the zeros in front"
    for grade in found:
        assert grade.letter is not None
        row = (grade.student_id, grade.name, grade.group, grade.total, grade.letter.zh, grade.letter.points)
        assert squeezed("".join(map(str, row))) in lines
    assert embedded(opened(data)) == [True]


def test_the_list_says_who_has_no_grade_yet_and_why() -> None:
    scores = [SIXTY, (*SIXTY[:10], "缓考"), ("", "缺考", *SIXTY[2:])]
    (page,) = texts(pdf.class_list(COVER, graded(*scores), "en"))
    lines = page.splitlines()
    assert "0002 张三 计科一班 withheld deferred: Essay" in lines
    assert "0003 张三 计科一班 54 Fail 0 missing: Attendance; absent: Lab 1" in lines
    assert "3 students · 2 graded" in page
    assert "Excellent from 90, 4 grade points" in page and "withheld while a score is deferred" in " ".join(page.split())


def test_a_curve_has_its_own_column() -> None:
    policy = replace(POLICY, curve=Curve("linear", Fraction("1.1"), Fraction(2)), rounding=Rounding("half_up", 1))
    (page,) = texts(pdf.class_list(COVER, graded(SIXTY, policy=policy), "zh"))
    assert "调整后总评" in page
    after = squeezed(page[page.index("0001") :])
    assert after.startswith("0001张三计科一班60.068.0及格1")
    assert "调整后总评" not in texts(pdf.class_list(COVER, graded(SIXTY), "zh"))[0]


def test_long_names_go_on_in_the_next_line() -> None:
    name = "阿卜杜热合曼·买买提明·艾合买提江·吐尔逊"
    (page,) = texts(pdf.class_list(COVER, graded(SIXTY, names=(name,), ids=("0" * 60,)), "zh"))
    assert all(part in squeezed(page) for part in ("阿卜杜热合曼·", "买买提明·"))
    assert sum(page.count(letter) for letter in set(name)) >= len(name)
    assert page.count("0") > 60


def test_an_empty_class_is_a_page() -> None:
    (page,) = texts(pdf.class_list(COVER, graded(), "zh"))
    assert "共 0 人" in page and "第 1 页，共 1 页" in page
