"""Just enough of a spreadsheet to calculate our formulas: in floats, as spreadsheets do."""

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


def evaluate(formula: str, cell: Callable[[str], Any]) -> float:
    """What a spreadsheet makes of "=ROUND(D3*D$2/100,0)". cell: "D3" -> its value; a blank counts as 0."""
    text = re.sub(r"\{([^}]*)\}", r"[\1]", formula.removeprefix("="))
    text = re.sub(r"\$?([A-Z]{1,3})\$?([0-9]+)", r'_cell("\1\2")', text)
    text = re.sub(r"(?<![<>=])=(?!=)", "==", text).replace("IF(", "_if(")
    names = {
        "_cell": lambda name: 0.0 if cell(name) is None else float(cell(name)),
        "_if": lambda condition, yes, no: yes if condition else no,
        "ROUND": _round, "MIN": min, "MAX": max, "ABS": abs, "SQRT": math.sqrt,
        "MOD": lambda a, b: a - b * math.floor(a / b),
        "LOOKUP": lambda wanted, keys, answers: [a for k, a in zip(keys, answers, strict=True) if k <= wanted][-1],
    }  # fmt: skip
    return eval(text, {"__builtins__": {}}, names)


def _round(value: float, digits: float) -> float:
    """Half away from zero, of the number as its shortest decimal says it."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP))
