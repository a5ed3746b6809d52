"""What is kept: courses, students, scores, policies with their versions, accounts, and a history that only grows.

Exact numbers are texts ("17/20"), times are texts too (ISO 8601, UTC), so that every database keeps them alike.
"""

from typing import Literal

from sqlalchemy import ForeignKey, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Role = Literal["viewer", "instructor", "owner"]

# Named, so that a migration can speak of them on every database.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMES)


class Account(Base):
    """Somebody who can log in. owner: may manage accounts and create courses. failed, locked_until: wrong tries since the last
    right one, and until when no more are taken.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    owner: Mapped[bool] = mapped_column(default=False)
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[str | None] = mapped_column(String(32), default=None)
    created_at: Mapped[str] = mapped_column(String(32))


class Login(Base):
    """An open session. token: SHA-256 of what the browser's cookie holds, so that a stolen database opens no door."""

    __tablename__ = "login"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[str] = mapped_column(String(32))
    seen_at: Mapped[str] = mapped_column(String(32))


class Course(Base):
    """A course in a term. finalised_at: since when its grades may not be changed; policy_number: the version that counts."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    term: Mapped[str] = mapped_column(String(60))
    policy_number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[str] = mapped_column(String(32))
    archived_at: Mapped[str | None] = mapped_column(String(32), default=None)
    finalised_at: Mapped[str | None] = mapped_column(String(32), default=None)


class Member(Base):
    """What an account may do in a course: "owner", "instructor" or "viewer"."""

    __tablename__ = "member"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(String(16))


class PolicyVersion(Base):
    """One version of a course's policy: its TOML text. Never changed; a new one is added."""

    __tablename__ = "policy_version"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(String(32))


class Student(Base):
    """A student of a course."""

    __tablename__ = "student"
    __table_args__ = (UniqueConstraint("course_id", "student_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    student_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200), default="")
    group: Mapped[str] = mapped_column("group_name", String(200), default="")


class Cell(Base):
    """One score of a student: its share of full marks as a fraction, its mark, its text. Missing ones have no row."""

    __tablename__ = "cell"

    student: Mapped[int] = mapped_column(ForeignKey("student.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    share: Mapped[str | None] = mapped_column(String(80))
    mark: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(200))
    days_late: Mapped[int] = mapped_column(default=0)


class Change(Base):
    """One deed of one person, with all its entries: an import, an edit, an undo. Never changed, never deleted.

    kind: "import", "edit", "undo", "policy", "finalise", "unlock", "roll", "course", "face". actor: the username at that time.
    undoes: the change that this one takes back.
    """

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(Text, default="")
    undoes: Mapped[int | None] = mapped_column(ForeignKey("change.id"), default=None)


class Entry(Base):
    """One value before and after a change, as JSON; None for nothing. Never changed, never deleted.

    field: "score", "name", "group", "student", "policy", "finalised", "face" (how many photos; never a vector). student_id,
    item: whose, and which. file, sheet, cell: where an imported value stood.
    """

    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"), index=True)
    field: Mapped[str] = mapped_column(String(16))
    student_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    item: Mapped[str | None] = mapped_column(String(64), default=None)
    before: Mapped[str | None] = mapped_column(Text, default=None)
    after: Mapped[str | None] = mapped_column(Text, default=None)
    file: Mapped[str | None] = mapped_column(Text, default=None)
    sheet: Mapped[str | None] = mapped_column(Text, default=None)
    cell: Mapped[str | None] = mapped_column(String(16), default=None)


class RollMark(Base):
    """What a roll call found for one student in one session: "present", "late", "leave" or "absent"."""

    __tablename__ = "roll_mark"

    student: Mapped[int] = mapped_column(ForeignKey("student.id", ondelete="CASCADE"), primary_key=True)
    session: Mapped[str] = mapped_column(String(60), primary_key=True)
    word: Mapped[str] = mapped_column(String(16))


class Face(Base):
    """What face ID keeps of one photo of a student: its embedding, float32, little-endian. The photo itself is never kept.

    engine: the network that made it; vectors of two networks cannot be compared. added_by: a username.
    """

    __tablename__ = "face"

    id: Mapped[int] = mapped_column(primary_key=True)
    student: Mapped[int] = mapped_column(ForeignKey("student.id", ondelete="CASCADE"), index=True)
    engine: Mapped[str] = mapped_column(String(80))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[str] = mapped_column(String(32))
    added_by: Mapped[str] = mapped_column(String(64))
