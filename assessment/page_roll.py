"""Roll call: who is here, by key or tap; written as a session of the attendance roll.

With face ID, a camera or a photo proposes who is present, and the class gallery is kept here; the list works without.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text

from . import page_faces, page_roll_pictures
from .page_desk import QUIET, Frame, chosen, desk_of, said
from .recognising import FaceId
from .store import courses, rolls, scores
from .store.access import Desk

_SCRIPT = Path(__file__).with_name("roll.js").read_text(encoding="utf-8")


def render(frame: Frame, face_id: FaceId | None) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    loaded = gr.State(None)  # (course, session) that is shown
    with gr.Row(elem_classes="grades-actions"):
        name = gr.Textbox(label=text("assessment_roll_session"), max_lines=1, max_length=60, elem_id="roll-session")
        former = gr.Dropdown(label=text("assessment_roll_former"), choices=[], elem_id="roll-former")
        replace = gr.Checkbox(label=text("assessment_roll_replace"), elem_id="roll-replace")
    sheet = gr.HTML(
        "", html_template='<div class="roll"></div>', js_on_load=_SCRIPT, elem_id="roll-sheet", seen="", render=False
    )  # fmt: skip
    if face_id is not None:
        page_roll_pictures.render(frame, face_id, sheet)
        page_faces.render(frame, face_id)
    note = gr.HTML(elem_id="roll-note", js_on_load=None)
    sheet.render()

    def draw(desk: Desk, course_: int, session: str, note_: Any, who: visitor.Visitor, fresh: bool) -> Any:
        held = rolls.sessions(desk, course_)
        sheet_ = _sheet(desk, course_, session, held.get(session, {}), who, fresh)
        return (course_, session), session, gr.Dropdown(choices=sorted(held), value=None), note_, sheet_

    @polite
    def show(course_: int | None, loaded_: tuple[int, str] | None, request: gr.Request) -> Any:
        who = visitor.of(request)
        nothing = (None, "", gr.Dropdown(choices=[], value=None))
        if course_ is None:
            return *nothing, said(who.say("assessment_no_course"), good=False), ""
        desk = desk_of(door, request)
        if not any(part.roll for part in courses.policy(desk, course_).components):
            return *nothing, said(who.say("assessment_no_roll"), good=False), ""
        today = f"{datetime.now().astimezone():%Y-%m-%d}"
        same = loaded_ is not None and loaded_[0] == course_
        session = loaded_[1] if loaded_ and same else today
        # What was just said about this session, such as that it is saved, stays.
        return draw(desk, course_, session, gr.skip() if same else "", who, fresh=False)

    @polite
    def open_(course_: int | None, wanted: str | None, request: gr.Request) -> Any:
        """Another session, a new one or a former one."""
        if not (wanted or "").strip():
            return [gr.skip()] * 5
        desk, who, number, session = desk_of(door, request), visitor.of(request), chosen(course_), (wanted or "").strip()
        known = session in rolls.sessions(desk, number)
        key = "assessment_roll_reopened" if known else "assessment_roll_new"
        return draw(desk, number, session, said(who.say(key, name=session)), who, fresh=True)

    @polite
    def save(course_: int | None, replace_: bool, event: gr.EventData, request: gr.Request) -> Any:
        desk, who, number = desk_of(door, request), visitor.of(request), chosen(course_)
        session, marks = _told(event)
        change = rolls.call(desk, number, session, marks, replace=bool(replace_))
        key = "assessment_roll_saved" if change else "assessment_import_nothing"
        note_ = said(who.say(key, count=len(marks), name=session, number=change))
        return draw(desk, number, session, note_, who, fresh=True)

    shown = [loaded, name, former, note, sheet]
    frame.keep_fresh(show, [course, loaded], shown)
    former.input(open_, [course, former], shown, **QUIET)
    for event in (name.submit, name.blur):
        event(open_if_other(open_), [course, name, loaded], shown, **QUIET)
    frame.written(sheet.submit(save, [course, replace], shown, **QUIET))


def open_if_other(open_: Callable[..., Any]) -> Callable[..., Any]:
    """Open the session that is named, unless it is the one that is open."""

    @polite
    def other(course_: int | None, wanted: str | None, loaded_: tuple[int, str] | None, request: gr.Request) -> Any:
        if loaded_ == (course_, (wanted or "").strip()):
            return [gr.skip()] * 5
        return open_(course_, wanted, request)

    return other


def _told(event: gr.EventData) -> tuple[str, dict[str, str]]:
    """(session, student id -> word) of what was marked. Anybody can send one; `rolls.call` checks every id and word."""
    said_ = event._data if isinstance(event._data, dict) else {}
    marks = said_.get("marks", {})
    marks = {str(student): str(word) for student, word in marks.items()} if isinstance(marks, dict) else {}
    return str(said_.get("session", "")).strip(), marks


def _sheet(
    desk: Desk, course: int, session: str, marks: Mapping[str, str], who: visitor.Visitor, fresh: bool
) -> str:  # fmt: skip
    """The list's value: every student, with what was marked. fresh: another session is opened, or this one was saved."""
    book = scores.gradebook(desk, course)
    keys = ("save", "rest", "left", "keys", "unsaved", "waiting", "discard", "stay", "proposed")
    labels = {key: who.say(f"assessment_roll_{key}") for key in keys}
    whole = {
        "drawn": secrets.token_hex(4),
        "students": [
            [student, name, group, marks.get(student, "")]
            for student, name, group in zip(book.ids, book.names, book.groups, strict=True)
        ],
        "course": course,
        "session": session,
        "fresh": fresh,
        "words": [[word, who.say(f"assessment_roll_{word}"), str(number)] for number, word in enumerate(rolls.WORDS, start=1)],
        "labels": {**labels, "empty": who.say("assessment_no_scores")},
        "may": desk.role(course) != "viewer",
    }
    return json.dumps(whole, ensure_ascii=False)
