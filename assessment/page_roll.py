"""Roll call: who is here, by key or tap; written as a session of the attendance roll.

`recognise` looks at a camera's picture and says which students are in it; face ID hands it in, and the list works without.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from shared import visitor
from shared.handlers import polite
from shared.language import text

from .page_desk import QUIET, Frame, chosen, desk_of, said
from .store import courses, rolls, scores
from .store.access import Desk

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Recognise = Callable[[Picture], Sequence[str]]  # (H, W, 3) RGB -> ids of the students who are in the picture
WORDS = ("present", "late", "leave", "absent")
_SCRIPT = Path(__file__).with_name("roll.js").read_text(encoding="utf-8")
_FRAMES_EVERY_S = 0.5


def render(frame: Frame, recognise: Recognise | None) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    loaded = gr.State(None)  # the course whose list is shown: what is marked and not saved yet must outlive another tab
    with gr.Row(elem_classes="grades-actions"):
        name = gr.Textbox(label=text("assessment_roll_session"), max_lines=1, max_length=60, elem_id="roll-session")
        former = gr.Dropdown(label=text("assessment_roll_former"), choices=[], elem_id="roll-former")
        replace = gr.Checkbox(label=text("assessment_roll_replace"), elem_id="roll-replace")
    camera = None
    if recognise is not None:
        camera = gr.Image(
            sources=["webcam"], streaming=True, type="numpy", label=text("assessment_roll_camera"), height=260,
            elem_id="roll-camera",
        )  # fmt: skip
    note = gr.HTML(elem_id="roll-note", js_on_load=None)
    sheet = gr.HTML("", html_template='<div class="roll"></div>', js_on_load=_SCRIPT, elem_id="roll-sheet", seen="")

    @polite
    def show(course_: int | None, loaded_: int | None, request: gr.Request) -> Any:
        who = visitor.of(request)
        if course_ is None:
            return None, "", gr.Dropdown(choices=[], value=None), said(who.say("assessment_no_course"), good=False), ""
        desk = desk_of(door, request)
        policy = courses.policy(desk, course_)
        if not any(part.roll for part in policy.components):
            return None, "", gr.Dropdown(choices=[], value=None), said(who.say("assessment_no_roll"), good=False), ""
        today = f"{datetime.now().astimezone():%Y-%m-%d}"
        held = rolls.sessions(desk, course_)
        sheet_ = _sheet(desk, course_, held.get(today, {}), who)
        return course_, gr.skip() if loaded_ == course_ else today, gr.Dropdown(choices=sorted(held), value=None), "", sheet_

    @polite
    def reopen(course_: int | None, former_: str | None, request: gr.Request) -> Any:
        if not former_:
            return gr.skip(), gr.skip(), ""
        desk, who = desk_of(door, request), visitor.of(request)
        marks = rolls.sessions(desk, chosen(course_)).get(former_, {})
        return (
            former_,
            _sheet(desk, chosen(course_), marks, who, fresh=True),
            said(who.say("assessment_roll_reopened", name=former_)),
        )

    @polite
    def save(course_: int | None, name_: str | None, replace_: bool, event: gr.EventData, request: gr.Request) -> Any:
        desk, who, number = desk_of(door, request), visitor.of(request), chosen(course_)
        marks = _marks(event)
        change = rolls.call(desk, number, name_ or "", marks, replace=bool(replace_))
        key = "assessment_roll_saved" if change else "assessment_import_nothing"
        held = rolls.sessions(desk, number)
        answer = said(who.say(key, count=len(marks), name=(name_ or "").strip(), number=change))
        session = (name_ or "").strip()
        return (
            answer,
            gr.Dropdown(choices=sorted(held), value=None),
            _sheet(desk, number, held.get(session, {}), who, fresh=True),
        )

    @polite
    def look(picture: Picture | None, course_: int | None, request: gr.Request) -> Any:
        desk = desk_of(door, request)
        with desk.reading(chosen(course_), "instructor"):
            pass
        if picture is None or recognise is None:
            return gr.skip()
        known = set(scores.gradebook(desk, chosen(course_)).ids)
        seen = [student for student in recognise(picture) if student in known]
        return gr.HTML(seen=json.dumps({"seen": seen, "at": datetime.now().timestamp()}))

    shown = [loaded, name, former, note, sheet]
    frame.keep_fresh(show, [course, loaded], shown)
    former.input(reopen, [course, former], [name, sheet, note], **QUIET)
    sheet.submit(save, [course, name, replace], [note, former, sheet], **QUIET)
    if camera is not None:
        camera.stream(look, [camera, course], sheet, stream_every=_FRAMES_EVERY_S, time_limit=3600, **QUIET)


def _marks(event: gr.EventData) -> dict[str, str]:
    """What the page says about each student. Anybody can send one; `rolls.call` checks every id and word."""
    said_ = event._data if isinstance(event._data, dict) else {}
    marks = said_.get("marks", {})
    return {str(student): str(word) for student, word in marks.items()} if isinstance(marks, dict) else {}


def _sheet(desk: Desk, course: int, marks: dict[str, str], who: visitor.Visitor, fresh: bool = False) -> str:
    """The list's value: every student, with what was marked. fresh: what nobody has saved yet does not stay."""
    book = scores.gradebook(desk, course)
    labels = {key: who.say(f"assessment_roll_{key}") for key in ("save", "rest", "left", "keys", "unsaved")}
    whole = {
        "students": [
            [student, name, group, marks.get(student, "")]
            for student, name, group in zip(book.ids, book.names, book.groups, strict=True)
        ],
        "course": course,
        "fresh": fresh,
        "words": [[word, who.say(f"assessment_roll_{word}"), str(number)] for number, word in enumerate(WORDS, start=1)],
        "labels": {**labels, "empty": who.say("assessment_no_scores")},
        "may": desk.role(course) != "viewer",
    }
    return json.dumps(whole, ensure_ascii=False)
