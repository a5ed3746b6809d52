"""What files say beside what is stored: the difference, cell by cell, and writing it in one change."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ..gradebook import Gradebook
from ..importing import Import
from ..scores import MISSING, Score
from . import records, scores
from .access import Desk, Refused
from .records import TYPED, Place
from .scores import Edit

TEXTS = ("name", "group")


@dataclass(frozen=True)
class Difference:
    """Something stored that the files give otherwise. item: the score's key, or "name" or "group"; stored, incoming: as a
    person reads them; held: the stored score, None for a text. place: file, sheet and cell of the new one.
    """

    student_id: str
    name: str
    item: str
    stored: str
    incoming: str
    held: Score | None = None
    place: Place = TYPED

    @property
    def key(self) -> tuple[str, str]:
        """(student id, item)."""
        return self.student_id, self.item

    @property
    def where(self) -> str:
        """The place of the files' value."""
        return " › ".join(filter(None, (self.place.file, self.place.sheet, self.place.cell)))


def _cells(load: Import, stored: Gradebook) -> Iterator[tuple[int, str, Score, Score, Place]]:
    """(student's place in the import, item, stored, incoming, place) of every score that the files give."""
    at = {student: place for place, student in enumerate(stored.ids)}
    for item, column in load.gradebook.columns.items():
        held = stored.column(item)
        for student, incoming in enumerate(column):
            if records.is_blank(incoming):
                continue  # a blank never replaces a score
            place = at.get(load.gradebook.ids[student])
            origin = load.origins[item].place(student)
            yield student, item, MISSING if place is None else held[place], incoming, Place(*origin) if origin else Place()


def differences(load: Import, stored: Gradebook) -> list[Difference]:
    """Where files and gradebook disagree, by student. What is only new is no disagreement, and a blank takes nothing away."""
    book = load.gradebook
    at = {student: place for place, student in enumerate(stored.ids)}
    found = [
        Difference(student, stored.names[at[student]], kind, held, new)
        for kind, old, texts in (("name", stored.names, book.names), ("group", stored.groups, book.groups))
        for student, new in zip(book.ids, texts, strict=True)
        if student in at and new and (held := old[at[student]]) and new != held
    ]
    found += [
        Difference(
            book.ids[student], stored.names[at[book.ids[student]]] or book.names[student], item, records.said(before),
            records.said(incoming), before, place,
        )
        for student, item, before, incoming, place in _cells(load, stored)
        if not records.is_blank(before) and not _same(before, incoming)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.student_id)


def new_scores(load: Import, stored: Gradebook) -> int:
    """How many scores the files give where nothing is stored."""
    return sum(records.is_blank(before) for _, _, before, _, _ in _cells(load, stored))


def write(
    desk: Desk, course: int, load: Import, settled: Collection[Difference], take: Collection[tuple[str, str]], why: str = ""
) -> int:  # fmt: skip
    """Write what the files give: new students, new scores, and of the differences those whose key is in `take`.

    settled: the differences that the person saw; each is written only if the cell still holds what he saw. Returns the
    change's id, 0 if nothing changed. Raises Conflict, or Refused for a name or class, where somebody else was quicker, and
    then nothing is written.
    """
    stored = scores.gradebook(desk, course)
    seen = {one.key: one for one in settled}
    for one in differences(load, stored):
        if one.item in TEXTS and one.key not in seen:
            raise Refused("assessment_text_changed", id=one.student_id, stored=one.stored, yours=one.incoming)
    book = load.gradebook
    edits = []
    for student, item, before, incoming, place in _cells(load, stored):
        key = (book.ids[student], item)
        if key in seen and key in take:
            edits.append(Edit(*key, incoming, seen[key].held, place))
        elif key not in seen and (records.is_blank(before) or not _same(before, incoming)):
            edits.append(Edit(*key, incoming, MISSING, place))  # where one was stored since he looked, write() tells him
    return scores.write(desk, course, "import", edits, why=why, roster=_roster(book, seen, take))


def _roster(
    book: Gradebook, seen: Mapping[tuple[str, str], Difference], take: Collection[tuple[str, str]]
) -> dict[str, tuple[str, str]]:  # fmt: skip
    """Names and classes to be written; blank, which changes nothing, where the stored one is kept."""

    def text(student: str, kind: str, new: str) -> str:
        return "" if (student, kind) in seen and (student, kind) not in take else new

    rows = zip(book.ids, book.names, book.groups, strict=True)
    return {one: (text(one, "name", name), text(one, "group", group)) for one, name, group in rows}


def _same(one: Score, other: Score) -> bool:
    return (one.share, one.mark, one.days_late) == (other.share, other.mark, other.days_late)
