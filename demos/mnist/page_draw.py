"""The pad: what is drawn is read while it is drawn, and the network is opened up after every stroke."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from shared import devices, furniture, images, pad, visitor
from shared.handlers import polite
from shared.language import text

from . import engine, view

PAD = "mnist-pad"
_EXAMPLES = sorted((Path(__file__).parent / "examples").glob("drawing_*.png"))
# Opening the network up takes longer than reading; a thread of its own keeps it out of other people's way.
_looking = ThreadPoolExecutor(1, "inside", initializer=devices.settle_thread, initargs=(1,))


def build(mine: gr.State) -> gr.Radio:
    """Lay the pad out. Returns the choice of network, to which a training may add the visitor's own."""
    with gr.Row(elem_classes="mnist-draw"):
        with gr.Column(scale=10, min_width=320):
            sheet = pad.pad(PAD)
            pad.tools(PAD)
            with gr.Row(elem_classes="try"):
                pad.examples(PAD, _EXAMPLES)
        with gr.Column(scale=7, min_width=280):
            answer = gr.HTML(
                visitor.for_each("mnist_no_answer", partial(view.answer, None)), elem_id="mnist-answer", js_on_load=None
            )
            network = gr.Radio(choices(False), value="best", label=text("mnist_network"), elem_classes="compact")
        with gr.Column(scale=8, min_width=300):
            inside = gr.HTML(
                visitor.for_each("mnist_no_inside", partial(view.inside, None)), elem_id="mnist-inside", js_on_load=None
            )

    ways: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    sheet.input(read, [sheet, network, mine], answer, trigger_mode="always_last", **ways)
    sheet.submit(look, [sheet, network, mine], inside, trigger_mode="always_last", **ways)
    network.change(both, [sheet, network, mine], [answer, inside], **ways)
    furniture.on_view_change(both, [sheet, network, mine], [answer, inside])
    return network


def choices(has_own: bool) -> list[tuple[Any, str]]:
    """The networks to choose from; the visitor's own only once there is one."""
    names = ["best", "lecture"] + (["mine"] if has_own else [])
    return [(text(f"mnist_network_{name}"), name) for name in names]


@polite(instead=view.problem)
async def read(drawing: str, network: str, mine: Any, request: gr.Request) -> str:
    """Handler: the pad's drawing -> what it says."""
    return view.answer(await _answer(drawing, network, mine), visitor.of(request))


@polite(instead=view.problem)
async def look(drawing: str, network: str, mine: Any, request: gr.Request) -> str:
    """Handler: the pad's drawing -> the inside of the network, for the last digit."""
    found = await _answer(drawing, network, mine)
    if found is None or not found.readings:
        return view.inside(None, visitor.of(request))
    return await asyncio.get_running_loop().run_in_executor(
        _looking, _look, found.readings[-1], network, mine, visitor.of(request)
    )


@polite(instead=lambda sentence: (view.problem(sentence), ""))
async def both(drawing: str, network: str, mine: Any, request: gr.Request) -> tuple[str, str]:
    """Handler: read and look again, after another network or language was chosen."""
    return await read(drawing, network, mine, request), await look(drawing, network, mine, request)


async def _answer(drawing: str, network: str, mine: Any) -> engine.Answer | None:
    if not drawing:
        return None
    question = engine.Question(images.from_data_url(drawing), drawn=True, network=_chosen(network, mine))
    return await asyncio.wrap_future(engine.ask(question))


def _chosen(network: str, mine: Any) -> Any:
    return mine if network == "mine" and mine is not None else "lecture" if network == "lecture" else "best"


def _look(reading: engine.Reading, network: str, mine: Any, who: visitor.Visitor) -> str:
    from . import explain

    chosen = _chosen(network, mine)
    opened = engine.network(chosen) if isinstance(chosen, str) else chosen
    return view.inside(explain.look_inside(opened, reading.image), who)
