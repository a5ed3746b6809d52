"""What was done, by whom, when, and why; and how to take it back."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from . import records
from .access import Desk, Refused
from .courses import policy_of
from .models import Change, Entry
from .rolls import take_back
from .scores import Conflict, Edit, write

UNDOABLE = ("import", "edit", "undo", "roll")


@dataclass(frozen=True)
class Deed:
    """One entry of the history with the change that it belongs to. before, after: as a person reads them."""

    change: int
    kind: str
    at: str
    actor: str
    why: str
    undoes: int | None
    field: str
    student_id: str | None
    item: str | None
    before: str | None
    after: str | None
    file: str | None
    sheet: str | None
    cell: str | None


@dataclass(frozen=True)
class Wanted:
    """Which entries of a history: those that fit everything that is given. since, until: days, "2026-11-24", both included,
    in UTC.
    """

    student_id: str | None = None
    item: str | None = None
    kind: str | None = None
    actor: str | None = None
    change: int | None = None
    since: str | None = None
    until: str | None = None


def deeds(desk: Desk, course: int, wanted: Wanted = Wanted(), limit: int | None = None) -> list[Deed]:
    """The history of a course, the newest first."""
    query = sa.select(Change, Entry).join(Entry, Entry.change_id == Change.id).where(Change.course_id == course)
    equal = (
        (Entry.student_id, wanted.student_id), (Entry.item, wanted.item), (Change.kind, wanted.kind),
        (Change.actor, wanted.actor), (Change.id, wanted.change),
    )  # fmt: skip
    for column, value in equal:
        if value is not None:
            query = query.where(column == value)
    if wanted.since:
        query = query.where(Change.at >= wanted.since)
    if wanted.until:
        query = query.where(Change.at < f"{wanted.until}T99")  # behind every time of that day, in any collation
    with desk.reading(course) as session:
        rows = session.execute(query.order_by(Change.id.desc(), Entry.id.desc()).limit(limit)).all()
    return [_deed(change, entry) for change, entry in rows]


def last_edit(desk: Desk, course: int) -> int | None:
    """The person's own last edit that was not taken back yet."""
    undone = sa.select(Change.undoes).where(Change.course_id == course, Change.undoes.is_not(None))
    with desk.reading(course) as session:
        return session.scalar(
            sa.select(sa.func.max(Change.id)).where(
                Change.course_id == course,
                Change.kind == "edit",
                Change.actor == desk.person.username,
                Change.id.not_in(undone),
            )
        )


def _deed(change: Change, entry: Entry) -> Deed:
    before, after = entry.before, entry.after
    if entry.field == "score":
        before, after = (None if text is None else records.said(records.from_json(text)) for text in (before, after))
    return Deed(
        change.id, change.kind, change.at, change.actor, change.why, change.undoes, entry.field, entry.student_id,
        entry.item, before, after, entry.file, entry.sheet, entry.cell,
    )  # fmt: skip


def undo(desk: Desk, course: int, change_id: int, why: str = "") -> int:
    """Take an import, an edit, a roll call or an earlier undo back, as a new change. Returns its id.

    Of faces it brings nothing back: the history holds only how many photos there were.
    Raises Refused for a change of another kind, for one that was taken back already, and where a score or a mark has been
    changed since: what somebody did later is not undone behind his back.
    """
    with desk.reading(course, "instructor") as session:
        change = session.get(Change, change_id)
        if change is None or change.course_id != course or change.kind not in UNDOABLE:
            raise Refused("assessment_cannot_undo")
        if session.scalar(sa.select(Change.id).where(Change.undoes == change_id)):
            raise Refused("assessment_undone_already")
        entries = list(session.scalars(sa.select(Entry).where(Entry.change_id == change_id)))
    edits = [
        Edit(entry.student_id or "", entry.item or "", records.from_json(entry.before), records.from_json(entry.after))
        for entry in entries
        if entry.field == "score"
    ]
    calls = [entry for entry in entries if entry.field == "roll"]
    try:
        return write(
            desk, course, "undo", edits, why=why, undoes=change_id, roster=_roster(entries), drops=_new(entries),
            also=lambda session, students: take_back(session, students, calls),
        )  # fmt: skip
    except Conflict as conflict:
        held = {key: conflict.values[key] for key in ("id", "stored")}
        with desk.reading(course) as session:
            item = policy_of(session, course).named([str(conflict.values["item"])])
        raise Refused("assessment_undo_conflict", item=item, number=change_id, **held) from None


def _roster(entries: Sequence[Entry]) -> dict[str, tuple[str, str]]:
    """Names and classes as they were, and students that had been taken off."""
    found: dict[str, tuple[str, str]] = {}
    for entry in entries:
        student = entry.student_id or ""
        name, group = found.get(student, ("", ""))
        if entry.field == "name":
            found[student] = entry.before or "", group
        elif entry.field == "group":
            found[student] = name, entry.before or ""
        elif entry.field == "student" and entry.after is None:
            found[student] = entry.before or "", group
    return found


def _new(entries: Sequence[Entry]) -> list[str]:
    """Students who came with the change."""
    return [entry.student_id or "" for entry in entries if entry.field == "student" and entry.after is not None]
