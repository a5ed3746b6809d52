"""Faster matching: one lesson, six ways. What was measured beforehand stands there at once; a race runs live beside it."""

import asyncio
import html
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import gradio as gr

from shared import devices, furniture, visitor
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem
from shared.visitor import Visitor

from . import charts_speed, engine, racing
from .contenders import METHODS
from .racing import BUDGETS_S, DIMENSIONS, Race, Wish
from .speed import Measured, Stored, stored

_LOOKED_AT_EVERY_S = 0.3
_EXPLAINED = ("brute", "blas", "graph", "cells", "misses", "threads")


@dataclass
class _Watch:
    """A race and whoever watches it, in the language and the view that they have chosen last."""

    race: Race
    who: Visitor


_watching: dict[str, _Watch] = {}  # by the visitor's session, so that the stop button finds the race
_lock = threading.Lock()


class NoMethod(Problem):
    """No method was chosen. The message can be shown."""


def build() -> None:
    """Lay the view out."""
    results = gr.State(None)
    with gr.Row(elem_classes="speed"):
        with gr.Column(scale=4, min_width=280):
            with gr.Row():
                start = gr.Button(text("faces_speed_start"), variant="primary", elem_id="speed-start", min_width=120)
                stop = gr.Button(text("faces_speed_stop"), elem_id="speed-stop", min_width=80)
            status = gr.HTML(visitor.for_each("faces_speed_not_started", _ready), elem_id="speed-status", js_on_load=None)
            budget = gr.Radio(
                [(f"{seconds} s", seconds) for seconds in BUDGETS_S], value=15, label=text("faces_speed_budget"),
                elem_id="speed-budget", elem_classes="compact",
            )  # fmt: skip
            dimension = gr.Radio(
                [(text(f"faces_speed_d{each}"), each) for each in DIMENSIONS], value=512, label=text("faces_speed_dimension"),
                elem_id="speed-dimension", elem_classes="compact",
            )  # fmt: skip
            methods = gr.CheckboxGroup(
                [(text(f"faces_speed_{method}"), method) for method in METHODS], value=list(METHODS),
                label=text("faces_speed_methods"), elem_id="speed-methods", elem_classes="compact",
            )  # fmt: skip
        with gr.Column(scale=9, min_width=320):
            chart = gr.Plot(show_label=False, elem_id="speed-chart")
            caption = gr.HTML("", elem_id="speed-caption", js_on_load=None)
    table = gr.HTML("", elem_id="speed-table", js_on_load=None)
    with gr.Column(elem_classes="folded"):
        for part in _EXPLAINED:
            with gr.Accordion(text(f"faces_speed_{part}_title"), open=False):
                gr.Markdown(text(f"faces_speed_{part}_text"), elem_classes="reading")
    # Drawn when somebody opens this view, not when they open the gallery.
    opened = gr.HTML("", js_on_load='trigger("submit")', elem_id="speed-opened")

    drawn = [status, chart, caption, table]
    start.click(
        race, [dimension, budget, methods, results], [*drawn, results],
        trigger_mode="once", show_progress="hidden", api_visibility="private", concurrency_limit=None,
    )  # fmt: skip
    stop.click(stop_race, None, None, show_progress="hidden", api_visibility="private", queue=False)
    shown = [dimension, results]
    for event in (opened.submit, dimension.change):
        event(redraw, shown, drawn, show_progress="hidden", api_visibility="private", queue=False)
    furniture.on_view_change(redraw, shown, drawn)


@polite(instead=lambda sentence: (_line(sentence, "problem"), *[gr.skip()] * 4))
async def race(
    dimension: int, budget_s: int, methods: list[str] | None, results: list[Measured] | None, request: gr.Request
) -> AsyncIterator[tuple[Any, ...]]:
    """Handler: race the methods and stream their curves. Waiting in line is shown. One of the choices that are offered."""
    if not methods:
        raise NoMethod("faces_speed_no_method")
    chosen = tuple(method for method in METHODS if method in methods)
    wish = Wish(dimension, budget_s, chosen, racing.sizes_that_fit(dimension))
    kept = [row for row in results or [] if row.dimension != dimension or row.method not in chosen]
    session = str(request.session_hash)
    watch = _Watch(racing.races().submit(wish), visitor.of(request))
    with _lock:
        before = _watching.get(session)
        _watching[session] = watch
    if before is not None:
        before.race.stop()
    hold = gr.skip()
    shown = 0
    try:
        while not watch.race.is_over:
            found = watch.race.rows()
            if len(found) > shown:
                shown = len(found)
                rows = [*kept, *found]
                yield (_progress(watch), *await _drawn(rows, dimension, watch.who), rows)
            else:
                yield (_progress(watch), *[hold] * 4)
            await asyncio.sleep(_LOOKED_AT_EVERY_S)
    finally:
        watch.race.stop()  # whoever closes the page makes room for the next in line
        with _lock:
            if _watching.get(session) is watch:
                del _watching[session]
    rows = [*kept, *watch.race.rows()]
    yield (_ended(watch.race, watch.who), *await _drawn(rows, dimension, watch.who), rows)


def stop_race(request: gr.Request) -> None:
    """Handler: end this visitor's race now; what it has measured stays."""
    with _lock:
        watch = _watching.get(str(request.session_hash))
    if watch is not None:
        watch.race.stop()


@polite(instead=lambda sentence: (_line(sentence, "problem"), *[gr.skip()] * 3))
async def redraw(dimension: int, results: list[Measured] | None, request: gr.Request) -> tuple[Any, ...]:
    """Handler: the same in another language, view or dimension; before the first race, what was measured beforehand."""
    who = visitor.of(request)
    with _lock:
        watch = _watching.get(str(request.session_hash))
    if watch is None:
        return (_ready(who, dimension, results or ()), *await _drawn(results or (), dimension, who))
    watch.who = who
    return (_progress(watch), *await _drawn(results or (), dimension, who))


async def _drawn(rows: Sequence[Measured], dimension: int, who: Visitor) -> tuple[Any, ...]:
    return await engine.work(_draw, rows, dimension, who)


def _draw(rows: Sequence[Measured], dimension: int, who: Visitor) -> tuple[Any, ...]:
    live, kept = _of(rows, dimension), _kept()
    before = _of(kept.rows if kept else (), dimension)
    return (
        charts_speed.figure(live, before, who),
        charts_speed.caption(live, kept, dimension, devices.describe(), who),
        charts_speed.table(live, before, who),
    )


def _of(rows: Sequence[Measured], dimension: int) -> list[Measured]:
    return [row for row in rows if row.dimension == dimension]


@lru_cache(maxsize=1)
def _kept() -> Stored | None:
    try:
        return stored()
    except FileNotFoundError:
        return None


def _ready(who: Visitor, dimension: int = DIMENSIONS[0], rows: Sequence[Measured] = ()) -> str:
    kept = _kept()
    said = charts_speed.lesson(_of(rows or (kept.rows if kept else ()), dimension), who)
    return _line(charts_speed.joined([said, who.say("faces_speed_ready")], who))


def _progress(watch: _Watch) -> str:
    race, who = watch.race, watch.who
    ahead = racing.races().ahead_of(race)
    if ahead:
        return _line(who.say("faces_speed_waiting", ahead=ahead))
    step = race.under_way()
    if step is None:
        return _line(who.say("faces_speed_loading"))
    method, size = step
    budget_s = race.wish.budget_s
    line = who.say(
        "faces_speed_running",
        method=charts_speed.name(method, who),
        size=charts_speed.count(size, who),
        seconds=race.elapsed_s,
        budget=budget_s,
    )
    return _line(line, share=race.elapsed_s / budget_s)


def _ended(race: Race, who: Visitor) -> str:
    if race.state == "failed":
        return _line(who.say("faces_speed_failed"), "problem")
    rows = race.rows()
    left_out = len(race.wish.steps) - len(rows)
    key = "faces_speed_stopped" if race.state == "stopped" else "faces_speed_left" if left_out else "faces_speed_done"
    said = [who.say(key, count=len(rows), left=left_out), charts_speed.lesson(rows, who)]
    if len(race.wish.sizes) < len(racing.LIVE_SIZES):
        said.append(who.say("faces_speed_memory", size=charts_speed.count(max(race.wish.sizes), who)))
    return _line(charts_speed.joined(said, who))


def _line(sentence: str, kind: str = "", share: float | None = None) -> str:
    bar = "" if share is None else f'<i style="width:{share * 100:.1f}%"></i>'
    return f'<div class="progress speed-line {kind}" role="status">{bar}<p>{html.escape(sentence)}</p></div>'
