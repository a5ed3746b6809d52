"""Both detectors on one photo, side by side, opened up."""

from pathlib import Path
from typing import Any

import gradio as gr

from shared import furniture, picture, slider, visitor
from shared.faces import detection
from shared.handlers import polite
from shared.language import text

from . import engine, opened, view, view_inside

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.jpg"))
_FIRST = "eileen_collins.jpg"
_START = {"mtcnn": 0.8, "centerface": 0.5}  # each detector's own threshold: a probability and a heat are not the same
_MIN_FACE = 40
_KEPT_S = 1800  # how long a visitor's photo is kept once it is no longer used


def build() -> None:
    """Lay the photo and its controls out beside the two detectors."""
    seen = gr.State(None, time_to_live=_KEPT_S)
    with gr.Row(elem_classes="faces-inside"):
        with gr.Column(scale=3, min_width=300):
            photo = picture.picture(
                value=str(next(file for file in EXAMPLES if file.name == _FIRST)), label=text("faces_photo"),
                sources=["upload", "webcam", "clipboard"], height=190, elem_id="faces-photo", buttons=[],
            )  # fmt: skip
            with gr.Column(elem_classes="photo-examples faces-examples"):
                gr.Examples([[str(file)] for file in EXAMPLES], photo)
            smallest = slider.slider(
                12,
                200,
                _MIN_FACE,
                step=1,
                label=text("faces_inside_smallest"),
                elem_id="faces-smallest",
                elem_classes="faces-slider",
            )
            limits = {
                name: slider.slider(
                    opened.LEAST_SCORE, 0.99, _START[name], step=0.01, label=text(f"faces_inside_threshold_{name}"),
                    elem_id=f"faces-threshold-{name}", elem_classes="faces-slider",
                )
                for name in detection.DETECTORS
            }  # fmt: skip
        panels = {}
        for name in detection.DETECTORS:
            with gr.Column(scale=5, min_width=300):
                panels[name] = gr.HTML(
                    visitor.for_each(f"faces_inside_empty_{name}", _empty), elem_id=f"faces-{name}", js_on_load=None
                )
    # The example's result is made when somebody opens this view, not for everybody who opens the gallery.
    opening = gr.HTML("", js_on_load="trigger('submit')", elem_id="faces-inside-opening", elem_classes="faces-unseen")
    inputs, outputs = [photo, smallest, *limits.values()], [seen, *panels.values()]
    ways: dict[str, Any] = {"api_visibility": "private", "queue": False, "trigger_mode": "always_last"}
    gr.on([photo.change, smallest.change, opening.submit], look, inputs, outputs, show_progress="minimal", **ways)
    limits["mtcnn"].change(show_mtcnn, [seen, limits["mtcnn"]], panels["mtcnn"], show_progress="hidden", **ways)
    limits["centerface"].change(
        show_centerface, [seen, limits["centerface"]], panels["centerface"], show_progress="hidden", **ways
    )
    furniture.on_view_change(again, [seen, *inputs], outputs)


@polite(instead=lambda sentence: (None, view.problem(sentence), ""))
async def look(
    file: str | None, smallest: float | None, mtcnn: float | None, centerface: float | None, request: gr.Request
) -> tuple[Any, ...]:
    """Handler: a photo and the smallest face wanted -> what both detectors see, for the other handlers, and their panels."""
    who = visitor.of(request)
    if file is None:
        return None, _empty(who), ""
    if smallest is None or mtcnn is None or centerface is None:
        return gr.skip(), gr.skip(), gr.skip()  # somebody is about to type another number
    found = await engine.work(_look, file, smallest)
    return found, *await _panels(found, mtcnn, centerface, who)


@polite(instead=lambda sentence: (gr.skip(), view.problem(sentence), ""))
async def again(
    found: Any, file: str | None, smallest: float | None, mtcnn: float | None, centerface: float | None, request: gr.Request
) -> tuple[Any, ...]:
    """Handler: the same in another language."""
    if found is None:
        return await look(file, smallest, mtcnn, centerface, request)
    if mtcnn is None or centerface is None:
        return gr.skip(), gr.skip(), gr.skip()
    return gr.skip(), *await _panels(found, mtcnn, centerface, visitor.of(request))


@polite(instead=view.problem)
async def show_mtcnn(found: Any, threshold: float | None, request: gr.Request) -> Any:
    """Handler: MTCNN's panel at another threshold; nothing is looked at again."""
    return await _shown(found, "mtcnn", threshold, request)


@polite(instead=view.problem)
async def show_centerface(found: Any, threshold: float | None, request: gr.Request) -> Any:
    """Handler: CenterFace's panel at another threshold."""
    return await _shown(found, "centerface", threshold, request)


async def _shown(found: Any, detector: str, threshold: float | None, request: gr.Request) -> Any:
    if found is None or threshold is None:
        return gr.skip()  # no photo, which the page says already, or no number yet
    return await engine.work(view_inside.panel, found, detector, threshold, visitor.of(request))


def _look(file: str, smallest: float) -> opened.Opened:
    return opened.look(engine.read(file, opened.LARGEST_SIDE), smallest)


async def _panels(found: opened.Opened, mtcnn: float, centerface: float, who: visitor.Visitor) -> tuple[str, str]:
    return (
        await engine.work(view_inside.panel, found, "mtcnn", mtcnn, who),
        await engine.work(view_inside.panel, found, "centerface", centerface, who),
    )


def _empty(who: visitor.Visitor) -> str:
    return view.sentence(who.say("faces_inside_empty"))
