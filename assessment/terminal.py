"""Text for a terminal: columns that line up although a Chinese character is two wide."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns that a text takes (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text
    )


def fill(text: str, columns: int, right: bool = False) -> str:
    """`text` filled up with spaces to so many columns, on its right side or, with `right`, on its left."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Rows as aligned lines, two spaces between columns. right: columns that line up on their right side."""
    if not rows:
        return ""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(fill(cell, widths[at], at in right) for at, cell in enumerate(row)).rstrip() for row in rows)
