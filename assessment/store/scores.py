"""The scores of a course: read as a gradebook, written all at once or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.problems import Problem

from ..gradebook import Column, Gradebook
from ..scores import MISSING, Score
from . import records
from .access import Desk, Refused
from .faces import forget
from .models import Cell, Entry, Student
from .records import TYPED, Place

_FEW = 200  # edits that do not warrant reading the whole class


Also = Callable[[Session, Mapping[str, Student]], list[Entry]]


class Conflict(Problem):
    """Somebody else was quicker. held: what the cell holds now."""

    def __init__(self, held: Score, **values: object) -> None:
        super().__init__("assessment_conflict", **values)
        self.held = held


@dataclass(frozen=True)
class Edit:
    """One score to be written. expected: what the person saw there; None to write over whatever is there. place: where it
    came from.
    """

    student_id: str
    item: str
    score: Score
    expected: Score | None = None
    place: Place = TYPED


def gradebook(desk: Desk, course: int) -> Gradebook:
    """All scores of a course, students by id."""
    with desk.reading(course) as session:
        return gradebook_of(session, course)


def one(desk: Desk, course: int, student_id: str, item: str) -> Score:
    """One score as it is stored; missing if there is none. Raises Refused for a student who is not there."""
    with desk.reading(course) as session:
        found = session.scalar(sa.select(Student.id).where(Student.course_id == course, Student.student_id == student_id))
        if found is None:
            raise Refused("assessment_student_gone", id=student_id)
        return records.to_score(session.get(Cell, (found, item)))


def write(
    desk: Desk, course: int, kind: str, edits: Sequence[Edit], *, why: str = "", undoes: int | None = None,
    roster: Mapping[str, tuple[str, str]] | None = None, drops: Sequence[str] = (), also: Also | None = None,
) -> int:  # fmt: skip
    """Write scores, all of them or none. Returns the change's id, 0 if nothing changed.

    roster: student id -> (name, class), for students that are new or whose texts change; an empty text changes nothing.
    drops: students to take off again, who must have no scores by then; what is kept of their faces is deleted for good. also:
    what else belongs to the change, done first. Raises Conflict for the first cell that is not as expected.
    """
    with desk.writing(course, "instructor") as (session, _):
        students = {one.student_id: one for one in session.scalars(sa.select(Student).where(Student.course_id == course))}
        entries = _write_roster(session, course, students, roster or {})
        entries += also(session, students) if also else []
        for edit in edits:
            if edit.student_id not in students:
                raise Refused("assessment_student_gone", id=edit.student_id)
        session.flush()
        stored = sa.select(Cell).join(Student).where(Student.course_id == course)
        if len(edits) < _FEW:
            stored = stored.where(Cell.student.in_({students[edit.student_id].id for edit in edits}))
        rows = session.scalars(stored)
        cells = {(one.student, one.item): one for one in rows}
        for edit in edits:
            entry = write_cell(session, students[edit.student_id], cells, edit)
            if entry is not None:
                entries.append(entry)
        session.flush()
        entries += _drop(session, students, drops)
        change = desk.note(session, course, kind, entries, why, undoes) if entries else 0
    if drops:
        desk.database.scrub()  # what was kept of their faces went with them
    return change


def _write_roster(
    session: Session, course: int, students: dict[str, Student], roster: Mapping[str, tuple[str, str]]
) -> list[Entry]:
    entries = []
    for student_id, (name, group) in roster.items():
        student = students.get(student_id)
        if student is None:
            student = Student(course_id=course, student_id=student_id, name=name, group=group)
            session.add(student)
            students[student_id] = student
            entries.append(Entry(field="student", student_id=student_id, after=name))
            continue
        for field, text in (("name", name), ("group", group)):
            before = getattr(student, field)
            if text and text != before:
                setattr(student, field, text)
                entries.append(Entry(field=field, student_id=student_id, before=before, after=text))
    return entries


def _drop(session: Session, students: Mapping[str, Student], drops: Sequence[str]) -> list[Entry]:
    entries = []
    for student_id in drops:
        student = students.get(student_id)
        if student is None:
            continue
        if session.scalar(sa.select(Cell.item).where(Cell.student == student.id).limit(1)):
            raise Refused("assessment_student_has_scores", id=student_id)
        entries += forget(session, student.course_id, student_id)
        session.delete(student)
        entries.append(Entry(field="student", student_id=student_id, before=student.name))
        if student.group:
            entries.append(Entry(field="group", student_id=student_id, before=student.group))
    return entries


def write_cell(session: Session, student: Student, cells: dict[tuple[int, str], Cell], edit: Edit) -> Entry | None:
    """Write one score. None if it is there already. Raises Conflict if the cell is not as expected."""
    row = cells.get((student.id, edit.item))
    stored = records.to_score(row)
    if stored == edit.score or (row is None and records.is_blank(edit.score)):
        return None
    if edit.expected is not None and stored != edit.expected:
        raise Conflict(
            stored, id=student.student_id, item=edit.item, stored=records.said(stored), yours=records.said(edit.score)
        )
    if records.is_blank(edit.score):
        session.delete(row)
        del cells[student.id, edit.item]
    elif row is not None:
        records.fill(row, edit.score)
    else:
        row = Cell(student=student.id, item=edit.item)
        records.fill(row, edit.score)
        session.add(row)
        cells[student.id, edit.item] = row
    return Entry(
        field="score", student_id=student.student_id, item=edit.item, before=records.to_json(stored),
        after=records.to_json(edit.score), file=edit.place.file, sheet=edit.place.sheet, cell=edit.place.cell,
    )  # fmt: skip


def gradebook_of(session: Session, course: int) -> Gradebook:
    """All scores of a course inside a session, students by id. Rows that say the same become one score."""
    students = session.execute(
        sa.select(Student.id, Student.student_id, Student.name, Student.group)
        .where(Student.course_id == course)
        .order_by(Student.student_id)
    ).all()
    at = {student.id: number for number, student in enumerate(students)}
    known: dict[tuple[str | None, str, str, int], Score] = {}
    columns: dict[str, list[Score]] = {}
    rows = session.execute(
        sa.select(Cell.student, Cell.item, Cell.share, Cell.mark, Cell.text, Cell.days_late)
        .join(Student, Cell.student == Student.id)
        .where(Student.course_id == course)
    )
    for student, item, share, mark, words, days_late in rows:
        key = (share, mark, words, days_late)
        score = known.get(key)
        if score is None:
            score = known[key] = records.read_back(*key)
        column = columns.get(item)
        if column is None:
            column = columns[item] = [MISSING] * len(students)
        column[at[student]] = score
    return Gradebook(
        tuple(one.student_id for one in students), tuple(one.name for one in students), tuple(one.group for one in students),
        {item: _column(column) for item, column in columns.items()},
    )  # fmt: skip


def _column(scores: Sequence[Score]) -> Column:
    """As `Column.of`, for scores that are the same object where they are equal: no fraction is hashed."""
    numbers: dict[int, int] = {}
    codes = np.fromiter((numbers.setdefault(id(score), len(numbers)) for score in scores), np.int32, len(scores))
    distinct = {id(score): score for score in scores}
    return Column(tuple(distinct[one] for one in numbers), codes)
