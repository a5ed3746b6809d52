"""Who is it? Enrol people by photos or the camera, see who is enrolled, then name everybody on a photo."""

import base64
from functools import partial
from pathlib import Path
from typing import Any, cast

import gradio as gr

from shared import camera, furniture, images, passing, visitor
from shared.handlers import polite
from shared.language import text
from shared.live import live, told
from shared.passing import Passing
from shared.problems import Problem
from shared.visitor import Visitor

from . import engine, view, view_people
from .people import BadGallery, People
from .sessions import Session, sessions

EXAMPLES = Path(__file__).parent / "examples"
ENROLLED = {  # name -> the example photo that the room's own people are enrolled by
    "Barack Obama": "barack_obama_1.jpg", "Jacinda Ardern": "jacinda_ardern_1.jpg", "Eileen Collins": "eileen_collins.jpg",
    "Joe Biden": "joe_biden.jpg",
}  # fmt: skip
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
_SLOW = _QUIET | {"show_progress": "minimal"}
_ASKED_SIDE = 2400  # pixels of a photo that is asked about, which is kept until the next one
_SAVE = """(file) => {
  if (!file) return;
  const link = document.createElement("a");
  link.href = `data:application/octet-stream;base64,${file}`;
  link.download = "faces.safetensors";
  link.click();
}"""


def build() -> gr.HTML:
    """Lay the view out. Returns the list of who is enrolled, which other views change, too."""
    with gr.Row(elem_classes="faces-people"):
        with gr.Column(scale=6, min_width=300):
            gr.Markdown(text("faces_enrol_title"), elem_classes="caption")
            name = gr.Textbox(label=text("faces_enrol_name"), max_lines=1, max_length=60, elem_id="faces-name")
            outcome = gr.HTML("", elem_id="faces-outcome", js_on_load=None)
            with gr.Tabs(elem_id="faces-enrol"):
                with furniture.tab("faces_enrol_camera", "camera"):
                    eye = camera.camera("faces-enrol-camera", snap=True)
                with furniture.tab("faces_enrol_photos", "photos"):
                    photos = passing.passing(
                        gr.File(
                            file_count="multiple", file_types=["image"], label=text("faces_enrol_files"), height=170,
                            elem_id="faces-photos",
                        )
                    )  # fmt: skip
        with gr.Column(scale=5, min_width=280):
            gr.Markdown(text("faces_list_title"), elem_classes="caption")
            listed = live("faces-list", value=visitor.for_each("faces_list_empty", lambda who: view_people.roster({}, who)))
            with gr.Row(elem_classes="faces-buttons"):
                examples = gr.Button(text("faces_use_examples"), elem_id="faces-use-examples", min_width=120)
                download = gr.Button(text("faces_download"), elem_id="faces-download", min_width=100)
                load = passing.passing(
                    gr.UploadButton(
                        cast("str", text("faces_load")), file_types=[".safetensors"], min_width=100, elem_id="faces-load"
                    )
                )  # fmt: skip
        with gr.Column(scale=7, min_width=300):
            gr.Markdown(text("faces_who_title"), elem_classes="caption")
            group = passing.passing(
                gr.Image(
                    sources=["upload", "clipboard"], label=text("faces_who_photo"), height=140, buttons=[],
                    elem_id="faces-who",
                )
            )  # fmt: skip
            strip = live("faces-who-examples", value=view_people.example_strip())
            answer = gr.HTML(visitor.for_each("faces_who_empty", _nobody_asked), elem_id="faces-answer", js_on_load=None)
    saved = gr.Textbox("", visible="hidden")

    drawn = [outcome, listed, answer]
    eye.submit(snapped, name, [eye, *drawn], **_QUIET)
    photos.upload(uploaded, [photos, name], [photos, *drawn], **_SLOW)
    listed.submit(remove, None, drawn, **_QUIET)
    examples.click(use_examples, None, drawn, **_QUIET)
    download.click(save, None, [saved, outcome], **_QUIET).then(None, saved, None, js=_SAVE)
    load.upload(restore, load, [load, *drawn], **_QUIET)
    group.input(ask, group, [group, answer], **_SLOW)
    strip.submit(ask_example, None, answer, **_QUIET)
    furniture.on_view_change(redraw, None, drawn)
    return listed


def _nobody_asked(who: Visitor) -> str:
    return view.sentence(who.say("faces_who_hint"))


def own(request: gr.Request) -> Session:
    """What this visitor's page has."""
    return sessions.of(request.session_hash)


def _say(key: str, **values: object) -> Any:
    """A good outcome, in whichever language it is read."""
    return lambda who: view.sentence(who.say(key, **values), "good")


async def _redrawn(request: gr.Request) -> tuple[str, str, str]:
    """What every change of the people redraws: what was said, the list, and the photo that was asked about last."""
    who, session = visitor.of(request), own(request)
    listed = await engine.work(view_people.roster, session.people.names(), who)
    return session.said(who), listed, await _answer(request)


async def _answer(request: gr.Request) -> str:
    who, session = visitor.of(request), own(request)
    asked = session.asked
    if asked is None:
        return _nobody_asked(who)
    image = view_people.example(asked) if isinstance(asked, str) else asked
    try:
        found, named = await engine.work(engine.name_everyone, image, session.people, engine.threshold())
    except Problem as problem:
        return view.problem(who.say(problem.key, **problem.values))
    if session.asked is not asked:  # another photo was asked about meanwhile; its answer is the one to show
        return await _answer(request)
    return await engine.work(view_people.everyone, image, found, named, len(session.people), who)


def _problem(sentence: str) -> tuple[Any, ...]:
    return view.problem(sentence), gr.skip(), gr.skip()


@polite(instead=lambda sentence: (camera.answer(None), *_problem(sentence)))
async def snapped(name: str | None, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
    """Handler: a photo from the camera -> somebody enrolled."""
    await enrol(name, [Passing("", "")], own(request), camera.picture(event))
    return camera.answer(None), *await _redrawn(request)


@polite(instead=lambda sentence: (None, *_problem(sentence)))
async def uploaded(files: list[Passing], name: str | None, request: gr.Request) -> tuple[Any, ...]:
    """Handler: photo files -> somebody enrolled by those that are good enough."""
    with passing.gone_after(files):
        await enrol(name, files, own(request))
    return None, *await _redrawn(request)


async def enrol(name: str | None, photos: list[Passing], session: Session, taken: bytes | None = None) -> None:
    """Enrol somebody by each good photo; `session.said` tells what became of each. taken: a camera's picture instead of files.

    Raises BadGallery without a name, before any photo is looked at.
    """
    people = session.people
    wanted = people.checked(name or "")
    if not photos:
        raise BadGallery("faces_no_photo")
    lines: list[view_people.Line] = []
    for photo in photos:
        try:
            lines.append(view_people.Line(photo.name, None, await engine.work(_add, people, wanted, photo, taken)))
        except Problem as problem:
            lines.append(view_people.Line(photo.name, problem))
    session.said = partial(view_people.outcomes, wanted, lines)


def _add(people: People, name: str, photo: Passing, taken: bytes | None) -> int:
    """Read a photo and remember the one on it. Returns how many photos there are of that person now."""
    image = photo.read(engine.LARGEST_SIDE) if taken is None else images.read(taken, most_pixels=camera.MOST_PIXELS)
    people.add(name, engine.portrait_of(image)[0])
    people.prepare(engine.ENGINE)
    return len(people.names().get(name, ()))


@polite(instead=_problem)
async def remove(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
    """Handler: a button of the list -> one person forgotten, or all."""
    session = own(request)
    deed, _, name = told(event).do.partition(":")
    if deed == "clear":
        session.people.clear()
        session.said = _say("faces_all_gone")
    elif session.people.remove(name):
        session.said = _say("faces_gone", name=name)
    return await _redrawn(request)


@polite(instead=_problem)
async def use_examples(request: gr.Request) -> tuple[Any, ...]:
    """Handler: enrol the room's own people, whose photos come with it."""
    session = own(request)
    for name, file in ENROLLED.items():
        if name not in session.people.names():
            await engine.work(_add, session.people, name, Passing(file, EXAMPLES / file), None)
    session.said = _say("faces_examples_in")
    return await _redrawn(request)


@polite(instead=lambda sentence: ("", view.problem(sentence)))
async def save(request: gr.Request) -> tuple[str, str]:
    """Handler: everybody's names and vectors as a file, handed over inside the answer: nothing is left on the server."""
    session = own(request)
    if not len(session.people):
        raise BadGallery("faces_nothing_to_save")
    await engine.work(session.people.prepare, engine.ENGINE)
    session.said = _say("faces_saved", count=len(session.people))
    return base64.b64encode(session.people.save()).decode(), session.said(visitor.of(request))


@polite(instead=lambda sentence: (None, *_problem(sentence)))
async def restore(files: list[Passing], request: gr.Request) -> tuple[Any, ...]:
    """Handler: a saved file -> its people are back."""
    session = own(request)
    with passing.gone_after(files):
        if not files:
            raise BadGallery("faces_bad_file")
        count = await engine.work(_load, session.people, Path(files[0].source))
    session.said = _say("faces_loaded", count=count)
    return None, *await _redrawn(request)


def _load(people: People, file: Path) -> int:
    return people.load(file.read_bytes())


@polite(instead=lambda sentence: (None, view.problem(sentence)))
async def ask(files: list[Passing], request: gr.Request) -> tuple[Any, ...]:
    """Handler: a photo -> everybody on it named."""
    with passing.gone_after(files):
        if not files:
            return None, gr.skip()
        photo = files[0]
        own(request).asked = await engine.work(lambda: images.shrunk(photo.read(engine.LARGEST_SIDE), _ASKED_SIDE))
    return None, await _answer(request)


@polite(instead=view.problem)
async def ask_example(event: gr.EventData, request: gr.Request) -> Any:
    """Handler: an example photo was pressed."""
    name = told(event).do
    if name not in view_people.STRIP:
        return gr.skip()
    own(request).asked = name
    return await _answer(request)


@polite(instead=_problem)
async def redraw(request: gr.Request) -> tuple[Any, ...]:
    """Handler: the same in another language or view."""
    return await _redrawn(request)
