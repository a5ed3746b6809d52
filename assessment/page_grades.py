"""Grades: everybody's total; a student's arithmetic on demand; finalising; downloads."""

import html
from fractions import Fraction
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text

from . import explaining, reports, whatif
from .cohort import ClassGrades, grade_class
from .door import Door
from .exporting.table import flags_text
from .grades import grade_text
from .page_desk import chosen, desk_of
from .store import courses, scores
from .store.access import Desk

_TARGETS = (Fraction(60), Fraction(80), Fraction(90))


def render(door: Door, course: gr.Dropdown, refresh: gr.Button) -> None:
    """The tab's contents."""
    with gr.Row():
        load = gr.Button(text("assessment_show_grades"), variant="primary", elem_id="grades-show")
        final = gr.Button(text("assessment_finalise"), elem_id="grades-finalise")
        unlock = gr.Button(text("assessment_unlock"), elem_id="grades-unlock")
        links = gr.HTML(elem_id="grades-links", js_on_load=None)
    status = gr.Markdown(elem_id="grades-status")
    with gr.Row():
        with gr.Column(scale=3):
            table = gr.Dataframe(interactive=False, max_height=640, elem_id="grades-table", buttons=["fullscreen"])
        with gr.Column(scale=2):
            written = gr.HTML(elem_id="grades-explained", js_on_load=None)

    def grades(desk: Desk, course_: int) -> ClassGrades:
        return grade_class(courses.policy(desk, course_), scores.gradebook(desk, course_))

    @polite
    def show(course_: int | None, request: gr.Request) -> Any:
        who, desk = visitor.of(request), desk_of(door, request)
        found = grades(desk, chosen(course_))
        keys = ["student_id", "name", "total", *(["curved"] if found.policy.curve else []), "so_far", "letter", "rank", "flags"]
        rows = []
        for one in found:
            curved = [grade_text(found.policy, one.curved) or "-"] if found.policy.curve else []
            letter = getattr(one.letter, who.language) if one.letter else "-"
            rows.append(
                [one.student_id, one.name, grade_text(found.policy, one.total) or "-", *curved,
                 grade_text(found.policy, one.so_far) or "-", letter, str(one.rank or "-"),
                 flags_text(one.flags, found.policy, who.language)]
            )  # fmt: skip
        card = next(card for card in [*courses.listed(desk), *courses.listed(desk, archived=True)] if card.id == course_)
        state = who.say("assessment_not_final")
        if card.finalised_at:
            state = who.say("assessment_final_since", at=card.finalised_at[:16].replace("T", " "))
        table_ = gr.Dataframe(headers=[who.say(f"exporting_{key}") for key in keys], value=rows, column_count=len(keys))
        return table_, state if rows else who.say("assessment_no_scores"), _links(chosen(course_), who), ""

    @polite
    def explain(course_: int | None, event: gr.SelectData, request: gr.Request) -> str:
        who, desk = visitor.of(request), desk_of(door, request)
        found = grades(desk, chosen(course_))
        student = str(event.row_value[0])
        at = found.gradebook.ids.index(student)
        grade = found[at]
        item = whatif.default_item(found.policy, found.gradebook.scores(at))
        needs = whatif.needed(found.policy, found.gradebook.scores(at), item, _TARGETS, found.exact.mean)
        lines = explaining.explain(grade, found.policy, who.language, found.graded)
        future = reports.needs(needs, item, found.policy, who.language)
        return f"<pre>{html.escape(lines)}\n\n{html.escape(future)}</pre>"

    def lock(final_: bool) -> Any:
        @polite
        def change(course_: int | None, request: gr.Request) -> None:
            courses.finalise(desk_of(door, request), chosen(course_), final_)

        return change

    private: dict[str, Any] = {"api_visibility": "private"}
    outputs = [table, status, links, written]
    load.click(show, course, outputs, **private)
    table.select(explain, course, written, show_progress="hidden", **private)
    final.click(lock(True), course, None, **private).success(show, course, outputs, **private)
    unlock.click(lock(False), course, None, **private).success(show, course, outputs, **private)


def _links(course: int, who: visitor.Visitor) -> str:
    kinds = ("xlsx", "csv", "json")
    found = " · ".join(f'<a href="/grades/download/{course}/{kind}" download>{kind.upper()}</a>' for kind in kinds)
    return f"{html.escape(who.say('assessment_download'))} {found}"
