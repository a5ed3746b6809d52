"""Courses, their policies, who may do what in them, and whether their grades are final."""

import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import policyfile
from ..policy import Policy
from . import faces
from .access import Desk, NotAllowed, Refused
from .models import Account, Course, Entry, Member, PolicyVersion, Role, Student
from .records import now


@dataclass(frozen=True)
class CourseCard:
    """A course in a list. role: what the person may do there."""

    id: int
    name: str
    term: str
    role: Role
    students: int
    archived: bool
    finalised_at: str | None
    policy_number: int


def listed(desk: Desk, archived: bool = False) -> list[CourseCard]:
    """The person's courses, the newest first."""
    where = Course.archived_at.is_not(None) if archived else Course.archived_at.is_(None)
    with desk.database.read() as session:
        return _cards(session, desk, where)


def card(desk: Desk, course: int) -> CourseCard:
    """One of the person's courses, archived or not. Raises NotAllowed."""
    with desk.reading(course) as session:
        return _cards(session, desk, Course.id == course)[0]


def _cards(session: Session, desk: Desk, where: sa.ColumnElement[bool]) -> list[CourseCard]:
    rows = session.execute(
        sa.select(Course, Member.role, sa.func.count(Student.id))
        .join(Member, sa.and_(Member.course_id == Course.id, Member.account_id == desk.person.id))
        .join(Student, Student.course_id == Course.id, isouter=True)
        .where(where)
        .group_by(Course.id, Member.role)
        .order_by(Course.id.desc())
    )
    return [
        CourseCard(one.id, one.name, one.term, role, count, one.archived_at is not None, one.finalised_at, one.policy_number)
        for one, role, count in rows
    ]


def create(desk: Desk, name: str, term: str, policy_text: str) -> int:
    """A new course with this policy (TOML); the person becomes its owner. Returns its id. Raises BadPolicy."""
    if not desk.person.owner:
        raise NotAllowed("assessment_not_allowed")
    name, term = _plain(name), _plain(term)
    if not name or len(name) > 200 or len(term) > 60:
        raise Refused("assessment_course_name")
    if any((card.name, card.term) == (name, term) for card in listed(desk)):
        raise Refused("assessment_course_exists", name=name, term=term or "-")
    policyfile.parse(policy_text, "policy.toml")
    with desk.database.write() as session:
        course = Course(name=name, term=term, policy_number=1, created_at=now())
        session.add(course)
        session.flush()
        session.add(Member(course_id=course.id, account_id=desk.person.id, role="owner"))
        session.add(PolicyVersion(course_id=course.id, number=1, text=policy_text, created_at=now()))
        desk.note(session, course.id, "course", [Entry(field="course", after=name)])
        return course.id


def _plain(text: str) -> str:
    """A name without what nobody sees, such as signs that turn the direction of writing round."""
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C").strip()


def archive(desk: Desk, course: int, archived: bool = True) -> None:
    """Put a course away, or take it out again. Nothing is deleted but the class gallery: no roll is called any more."""
    with desk.writing(course, "owner", even_final=True) as (session, row):
        row.archived_at = now() if archived else None
        gone = faces.forget(session, course) if archived else []
        desk.note(session, course, "course", [Entry(field="archived", after=row.archived_at), *gone])
    if gone:
        desk.database.scrub()


def let_in(desk: Desk, course: int, username: str, role: Role | None) -> None:
    """Give an account a role in a course, or, with None, take it away."""
    with desk.writing(course, "owner", even_final=True) as (session, _):
        account = session.scalar(sa.select(Account).where(Account.username == username.strip().casefold()))
        if account is None:
            raise Refused("assessment_no_account", name=username)
        if account.id == desk.person.id:
            raise Refused("assessment_own_role")
        member = session.get(Member, (course, account.id))
        before = member.role if member else None
        if role is None:
            if member:
                session.delete(member)
        elif member:
            member.role = role
        else:
            session.add(Member(course_id=course, account_id=account.id, role=role))
        desk.note(session, course, "course", [Entry(field="role", item=account.username, before=before, after=role)])


def members(desk: Desk, course: int) -> list[tuple[str, Role]]:
    """Who may do what in a course."""
    with desk.reading(course, "owner") as session:
        rows = session.execute(
            sa.select(Account.username, Member.role).join(Member, Member.account_id == Account.id)
            .where(Member.course_id == course).order_by(Account.username)
        )  # fmt: skip
        return [(name, role) for name, role in rows]


def policy(desk: Desk, course: int, number: int | None = None) -> Policy:
    """A course's policy: the version that counts, or another."""
    with desk.reading(course) as session:
        return policy_of(session, course, number)


def policy_text(desk: Desk, course: int, number: int | None = None) -> str:
    """The TOML of the version that counts, or of another."""
    with desk.reading(course) as session:
        return _version(session, course, number).text


@dataclass(frozen=True)
class Version:
    """One version of a policy; counts: whether it is the one that grades follow."""

    number: int
    created_at: str
    counts: bool


def versions(desk: Desk, course: int) -> list[Version]:
    """All versions of a course's policy, the newest first."""
    with desk.reading(course) as session:
        row = session.get(Course, course)
        found = session.execute(
            sa.select(PolicyVersion.number, PolicyVersion.created_at)
            .where(PolicyVersion.course_id == course)
            .order_by(PolicyVersion.number.desc())
        )
        return [Version(number, at, row is not None and number == row.policy_number) for number, at in found]


def save_policy(desk: Desk, course: int, text: str, why: str = "") -> int:
    """Add a version and make it count. Returns its number. Raises BadPolicy."""
    policyfile.parse(text, "policy.toml")
    with desk.writing(course, "owner") as (session, row):
        before = row.policy_number
        newest = session.scalar(sa.select(sa.func.max(PolicyVersion.number)).where(PolicyVersion.course_id == course))
        row.policy_number = (newest or 0) + 1
        session.add(PolicyVersion(course_id=course, number=row.policy_number, text=text, created_at=now()))
        desk.note(session, course, "policy",
                   [Entry(field="policy", before=str(before), after=str(row.policy_number))], why)  # fmt: skip
        return row.policy_number


def finalise(desk: Desk, course: int, final: bool = True, why: str = "") -> None:
    """Lock the grades, or unlock them, which is recorded too."""
    with desk.writing(course, "owner", even_final=True) as (session, row):
        before, row.finalised_at = row.finalised_at, now() if final else None
        entry = Entry(field="finalised", before=before, after=row.finalised_at)
        desk.note(session, course, "finalise" if final else "unlock", [entry], why)


def _version(session: Session, course: int, number: int | None) -> PolicyVersion:
    row = session.get(Course, course)
    version = session.get(PolicyVersion, (course, number or (row.policy_number if row else 0)))
    if version is None:
        raise Refused("assessment_no_version")
    return version


def policy_of(session: Session, course: int, number: int | None = None) -> Policy:
    """A course's policy inside a session: the version that counts, or another."""
    version = _version(session, course, number)
    return policyfile.parse(version.text, f"policy, version {version.number}")
