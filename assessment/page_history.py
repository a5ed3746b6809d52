"""History: who changed what, when, why, and from which file and cell."""

from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text

from .door import Door
from .page_desk import chosen, desk_of
from .store import courses, history

_SHOWN = 2000


def render(door: Door, course: gr.Dropdown, refresh: gr.Button) -> None:
    """The tab's contents."""
    with gr.Row():
        student = gr.Textbox(label=text("assessment_student_filter"), max_lines=1, elem_id="history-student")
        load = gr.Button(text("assessment_show_history"), variant="primary", elem_id="history-show")
        number = gr.Number(label=text("assessment_change_number"), precision=0, elem_id="history-number")
        why = gr.Textbox(label=text("assessment_why"), max_lines=1)
        undo = gr.Button(text("assessment_undo_change"), elem_id="history-undo")
    table = gr.Dataframe(interactive=False, max_height=640, wrap=True, elem_id="history-table", buttons=["fullscreen"])

    @polite
    def show(course_: int | None, student_: str | None, request: gr.Request) -> Any:
        who, desk = visitor.of(request), desk_of(door, request)
        items = {item.key: item.name(who.language) for item in courses.policy(desk, chosen(course_)).items}
        found = history.deeds(desk, chosen(course_), student_id=(student_ or "").strip() or None, limit=_SHOWN)
        keys = ("change", "at", "actor", "kind", "student", "field", "before", "after", "source", "why")
        rows = [
            [str(one.change), one.at[:19].replace("T", " "), one.actor, who.say(f"assessment_kind_{one.kind}"),
             one.student_id or "", items.get(one.item or "", one.item or who.say(f"assessment_field_{one.field}")),
             one.before or "-", one.after or "-", " › ".join(filter(None, (one.file, one.sheet, one.cell))), one.why]
            for one in found
        ]  # fmt: skip
        headers = [who.say(f"assessment_history_{key}") for key in keys]
        return gr.Dataframe(headers=headers, value=rows, column_count=len(headers))

    @polite
    def take_back(course_: int | None, number_: float | None, why_: str, request: gr.Request) -> None:
        history.undo(desk_of(door, request), chosen(course_), int(number_ or 0), why_)

    private: dict[str, Any] = {"api_visibility": "private"}
    load.click(show, [course, student], table, **private)
    undo.click(take_back, [course, number, why], None, **private).success(show, [course, student], table, **private)
