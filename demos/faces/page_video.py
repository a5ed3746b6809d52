"""A video from a file: upload, choose, watch it being done, play and keep what came out."""

import asyncio
import secrets
import shutil
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from shared import furniture, slider, uploads, visitor
from shared.faces import detection
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem
from shared.visitor import Visitor

from . import engine, live, model, video, videofile, videojob, view, view_video
from .sessions import sessions

_TYPES = [".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".gif"]
_DRAWN_EVERY_S = 0.25
_running: dict[str, videojob.Job] = {}  # by the visitor's session, so that the cancel button finds it
_readers: dict[str, Visitor] = {}  # who reads along, in which language, while a video is being done
_lock = threading.Lock()
_folders: dict[str, Path] = {}  # "videos": in the upload folder of this door, whose files nobody gets through another one


class BadChoice(Problem):
    """An option that the menus do not have. The message can be shown."""


@dataclass(frozen=True)
class Outcome:
    """What a visitor's last video gave. file: the MP4, while it is kept."""

    found: video.Annotated
    file: Path


def build(tab: gr.Tab) -> None:
    """Lay the view out. tab: in which it stands; opening it says what to do, and how many people are enrolled by now."""
    outcome: gr.State = gr.State(None)
    with gr.Row(elem_classes="faces-video"):
        with gr.Column(scale=4, min_width=280):
            clip = _file(label=text("faces_video_file"), file_types=_TYPES, height=140, elem_id="faces-video-file")
            with gr.Row():
                network = gr.Dropdown(
                    list(model.ENGINES), value=engine.ENGINE, label=text("faces_video_engine"), min_width=120,
                    elem_id="faces-video-engine",
                )  # fmt: skip
                finder = gr.Dropdown(
                    list(detection.DETECTORS), value=engine.DETECTOR, label=text("faces_video_detector"), min_width=120,
                    elem_id="faces-video-detector",
                )  # fmt: skip
            threshold = slider.slider(
                0, 1, round(engine.threshold(), 3), step=0.005, label=text("faces_video_threshold"),
                elem_id="faces-video-threshold", buttons=[],
            )  # fmt: skip
            with gr.Row():
                start = gr.Button(text("faces_video_start"), variant="primary", elem_id="faces-video-start", min_width=110)
                cancel = gr.Button(text("faces_video_cancel"), elem_id="faces-video-cancel", min_width=110)
            download = gr.DownloadButton(
                text("faces_video_download"),  # type: ignore[arg-type]
                visible=False, elem_id="faces-video-download",
            )  # fmt: skip
        with gr.Column(scale=8, min_width=320):
            # Empty until the tab is opened: a first text of Gradio's own translation can come late and cover an answer.
            status = gr.HTML("", elem_id="faces-video-status", js_on_load=None)
            player = gr.HTML("", elem_id="faces-video-result", js_on_load=None)
            summary = gr.HTML("", elem_id="faces-video-summary", js_on_load=None)
    _folders["videos"] = Path(clip.GRADIO_CACHE).resolve() / "videos"
    ways: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    clip.upload(take, clip, [clip, status], queue=False, **ways)
    network.change(measured, [network, threshold], [threshold, status], queue=False, **ways)
    start.click(
        annotate, [clip, network, finder, threshold],
        [status, player, summary, download, outcome], trigger_mode="once", concurrency_limit=None, **ways,
    ).then(left, clip, clip, queue=False, **ways)  # fmt: skip
    cancel.click(stop, None, None, queue=False, **ways)
    tab.select(redraw, [clip, outcome], [status, summary], queue=False, **ways)
    furniture.on_view_change(redraw, [clip, outcome], [status, summary])


def _file(**options: Any) -> gr.File:
    """`gr.File` whose handlers get the path, or None: Gradio itself would leave an empty file beside every upload, and answer
    another ending with a trace in English. No handler may answer for it with `gr.skip()` or `gr.update()`, at which Gradio
    makes the component anew without this.
    """
    component = gr.File(**options)

    def path(payload: Any) -> str | None:
        return payload.path if payload is not None else None

    component.preprocess = path  # type: ignore[method-assign]
    return component


def _folder() -> Path:
    """A new place for one file, whose name nobody can guess."""
    made = _folders["videos"] / secrets.token_urlsafe(24)
    made.mkdir(parents=True)
    return made


@polite(instead=lambda sentence: (None, view.problem(sentence)))
async def take(file: str | None, request: gr.Request) -> tuple[str | None, str]:
    """Handler: an upload -> the same in a place of its own, since Gradio keeps equal files of all visitors as one; and what it
    is. What is no video goes at once.
    """
    who = visitor.of(request)
    if not file:
        return None, view_video.first(len(_people(request)), who)
    if not uploads.take_back(Path(file)):  # an event may name any file of this door, an example as well
        raise videofile.BadVideo("faces_video_gone")
    own = _folder() / Path(file).name
    try:
        Path(file).rename(own)
        found = await engine.work(videofile.look, own)
    except (OSError, Problem) as problem:
        shutil.rmtree(own.parent, ignore_errors=True)
        raise videofile.BadVideo("faces_video_gone") if isinstance(problem, OSError) else problem from None
    return str(own), view_video.facts(found, len(_people(request)), who)


def _people(request: gr.Request) -> Any:
    return sessions.of(request.session_hash).people


def measured(network: str, threshold: float | None, request: gr.Request) -> tuple[float | None, Any]:
    """Handler: another network -> its own threshold; where nobody has measured one, what was there, and a word about it."""
    if network not in model.ENGINES:
        return threshold, view.problem(visitor.of(request).say("faces_video_bad_choice"))
    try:
        return round(engine.threshold(network), 3), gr.skip()
    except engine.Unmeasured as problem:  # the slider must not be skipped, or it forgets how to read an empty box
        return threshold, view.problem(visitor.of(request).say(problem.key, **problem.values))


def _outputs(**made: Any) -> tuple[Any, ...]:
    """The outputs of `annotate`; what is left out stays as it is."""
    return tuple(made.get(name, gr.skip()) for name in ("status", "player", "summary", "download", "outcome"))


@polite(instead=lambda sentence: _outputs(status=view.problem(sentence)))
async def annotate(
    file: str | None, network: str, finder: str, threshold: float | None, request: gr.Request
) -> AsyncIterator[tuple[Any, ...]]:
    """Handler: write names into the video, telling how far it is."""
    who, session = visitor.of(request), str(request.session_hash)
    if not file:
        raise videofile.BadVideo("faces_video_none")
    options = _options(network, finder, threshold)
    source = Path(file).resolve()
    if source.parent.parent != _folders["videos"]:  # an event may name any upload; its folder goes with it
        raise videofile.BadVideo("faces_video_gone")
    target = _folder() / f"{source.stem[:80]}_faces.mp4"
    job = videojob.Job(source, target, _people(request), options, who.say("faces_video_unknown"))
    with _lock:
        before, _running[session] = _running.get(session), job
        _readers[session] = who
    if before is not None:
        before.stop()
    videojob.submit(job)
    delivered = False
    try:
        yield _outputs(
            status=_progress(job, who), player="", summary="", download=gr.update(visible=False, value=None)
        )  # fmt: skip
        while not job.is_over:
            await asyncio.sleep(_DRAWN_EVERY_S)
            yield _outputs(status=_progress(job, _readers.get(session, who)))
        who = _readers.get(session, who)
        if job.problem is None or isinstance(job.problem, videofile.BadVideo):
            yield _ended(job, who)
        delivered = True
    finally:
        with _lock:
            if _running.get(session) is job:
                del _running[session]
                _readers.pop(session, None)
        if not delivered:  # the page was closed
            job.give_up()
    if job.problem is not None and not isinstance(job.problem, videofile.BadVideo):
        raise job.problem


def _ended(job: videojob.Job, who: Visitor) -> tuple[Any, ...]:
    """The outputs of `annotate` for a job that is over."""
    if job.result is not None:
        return _outputs(
            status=view_video.done(job.result, who),
            player=view_video.player(job.target, job.result.size_wh, who),
            summary=view_video.summary(job.result, who),
            download=gr.update(visible=True, value=str(job.target)),
            outcome=Outcome(job.result, job.target),
        )
    if isinstance(job.problem, videofile.BadVideo):
        shutil.rmtree(job.source.parent, ignore_errors=True)
        return _outputs(status=view.problem(who.say(job.problem.key, **job.problem.values)))
    return _outputs(status=view.sentence(who.say("faces_video_cancelled"), "good"))


def _options(network: str, finder: str, threshold: float | None) -> live.Options:
    if network not in model.ENGINES or finder not in detection.DETECTORS:
        raise BadChoice("faces_video_bad_choice")
    if not isinstance(threshold, int | float) or not -1 <= threshold <= 1:
        raise BadChoice("faces_video_bad_choice")
    return live.Options(float(threshold), network, finder)


def _progress(job: videojob.Job, who: Visitor) -> str:
    if ahead := job.ahead():
        return view_video.progress(who.say("faces_video_waiting", ahead=ahead), None)
    if job.frames < 2:
        return view_video.progress(who.say("faces_video_loading"), 0)
    percent = f"{job.share * 100:.0f} %"
    return view_video.progress(who.say("faces_video_working", percent=percent, rate=job.rate), job.share)


def left(file: str | None) -> str | None:
    """Handler: the upload, while it is there."""
    return file if file and Path(file).is_file() else None


def stop(request: gr.Request) -> None:
    """Handler: end this visitor's video."""
    with _lock:
        job = _running.get(str(request.session_hash))
    if job is not None:
        job.stop()


@polite(instead=lambda sentence: (view.problem(sentence), gr.skip()))
async def redraw(file: str | None, outcome: Outcome | None, request: gr.Request) -> tuple[Any, Any]:
    """Handler: the same in another language, and with those who were enrolled meanwhile."""
    who = visitor.of(request)
    with _lock:
        if str(request.session_hash) in _running:
            _readers[str(request.session_hash)] = who  # what comes from now on comes in this language
            return gr.skip(), gr.skip()
    if file:
        return view_video.facts(await engine.work(videofile.look, Path(file)), len(_people(request)), who), gr.skip()
    if outcome is None:
        return view_video.first(len(_people(request)), who), gr.skip()
    return view_video.done(outcome.found, who), view_video.summary(outcome.found, who)
