"""Exact numbers: rounding a fraction once, and writing it down. No float comes near a grade."""

from fractions import Fraction
from typing import Literal

Mode = Literal["half_up", "half_even", "none"]
MODES: tuple[Mode, ...] = ("half_up", "half_even", "none")


def round_exactly(value: Fraction, mode: Mode, digits: int) -> Fraction:
    """`value` to `digits` decimal places; "none" gives it back as it is.

    half_up: a tie goes up (60.5 -> 61), as people round; value must not be negative. half_even: a tie goes to the even
    neighbour (60.5 -> 60; IEEE 754, "roundTiesToEven").
    """
    if mode == "none":
        return value
    scale = 10**digits
    return Fraction(round_quotient(value.numerator * scale, value.denominator, mode), scale)


def round_quotient(numerator: int, denominator: int, mode: Mode) -> int:
    """The whole number next to numerator / denominator. Works on NumPy integer arrays as well as on int.

    numerator: >= 0; denominator: > 0; mode: "half_up" or "half_even".
    """
    if mode == "half_up":
        return (2 * numerator + denominator) // (2 * denominator)
    quotient, rest = numerator // denominator, numerator % denominator
    return quotient + ((2 * rest > denominator) | ((2 * rest == denominator) & (quotient % 2 == 1)))


def exact_text(value: Fraction) -> str:
    """ "60", "59.5", or "181/3" where the decimals never end.

    A decimal ends if the denominator has no prime factor but 2 and 5.
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = max(twos, fives)
    if not digits:
        return str(value.numerator)
    scaled = abs(value.numerator) * 10**digits // value.denominator
    whole, decimals = divmod(scaled, 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{decimals:0{digits}d}"


def fixed_text(value: Fraction, digits: int) -> str:
    """`value`, which has no more than `digits` decimals, with exactly that many: "60.50"."""
    text = exact_text(value)
    if digits == 0:
        return text
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<{digits}}"


def short_text(value: Fraction, digits: int = 4) -> str:
    """`exact_text` where it is short enough to read, else the decimals with "≈": "≈ 5.8333"."""
    text = exact_text(value)
    _, _, decimals = text.partition(".")
    if "/" not in text and len(decimals) <= digits:
        return text
    sign, rounded = "-" if value < 0 else "", round_exactly(abs(value), "half_up", digits)
    return f"≈ {sign}{fixed_text(rounded, digits)}"
