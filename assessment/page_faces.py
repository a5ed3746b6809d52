"""The class gallery: enrol the students who agreed, by many photos at once or one by one, and delete what is kept of them."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text
from shared.live import live, told
from shared.passing import Passing, gone_after, passing
from shared.problems import Problem

from .enrolling import Outcome, enrol
from .page_desk import PRIVATE, QUIET, Frame, chosen, desk_of, said
from .recognising import FaceId
from .store import faces, scores
from .store.access import Desk

_CAMERA = gr.WebcamOptions(mirror=False, constraints={"video": {"width": {"ideal": 1280}, "height": {"ideal": 720}}})


def _instead(sentence: str) -> Any:
    """A problem stands where the outcomes stand; the photo that it is about is gone."""
    return None, said(sentence, good=False), gr.skip(), gr.skip(), gr.skip()


def render(frame: Frame, face_id: FaceId) -> None:
    """The section's contents; for who may only look it is not there."""
    door, course = frame.door, frame.course
    with gr.Accordion(text("assessment_faces_gallery"), open=False, elem_id="faces-gallery", visible=False) as section:
        gr.Markdown(text("assessment_faces_consent"), elem_classes="reading")
        with gr.Row():
            with gr.Column(scale=1, min_width=300):
                many = passing(
                    gr.File(
                        file_count="multiple", file_types=["image"], label=text("assessment_faces_many"), height=160,
                        elem_id="faces-many",
                    )
                )  # fmt: skip
                student = gr.Dropdown(choices=[], value=None, label=text("assessment_faces_student"), elem_id="faces-student")
                one = passing(
                    gr.Image(
                        sources=["upload", "webcam", "clipboard"], label=text("assessment_faces_one"), height=260, buttons=[],
                        webcam_options=_CAMERA, elem_id="faces-one",
                    )
                )  # fmt: skip
            with gr.Column(scale=1, min_width=300):
                outcome = gr.HTML(elem_id="faces-outcome", js_on_load=None)
                listed = live("faces-list")

    def draw(desk: Desk, course_: int, student_: str | None, who: visitor.Visitor) -> Any:
        book = scores.gradebook(desk, course_)
        names = dict(zip(book.ids, book.names, strict=True))
        choices = [(f"{id_} {name}".strip(), id_) for id_, name in names.items()]
        menu = gr.Dropdown(choices=choices, value=student_ if student_ in names else None)
        return menu, _list(names, faces.counts(desk, course_), face_id.engine, who), gr.Accordion(visible=True)

    @polite
    def show(course_: int | None, student_: str | None, request: gr.Request) -> Any:
        desk = desk_of(door, request)
        if course_ is None or desk.role(course_) in (None, "viewer"):
            return gr.Dropdown(choices=[], value=None), "", gr.Accordion(visible=False)
        return draw(desk, course_, student_, visitor.of(request))

    def take(
        photos: list[Passing], whose: str, course_: int | None, student_: str | None, request: gr.Request, progress: gr.Progress
    ) -> Any:  # fmt: skip
        desk, who, number = desk_of(door, request), visitor.of(request), chosen(course_)

        def tell(done: int, of: int) -> None:
            progress((done, of), desc=who.say("assessment_faces_progress", done=done, photos=of))

        found = enrol(desk, number, face_id, photos, whose, tell)
        return None, _outcomes(found, who), *draw(desk, number, student_, who)

    @polite(instead=_instead)
    def take_many(
        photos: list[Passing], course_: int | None, student_: str | None, request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (that is how Gradio gives it)
    ) -> Any:  # fmt: skip
        with gone_after(photos):
            return take(photos, "", course_, student_, request, progress)

    @polite(instead=_instead)
    def take_one(
        photos: list[Passing], course_: int | None, student_: str | None, request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Any:  # fmt: skip
        with gone_after(photos):
            desk_of(door, request).require(chosen(course_), "instructor")
            if not photos:  # it was taken off again, or the camera is chosen
                return None, *[gr.skip()] * 4
            if not student_:
                raise Problem("assessment_faces_choose")
            return take(photos, student_, course_, student_, request, progress)

    @polite
    def remove(course_: int | None, student_: str | None, event: gr.EventData, request: gr.Request) -> Any:
        desk, who, number = desk_of(door, request), visitor.of(request), chosen(course_)
        deed, _, which = told(event).do.partition(":")
        if deed == "remove":
            faces.remove(desk, number, which)
        elif deed == "remove-all":
            faces.remove_all(desk, number)
        return said(who.say("assessment_faces_removed")), *draw(desk, number, student_, who)

    shown = [student, listed, section]
    frame.keep_fresh(show, [course, student], shown)
    course.change(lambda: "", None, outcome, **QUIET)
    enrolled = [outcome, *shown]
    frame.written(many.upload(take_many, [many, course, student], [many, *enrolled], concurrency_limit=1, **PRIVATE))
    frame.written(one.input(take_one, [one, course, student], [one, *enrolled], concurrency_limit=2, **PRIVATE))
    frame.written(listed.submit(remove, [course, student], enrolled, **QUIET))


def _outcomes(found: Sequence[Outcome], who: visitor.Visitor) -> str:
    """What became of each photo, those with a problem first."""
    good = sum(one.problem is None for one in found)
    head = said(who.say("assessment_faces_done", good=good, photos=len(found)), good=good == len(found))
    rows = []
    for one in sorted(found, key=lambda one: one.problem is None):
        what = who.say("assessment_faces_enrolled")
        if one.problem is not None:
            what = who.say(one.problem.key, **one.problem.values)
        cells = (one.name or "-", one.student or "-", what)
        kind = "" if one.problem is None else " class='error'"
        rows.append(f"<tr{kind}>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>")
    return head + _table(("file", "id", "outcome"), rows, who)


def _list(names: Mapping[str, str], counts: Mapping[str, Mapping[str, int]], engine: str, who: visitor.Visitor) -> str:
    """Who is enrolled, with how many photos, and the buttons that delete them."""
    if not counts:
        return f"<p class='empty'>{html.escape(who.say('assessment_faces_none'))}</p>"
    able = sum(engine in held for held in counts.values())
    head = html.escape(who.say("assessment_faces_enrolled_of", enrolled=able, students=len(names)))
    remove, everything, really = (html.escape(who.say(f"assessment_faces_{word}")) for word in ("remove", "all", "really"))
    rows = []
    for student, held in counts.items():
        photos, others = held.get(engine, 0), sum(held.values()) - held.get(engine, 0)
        told_ = str(photos) if not others else who.say("assessment_faces_other", photos=photos, others=others)
        label = html.escape(f"{student} {names.get(student, '')}".strip())
        button = f"<button data-do='remove:{html.escape(student, True)}'>{remove}</button>"
        rows.append(f"<tr><td>{label}</td><td>{html.escape(told_)}</td><td>{button}</td></tr>")
    whole = f"<details><summary>{everything}</summary><button data-do='remove-all:'>{really}</button></details>"
    table = _table(("student", "photos", "blank"), rows, who)
    return f"<p class='said good'>{head}</p><div class='scroll'>{table}</div>{whole}"


def _table(columns: Sequence[str], rows: Sequence[str], who: visitor.Visitor) -> str:
    titles = ("" if one == "blank" else html.escape(who.say(f"assessment_faces_column_{one}")) for one in columns)
    head = "".join(f"<th>{title}</th>" for title in titles)
    return f"<table class='figures findings'><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
