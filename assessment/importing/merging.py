"""Many sheets become one gradebook. They meet on the student's id; whatever does not fit together is said, with both cells."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ..findings import Finding, Spot, cell_name
from ..gradebook import Codes, Column, Gradebook
from ..policy import Policy
from ..rounding import exact_text
from ..scores import MISSING, Mark, Score
from . import ids
from .headers import plain
from .roll import attendance
from .sheets import ScoreSheet


@dataclass(frozen=True)
class _Source:
    """Where an item's scores come from: the sheet, the header, the column's number from 1, the scores, and for each student
    of the sheet his place in the gradebook.
    """

    sheet: ScoreSheet
    header: str
    number: int
    column: Column
    places: Codes

    def place(self, student: int) -> tuple[int, str]:
        """(row, cell) of one of the sheet's students."""
        row = self.sheet.rows[student]
        return row, cell_name(row, self.number)


@dataclass(frozen=True)
class Origin:
    """Where an item's scores stood. which: (students,) the source, -1 for none; at: (students,) the student in it."""

    sources: tuple[_Source, ...]
    which: Codes
    at: Codes

    def place(self, student: int) -> tuple[str, str | None, str] | None:
        """(file, sheet, cell) of a student's score; None if no file had one."""
        if self.which[student] < 0:
            return None
        source = self.sources[self.which[student]]
        return source.sheet.file, source.sheet.sheet, source.place(int(self.at[student]))[1]


def merge(sheets: Sequence[ScoreSheet], policy: Policy) -> tuple[Gradebook, dict[str, Origin], list[Finding]]:
    """One gradebook out of all sheets, students in the order in which they first occur; where each item's scores stood.

    A blank never replaces a score. Two different scores for one cell are an error, of which the first is kept; a deferred
    one gives way to the score that came later. Findings are about ids, names, and scores that are there twice or nowhere.
    """
    findings: list[Finding] = []
    places: dict[str, int] = {}
    for sheet in sheets:
        for student in sheet.ids:
            places.setdefault(student, len(places))
    where = [np.fromiter(map(places.__getitem__, sheet.ids), np.int32, len(sheet.ids)) for sheet in sheets]
    order = tuple(places)
    findings += _alike(order, sheets)
    names, said = _texts(sheets, where, len(order), "names")
    findings += said
    groups, said = _texts(sheets, where, len(order), "groups")
    findings += said
    columns: dict[str, Column] = {}
    origins: dict[str, Origin] = {}
    for item in policy.items:
        sources = [
            _Source(sheet, *sheet.columns[item.key], at)
            for sheet, at in zip(sheets, where, strict=True)
            if item.key in sheet.columns
        ]
        if sources:
            rolls = len(sources) > 1 and all(source.sheet.sessions for source in sources) and item.component.roll is not None
            combine = _combine_rolls if rolls else _combine
            columns[item.key], origins[item.key], said = combine(sources, len(order), item.key, policy)
            findings += [*said, *_full_marks(sources, item.key)]
    findings += _nowhere(sheets, where, order, policy)
    absent = [item.key for item in policy.items if item.key not in columns and not item.component.extra_credit]
    if absent and sheets:
        findings.append(Finding("warning", "item_without_column", values={"items": policy.named(absent)}))
    return Gradebook(order, names, groups, columns), origins, findings


def _full_marks(sources: Sequence[_Source], key: str) -> Iterator[Finding]:
    """Say where an item has other full marks than in the first sheet that has it."""
    first, *others = sources
    for other in others:
        one, two = first.sheet.maxima.get(key), other.sheet.maxima.get(key)
        if one is not None and two is not None and one != two:
            place = " › ".join(
                filter(None, (first.sheet.file, first.sheet.sheet, cell_name(first.sheet.header_row, first.number)))
            )
            values = {"other": place, "one": exact_text(one), "two": exact_text(two)}
            row = other.sheet.header_row
            yield Finding("warning", "maximum_differs", other.sheet.file, other.sheet.sheet, row, other.header,
                          cell_name(row, other.number), values)  # fmt: skip


def _combine(sources: Sequence[_Source], students: int, key: str, policy: Policy) -> tuple[Column, Origin, list[Finding]]:
    """One item's column out of all that sheets say about it."""
    if len(sources) == 1 and np.array_equal(sources[0].places, np.arange(students)):
        everybody = np.arange(students, dtype=np.int32)
        return sources[0].column, Origin(tuple(sources), np.zeros(students, np.int32), everybody), []
    findings: list[Finding] = []
    scores: list[Score] = [MISSING] * students
    origin: dict[int, tuple[int, int]] = {}
    repeated = 0
    for number, source in enumerate(sources):
        for student, (place, score) in enumerate(zip(source.places.tolist(), source.column, strict=True)):
            before = scores[place]
            if score.mark is Mark.MISSING:
                continue
            if before.mark is Mark.MISSING:
                scores[place], origin[place] = score, (number, student)
            elif (before.share, before.mark) == (score.share, score.mark):
                scores[place] = replace(before, days_late=max(before.days_late, score.days_late))
                repeated += 1
            else:
                other, at = sources[origin[place][0]], origin[place][1]
                resolved = Mark.PENDING in (before.mark, score.mark)
                if before.mark is Mark.PENDING:
                    scores[place], origin[place] = score, (number, student)
                row, cell = source.place(student)
                values = {"id": source.sheet.ids[student], "item": policy.named([key]),
                          "one": _said(before), "two": _said(score),
                          "other": _where(other, at)}  # fmt: skip
                findings.append(
                    Finding("warning" if resolved else "error", "pending_replaced" if resolved else "score_conflict",
                            source.sheet.file, source.sheet.sheet, row, source.header, cell, values,
                            Spot(other.sheet.file, other.sheet.sheet, other.place(at)[0], other.number))
                )  # fmt: skip
    if repeated:
        last = sources[-1]
        findings.append(
            Finding("info", "score_repeated", last.sheet.file, last.sheet.sheet, None, last.header, None, {"count": repeated})
        )
    which, at_ = np.full(students, -1, np.int32), np.zeros(students, np.int32)
    for place, (number, student) in origin.items():
        which[place], at_[place] = number, student
    return Column.of(scores), Origin(tuple(sources), which, at_), findings


def _combine_rolls(
    sources: Sequence[_Source], students: int, key: str, policy: Policy
) -> tuple[Column, Origin, list[Finding]]:  # fmt: skip
    """Sessions of several rolls add up; the same session twice must say the same."""
    credits: list[dict[str, Fraction]] = [{} for _ in range(students)]
    which, at = np.full(students, -1, np.int32), np.zeros(students, np.int32)
    findings = []
    first: dict[str, _Source] = {}
    for source in sources:
        for session in source.sheet.sessions:
            if (other := first.setdefault(plain(session), source)) is not source:
                place = " › ".join(filter(None, (other.sheet.file, other.sheet.sheet)))
                values = {"session": session, "other": place}
                findings.append(Finding("warning", "session_repeated", source.sheet.file, source.sheet.sheet, values=values))
    for number, source in enumerate(sources):
        for student, place in enumerate(source.places.tolist()):
            which[place], at[place] = number, student
            for session, column in source.sheet.sessions.items():
                credit = column[student]
                if credit is not None and credits[place].setdefault(plain(session), credit) != credit:
                    values = {"id": source.sheet.ids[student], "session": session}
                    findings.append(source.sheet.finding("error", "session_conflict", student, values))
    scores = [attendance(list(one.values())) for one in credits]
    return Column.of(scores), Origin(tuple(sources), which, at), findings


def _said(score: Score) -> str:
    return score.text or (exact_text(score.share * 100) + "%" if score.share is not None else "-")


def _where(source: _Source, student: int) -> str:
    return " › ".join(filter(None, (source.sheet.file, source.sheet.sheet, source.place(student)[1])))


def _alike(order: Sequence[str], sheets: Sequence[ScoreSheet]) -> list[Finding]:
    """Ids that only differ in leading zeros or capitals: Excel ate the zeros of one."""
    first: dict[str, str] = {}
    pairs: dict[str, str] = {}
    for student in order:
        other = first.setdefault(ids.likeness(student), student)
        if other != student:
            pairs[student] = other
    return [
        sheet.finding("error", "ids_alike", at, {"id": student, "other": pairs[student]})
        for sheet in (sheets if pairs else ())
        for at, student in enumerate(sheet.ids)
        if student in pairs
    ]


def _same(text: str) -> str:
    """Equal for names that only differ in spaces, width and capitals, or in the ' that our export puts before a formula."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).lstrip("'")


def _texts(
    sheets: Sequence[ScoreSheet], where: Sequence[Codes], students: int, kind: str
) -> tuple[tuple[str, ...], list[Finding]]:
    """Names or groups: the first that is not blank; one that differs is said."""
    found = [""] * students
    origin: dict[int, tuple[ScoreSheet, int]] = {}
    findings = []
    several = len(sheets) > 1
    for sheet, places in zip(sheets, where, strict=True):
        for student, (place, text) in enumerate(zip(places.tolist(), getattr(sheet, kind), strict=True)):
            if not text:
                continue
            if not found[place]:
                found[place] = text
                if several:
                    origin[place] = sheet, student
            elif text != found[place] and _same(text) != _same(found[place]):
                other, at = origin[place]
                row = sheet.rows[student]
                place_of_other = " › ".join(filter(None, (other.file, other.sheet, f"#{other.rows[at]}")))
                values = {"id": sheet.ids[student], "one": found[place], "two": text, "other": place_of_other}
                code = "name_differs" if kind == "names" else "group_differs"
                findings.append(
                    Finding(
                        "warning", code, sheet.file, sheet.sheet, row, sheet.id_header, cell_name(row, sheet.id_column), values
                    )
                )
    return tuple(found), findings


def _nowhere(
    sheets: Sequence[ScoreSheet], where: Sequence[Codes], order: Sequence[str], policy: Policy
) -> Iterator[Finding]:  # fmt: skip
    """Students for whom a file that should have them has no row: one finding each.

    Files that share the class among them, one for each group, lack nobody: what counts is whether any row could have held
    the score. A file without scores is a list of the class.
    """
    if len(sheets) < 2:
        return
    name = {id(sheet): " › ".join(filter(None, (sheet.file, sheet.sheet))) for sheet in sheets}
    lists = [sheet for sheet in sheets if not sheet.columns]
    asked = [(item.key, [sheet for sheet in sheets if item.key in sheet.columns]) for item in policy.items]
    lacking: dict[int, list[tuple[str, str]]] = {}
    for key, sources in [*asked, ("", lists)]:
        if not sources:
            continue
        there = np.zeros(len(order), bool)
        for sheet, places in zip(sheets, where, strict=True):
            if any(sheet is source for source in sources):
                there[places] = True
        for place in np.flatnonzero(~there).tolist():
            lacking.setdefault(place, []).extend((name[id(sheet)], key) for sheet in sources)
    if not lacking:
        return
    for sheet, places in zip(sheets, where, strict=True):
        for student, place in enumerate(places.tolist()):
            missing = lacking.pop(place, None)
            if missing is None:
                continue
            files = ", ".join(dict.fromkeys(file for file, _ in missing))
            keys = policy.named(dict.fromkeys(key for _, key in missing if key))
            values = {"id": sheet.ids[student], "name": sheet.names[student] or "?", "files": files}
            if keys["en"]:
                yield sheet.finding("warning", "student_not_in_file", student, {**values, "items": keys})
            else:
                yield sheet.finding("warning", "student_not_on_list", student, values)
