"""The gradebook's page: one tab for each step of a term. Every handler works at the desk of who is logged in."""

import html
import re
from typing import Any

import gradio as gr

from shared import furniture, visitor
from shared.handlers import polite
from shared.language import LANGUAGES, text, translate

from . import (
    page_courses,
    page_grades,
    page_history,
    page_import,
    page_policy,
    page_publish,
    page_roll,
    page_scores,
    page_statistics,
)  # fmt: skip
from .door import Door
from .page_desk import QUIET, Frame, course_choices, desk_of, pick
from .recognising import FaceId

_TABS: tuple[Any, ...] = (
    page_courses, page_import, page_scores, page_grades, page_policy, page_statistics, page_roll, page_publish, page_history,
)  # fmt: skip


def build(door: Door, face_id: FaceId | None = None) -> gr.Blocks:
    """The page, ready to be mounted behind the door.

    face_id: knows the students of a class by their faces, for the roll call; without it there is neither camera nor gallery.
    """
    title = {to: translate("assessment_page_title", to) for to in LANGUAGES}
    with gr.Blocks(title=title["en"], delete_cache=(600, 3600)) as page:
        furniture.bar(title)
        with gr.Row(elem_id="grades-head"):
            course = gr.Dropdown(label=text("assessment_course"), choices=[], elem_id="grades-course", scale=3)
            who = gr.HTML(elem_id="grades-who", js_on_load=None)
        refresh = gr.Button("", visible="hidden", elem_id="grades-refresh")
        wish = gr.Textbox("", visible="hidden", elem_id="grades-wish")  # the id of the course that is to be chosen next
        tabs = []
        with gr.Tabs(elem_id="grades-tabs"):
            for module in _TABS:
                name = module.__name__.rpartition("_")[2]
                with furniture.tab(f"assessment_tab_{name}", name, visible=module is page_courses) as tab:
                    tabs.append(tab)
                    frame = Frame(door, page, tab, course, wish, refresh)
                    if module is page_roll:
                        page_roll.render(frame, face_id)
                    else:
                        module.render(frame)

        @polite
        def show(chosen: int | None, last_: str | None, request: gr.Request) -> Any:
            desk = desk_of(door, request)
            wanted = int(last_) if last_ and re.fullmatch("[0-9]{1,9}", last_) else chosen
            found = pick(desk, wanted)
            # Told twice what it shows already, Gradio's drop-down may say "change" for ever.
            told = gr.skip() if found is not None and found == chosen and not last_ else course_choices(desk, wanted)
            # Without a course there is one thing to do: make one.
            return told, "", _who(request), *(gr.Tab(visible=found is not None) for _ in tabs[1:])

        shown = [course, wish, who, *tabs[1:]]
        page.load(show, [course, wish], shown, js="(course) => [course, localStorage.getItem('grades_course') ?? '']", **QUIET)
        refresh.click(show, [course, wish], shown, **QUIET)
        course.change(None, course, None, js="(course) => { if (course) localStorage.setItem('grades_course', course); }")
        furniture.on_view_change(show, [course, wish], shown)
    page.queue(default_concurrency_limit=4, max_size=100)
    return page


def _who(request: gr.Request) -> str:
    """Who is logged in, and the way out."""
    to = visitor.of(request).language
    return (
        f'<form method="post" action="/grades/logout"><span>{html.escape(str(request.username))}</span> '
        f"<button>{translate('assessment_log_out', to)}</button></form>"
    )
