"""Training in front of the class: choose, press, watch both curves grow, compare, look at the mistakes."""

import asyncio
import threading
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

import gradio as gr

from shared import furniture, settings, visitor
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem
from shared.visitor import Visitor

from . import live, page_draw, recipes, view

LENGTHS = ("1e", "2e", "5e", "10e", "5s", "10s", "30s", "60s")  # epochs or seconds
_DRAWN_EVERY_S = 0.3
_RUNS_KEPT = 6
_LARGEST_SEED = 2**31 - 1
_running: dict[str, live.Job] = {}  # by the visitor's session, so that the stop button finds it
_lock = threading.Lock()


class BadSeed(Problem):
    """The seed is no whole number that fits. The message can be shown."""


@lru_cache(maxsize=1)
def trainer() -> live.Trainer:
    """The one trainer of this process."""
    return live.Trainer(settings.current().trainings)


def build(mine: gr.State, network: gr.Radio, views: gr.Tabs) -> None:
    """Lay the training out. mine: where the trained network goes; network, views: the pad's choice and the room's tabs."""
    runs, outcome = gr.State([]), gr.State(None)
    with gr.Row(elem_classes="mnist-train"):
        with gr.Column(scale=3, min_width=260):
            optimiser = gr.Dropdown(
                [(text(f"mnist_{name}"), name) for name in recipes.OPTIMISERS], value="adamw", label=text("mnist_optimiser")
            )
            with gr.Row():
                length = gr.Dropdown(
                    [(text(f"mnist_length_{key}"), key) for key in LENGTHS], value="10s", label=text("mnist_length"),
                    min_width=120,
                )  # fmt: skip
                batch = gr.Dropdown(list(recipes.BATCH_SIZES), value=256, label=text("mnist_batch"), min_width=120)
            with gr.Row():
                activation = gr.Dropdown(
                    [("ReLU", "relu"), ("GELU", "gelu"), ("tanh", "tanh"), ("sigmoid", "sigmoid")],
                    value="relu", label=text("mnist_activation"), min_width=120,
                )  # fmt: skip
                seed = gr.Number(0, label=text("mnist_seed"), min_width=120)
            with gr.Row():
                start = gr.Button(text("mnist_start"), variant="primary", elem_id="mnist-start", min_width=120)
                stop = gr.Button(text("mnist_stop"), elem_id="mnist-stop", min_width=120)
        with gr.Column(scale=9, min_width=320):
            status = gr.HTML(visitor.for_each("mnist_not_started", _ready), elem_id="mnist-status", js_on_load=None)
            chart = gr.Plot(show_label=False, elem_id="mnist-curves")
    with gr.Column(visible=False, elem_id="mnist-outcome") as results:
        with gr.Row():
            use = gr.Button(text("mnist_use"), variant="primary", elem_id="mnist-use")
            forget = gr.Button(text("mnist_forget"))
        compared = gr.HTML("", elem_id="mnist-runs", js_on_load=None)
        with gr.Row():
            with gr.Column(min_width=320):
                gr.Markdown(text("mnist_confusion"), elem_classes="caption")
                confusion = gr.Plot(show_label=False, elem_id="mnist-confusion")
            with gr.Column(min_width=320):
                gr.Markdown(text("mnist_wrong"), elem_classes="caption")
                wrong = gr.HTML("", elem_id="mnist-mistakes", js_on_load=None)

    drawn = [status, chart, compared, confusion, wrong, results]
    start.click(
        train, [optimiser, batch, activation, seed, length, runs], [*drawn, runs, outcome],
        trigger_mode="once", show_progress="hidden", api_visibility="private", concurrency_limit=None,
    )  # fmt: skip
    stop.click(stop_training, None, None, show_progress="hidden", api_visibility="private", queue=False)
    use.click(use_on_pad, outcome, [mine, network, views, status], show_progress="hidden", api_visibility="private")
    forget.click(
        forget_runs, None, [*drawn, runs, outcome], show_progress="hidden", api_visibility="private"
    )  # fmt: skip
    furniture.on_view_change(redraw, [runs, outcome], drawn)


@polite
async def train(
    optimiser: str, batch: int, activation: str, seed: float | None, length: str, runs: list[view.Run], request: gr.Request
) -> AsyncIterator[tuple[Any, ...]]:
    """Handler: start a training and stream its curves; at the end what it got wrong. Waiting for a place is shown."""
    who, session = visitor.of(request), str(request.session_hash)
    recipe = recipes.live(optimiser, int(batch), activation, _whole(seed), **_ends(length))
    job = trainer().submit(recipe)
    with _lock:
        _running[session] = job
    number = runs[-1].number + 1 if runs else 1
    kept = runs[-_RUNS_KEPT + 1 :]
    hold = gr.skip()
    shown = -1
    try:
        while not job.is_over:
            run = view.Run(number, recipe, tuple(job.points))
            ahead = trainer().ahead_of(job)
            line = _line(who.say("mnist_waiting", ahead=ahead)) if ahead else view.progress(run, who)
            grown = len(run.points) != shown
            chart = await asyncio.to_thread(view.curves, [*kept, run], who) if grown else hold
            shown = len(run.points)
            yield (line, chart, hold, hold, hold, hold, hold, hold)
            await asyncio.sleep(_DRAWN_EVERY_S)
    finally:
        job.stop()  # whoever closes the page makes room for the next in line
        with _lock:
            if _running.get(session) is job:
                del _running[session]
    if job.outcome is None:
        yield (_line(who.say("mnist_failed" if job.state == "failed" else "mnist_stopped_early")), *[hold] * 7)
        return
    run = view.Run(number, recipe, tuple(job.points), job.outcome.target_s)
    everything = await asyncio.to_thread(_draw, [*kept, run], job.outcome, who, job.state)
    yield (*everything, [*kept, run], job.outcome)


def _whole(seed: float | None) -> int:
    if seed is None or not float(seed).is_integer() or not 0 <= seed <= _LARGEST_SEED:
        raise BadSeed("mnist_bad_seed", most=_LARGEST_SEED)
    return int(seed)


def _ends(length: str) -> dict[str, float]:
    return {"epochs" if length.endswith("e") else "seconds": float(length[:-1])}


def _draw(runs: list[view.Run], outcome: live.Outcome, who: Visitor, state: str) -> tuple[Any, ...]:
    run = runs[-1]
    key = "stopped" if state == "stopped" else "done" if outcome.target_s is None else "done_target"
    line = who.say(
        f"mnist_{key}",
        accuracy=view.percent(outcome.accuracy, 2),
        seconds=run.points[-1].elapsed_s,
        target=outcome.target_s or 0,
    )
    return (
        _line(line),
        view.curves(runs, who),
        view.table(runs, who),
        view.confusion(outcome, who),
        view.mistakes(outcome, who),
        gr.update(visible=True),
    )


def _line(sentence: str) -> str:
    return f'<div class="progress" role="status"><p>{sentence}</p></div>'


def _ready(who: Visitor) -> str:
    return _line(who.say("mnist_ready"))


def stop_training(request: gr.Request) -> None:
    """Handler: end this visitor's training after its current step; the network keeps what it has learnt."""
    with _lock:
        job = _running.get(str(request.session_hash))
    if job is not None:
        job.stop()


@polite
def use_on_pad(outcome: live.Outcome | None, request: gr.Request) -> tuple[Any, ...]:
    """Handler: hand the trained network to the pad and show the pad."""
    if outcome is None:
        return gr.skip(), gr.skip(), gr.skip(), _ready(visitor.of(request))
    chosen = gr.update(choices=page_draw.choices(True), value="mine")
    return outcome.network, chosen, gr.update(selected="draw"), _line(visitor.of(request).say("mnist_in_use"))


@polite
def forget_runs(request: gr.Request) -> tuple[Any, ...]:
    """Handler: an empty chart to start over with. The network in use on the pad stays there."""
    return _ready(visitor.of(request)), None, "", None, "", gr.update(visible=False), [], None


@polite(instead=lambda sentence: (_line(sentence), *[gr.skip()] * 5))
def redraw(runs: list[view.Run], outcome: live.Outcome | None, request: gr.Request) -> tuple[Any, ...]:
    """Handler: the same in another language or view."""
    who = visitor.of(request)
    if outcome is None or not runs:
        return _ready(who), None, "", None, "", gr.update(visible=False)
    state = "done" if runs[-1].points[-1].fraction >= 1 else "stopped"
    return _draw(runs, outcome, who, state)
