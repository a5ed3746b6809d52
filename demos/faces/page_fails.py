"""Where it fails, measured: a photo made worse under the hand, the measured curves, groups of people, consent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from shared import furniture, picture, visitor
from shared.handlers import polite
from shared.language import text
from shared.visitor import Visitor

from . import engine, fails_charts, fails_view, toll, trial, view
from .conditions import CONDITIONS

_EXAMPLES = ("barack_obama_1", "jacinda_ardern_2", "grace_hopper", "eileen_collins", "rishi_sunak")
_FIRST, _START = "small", 60  # the condition and the slider's percentage to begin with


def build() -> None:
    """Lay the view out: photo and slider, what becomes of the face, what was measured; all curves and the rest below."""
    original = gr.State(None)
    with gr.Row(elem_classes="fails-try"):
        with gr.Column(scale=10, min_width=300):
            photo = picture.picture(
                label=text("faces_fails_photo"), sources=["upload", "webcam", "clipboard"], height=150,
                elem_id="faces-fails-photo", buttons=[],
            )  # fmt: skip
            with gr.Column(elem_classes="photo-examples"):
                gr.Examples([[str(trial.EXAMPLES / f"{name}.jpg")] for name in _EXAMPLES], photo, label="")
            condition = gr.Radio(
                [(text(f"faces_fails_{key}"), key) for key in CONDITIONS], value=_FIRST, label=text("faces_fails_condition"),
                elem_id="faces-fails-condition", elem_classes="compact",
            )  # fmt: skip
            slider = gr.Slider(
                0, 100, _START, step=1, label=text("faces_fails_strength"), elem_id="faces-fails-strength",
                elem_classes="compact", buttons=[],
            )  # fmt: skip
        with gr.Column(scale=9, min_width=280):
            result = gr.HTML(visitor.for_each("faces_fails_first", _empty), elem_id="faces-fails-result", js_on_load=None)
        with gr.Column(scale=10, min_width=300):
            chart = gr.HTML(
                visitor.for_each("faces_fails_first_chart", lambda who: _chart(_FIRST, _START / 100, who)),
                elem_id="faces-fails-chart", js_on_load=None,
            )  # fmt: skip
    for name, make in _BELOW.items():
        gr.HTML(visitor.for_each(f"faces_fails_made_{name}", make), elem_id=f"faces-fails-{name}", js_on_load=None)

    ways: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    chosen = [original, condition, slider]
    photo.change(load, [photo, condition, slider], [original, result], **ways)
    gr.on([condition.input, slider.input], show, chosen, [result, chart], trigger_mode="always_last", **ways)
    furniture.on_view_change(show, chosen, [result, chart])


@polite(instead=lambda sentence: (None, view.problem(sentence)))
async def load(file: str | None, condition: str, percent: float, request: gr.Request) -> tuple[trial.Original | None, str]:
    """Handler: a photo -> its face to make worse, and the face made worse."""
    who = visitor.of(request)
    if file is None:
        return None, _empty(who)
    original = await engine.work(trial.prepare, Path(file))
    return original, await _outcome(original, condition, percent, who)


@polite(instead=lambda sentence: (view.problem(sentence), gr.skip()))
async def show(original: trial.Original | None, condition: str, percent: float, request: gr.Request) -> tuple[str, str]:
    """Handler: a condition and how strong, 0 to 100 -> the face made worse, and where that lies on the measured curve."""
    who = visitor.of(request)
    shown = _empty(who) if original is None else await _outcome(original, condition, percent, who)
    return shown, _chart(condition, percent / 100, who)


async def _outcome(original: trial.Original, condition: str, percent: float, who: Visitor) -> str:
    made = await engine.work(trial.worsen, original, condition, percent / 100)
    return fails_view.outcome(made, who)


def _empty(who: Visitor) -> str:
    return view.sentence(who.say("faces_fails_empty"))


def _measured(make: Callable[[toll.Toll], str], who: Visitor) -> str:
    try:
        return make(toll.stored())
    except FileNotFoundError:
        return view.problem(who.say("faces_fails_unmeasured"))


def _chart(condition: str, hardship: float, who: Visitor) -> str:
    def make(found: toll.Toll) -> str:
        drawn = fails_charts.panel(found, condition, who, hardship)
        return f'<figure class="fails-panel">{drawn}</figure>{fails_charts.legend(who)}'

    return _measured(make, who)


def _all(who: Visitor) -> str:
    return _measured(lambda found: fails_charts.small_multiples(found, who), who)


_BELOW: dict[str, Callable[[Visitor], str]] = {
    "all": _all,
    "groups": fails_view.between_groups,
    "consent": fails_view.consent,
}
