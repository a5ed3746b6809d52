"""Same person? Two photos, and what their similarity means."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import gradio as gr

from shared import furniture, images, live, picture, slider, visitor
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem

from . import charts, distributions, engine, model, pairing, view, view_pair

_EXAMPLES = Path(__file__).parent / "examples"
PAIRS = [
    ("barack_obama_1.jpg", "barack_obama_2.jpg"),
    ("jacinda_ardern_1.jpg", "jacinda_ardern_2.jpg"),
    ("barack_obama_1.jpg", "joe_biden.jpg"),
    ("grace_hopper.jpg", "eileen_collins.jpg"),
]
RATES = {"loose": 1e-2, "usual": 1e-3, "strict": 1e-4}
_LOOKS_S = 0.3  # how often a fetch is looked after
_KEPT_S = 1800


class NoThreshold(Problem):
    """The threshold's box is empty. The message says so."""


class Stopped(Problem):
    """A network is no longer wanted. The message says so."""


def build() -> None:
    """Lay out the two photos, the verdict, and the threshold between the two distributions."""
    pair = gr.State(None, time_to_live=_KEPT_S)
    with gr.Row(elem_classes="faces-pair"):
        with gr.Column(scale=5, min_width=300):
            with gr.Row():
                first, second = (
                    picture.picture(
                        value=_files(0)[place], label=text(f"faces_pair_{name}"), min_width=140, height=200,
                        sources=["upload", "webcam", "clipboard"], elem_id=f"faces-pair-{name}", buttons=[],
                    )
                    for place, name in enumerate(("first", "second"))
                )  # fmt: skip
            gr.Markdown(text("faces_pair_examples"), elem_classes="detail")
            examples = live.live("faces-pair-examples", _thumbnails())
            network = gr.Radio(
                [(text(f"faces_network_{name}"), name) for name in model.ENGINES], value=engine.ENGINE,
                label=text("faces_network"), elem_id="faces-pair-network", elem_classes="compact",
            )  # fmt: skip
        with gr.Column(scale=7, min_width=320):
            answer = gr.HTML(
                visitor.for_each("faces_pair_nothing", lambda who: view_pair.empty(None, None, who)),
                elem_id="faces-pair-answer", js_on_load=None,
            )  # fmt: skip
            stop = gr.Button(text("faces_pair_stop"), elem_id="faces-pair-stop")  # there while something is fetched (page.css)
            chart = gr.Plot(show_label=False, container=False, elem_id="faces-pair-chart")
            with gr.Row(elem_classes="faces-threshold"):
                limit = slider.slider(
                    -0.4, 1, view_pair.starting_threshold(engine.ENGINE), step=0.005, label=text("faces_pair_threshold"),
                    elem_id="faces-pair-threshold", elem_classes="faces-slider", scale=5, min_width=240,
                )  # fmt: skip
                presets = {
                    name: gr.Button(text(f"faces_pair_{name}"), min_width=96, scale=1, elem_id=f"faces-pair-{name}")
                    for name in RATES
                }
            meaning = gr.HTML("", elem_id="faces-pair-meaning", js_on_load=None)
    # As in `page_inside`: only for whoever opens this view.
    opening = gr.HTML("", js_on_load="trigger('submit')", elem_id="faces-pair-opening", elem_classes="faces-unseen")

    inputs, outputs = [first, second, network, limit], [pair, answer, meaning, chart]
    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    comparing = gr.on(
        [first.change, second.change, network.change, opening.submit], compare, inputs, outputs,
        trigger_mode="always_last", show_progress="hidden", api_visibility="private", concurrency_limit=16,
    )  # fmt: skip
    # The browser does not ask again by itself for an event that it has cancelled.
    stop.click(lambda: engine.ENGINE, None, network, cancels=[comparing], **quick).then(
        compare, inputs, outputs, show_progress="hidden", api_visibility="private", concurrency_limit=16
    )
    examples.submit(choose, None, [first, second], **quick)
    network.change(restart, network, limit, **quick)
    limit.change(judge, [pair, network, limit], [answer, meaning, chart], trigger_mode="always_last", **quick)
    for name, button in presets.items():
        button.click(_preset(RATES[name]), network, [limit, meaning], **quick)
    furniture.on_view_change(again, [pair, *inputs], outputs)


def _files(number: int) -> list[str]:
    return [str(_EXAMPLES / name) for name in PAIRS[number]]


def _thumbnails() -> str:
    small = [[images.read(file, longest_side=160) for file in _files(number)] for number in range(len(PAIRS))]
    return view_pair.examples([(first, second) for first, second in small])


def choose(event: gr.EventData) -> Any:
    """Handler: a pair of examples was clicked."""
    said = live.told(event).do
    return _files(int(said)) if said in map(str, range(len(PAIRS))) else (gr.skip(), gr.skip())


@polite(instead=lambda sentence: (None, view.problem(sentence), gr.skip(), gr.skip()))
async def compare(
    first: str | None, second: str | None, network: str, threshold: float | None, request: gr.Request
) -> AsyncIterator[tuple[Any, ...]]:
    """Handler: two photos -> their similarity, for the other handlers, and everything that is shown of it."""
    who = visitor.of(request)
    if threshold is None:
        raise NoThreshold("faces_pair_no_threshold")
    if first is None or second is None:
        yield None, view_pair.empty(first, second, who), *_judged(None, network, threshold, who)[1:]
        return
    try:
        if not pairing.is_here(network):
            async for line in _fetched(network, who):
                yield None, line, gr.skip(), gr.skip()
        found = await engine.work(pairing.compare, first, second, network)
    except Problem as problem:
        sentence = view.problem(who.say(problem.key, **problem.values))
        yield None, sentence, *_judged(None, network, threshold, who)[1:]
        return
    yield found, *await engine.work(_judged, found, network, threshold, who)


async def _fetched(network: str, who: visitor.Visitor) -> AsyncIterator[str]:
    """Fetch a network's weights, in a thread of its own, and say how far it is. Raises WeightsUnavailable."""
    seen = [0, round(pairing.megabytes(network) * 1e6)]
    stopped = threading.Event()

    def progress(done: int, total: int) -> None:
        if stopped.is_set():
            raise Stopped("faces_pair_stopped", engine=network)
        seen[:] = done, total

    loading = asyncio.create_task(asyncio.to_thread(model.recogniser, network, progress))
    try:
        while not loading.done():
            yield view_pair.fetching(network, seen[0], seen[1], who)
            await asyncio.wait([loading], timeout=_LOOKS_S)
    finally:  # also when the visitor has stopped it, or left
        stopped.set()
        loading.add_done_callback(lambda done: done.cancelled() or done.exception())
    loading.result()


@polite(instead=lambda sentence: (view.problem(sentence), gr.skip(), gr.skip()))
async def judge(found: Any, network: str, threshold: float | None, request: gr.Request) -> tuple[Any, ...]:
    """Handler: the same pair at another threshold; nothing is embedded again."""
    if threshold is None:
        return gr.skip(), gr.skip(), gr.skip()  # somebody is about to type another number
    return await engine.work(_judged, found, network, threshold, visitor.of(request))


@polite(instead=lambda sentence: (gr.skip(), view.problem(sentence), gr.skip(), gr.skip()))
async def again(
    found: Any, first: str | None, second: str | None, network: str, threshold: float | None, request: gr.Request
) -> tuple[Any, ...]:
    """Handler: everything in another language."""
    if found is None:
        *_, shown = [shown async for shown in compare(first, second, network, threshold, request)]
        return shown
    return gr.skip(), *await judge(found, network, threshold, request)


def restart(network: str) -> Any:
    """Handler: another network starts with its own threshold, if there is one."""
    return view_pair.starting_threshold(network) or gr.skip()


def _preset(rate: float) -> Any:
    @polite(instead=lambda sentence: (gr.skip(), view.problem(sentence)))
    async def chosen(network: str, request: gr.Request) -> tuple[Any, ...]:
        """Handler: the threshold at which a share of different people would pass."""
        found = distributions.stored(network)
        if found is None:
            raise engine.Unmeasured("faces_unmeasured", engine=network)
        return round(found.threshold_for(rate), 3), gr.skip()

    return chosen


def _judged(found: pairing.Pair | None, network: str, threshold: float, who: visitor.Visitor) -> tuple[Any, ...]:
    """The verdict, what the threshold means, and the figure. Without a pair the verdict stays as it is."""
    similarity = None if found is None else found.similarity
    return (
        gr.skip() if found is None else view_pair.answer(found, threshold, who),
        view_pair.meaning(network, threshold, who),
        charts.scores(distributions.stored(network), threshold, similarity, who),
    )
