"""Who is it? Enrol people by photos or the camera, see who is enrolled, then name everybody on a photo."""

import base64
from pathlib import Path
from typing import Any, cast

import gradio as gr

from shared import camera, furniture, passing, visitor
from shared.handlers import polite
from shared.language import text
from shared.live import live, told
from shared.passing import Passing
from shared.problems import Problem
from shared.visitor import Visitor

from . import engine, view, view_people
from .people import BadGallery
from .sessions import sessions

EXAMPLES = Path(__file__).parent / "examples"
ENROLLED = {  # name -> the example photo that the room's own people are enrolled by
    "Barack Obama": "barack_obama_1.jpg", "Jacinda Ardern": "jacinda_ardern_1.jpg", "Eileen Collins": "eileen_collins.jpg",
    "Joe Biden": "joe_biden.jpg",
}  # fmt: skip
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
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
            outcome = gr.HTML("", elem_id="faces-outcome", js_on_load=None)
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
                )
        with gr.Column(scale=7, min_width=300):
            gr.Markdown(text("faces_who_title"), elem_classes="caption")
            group = passing.passing(
                gr.Image(
                    sources=["upload", "clipboard"], label=text("faces_who_photo"), height=160, buttons=[],
                    elem_id="faces-who",
                )
            )  # fmt: skip
            strip = live("faces-who-examples", value=view_people.example_strip())
            answer = gr.HTML(visitor.for_each("faces_who_empty", _nobody_asked), elem_id="faces-answer", js_on_load=None)
    saved = gr.Textbox("", visible="hidden")
    asked = gr.State(None)  # the example that is shown, or the visitor's own photo, to name anew when somebody is enrolled

    drawn = [outcome, listed, answer]
    eye.submit(snapped, [name, asked], [eye, *drawn], **_QUIET)
    photos.upload(
        uploaded, [photos, name, asked], [photos, *drawn], api_visibility="private", show_progress="minimal", queue=False
    )
    listed.submit(remove, asked, drawn, **_QUIET)
    examples.click(use_examples, asked, drawn, **_QUIET)
    download.click(save, None, [saved, outcome], **_QUIET).then(None, saved, None, js=_SAVE)
    load.upload(restore, [load, asked], [load, *drawn], **_QUIET)
    group.input(ask, group, [group, asked, answer], api_visibility="private", show_progress="minimal", queue=False)
    strip.submit(ask_example, None, [asked, answer], **_QUIET)
    furniture.on_view_change(redraw, asked, drawn)
    return listed


def _nobody_asked(who: Visitor) -> str:
    return view.sentence(who.say("faces_who_hint"))


def _own(request: gr.Request) -> Any:
    return sessions.of(request.session_hash)


async def _after(sentence: str, asked: Any, request: gr.Request) -> tuple[str, str, str]:
    """What every change of the people redraws: a sentence, the list, and the photo that was asked about."""
    who, people = visitor.of(request), _own(request).people
    return sentence, view_people.roster(people.names(), who), await _answer(asked, request)


async def _answer(asked: Any, request: gr.Request) -> str:
    who = visitor.of(request)
    if asked is None:
        return _nobody_asked(who)
    image = view_people.example(asked) if isinstance(asked, str) else asked
    try:
        found, named = await engine.work(engine.name_everyone, image, _own(request).people, engine.threshold())
    except Problem as problem:
        return view.problem(who.say(problem.key, **problem.values))
    return view_people.everyone(image, found, named, len(_own(request).people), who)


def _problem(sentence: str) -> tuple[Any, ...]:
    return view.problem(sentence), gr.skip(), gr.skip()


@polite(instead=lambda sentence: (camera.answer(), *_problem(sentence)))
async def snapped(name: str | None, asked: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
    """Handler: a photo from the camera -> somebody enrolled."""
    sentence = await enrol(name, [Passing("", "")], request, camera.picture(event))
    return camera.answer(), *await _after(sentence, asked, request)


@polite(instead=lambda sentence: (None, *_problem(sentence)))
async def uploaded(files: list[Passing], name: str | None, asked: Any, request: gr.Request) -> tuple[Any, ...]:
    """Handler: photo files -> somebody enrolled by those that are good enough."""
    with passing.gone_after(files):
        sentence = await enrol(name, files, request)
    return None, *await _after(sentence, asked, request)


async def enrol(name: str | None, photos: list[Passing], request: gr.Request, taken: bytes | None = None) -> str:
    """Enrol this visitor's somebody by each good photo. taken: a camera's picture instead of files.

    Returns what became of each, as HTML. Raises BadGallery without a name, before any photo is looked at.
    """
    who, people = visitor.of(request), _own(request).people
    wanted = people.checked(name or "")
    if not photos:
        raise BadGallery("faces_no_photo")
    lines = []
    for photo in photos:
        try:
            image = engine.read(taken) if taken is not None else photo.read(engine.LARGEST_SIDE)
            portrait, _ = await engine.work(engine.portrait_of, image)
            people.add(wanted, portrait)
            await engine.work(people.prepare, engine.ENGINE)
            lines.append((photo.name, "", len(people.names()[wanted])))
        except Problem as problem:
            lines.append((photo.name, who.say(problem.key, **problem.values), 0))
    return view_people.outcomes(wanted, lines, who)


@polite(instead=_problem)
async def remove(asked: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
    """Handler: a button of the list -> one person forgotten, or all."""
    who, people = visitor.of(request), _own(request).people
    deed, _, name = told(event).do.partition(":")
    if deed == "clear":
        people.clear()
        return await _after(view.sentence(who.say("faces_all_gone"), "good"), asked, request)
    people.remove(name)
    return await _after(view.sentence(who.say("faces_gone", name=name), "good"), asked, request)


@polite(instead=_problem)
async def use_examples(asked: Any, request: gr.Request) -> tuple[Any, ...]:
    """Handler: enrol the room's own people, whose photos come with it."""
    who, people = visitor.of(request), _own(request).people
    for name, file in ENROLLED.items():
        if name not in people.names():
            portrait, _ = await engine.work(engine.portrait_of, engine.read(EXAMPLES / file))
            people.add(name, portrait)
    await engine.work(people.prepare, engine.ENGINE)
    return await _after(view.sentence(who.say("faces_examples_in"), "good"), asked, request)


@polite(instead=lambda sentence: ("", view.problem(sentence)))
async def save(request: gr.Request) -> tuple[str, str]:
    """Handler: everybody's names and vectors as a file, handed over inside the answer: nothing is left on the server."""
    people, who = _own(request).people, visitor.of(request)
    if not len(people):
        raise BadGallery("faces_nothing_to_save")
    await engine.work(people.prepare, engine.ENGINE)
    return base64.b64encode(people.save()).decode(), view.sentence(who.say("faces_saved", count=len(people)), "good")


@polite(instead=lambda sentence: (None, *_problem(sentence)))
async def restore(files: list[Passing], asked: Any, request: gr.Request) -> tuple[Any, ...]:
    """Handler: a saved file -> its people are back."""
    with passing.gone_after(files):
        if not files:
            raise BadGallery("faces_bad_file")
        count = _own(request).people.load(Path(files[0].source).read_bytes())
    sentence = view.sentence(visitor.of(request).say("faces_loaded", count=count), "good")
    return None, *await _after(sentence, asked, request)


@polite(instead=lambda sentence: (None, gr.skip(), view.problem(sentence)))
async def ask(files: list[Passing], request: gr.Request) -> tuple[Any, ...]:
    """Handler: a photo -> everybody on it named."""
    with passing.gone_after(files):
        if not files:
            return None, gr.skip(), gr.skip()
        image = files[0].read(engine.LARGEST_SIDE)
    return None, image, await _answer(image, request)


@polite(instead=lambda sentence: (gr.skip(), view.problem(sentence)))
async def ask_example(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
    """Handler: an example photo was pressed."""
    name = told(event).do
    if name not in view_people.STRIP:
        return gr.skip(), gr.skip()
    return name, await _answer(name, request)


@polite(instead=_problem)
async def redraw(asked: Any, request: gr.Request) -> tuple[Any, ...]:
    """Handler: the same in another language or view."""
    return await _after("", asked, request)
