"""Rounding once, exactly, and writing numbers down."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.rounding import exact_text, fixed_text, round_exactly, round_quotient, short_text

CENTS = st.integers(0, 10**7).map(lambda n: Fraction(n, 10**4))


@pytest.mark.parametrize(
    ("value", "mode", "digits", "expected"),
    [
        ("60.5", "half_up", 0, "61"),  # Python's round() says 60
        ("59.5", "half_up", 0, "60"),
        ("59.49", "half_up", 0, "59"),
        ("60.5", "half_even", 0, "60"),
        ("61.5", "half_even", 0, "62"),
        ("2.675", "half_up", 2, "2.68"),  # as a float it is 2.67499999...
        ("2.675", "none", 2, "2.675"),
        ("0", "half_up", 0, "0"),
    ],
)
def test_ties_go_where_the_policy_says(value: str, mode, digits: int, expected: str) -> None:
    assert round_exactly(Fraction(value), mode, digits) == Fraction(expected)


@given(CENTS, st.integers(0, 3))
def test_rounding_agrees_with_the_decimal_module(value: Fraction, digits: int) -> None:
    number, step = Decimal(value.numerator) / Decimal(value.denominator), Decimal(1).scaleb(-digits)
    assert round_exactly(value, "half_up", digits) == Fraction(number.quantize(step, ROUND_HALF_UP))
    assert round_exactly(value, "half_even", digits) == Fraction(number.quantize(step, ROUND_HALF_EVEN))


@pytest.mark.parametrize("mode", ["half_up", "half_even"])
def test_arrays_round_like_single_numbers(mode) -> None:
    numbers = list(range(200))
    rounded = round_quotient(np.array(numbers), 8, mode)  # type: ignore[arg-type]
    assert list(rounded) == [round_quotient(number, 8, mode) for number in numbers]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("value", "text"),
    [("60", "60"), ("119/2", "59.5"), ("181/3", "181/3"), ("1/8", "0.125"), ("-5/2", "-2.5"), ("-1/4", "-0.25"), ("0", "0")],
)
def test_numbers_are_written_as_decimals_if_those_end(value: str, text: str) -> None:
    assert exact_text(Fraction(value)) == text


@given(st.fractions(max_denominator=10**6))
def test_what_is_written_is_the_number(value: Fraction) -> None:
    assert Fraction(exact_text(value)) == value


def test_a_grade_shows_all_its_decimals() -> None:
    assert fixed_text(Fraction("60.5"), 2) == "60.50"
    assert fixed_text(Fraction(60), 1) == "60.0"
    assert fixed_text(Fraction(60), 0) == "60"


def test_long_numbers_are_shortened_and_say_so() -> None:
    assert short_text(Fraction(35, 6)) == "≈ 5.8333"
    assert short_text(Fraction("59.5")) == "59.5"
