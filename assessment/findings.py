"""What an import has to tell: one finding for each thing that is wrong, odd, or was decided on the reader's behalf."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.language import LANGUAGES, translate

Severity = Literal["error", "warning", "info"]
# What fills these gaps on the command line, and on the page.
_HOW = {
    "how": {"zh": ("用 --map", "在这一列上方的菜单中"), "en": ("with --map", "in the menu over the column")},
    "how_id": {
        "zh": ('用 --map "列名=student_id"', "在文件名下方的菜单中"),
        "en": ('with --map "Header=student_id"', "in the menu below the name of the file"),
    },
    "ignore": {"zh": ("=ignore", "“不读取”"), "en": ("=ignore", "“do not read”")},
}


@dataclass(frozen=True)
class Spot:
    """A place in a file: a cell, a row (column None), or a column (row None), both counted from 1."""

    file: str
    sheet: str | None
    row: int | None
    column: int | None = None


@dataclass(frozen=True)
class Finding:
    """One sentence about one place.

    severity: "error" must be mended in the file, "warning" must be accepted, "info" needs nothing. code: the sentence,
    `[code]` in `importing/texts.toml`. file: name without folders; sheet: None for text files; row: as Excel counts, from
    1; column: the header's text; cell: "C7". values: what fills the sentence's gaps.
    """

    severity: Severity
    code: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    other: Spot | None = None

    @property
    def id(self) -> str:
        """Eight hexadecimal digits that name this finding, the same in every run over the same files."""
        place = [self.code, self.file, self.sheet, self.row, self.column, self.cell, sorted(self.values.items())]
        return hashlib.sha256(repr(place).encode()).hexdigest()[:8]

    @property
    def where(self) -> str:
        """The place as a person would write it: "labs.xlsx › Sheet1 › C7 (实验1)"."""
        spot = self.cell or (f"#{self.row}" if self.row else "")
        parts = [self.file, self.sheet, spot]
        place = " › ".join(part for part in parts if part)
        return f"{place} ({self.column})" if place and self.column else place or self.column or ""

    def message(self, language: str, on_page: bool = False) -> str:
        """The sentence in "zh" or "en". on_page: for who has menus instead of a command line."""
        values = {gap: said[language][on_page] for gap, said in _HOW.items()}
        return translate(f"importing_{self.code}", language, **values, **self.values)

    def as_json(self) -> dict[str, object]:
        """As the command line's `--json` prints it."""
        return {
            "id": self.id,
            "severity": self.severity,
            "code": self.code,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "message": {language: self.message(language) for language in LANGUAGES},
        }


def unsettled(findings: Iterable[Finding], accepted: Iterable[str] = (), all_warnings: bool = False) -> list[Finding]:
    """The findings that keep anything from being written: every error, and every warning that nobody accepted.

    accepted: ids of warnings that were looked at and accepted.
    """
    accepted = set(accepted)
    return [
        finding
        for finding in findings
        if finding.severity == "error" or (finding.severity == "warning" and not all_warnings and finding.id not in accepted)
    ]


def cell_name(row: int, column: int) -> str:
    """ "C7" for row 7 and column 3, both counted from 1. Raises ValueError below 1."""
    if row < 1 or column < 1:
        raise ValueError(f"there is no cell in row {row}, column {column}")
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row}"


def column_number(cell: str) -> int:
    """3 for "C7": the column, counted from 1."""
    number = 0
    for letter in cell.rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
