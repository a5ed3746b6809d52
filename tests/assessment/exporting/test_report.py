"""The report as a page: all that led to the grade is on it, and nothing about anybody else."""

import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest

from assessment.exporting import report
from assessment.policy import Curve, Rounding
from tests.assessment.exporting.classes import COVER, POLICY, SIXTY, different, graded, long_policy, tenths


class _Reader(HTMLParser):
    """What is read on the page, and the tags it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._skip = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._skip = tag in ("style", "title")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._skip = False

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        self.words.append(data)
        if self.rows and self.rows[-1] and len(self.rows[-1]) <= 5 and "table" in self.tags:
            self.rows[-1][-1] += data


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page.split("</table>")[0])
    table = reader.rows
    reader.feed(page.split("</table>")[1])
    reader.rows = table
    return reader


def said(page: str) -> str:
    return "\n".join(read(page).words)


def test_the_grade_and_all_that_led_to_it() -> None:
    found = read(report.page(COVER, graded(SIXTY), 0, "zh"))
    words = "\n".join(found.words)
    for part in (
        "深度学习方法与应用",
        "2025 年秋",
        "0001",
        "张三",
        "计科一班",
        "及格 · 绩点 1",
        "最终成绩",
        "2026-01-15",
        "第 3 版",
    ):
        assert part in words
    assert "60" in found.words, "the grade itself"
    assert found.rows[0] == ["项目", "得分", "权重", "计入总评", "说明"]
    assert found.rows[1] == ["考勤", "57", "5%", "2.85", ""]
    assert [row[0] for row in found.rows[1:]] == [item.name("zh") for item in POLICY.items]
    assert sum(Fraction(row[3]) for row in found.rows[1:]) == 60
    assert "= 60" in words and "四舍五入" in words


def test_in_english_nothing_is_left_in_chinese() -> None:
    cover = replace(COVER, course="Deep Learning", term="Autumn", final=False)
    found = graded(*[SIXTY] * 5, names=("Ada",) * 5)
    page = report.page(cover, found, 0, "en").replace("计科一班", "").split("</style>")[1]
    assert not re.search("[\u3400-\u9fff]", page)
    assert "Provisional" in page and "Pass · grade points 1" in page


def test_every_remark_is_there() -> None:
    scores = ("", "缺考", "免修", 70, 70, 70, 70, 70, 70, 70, 70)
    rows = {row[0]: row for row in read(report.page(COVER, graded(scores), 0, "zh")).rows[1:]}
    assert rows["考勤"] == ["考勤", "0", "5%", "0", "缺，按 0 分计"]
    assert "缺考" in rows["实验1"][4]
    assert rows["实验2"][1:4] == ["", "", ""] and "免修" in rows["实验2"][4]
    assert rows["实验3"][2] == "35/6%" and "原权重 5%" in rows["实验3"][4]


def test_a_withheld_grade_is_said_to_be_and_what_stands_so_far_is_shown() -> None:
    found = graded((*SIXTY[:10], "缓考"))
    page = said(report.page(COVER, found, 0, "en"))
    assert "withheld" in page and "a score is still to come" in page
    assert found[0].so_far is not None and f"So far (only what is there): {found[0].so_far}" in page
    assert "Letter" not in page and "grade points" not in page
    assert "So far" not in said(report.page(COVER, graded(SIXTY), 0, "en")), "where it is the grade itself it says nothing new"


def test_a_curved_grade_is_the_one_that_is_large() -> None:
    policy = replace(POLICY, curve=Curve("linear", Fraction("1.1"), Fraction(2)), rounding=Rounding("half_up", 1))
    page = report.page(COVER, graded(*[SIXTY] * 5, policy=policy), 0, "zh")
    assert '<p class="grade">68.0</p>' in page
    assert "60.0" in said(page) and "调整后（线性）：68.0" in said(page)
    assert "全班调整前的总评" in said(page), "the class's figures are no curved ones"


@pytest.mark.parametrize("count", [4, 5, 40])
def test_the_class_is_shown_only_where_that_tells_nothing_about_a_person(count: int) -> None:
    found = different(count)
    page = said(report.page(COVER, found, 1, "zh"))
    assert ("供对照" in page) == (count >= 5)
    assert not any(word in page for word in ("名次", "百分等级"))
    if count >= 5:
        totals = [float(one.exact) for one in found if one.exact is not None]
        assert found.exact.mean is not None and tenths(found.exact.mean) in page
        for share in (0.25, 0.5, 0.75):
            assert f"{np.quantile(totals, share):.1f}" in page


def test_those_without_a_grade_do_not_make_a_class_large_enough() -> None:
    found = graded(*[SIXTY] * 4, *[(*SIXTY[:10], "缓考")] * 6)
    assert "供对照" not in said(report.page(COVER, found, 0, "zh"))


def test_a_name_runs_no_script() -> None:
    name = "<script>alert(1)</script>"
    cover = replace(COVER, course='<img src=x onerror="alert(2)">', term="</style><b>", date="<i>")
    page = report.page(cover, graded(SIXTY, names=(name,), ids=("<u>1",)), 0, "en")
    found = read(page)
    assert name in found.words and cover.course in found.words
    assert not {"script", "img", "b", "i", "u"} & found.tags
    assert "onerror" not in found.attributes


def test_the_page_needs_nothing_from_anywhere() -> None:
    page = report.page(COVER, graded(SIXTY), 0, "zh")
    assert not re.search(r"https?:|url\(|@import|<link|\bsrc=|\bhref=", page)
    assert '<html lang="zh-CN">' in page and "size: A4" in page and "width=device-width" in page


def test_much_to_print_is_printed_smaller() -> None:
    def size(page: str) -> float:
        return float(re.findall(r"--print: ([\d.]+)pt", page)[0])

    policy = long_policy()
    much = report.page(COVER, graded(tuple(range(60, 60 + len(policy.items))), policy=policy), 0, "en")
    assert 6 < size(much) < size(report.page(COVER, graded(SIXTY), 0, "en")) == 10


def test_nobody_else_stands_on_it() -> None:
    found = graded(*[SIXTY] * 6, names=("张三", "李四", "王五", "赵六", "钱七", "孙八"))
    page = report.page(COVER, found, 2, "zh")
    assert "王五" in page and not any(name in page for name in ("张三", "李四", "赵六", "钱七", "孙八"))
