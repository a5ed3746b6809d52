"""Roll calls: one word for each student in each session, and the attendance that follows from them."""

from collections.abc import Mapping

import sqlalchemy as sa

from ..importing.roll import attendance
from . import courses
from .access import Desk, Refused
from .models import Cell, Entry, RollMark, Student
from .scores import Edit, write_cell


def call(desk: Desk, course: int, session_name: str, marks: Mapping[str, str]) -> int:
    """Write one session of a roll, student id -> "present", "late", "leave" or "absent", and the attendance that follows.

    Raises Refused for a policy without a roll.
    """
    policy = courses.policy(desk, course)
    part = next((part for part in policy.components if part.roll), None)
    name = session_name.strip()
    if part is None or part.roll is None or not name or len(name) > 60:
        raise Refused("assessment_no_roll" if name else "assessment_session_name")
    with desk.writing(course, "instructor") as (session, _):
        students = {one.student_id: one for one in session.scalars(sa.select(Student).where(Student.course_id == course))}
        entries: list[Entry] = []
        for student_id, word in marks.items():
            if student_id not in students or word not in ("present", "late", "leave", "absent"):
                raise Refused("assessment_student_gone", id=student_id)
            key = (students[student_id].id, name)
            row = session.get(RollMark, key)
            before = row.word if row else None
            if row:
                row.word = word
            else:
                session.add(RollMark(student=key[0], session=name, word=word))
            if before != word:
                entries.append(Entry(field="roll", student_id=student_id, item=name, before=before, after=word))
        session.flush()
        cells: dict[tuple[int, str], Cell] = {}
        for student_id in marks:
            student = students[student_id]
            words = session.scalars(sa.select(RollMark.word).where(RollMark.student == student.id))
            score = attendance([getattr(part.roll, word) for word in words])
            found = session.get(Cell, (student.id, part.items[0].key))
            if found:
                cells[student.id, found.item] = found
            entry = write_cell(session, student, cells, Edit(student_id, part.items[0].key, score))
            if entry:
                entries.append(entry)
        return desk.note(session, course, "roll", entries, name) if entries else 0


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
