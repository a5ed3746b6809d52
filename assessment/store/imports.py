"""What files say beside what is stored: the difference, cell by cell, and writing it in one change."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..gradebook import Gradebook
from ..importing import Import
from ..scores import MISSING, Score
from . import records, scores
from .access import Desk
from .records import Place
from .scores import Edit


@dataclass(frozen=True)
class Difference:
    """A score that is stored and that the files give otherwise. where: file, sheet and cell of the new one."""

    student_id: str
    name: str
    item: str
    stored: Score
    incoming: Score
    place: Place

    @property
    def stored_text(self) -> str:
        """The stored score as a person reads it."""
        return records.said(self.stored)

    @property
    def incoming_text(self) -> str:
        """The files' score as a person reads it."""
        return records.said(self.incoming)

    @property
    def where(self) -> str:
        """The place of the files' score."""
        return " › ".join(filter(None, (self.place.file, self.place.sheet, self.place.cell)))


def _cells(load: Import, stored: Gradebook) -> Iterator[tuple[int, str, Score, Score, Place]]:
    """(student's place in the import, item, stored, incoming, place) of every score that the files give."""
    at = {student: place for place, student in enumerate(stored.ids)}
    for item, column in load.gradebook.columns.items():
        held = stored.column(item)
        for student, incoming in enumerate(column):
            if records.is_blank(incoming):
                continue  # a blank says nothing about what is there
            place = at.get(load.gradebook.ids[student])
            origin = load.origins[item].place(student)
            yield student, item, MISSING if place is None else held[place], incoming, Place(*origin) if origin else Place()


def differences(load: Import, stored: Gradebook) -> list[Difference]:
    """Where files and gradebook disagree. A score that is only new is no disagreement."""
    book = load.gradebook
    return [
        Difference(book.ids[student], book.names[student], item, before, incoming, place)
        for student, item, before, incoming, place in _cells(load, stored)
        if not records.is_blank(before) and not _same(before, incoming)
    ]


def new_scores(load: Import, stored: Gradebook) -> int:
    """How many scores the files give where nothing is stored."""
    return sum(records.is_blank(before) for _, _, before, _, _ in _cells(load, stored))


def write(desk: Desk, course: int, load: Import, settled: list[Difference], take: set[tuple[str, ...]]) -> int:
    """Write what the files give: new students, new scores, and of the differences those in `take`, (student id, item).

    settled: the differences that the person saw; each is written only if the cell still holds what he saw. Returns the
    change's id, 0 if nothing changed. Raises Conflict, and then nothing is written.
    """
    stored = scores.gradebook(desk, course)
    seen = {(one.student_id, one.item): one for one in settled}
    book = load.gradebook
    edits = []
    for student, item, before, incoming, place in _cells(load, stored):
        key = (book.ids[student], item)
        if records.is_blank(before):
            edits.append(Edit(*key, incoming, MISSING, place))
        elif key in seen and key in take:
            edits.append(Edit(*key, incoming, seen[key].stored, place))
        elif key not in seen and not _same(before, incoming):
            edits.append(Edit(*key, incoming, MISSING, place))  # stored since he looked: write() tells him
    roster = {one: (name, group) for one, name, group in zip(book.ids, book.names, book.groups, strict=True)}
    return scores.write(desk, course, "import", edits, roster=roster)


def _same(one: Score, other: Score) -> bool:
    return (one.share, one.mark, one.days_late) == (other.share, other.mark, other.days_late)
