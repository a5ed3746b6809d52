"""Courses: a new one from a policy, who may do what in it, putting it away."""

from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text

from . import policyfile
from .door import Door
from .page_desk import chosen, course_choices, desk_of
from .store import courses


def render(door: Door, course: gr.Dropdown, refresh: gr.Button) -> None:
    """The tab's contents."""
    with gr.Row():
        with gr.Column():
            gr.Markdown(text("assessment_new_course"), elem_classes="caption")
            name = gr.Textbox(label=text("assessment_course_name_label"), max_lines=1, elem_id="course-name")
            term = gr.Textbox(label=text("assessment_term"), max_lines=1, elem_id="course-term")
            with gr.Accordion(text("assessment_policy"), open=False):
                policy = gr.Code(
                    policyfile.DEFAULT.read_text(encoding="utf-8"), language=None, label=text("assessment_policy"), lines=16
                )
            create = gr.Button(text("assessment_create_course"), variant="primary", elem_id="course-create")
        with gr.Column():
            gr.Markdown(text("assessment_members"), elem_classes="caption")
            members = gr.Dataframe(interactive=False, wrap=True, elem_id="course-members")
            username = gr.Textbox(label=text("assessment_door_username"), max_lines=1)
            role = gr.Dropdown(
                label=text("assessment_role"), value="instructor",
                choices=[(text(f"assessment_role_{one}"), one) for one in ("owner", "instructor", "viewer", "none")],
            )  # fmt: skip
            give = gr.Button(text("assessment_give_role"))
            archive = gr.Button(text("assessment_archive"))

    @polite
    def make(name_: str, term_: str, policy_: str, request: gr.Request) -> Any:
        desk = desk_of(door, request)
        made = courses.create(desk, name_, term_, policy_)
        gr.Info(visitor.of(request).say("assessment_course_made", name=name_), title="")
        return course_choices(desk, made), "", ""

    @polite
    def show(course_: int | None, request: gr.Request) -> Any:
        who, desk = visitor.of(request), desk_of(door, request)
        headers = [who.say("assessment_door_username"), who.say("assessment_role")]
        if course_ is None or desk.role(course_) != "owner":
            return gr.Dataframe(headers=headers, value=[])
        rows = [[one, who.say(f"assessment_role_{of}")] for one, of in courses.members(desk, course_)]
        return gr.Dataframe(headers=headers, value=rows)

    @polite
    def let_in(course_: int | None, username_: str, role_: str, request: gr.Request) -> str:
        courses.let_in(desk_of(door, request), chosen(course_), username_, None if role_ == "none" else role_)  # type: ignore[arg-type]
        return ""

    @polite
    def put_away(course_: int | None, request: gr.Request) -> Any:
        desk = desk_of(door, request)
        courses.archive(desk, chosen(course_))
        return course_choices(desk, None)

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    create.click(make, [name, term, policy], [course, name, term], **private)
    course.change(show, course, members, **private)
    give.click(let_in, [course, username, role], username, **private).success(show, course, members, **private)
    archive.click(put_away, course, course, **private)
