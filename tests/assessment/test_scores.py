"""What the cell of a score sheet can say."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.scores import Mark, Score, UnreadableScore, read_days_late, read_score, residue, uses_decimal_comma

FULL = Fraction(100)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("85", "85"), ("85.5", "85.5"), ("85分", "85"), ("85 分", "85"), ("85%", "85"), ("17/20", "85"), ("17 / 20", "85"),
        ("８５", "85"), ("８５．５", "85.5"), ("８５％", "85"), (" 85 ", "85"), ("85\u00a0", "85"), ("85\u200b", "85"),
        ("85.", "85"),
        (".5", "0.5"), ("0", "0"), ("0.0", "0"), ("100", "100"), ("85 points", "85"), ("59.99", "59.99"), ("+85", "85"),
    ],
)  # fmt: skip
def test_numbers(text: str, expected: str) -> None:
    assert read_score(text, FULL) == Score(Fraction(expected) / 100, Mark.NONE, read_score(text, FULL).text)


@pytest.mark.parametrize(
    ("text", "mark", "is_zero"),
    [
        ("", Mark.MISSING, False), ("-", Mark.MISSING, False), ("—", Mark.MISSING, False),
        ("  ", Mark.MISSING, False), ("缺考", Mark.ABSENT, True), ("旷考", Mark.ABSENT, True), ("Absent", Mark.ABSENT, True),
        ("（缺考）", Mark.ABSENT, True),
        ("缓考", Mark.PENDING, False), ("deferred", Mark.PENDING, False),
        ("免修", Mark.EXCUSED, False), ("EX", Mark.EXCUSED, False), ("excused", Mark.EXCUSED, False),
        ("ｅｘ", Mark.EXCUSED, False),
        ("作弊", Mark.MISCONDUCT, True), ("违纪", Mark.MISCONDUCT, True),
    ],
)  # fmt: skip
def test_marks(text: str, mark: Mark, is_zero: bool) -> None:
    score = read_score(text, FULL)
    assert score.mark is mark
    assert score.share == (0 if is_zero else None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sheep", "score_unreadable"), ("8²", "score_unreadable"), ("85½", "score_unreadable"), ("٨٥", "score_unreadable"),
        ("1e2", "score_unreadable"), ("85 60", "score_unreadable"), ("17/0", "score_unreadable"), ("nan", "score_unreadable"),
        ("inf", "score_unreadable"), ("#DIV/0!", "score_unreadable"), ("1,000", "score_unreadable"),
        ("N/A", "score_unreadable"),
        ("A-", "score_letter"), ("优", "score_letter"), ("2026-07-20", "score_date"), ("85,5", "score_comma"),
        ("101", "score_out_of_range"), ("-3", "score_out_of_range"), ("21/20", "score_out_of_range"),
        ("100.01", "score_out_of_range"), ("101%", "score_out_of_range"),
    ],
)  # fmt: skip
def test_everything_else_is_refused(text: str, code: str) -> None:
    with pytest.raises(UnreadableScore) as caught:
        read_score(text, FULL)
    assert caught.value.code == code


def test_full_marks_of_the_column_count() -> None:
    assert read_score("17", Fraction(20)).share == Fraction(17, 20)
    assert read_score("85%", Fraction(20)).share == Fraction(17, 20)
    assert read_score("17/20", Fraction(50)).share == Fraction(17, 20)
    with pytest.raises(UnreadableScore):
        read_score("85", Fraction(20))


def test_extra_credit_allows_more_than_full_marks() -> None:
    assert read_score("105", FULL, highest=Fraction(110)).share == Fraction(21, 20)
    with pytest.raises(UnreadableScore, match="score_out_of_range"):
        read_score("111", FULL, highest=Fraction(110))


def test_letters_only_with_a_mapping() -> None:
    letters = {"a-": Fraction(92, 100), "优": Fraction(95, 100)}
    assert read_score("A-", FULL, letters=letters).share == Fraction(92, 100)
    assert read_score("优", FULL, letters=letters).share == Fraction(95, 100)
    with pytest.raises(UnreadableScore):
        read_score("B", FULL, letters=letters)


def test_decimal_commas_need_the_columns_word_for_it() -> None:
    assert uses_decimal_comma({"85,5", "77,25", "90"})
    assert not uses_decimal_comma({"85,5", "90"})  # one alone may be a slip
    assert not uses_decimal_comma({"85,5", "77,25", "60.5"})
    assert read_score("85,5", FULL, decimal_comma=True).share == Fraction("0.855")
    with pytest.raises(UnreadableScore):
        read_score("1,000", FULL, decimal_comma=True)


def test_a_programs_residue_is_read_as_excel_shows_it() -> None:
    assert residue("59.99999999999999") == "60"
    assert read_score("59.99999999999999", FULL).share == Fraction(60, 100)
    assert residue("59.99") is None
    assert read_score("59.99999", FULL).share == Fraction("0.5999999")  # a person may mean that


@pytest.mark.parametrize(("text", "days"), [("", 0), ("-", 0), ("0", 0), ("2", 2), ("2天", 2), ("1 day", 1), ("３", 3)])
def test_days_late(text: str, days: int) -> None:
    assert read_days_late(text) == days


@pytest.mark.parametrize("text", ["-1", "1.5", "soon", "99/2"])
def test_days_late_are_whole(text: str) -> None:
    with pytest.raises(UnreadableScore):
        read_days_late(text)


@given(st.integers(0, 10_000))
def test_every_hundredth_is_read_exactly(hundredths: int) -> None:
    assert read_score(f"{hundredths // 100}.{hundredths % 100:02d}", FULL).share == Fraction(hundredths, 10_000)


@given(st.text(max_size=12))
def test_any_text_is_a_score_or_refused_in_one_way(text: str) -> None:
    try:
        score = read_score(text, FULL)
    except UnreadableScore:
        return
    assert score.share is None or 0 <= score.share <= 1
