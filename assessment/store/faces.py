"""The class gallery: what face ID keeps of the students who agreed. Vectors alone, and only until somebody deletes them.

The history tells who enrolled or deleted how many photos of whom, and never holds a vector: what is deleted is gone, and no
undo brings it back. Vectors go with their student, with the archiving of their course, and into no backup.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..recognising import Vector
from .access import Desk, Refused
from .models import Entry, Face, Student
from .records import now

MOST = 8  # photos of a student, for each engine
_KEPT_AS = np.dtype("<f4")
_LONGEST_ENGINE, _LONGEST_VECTOR = 80, 8192


def add(desk: Desk, course: int, student_id: str, engine: str, vector: Vector) -> int:
    """Enrol one photo's vector (D,). Returns the change's id. Raises Refused as `add_all` would say."""
    change, [refused] = add_all(desk, course, engine, [(student_id, vector)])
    if refused is not None:
        raise refused
    return change


def add_all(
    desk: Desk, course: int, engine: str, found: Sequence[tuple[str, Vector]]
) -> tuple[int, list[Refused | None]]:  # fmt: skip
    """Enrol the vectors (D,) of many photos, with the ids of their students, as one change.

    Returns the change's id, 0 if nothing was enrolled, and for each photo None or why it was refused: no such student, or
    `MOST` photos of him are there already. A refused one keeps no other out. Raises ValueError for what is no vector, which
    is the engine's mistake.
    """
    kept = [_bytes(vector) for _, vector in found]
    if not 0 < len(engine) <= _LONGEST_ENGINE:
        raise ValueError(f"an engine's name has 1 to {_LONGEST_ENGINE} characters, not {len(engine)}")
    outcomes: list[Refused | None] = []
    with desk.writing(course, "instructor") as (session, _):
        students = _students(session, course)
        before = Counter(dict(_totals(session, course)))
        mine = _sizes(session, course, engine)
        added: Counter[str] = Counter()
        for (student_id, _vector), one in zip(found, kept, strict=True):
            sizes = mine.setdefault(student_id, [])
            if student_id not in students:
                outcomes.append(Refused("assessment_student_gone", id=student_id))
                continue
            if len(sizes) >= MOST:
                outcomes.append(Refused("assessment_faces_most", id=student_id, most=MOST))
                continue
            if sizes and sizes[0] != len(one):
                raise ValueError(f"{engine} gave vectors of {sizes[0]} and of {len(one)} bytes")
            session.add(
                Face(student=students[student_id], engine=engine, vector=one, added_at=now(), added_by=desk.person.username)
            )
            sizes.append(len(one))
            added[student_id] += 1
            outcomes.append(None)
        entries = [_entry(student, before[student], before[student] + count) for student, count in added.items()]
        return desk.note(session, course, "face", entries) if entries else 0, outcomes


def remove(desk: Desk, course: int, student_id: str) -> int:
    """Delete what is kept of one student, of every engine, for good. Returns the change's id, 0 if nothing was kept."""
    return _remove(desk, course, student_id)


def remove_all(desk: Desk, course: int) -> int:
    """Delete what is kept of a whole class, of every engine, for good. Returns the change's id, 0 if nothing was kept."""
    return _remove(desk, course, None)


def _remove(desk: Desk, course: int, student_id: str | None) -> int:
    # Even in a course whose grades are final: a student may take his consent back at any time.
    with desk.writing(course, "instructor", even_final=True) as (session, _):
        entries = forget(session, course, student_id)
        change = desk.note(session, course, "face", entries) if entries else 0
    if change:
        desk.database.scrub()
    return change


def forget(session: Session, course: int, student_id: str | None = None) -> list[Entry]:
    """Delete the vectors of one student, or of all, inside a transaction. Returns what the history is to say of it.

    The caller calls `Database.scrub` once it is committed.
    """
    gone = {one: count for one, count in _totals(session, course) if student_id in (None, one)}
    if gone:
        whose = sa.select(Student.id).where(Student.course_id == course, Student.student_id.in_(gone))
        session.execute(sa.delete(Face).where(Face.student.in_(whose)))
    return [_entry(student, count, 0) for student, count in gone.items()]


def known(desk: Desk, course: int, engine: str) -> dict[str, np.ndarray]:
    """Student's id -> (n, D) float32, of those who are enrolled with this engine. Instructors alone may ask."""
    with desk.reading(course, "instructor") as session:
        rows = session.execute(
            sa.select(Student.student_id, Face.vector)
            .join(Face, Face.student == Student.id)
            .where(Student.course_id == course, Face.engine == engine)
            .order_by(Student.student_id, Face.id)
        )
        found: dict[str, list[np.ndarray]] = {}
        for student_id, vector in rows:
            found.setdefault(student_id, []).append(np.frombuffer(vector, _KEPT_AS))
    return {student: np.stack(vectors).astype(np.float32) for student, vectors in found.items()}


def counts(desk: Desk, course: int) -> dict[str, Mapping[str, int]]:
    """Student's id -> engine -> how many photos are enrolled. Instructors alone may ask."""
    with desk.reading(course, "instructor") as session:
        rows = session.execute(
            sa.select(Student.student_id, Face.engine, sa.func.count())
            .join(Face, Face.student == Student.id)
            .where(Student.course_id == course)
            .group_by(Student.student_id, Face.engine)
            .order_by(Student.student_id)
        )
        found: dict[str, Mapping[str, int]] = {}
        for student_id, engine, count in rows:
            found[student_id] = {**found.get(student_id, {}), engine: count}
        return found


def _bytes(vector: Vector) -> bytes:
    """A vector as it is kept. Raises ValueError for what is none."""
    if vector.ndim != 1 or not 0 < len(vector) <= _LONGEST_VECTOR or not np.isfinite(vector).all() or not vector.any():
        raise ValueError(f"this is no embedding: {vector.dtype} {vector.shape}")
    return vector.astype(_KEPT_AS).tobytes()


def _students(session: Session, course: int) -> dict[str, int]:
    rows = session.execute(sa.select(Student.student_id, Student.id).where(Student.course_id == course))
    return {student_id: number for student_id, number in rows}


def _totals(session: Session, course: int) -> list[tuple[str, int]]:
    """(Student's id, how many photos of all engines), where there are any, by id."""
    rows = session.execute(
        sa.select(Student.student_id, sa.func.count())
        .join(Face, Face.student == Student.id)
        .where(Student.course_id == course)
        .group_by(Student.student_id)
        .order_by(Student.student_id)
    )
    return [(student_id, count) for student_id, count in rows]


def _sizes(session: Session, course: int, engine: str) -> dict[str, list[int]]:
    """Student's id -> the sizes of his vectors of an engine, in bytes."""
    rows = session.execute(
        sa.select(Student.student_id, sa.func.length(Face.vector))
        .join(Face, Face.student == Student.id)
        .where(Student.course_id == course, Face.engine == engine)
    )
    found: dict[str, list[int]] = {}
    for student_id, size in rows:
        found.setdefault(student_id, []).append(size)
    return found


def _entry(student: str, before: int, after: int) -> Entry:
    return Entry(field="face", student_id=student, before=str(before), after=str(after))
