"""The camera, with names: how many frames a second, and where the milliseconds go."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import gradio as gr

from shared import camera, furniture, slider, visitor, weights
from shared.faces.detection import DETECTORS
from shared.handlers import polite
from shared.language import text
from shared.passing import Passing
from shared.visitor import Visitor

from . import engine, model, view, view_people
from .live import Frame, Options
from .page_people import enrol
from .sessions import Session, sessions

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
_SIDE = 640  # pixels of a frame's longer side; a browser sends no more unless somebody means harm


def build(listed: gr.HTML) -> None:
    """Lay the view out. listed: the list of who is enrolled, which a photo taken here adds to."""
    with gr.Row(elem_classes="faces-live"):
        with gr.Column(scale=7, min_width=320):
            eye = camera.camera("faces-camera", live=True, snap=True)
        with gr.Column(scale=4, min_width=280):
            name = gr.Textbox(label=text("faces_live_name"), max_lines=1, max_length=60, elem_id="faces-live-name")
            note = gr.HTML(visitor.for_each("faces_live_start", _hint), elem_id="faces-live-note", js_on_load=None)
            tracking = gr.Checkbox(True, label=text("faces_tracking"), elem_id="faces-tracking")
            detector = gr.Radio(
                [(text(f"faces_detector_{key}"), key) for key in DETECTORS], value=engine.DETECTOR,
                label=text("faces_detector"), elem_classes="compact", elem_id="faces-detector",
            )  # fmt: skip
            network = gr.Radio(
                [(text(f"faces_engine_{key.replace('-', '_')}"), key) for key in model.ENGINES], value=engine.ENGINE,
                label=text("faces_engine"), elem_classes="compact", elem_id="faces-engine",
            )  # fmt: skip
            limit = slider.slider(
                0, 0.9, round(engine.threshold(), 3), step=0.005, label=text("faces_threshold"), elem_id="faces-limit"
            )  # fmt: skip
    chosen = gr.State(engine.ENGINE)  # the network in use: the one that was asked for, once it is there
    settings = [chosen, detector, tracking, limit]
    eye.input(look, settings, eye, trigger_mode="multiple", **_QUIET)
    eye.submit(greet, name, [eye, note, listed], **_QUIET)
    network.input(
        choose, [network, chosen, limit], [network, chosen, limit, note], api_visibility="private", concurrency_limit=4
    )
    furniture.on_view_change(redraw, None, note)


def _hint(who: Visitor) -> str:
    return view.sentence(who.say("faces_live_hint"))


@polite(instead=camera.problem)
async def look(
    network: str | None, detector: str, tracking: bool, limit: float | None, event: gr.EventData, request: gr.Request
) -> Any:  # fmt: skip
    """Handler: a frame -> what to draw over it."""
    who, session = visitor.of(request), sessions.of(request.session_hash)
    came, sent = time.perf_counter(), camera.picture(event)
    options = Options(
        threshold=engine.threshold() if limit is None else limit,  # None while another number is being typed
        engine=network if network in model.ENGINES else engine.ENGINE,
        detector=detector if detector in DETECTORS else engine.DETECTOR,
        tracking=bool(tracking),
    )
    if not session.looking.acquire(blocking=False):  # a page sends one frame at a time; whoever floods keeps nobody waiting
        return camera.answer(event)
    try:
        frame, decode_ms = await engine.work(_step, session, sent, options)
    finally:
        session.looking.release()
    spent = {"decode": decode_ms, **frame.spent_ms}
    spent["wait"] = max(0.0, (time.perf_counter() - came) * 1000 - sum(spent.values()))
    named = [(who.say(f"faces_step_{step}"), ms) for step, ms in spent.items()]
    return camera.answer(event, [_shown(face, who) for face in frame.faces], named)


def _step(session: Session, sent: bytes, options: Options) -> tuple[Frame, float]:
    from shared import images

    started = time.perf_counter()
    picture = images.read(sent, longest_side=_SIDE, most_pixels=camera.MOST_PIXELS)
    decode_ms = (time.perf_counter() - started) * 1000
    return session.live.step(picture, session.people, options, time.monotonic()), decode_ms


def _shown(face: Any, who: Visitor) -> dict[str, Any]:
    label = face.name or (who.say("faces_unknown") if face.known else "")
    return {
        "box": [round(float(edge), 1) for edge in face.box_xyxy],
        "points": [[round(float(x), 1), round(float(y), 1)] for x, y in face.landmarks_xy],
        "label": f"{label} {face.similarity:.2f}" if face.known else label,
        "kind": "known" if face.name else "unknown" if face.known else "face",
    }


@polite(instead=lambda sentence: (camera.answer(None), view.problem(sentence), gr.skip()))
async def greet(name: str | None, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
    """Handler: a photo taken beside the live picture -> somebody enrolled, and named from the next frame on."""
    who, session = visitor.of(request), sessions.of(request.session_hash)
    await enrol(name, [Passing("", "")], session, camera.picture(event))
    listed = await engine.work(view_people.roster, session.people.names(), who)
    return camera.answer(None), session.said(who), listed


@polite
async def choose(
    wanted: str, before: str | None, limit: float | None, request: gr.Request, progress: gr.Progress = gr.Progress()  # noqa: B008
) -> tuple[Any, ...]:  # fmt: skip
    """Handler: another network. It is fetched if need be; until it is there, and if it cannot be had, the old one stays."""
    who, session = visitor.of(request), sessions.of(request.session_hash)
    wanted = wanted if wanted in model.ENGINES else engine.ENGINE

    def tell(seen: int, of: int) -> None:
        progress((seen, of), desc=who.say("faces_fetching", megabytes=f"{seen / 1e6:.0f}", of=f"{of / 1e6:.0f}"))

    try:
        await asyncio.to_thread(model.recogniser, wanted, tell)  # not in the room's own threads: a download takes minutes
    except weights.WeightsUnavailable as problem:
        session.said = partial(_told, [(problem.key, problem.values)], "problem")
        return before, before, limit, session.said(who)
    told: list[tuple[str, dict[str, object]]] = [("faces_engine_in_use", {"engine": wanted})]
    if lost := session.people.without(wanted):
        told.append(("faces_engine_without", {"names": ", ".join(lost)}))
    try:
        limit = round(engine.threshold(wanted), 3)
    except engine.Unmeasured as problem:
        told.append((problem.key, problem.values))
    session.said = partial(_told, told, "hint")
    return wanted, wanted, limit, session.said(who)


def _told(sentences: Sequence[tuple[str, Mapping[str, object]]], kind: str, who: Visitor) -> str:
    return view.sentence(" ".join(who.say(key, **values) for key, values in sentences), kind)


def redraw(request: gr.Request) -> str:
    """Handler: what was said last, in another language; the hint, if nothing was."""
    who = visitor.of(request)
    return sessions.of(request.session_hash).said(who) or _hint(who)
