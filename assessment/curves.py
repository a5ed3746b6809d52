"""Curves: what a grade becomes when a class is moved as a whole. Exact, the square root included."""

from fractions import Fraction
from math import isqrt

from .policy import Policy
from .rounding import round_exactly

HUNDRED = Fraction(100)


def curve(policy: Policy, exact: Fraction, class_mean: Fraction | None) -> Fraction:
    """The curved grade, rounded once, from an exact total >= 0. Kept between 0 and 100, or the policy's cap if higher.

    class_mean: the mean of all exact totals, which the curve "mean" needs. Raises ValueError for a policy without a curve.
    """
    rule = policy.curve
    if rule is None:
        raise ValueError("the policy has no curve")
    top = max(HUNDRED, policy.cap or HUNDRED)
    mode, digits = policy.rounding.mode, policy.rounding.digits
    if rule.kind == "sqrt":
        return min(top, _rounded_root(HUNDRED * exact, digits, half_even=mode == "half_even"))
    if rule.kind == "linear":
        moved = rule.factor * exact + rule.offset
    else:
        moved = exact + (Fraction(0) if class_mean is None else rule.target - class_mean)
    return round_exactly(min(top, max(Fraction(0), moved)), mode, digits)


def _rounded_root(value: Fraction, digits: int, *, half_even: bool) -> Fraction:
    """The square root of a value >= 0, rounded to `digits` places, without computing the root.

    With s = 10^digits, k / s is the rounded root for the largest k with (2k - 1)^2 <= 4 s^2 value.
    """
    scale = 10**digits
    bound = 4 * scale**2 * value
    number = (isqrt(bound.numerator // bound.denominator) + 1) // 2
    if half_even and number % 2 and (2 * number - 1) ** 2 == bound:
        number -= 1
    return Fraction(number, scale)
