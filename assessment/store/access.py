"""Who may do what: every deed of a person goes through his desk, which checks his role before anything is read or written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.problems import Problem

from .accounts import Person
from .database import Database
from .models import Change, Course, Entry, Member, Role
from .records import now

_LONGEST_WHY = 500
_MOST_ID = 2**31 - 1  # what every database takes
ROLES: tuple[Role, ...] = ("viewer", "instructor", "owner")


class NotAllowed(Problem):
    """The person's role does not reach so far."""


class Refused(Problem):
    """What was asked for cannot be done as things are."""


class Desk:
    """What `person` works at. Whatever raises here leaves everything as it was."""

    def __init__(self, database: Database, person: Person) -> None:
        self.database, self.person = database, person

    def _role(self, session: Session, course: int) -> Role | None:
        if not 0 < course <= _MOST_ID:
            return None
        mine = sa.select(Member.role).where(Member.course_id == course, Member.account_id == self.person.id)
        return session.scalar(mine)

    def _require(self, session: Session, course: int, least: Role) -> None:
        role = self._role(session, course)
        if role is None or ROLES.index(role) < ROLES.index(least):
            raise NotAllowed("assessment_not_allowed")

    def role(self, course: int) -> Role | None:
        """What the person may do in a course; None for nothing."""
        with self.database.read() as session:
            return self._role(session, course)

    def require(self, course: int, least: Role) -> None:
        """Raise NotAllowed unless the person's role reaches so far; for what is asked before anything is read or written."""
        with self.database.read() as session:
            self._require(session, course, least)

    @contextmanager
    def reading(self, course: int, least: Role = "viewer") -> Iterator[Session]:
        """A session that reads a course. Raises NotAllowed."""
        with self.database.read() as session:
            self._require(session, course, least)
            yield session

    @contextmanager
    def writing(self, course: int, least: Role, even_final: bool = False) -> Iterator[tuple[Session, Course]]:
        """A transaction in which nobody else writes to the course. Yields (session, the course's row).

        Raises NotAllowed, and Refused for a course whose grades are final.
        """
        with self.database.write() as session:
            self._require(session, course, least)
            row = session.scalar(sa.select(Course).where(Course.id == course).with_for_update())
            if row is None:
                raise NotAllowed("assessment_not_allowed")
            if row.finalised_at and not even_final:
                raise Refused("assessment_is_final")
            yield session, row

    def note(
        self, session: Session, course: int, kind: str, entries: Sequence[Entry], why: str = "", undoes: int | None = None
    ) -> int:  # fmt: skip
        """Add a change to the history. Returns its id. Raises Refused for a reason that is a book."""
        if len(why) > _LONGEST_WHY:
            raise Refused("assessment_why_long", most=_LONGEST_WHY)
        change = Change(course_id=course, kind=kind, at=now(), actor=self.person.username, why=why, undoes=undoes)
        session.add(change)
        session.flush()
        for entry in entries:
            entry.change_id = change.id
        session.add_all(entries)
        return change.id
