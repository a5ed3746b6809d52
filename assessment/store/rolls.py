"""Roll calls: one word for each student in each session, and the attendance that follows from them."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..importing.roll import attendance
from ..policy import Roll
from ..scores import Score
from . import courses, records
from .access import Desk, Refused
from .models import Cell, Entry, RollMark, Student
from .scores import Edit, write_cell

WORDS = ("present", "late", "leave", "absent")


def call(desk: Desk, course: int, session_name: str, marks: Mapping[str, str], replace: bool = False) -> int:
    """Write one session of a roll, student id -> "present", "late", "leave" or "absent", or "" to take a mark off again, and
    the attendance that follows.

    replace: also where an attendance stands that does not come from roll calls, but was imported or typed. Returns the
    change's id, 0 if nothing changed. Raises Refused for a policy without a roll, for students who are not there, and,
    unless `replace`, for an attendance that would be lost.
    """
    policy = courses.policy(desk, course)
    part = next((part for part in policy.components if part.roll), None)
    name = session_name.strip()
    if part is None or part.roll is None or not name or len(name) > 60:
        raise Refused("assessment_no_roll" if name else "assessment_session_name")
    roll, item = part.roll, part.items[0].key
    with desk.writing(course, "instructor") as (session, _):
        students = {one.student_id: one for one in session.scalars(sa.select(Student).where(Student.course_id == course))}
        for student_id, word in marks.items():
            if student_id not in students or word not in (*WORDS, ""):
                raise Refused("assessment_student_gone", id=student_id)
        called = {students[student_id].id for student_id in marks}
        held: dict[int, dict[str, RollMark]] = {}
        for row in session.scalars(sa.select(RollMark).join(Student).where(Student.course_id == course)):
            held.setdefault(row.student, {})[row.session] = row
        cells = {
            (cell.student, cell.item): cell
            for cell in session.scalars(sa.select(Cell).join(Student).where(Student.course_id == course, Cell.item == item))
            if cell.student in called
        }
        entries: list[Entry] = []
        scores: list[Entry] = []
        for student_id, word in marks.items():
            student = students[student_id]
            mine = held.setdefault(student.id, {})
            cell = cells.get((student.id, item))
            if cell is not None and not replace and records.to_score(cell) != _attendance(roll, mine):
                raise Refused("assessment_roll_would_replace", id=student_id, stored=records.said(records.to_score(cell)))
            before = _mark(session, student, mine, name, word or None)
            if before != (word or None):
                entries.append(Entry(field="roll", student_id=student_id, item=name, before=before, after=word or None))
            score = write_cell(session, student, cells, Edit(student_id, item, _attendance(roll, mine)))
            scores += [score] if score else []
        session.flush()
        entries += scores
        return desk.note(session, course, "roll", entries, name) if entries else 0


def _mark(session: Session, student: Student, mine: dict[str, RollMark], name: str, word: str | None) -> str | None:
    """Set or take off one mark. Returns what was there."""
    row = mine.get(name)
    before = row.word if row else None
    if row is not None and word is None:
        session.delete(mine.pop(name))
    elif row is not None and word is not None:
        row.word = word
    elif word is not None:
        mine[name] = RollMark(student=student.id, session=name, word=word)
        session.add(mine[name])
    return before


def take_back(session: Session, students: Mapping[str, Student], entries: Sequence[Entry]) -> list[Entry]:
    """Set marks back to what they were before these entries. Raises Refused where one has been changed since."""
    done = []
    for entry in entries:
        student, name = students[entry.student_id or ""], entry.item or ""
        row = session.get(RollMark, (student.id, name))
        if (row.word if row else None) != entry.after:
            raise Refused("assessment_roll_changed", id=student.student_id, name=name)
        _mark(session, student, {name: row} if row else {}, name, entry.before)
        done.append(Entry(field="roll", student_id=student.student_id, item=name, before=entry.after, after=entry.before))
    return done


def _attendance(roll: Roll, marks: Mapping[str, RollMark]) -> Score:
    return attendance([getattr(roll, mark.word) for _, mark in sorted(marks.items())])


def sessions(desk: Desk, course: int) -> dict[str, dict[str, str]]:
    """Session -> student id -> word."""
    with desk.reading(course) as session:
        rows = session.execute(
            sa.select(RollMark.session, Student.student_id, RollMark.word).join(Student).where(Student.course_id == course)
        )
        found: dict[str, dict[str, str]] = {}
        for name, student_id, word in rows:
            found.setdefault(name, {})[student_id] = word
        return found
