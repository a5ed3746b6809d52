"""A camera or a photo of the classroom at the roll call: proposes who is present. Nothing is written before somebody saves."""

import html
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
import numpy as np

from shared import camera, images, visitor
from shared.handlers import polite
from shared.language import text
from shared.passing import Passing, gone_after, passing
from shared.problems import Problem

from .page_desk import PRIVATE, QUIET, Frame, chosen, desk_of, said
from .recognising import FaceId, Picture, Seen
from .store import faces, scores
from .store.access import Desk

_CAMERA_WIDTH = 1280  # pixels: a class is wider than one face
_CAMERA = gr.WebcamOptions(mirror=False, constraints={"video": {"width": {"ideal": 1280}, "height": {"ideal": 720}}})
_LONGEST_SIDE = 4096  # pixels of a photo that are looked at: a face in the last row is a hundredth of them
_SHOWN_SIDE = 1280


def render(frame: Frame, face_id: FaceId, sheet: gr.HTML) -> None:
    """The section's contents. sheet: the list whose `seen` takes what is proposed."""
    door, course = frame.door, frame.course
    with gr.Accordion(text("assessment_roll_pictures"), open=False, elem_id="roll-pictures", visible=False) as section:
        with gr.Row():
            eye = camera.camera("roll-camera", live=True, facing="environment", width=_CAMERA_WIDTH)
            photo = passing(
                gr.Image(
                    sources=["upload", "webcam", "clipboard"], label=text("assessment_roll_photo"), height=280, buttons=[],
                    webcam_options=_CAMERA, elem_id="roll-photo",
                )
            )  # fmt: skip
        gr.Markdown(text("assessment_roll_pictures_how"), elem_classes="detail")
        found = gr.HTML(elem_id="roll-found", js_on_load=None)

    def who_is_there(desk: Desk, course_: int, picture: Picture) -> list[Seen]:
        known = faces.known(desk, course_, face_id.engine)
        if not known:
            raise Problem("assessment_roll_nobody_enrolled")
        return [
            Seen(one.student if one.student in known else "", one.similarity, one.box_xyxy)
            for one in face_id.who(picture, known)
        ]

    @polite
    def show(course_: int | None, request: gr.Request) -> Any:
        may = course_ is not None and desk_of(door, request).role(course_) in ("instructor", "owner")
        return gr.Accordion(visible=may)

    @polite(instead=lambda sentence: (camera.problem(sentence), gr.skip(), said(sentence, good=False)))
    def watch(course_: int | None, event: gr.EventData, request: gr.Request) -> Any:
        desk, who, number = desk_of(door, request), visitor.of(request), chosen(course_)
        desk.require(number, "instructor")
        there = who_is_there(desk, number, images.read(camera.picture(event), longest_side=_CAMERA_WIDTH))
        names = _names(desk, number)
        drawn = camera.answer(event, [_drawn(one, names) for one in there])
        return drawn, _proposed(there, number), _caption(there, names, who)

    @polite(instead=lambda sentence: (None, gr.skip(), said(sentence, good=False)))
    def look(photos: list[Passing], course_: int | None, request: gr.Request) -> Any:
        with gone_after(photos):
            desk, who, number = desk_of(door, request), visitor.of(request), chosen(course_)
            desk.require(number, "instructor")
            if not photos:  # it was taken off again, or the camera is chosen
                return None, gr.skip(), gr.skip()
            picture = photos[0].read(_LONGEST_SIDE)
        there, names = who_is_there(desk, number, picture), _names(desk, number)
        return None, _proposed(there, number), _framed(picture, there, names) + _caption(there, names, who)

    frame.keep_fresh(show, [course], section)
    course.change(lambda: "", None, found, **QUIET)
    eye.input(watch, course, [eye, sheet, found], trigger_mode="multiple", **QUIET)
    photo.input(look, [photo, course], [photo, sheet, found], concurrency_limit=2, **PRIVATE)


def _names(desk: Desk, course: int) -> dict[str, str]:
    book = scores.gradebook(desk, course)
    return dict(zip(book.ids, book.names, strict=True))


def _proposed(there: Sequence[Seen], course: int) -> Any:
    """What the list is told. It ignores what is not newer, and what is about another course."""
    seen = sorted({one.student for one in there if one.student})
    return gr.HTML(seen=json.dumps({"seen": seen, "course": course, "at": time.time()}))


def _drawn(one: Seen, names: Mapping[str, str]) -> dict[str, Any]:
    """A face as the camera's picture shows it."""
    name = names.get(one.student, "") or one.student
    return {"box": list(one.box_xyxy), "label": name or "?", "kind": "known" if name else "unknown"}


def _caption(there: Sequence[Seen], names: Mapping[str, str], who: visitor.Visitor) -> str:
    """Who was recognised, and how many faces are nobody's."""
    if not there:
        return said(who.say("assessment_roll_no_face"), good=False)
    students = sorted({one.student for one in there if one.student})
    unknown = sum(not one.student for one in there)
    listed = ", ".join(f"{names.get(one, '') or one}" for one in students)
    lines = [said(who.say("assessment_roll_seen", count=len(students), names=listed))] if students else []
    lines += [said(who.say("assessment_roll_unknown", count=unknown), good=False)] if unknown else []
    return "".join(lines)


def _framed(picture: np.ndarray, there: Sequence[Seen], names: Mapping[str, str]) -> str:
    """The photo with a frame around every face; it lives in the page alone. Places as shares, so that it fits any width."""
    height, width = picture.shape[:2]
    frames = []
    for one in there:
        left, top, right, bottom = one.box_xyxy
        place = (("left", left / width), ("top", top / height), ("width", (right - left) / width),
                 ("height", (bottom - top) / height))  # fmt: skip
        style = ";".join(f"{side}:{share:.2%}" for side, share in place)
        name = html.escape(f"{names.get(one.student, '') or one.student} {one.similarity:.2f}") if one.student else "?"
        frames.append(f"<span class='face {'known' if one.student else 'unknown'}' style='{style}'><b>{name}</b></span>")
    shown = images.to_photo_url(picture, longest_side=_SHOWN_SIDE)
    return f"<div class='faces-picture'><img src='{shown}' alt=''>{''.join(frames)}</div>"
