"""A report for every student of a class, in one ZIP file."""

import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from shared import fonts

from ..cohort import ClassGrades
from . import paper, report, report_pdf, table
from .report import Content, Cover

Kind = Literal["pdf", "html"]
_FORBIDDEN = frozenset('/\\:*?"<>|')
_RESERVED = frozenset(["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))])
_LONGEST = 180  # bytes of a name, which leaves room for a number and the ending


def write(
    path: Path, cover: Cover, grades: ClassGrades, kind: Kind, language: str, progress: Callable[[int, int], None] | None = None
) -> None:  # fmt: skip
    """Write the file: `0020230001_张三.pdf`, one for each student, in no folder.

    language: "zh" or "en". progress: told how many reports are done, and of how many, after each. Raises NotWritten.
    """
    contents = [report.content(cover, grades, student, language) for student in range(len(grades))]
    taken: set[str] = set()
    with (
        table.atomically(path) as draft,
        _maker(contents, kind, language) as make,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for done, one in enumerate(contents, start=1):
            archive.writestr(f"{unique(file_name(one.student_id, one.name), taken)}.{kind}", make(one))
            if progress:
                progress(done, len(contents))


@contextmanager
def _maker(contents: list[Content], kind: Kind, language: str) -> Iterator[Callable[[Content], bytes]]:
    """What makes a file of a report. All PDFs share a font cut down to the class's characters: that is most of the work."""
    if kind == "html":
        yield lambda one: report.as_html(one, language).encode(errors="replace")
        return
    sentences = [
        table.say(key, language, sign=fonts.RARE)
        for key in ("report_title", "report_steps", "report_rare", "student_id", "withheld")
    ]
    with paper.small_face([*sentences, *(text for one in contents for text in one.texts())]) as face:
        yield lambda one: report_pdf.draw(one, language, face)


def file_name(student_id: str, name: str) -> str:
    """ "0020230001_张三": a name that every system can keep, without an ending."""
    joined = unicodedata.normalize("NFC", "_".join(filter(None, (student_id, name))))
    kept = "".join("_" if letter in _FORBIDDEN or unicodedata.category(letter)[0] in "CZ" else letter for letter in joined)
    kept = kept.encode(errors="replace")[:_LONGEST].decode(errors="ignore").strip(". ")
    return f"_{kept}" if not kept or kept.upper().split(".")[0] in _RESERVED else kept


def unique(name: str, taken: set[str]) -> str:
    """The name, or "name (2)" where it is taken, capitals aside; it is taken then."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name} ({number})"
    taken.add(found.casefold())
    return found
