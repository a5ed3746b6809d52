"""What all written files share: the columns, words for flags, safe cells, and writing a file whole or not at all."""

import os
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.language import translate
from shared.problems import Problem

from ..grades import Line, StudentGrade, grade_text
from ..policy import Policy
from ..rounding import exact_text
from ..scores import Mark

FINDING_COLUMNS = ("severity", "file", "sheet", "cell", "column", "message")
_RUN_BY_SPREADSHEETS = tuple("=+-@＝＋－＠")


class NotWritten(Problem):
    """A file could not be written; the one that was there before is untouched."""


@dataclass(frozen=True)
class Column:
    """One column of the grades. key: "student_id", an item's key, "total", ...; title: its header."""

    key: str
    title: str


def say(key: str, language: str, **values: object) -> str:
    """A sentence of `texts.toml`."""
    return translate(f"exporting_{key}", language, **values)


def own_sheets(language: str) -> list[list[str]]:
    """How the first rows of the sheets begin that we write beside the scores, so that the import passes over them."""
    statistics = [say("item", language), translate("assessment_statistic_n", language)]
    policy = [say("item", language), say("weight", language)]
    return [[say(key, language) for key in FINDING_COLUMNS], statistics, policy, [say("help_id", language)]]


def columns(policy: Policy, language: str) -> list[Column]:
    """The columns in their order: who, every item, the totals, what is odd."""
    titles = {item.key: item.name(language) for item in policy.items}
    maxima = {item.key: item.component.maximum for item in policy.items if item.component.maximum != 100}
    titles |= {key: f"{titles[key]} ({exact_text(maximum)})" for key, maximum in maxima.items()}
    after = ["exact_total", "total", *(["curved"] if policy.curve else []), "so_far", "letter", "grade_points", "rank", "flags"]
    return [
        *(Column(key, say(key, language)) for key in ("student_id", "name", "group")),
        *(Column(item.key, titles[item.key]) for item in policy.items),
        *(Column(key, say(key, language)) for key in after),
    ]


def cells(grade: StudentGrade, policy: Policy, language: str) -> list[str]:
    """A student's row as text, not yet made safe: numbers, a mark's word as it stood in the sheet, "" for what is missing."""
    after = [
        "" if grade.exact is None else exact_text(grade.exact),
        grade_text(policy, grade.total) or "",
        *([grade_text(policy, grade.curved) or ""] if policy.curve else []),
        grade_text(policy, grade.so_far) or "",
        getattr(grade.letter, language) if grade.letter else "",
        exact_text(grade.letter.points) if grade.letter else "",
        str(grade.rank or ""),
        flags_text(grade.flags, policy, language),
    ]
    return [grade.student_id, grade.name, grade.group, *map(score_text, grade.lines), *after]


def score_text(line: Line) -> str:
    """One score as our own import reads it back: "62", "17/3", the word of a mark, "" for a missing one.

    A real 0 is "0". What was lost for being late is not taken off: it is a matter of the policy.
    """
    if line.score.mark is Mark.MISSING:
        return ""
    if line.score.mark is not Mark.NONE or line.value is None:
        return line.score.text
    text = exact_text(line.value)
    if "/" not in text:
        return text
    share = line.value / line.item.component.maximum
    return f"{share.numerator}/{share.denominator}"


def flags_text(flags: Sequence[str], policy: Policy, language: str) -> str:
    """["missing:lab3", "missing:quiz", "withheld"] in words: "missing: Lab 3, Quiz; withheld"."""
    kinds: dict[str, list[str]] = {}
    for flag in flags:
        kind, _, key = flag.partition(":")
        kinds.setdefault(kind, []).extend([key] if key else [])
    parts = []
    for kind, keys in kinds.items():
        names = policy.named(keys)[language]
        parts.append(say(f"flag_{kind}", language) + (say("flag_items", language, items=names) if names else ""))
    return "; ".join(parts)


def safe(text: str) -> str:
    """A cell that no spreadsheet runs: control characters become spaces, and what would start a formula gets a ' in front.

    (OWASP, "CSV injection".)
    """
    first_is_control = bool(text) and unicodedata.category(text[0]) == "Cc"
    cleaned = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return f"'{cleaned}" if first_is_control or cleaned.lstrip().startswith(_RUN_BY_SPREADSHEETS) else cleaned


@contextmanager
def atomically(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes `path` once all of it is there; if anything goes wrong the old file stays.

    A file that is there keeps its rights: grades that only their owner may read stay so.
    Raises NotWritten where the folder is missing or the file may not be replaced.
    """
    # A name of its own, not one made from the file's: a long Chinese one may fill what a folder allows.
    draft = path.with_name(f".{secrets.token_hex(8)}{path.suffix}")
    try:
        rights = path.stat().st_mode & 0o777 if path.exists() else None
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666 if rights is None else rights | 0o600))
    except OSError:
        raise NotWritten("exporting_no_folder", file=str(path)) from None
    try:
        # Replacing asks the folder alone on Linux, and would take a file that somebody protected.
        if rights is not None and not os.access(path, os.W_OK):
            raise PermissionError(path)
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())  # else the new name may be on the disk before the contents are
        if rights is not None:
            draft.chmod(rights)
        draft.replace(path)
    except OSError:
        raise NotWritten("exporting_not_written", file=str(path)) from None
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def workbook(path: Path) -> Iterator[Any]:
    """An XlsxWriter workbook, saved as `path` at the end, whole or not at all. Raises NotWritten."""
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with atomically(path) as draft:
        try:
            with xlsxwriter.Workbook(str(draft), options) as book:
                yield book
        except XlsxFileError as problem:  # what XlsxWriter makes of a full disk; it is no OSError
            raise OSError(str(problem)) from None


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Columns' widths in characters, a Chinese one being two."""
    from ..terminal import width

    return [min(40, max(6, *(width(str(row[at])) for row in rows))) + 2 for at in range(len(rows[0]))]
