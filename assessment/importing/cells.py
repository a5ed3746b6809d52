"""One cell's value as text, the way a spreadsheet shows it. Shared by the readers of XLSX, XLS and ODS."""

import datetime
import math
import re
from decimal import Decimal
from functools import lru_cache

Moment = datetime.datetime | datetime.date | datetime.time | datetime.timedelta

# What a number format says besides digits: "text", [colour or condition], \x, _x (a space as wide as x), *x (a filler).
_UNIT = re.compile(r'[#0]+(?:\.[#0]+)?"([^"]*)"')
_LITERALS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


def number_text(value: float) -> str:
    """15 significant digits, as Excel shows them, and no exponent: "85", "59.5", "0.3".

    Only from 10**15 on there is one, "2.02300010123457E+17", as in Excel: such a number is an id whose last digits Excel has
    lost, and must not look like a whole one. What is no number (NaN, infinity) becomes "#NUM!", as in Excel.
    """
    if not isinstance(value, int) and not math.isfinite(value):
        return "#NUM!"
    if abs(value) >= 10**15:
        return f"{Decimal(value):.14E}"
    if isinstance(value, int):
        return str(value)
    text = f"{value:.15g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


def percent_text(value: float) -> str:
    """0.855 -> "85.5%": what is stored, not what a format such as `0%` rounds it to."""
    shown = number_text(value)
    if shown.startswith("#"):
        return shown
    hundredfold = format(Decimal(shown).scaleb(2), "f")
    return (hundredfold.rstrip("0").rstrip(".") if "." in hundredfold else hundredfold) + "%"


def formatted_text(value: float, number_format: str) -> str:
    """A number under an Excel number format, of which three things matter: `%`; `00000000`, which makes ids of numbers; and
    a text in quotes behind the number, such as `0"/20"` or `0"分"`.

    Anything else in a format (decimals, separators, colours) leaves the stored value as it is.
    """
    percent, width = _meaning(number_format)
    if percent:
        return percent_text(value)
    text = number_text(value)
    if width and text.isdecimal():
        return text.zfill(width)
    unit = _UNIT.fullmatch(number_format.split(";")[0].strip())
    return text + unit[1] if unit and value >= 0 else text


@lru_cache(maxsize=1024)
def _meaning(number_format: str) -> tuple[bool, int]:
    """Whether a format shows percent, and the width up to which it fills with zeros, else 0."""
    first = _LITERALS.sub("", number_format.split(";")[0]).strip()
    return "%" in first, len(first) if re.fullmatch("0{2,}", first) else 0


def moment_text(value: Moment) -> str:
    """As "2026-07-20", "2026-07-20 14:30:00" if it is not midnight, "14:30:00"; a duration in hours, "26:30:00"."""
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(abs(round(value.total_seconds())), 60)
        sign = "-" if value < datetime.timedelta() else ""
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    return value.isoformat("seconds") if isinstance(value, datetime.time) else value.isoformat()


def truth_text(value: object) -> str:
    """As "TRUE" or "FALSE"."""
    return "TRUE" if value else "FALSE"
