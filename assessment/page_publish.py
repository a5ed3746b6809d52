"""Publish: make grades final, and download what the registry and the students want."""

import html
from pathlib import Path
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import LANGUAGES, text

from .cohort import grade_class
from .door import PATH
from .exporting import bundle
from .page_desk import PRIVATE, QUIET, Frame, chosen, desk_of, said
from .page_history import moment
from .publishing import cover, readiness
from .store import courses, scores
from .store.access import Desk
from .workfiles import private_file

_FILES = ("xlsx", "csv", "json", "list", "letters-xlsx", "letters-csv")


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    with gr.Row():
        with gr.Column(scale=2):
            state = gr.HTML(elem_id="publish-state", js_on_load=None)
            why = gr.Textbox(label=text("assessment_why_optional"), max_lines=1, max_length=500, elem_id="publish-why")
            with gr.Row():
                final = gr.Button(text("assessment_finalise"), variant="primary", elem_id="publish-finalise")
                unlock = gr.Button(text("assessment_unlock"), elem_id="publish-unlock")
        with gr.Column(scale=3):
            gr.Markdown(text("assessment_downloads"), elem_classes="caption")
            language = gr.Radio(
                [("中文", "zh"), ("English", "en")], value="zh", label=text("assessment_files_language"),
                elem_id="publish-language", elem_classes="compact",
            )  # fmt: skip
            links = gr.HTML(elem_id="publish-links", js_on_load=None)
            with gr.Row(elem_classes="grades-actions"):
                kind = gr.Radio(
                    [("PDF", "pdf"), ("HTML", "html")], value="pdf", label=text("assessment_reports_kind"),
                    elem_id="publish-kind", elem_classes="compact",
                )  # fmt: skip
                make = gr.Button(text("assessment_reports_make"), elem_id="publish-reports", scale=0, min_width=260)
            made = gr.HTML(elem_id="publish-made", js_on_load=None)

    @polite
    def show(course_: int | None, language_: str | None, request: gr.Request) -> Any:
        who = visitor.of(request)
        if course_ is None:
            return said(who.say("assessment_no_course"), good=False), "", ""
        return _state(desk_of(door, request), course_, who), _links(course_, _spoken(language_, who), who), ""

    @polite
    def own_language(request: gr.Request) -> str:
        return visitor.of(request).language

    def lock(final_: bool) -> Any:
        @polite
        def change(course_: int | None, why_: str | None, request: gr.Request) -> str:
            courses.finalise(desk_of(door, request), chosen(course_), final_, (why_ or "").strip())
            return ""

        return change

    @polite
    def write(
        course_: int | None, language_: str, kind_: str, request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (that is how Gradio gives it)
    ) -> str:  # fmt: skip
        who, desk, number = visitor.of(request), desk_of(door, request), chosen(course_)
        grades = grade_class(courses.policy(desk, number), scores.gradebook(desk, number))
        path: Path = private_file(f"{number}.zip")

        def tell(done: int, of: int) -> None:
            progress((done, of), desc=who.say("assessment_reports_progress", done=done, students=of))

        wanted: bundle.Kind = "html" if kind_ == "html" else "pdf"
        bundle.write(path, cover(desk, number), grades, wanted, _spoken(language_, who), tell)
        label = html.escape(who.say("assessment_reports_made", count=len(grades)))
        return f'<a class="made" href="{PATH}/download/{number}/made/{path.parent.name}" download>{label}</a>'

    outputs = [state, links, made]
    frame.page.load(own_language, None, language, **QUIET)
    frame.keep_fresh(show, [course, language], outputs)
    language.input(show, [course, language], outputs, **QUIET)
    frame.written(final.click(lock(True), [course, why], why, **QUIET))
    frame.written(unlock.click(lock(False), [course, why], why, **QUIET))
    make.click(write, [course, language, kind], made, **PRIVATE).success(
        None, js="() => document.querySelector('#publish-made a.made')?.click()"
    )


def _spoken(language: str | None, who: visitor.Visitor) -> str:
    """The language that was chosen for the files, else the visitor's."""
    return language if language in LANGUAGES else who.language


def _state(desk: Desk, course: int, who: visitor.Visitor) -> str:
    """Whether the grades are final, and what would stand in the way."""
    card = courses.card(desk, course)
    policy = courses.policy(desk, course)
    ready = readiness(grade_class(policy, scores.gradebook(desk, course)))
    if not ready.students:
        return said(who.say("assessment_no_scores"), good=False)
    head = who.say("assessment_not_final_yet")
    if card.finalised_at:
        head = who.say("assessment_final_since", at=moment(card.finalised_at))
    lines = [who.say("assessment_ready_graded", graded=ready.graded, students=ready.students)]
    lines += [who.say("assessment_ready_withheld", count=ready.withheld)] if ready.withheld else []
    lines += [who.say("assessment_ready_missing", count=ready.missing)] if ready.missing else []
    if ready.empty_items:
        lines.append(who.say("assessment_ready_empty", items=policy.named(ready.empty_items)[who.language]))
    if not ready.withheld and not ready.missing:
        lines.append(who.say("assessment_ready_complete"))
    return f"<h3>{html.escape(head)}</h3><ul class='steps'>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"


def _links(course: int, language: str, who: visitor.Visitor) -> str:
    """Everything there is to download at once."""
    rows = "".join(
        f'<a href="{PATH}/download/{course}/{kind}?lang={language}" download>'
        f"<b>{html.escape(who.say(f'assessment_file_{kind}'))}</b>"
        f"<small>{html.escape(who.say(f'assessment_file_{kind}_what'))}</small></a>"
        for kind in _FILES
    )
    return f"<nav class='downloads'>{rows}</nav>"
