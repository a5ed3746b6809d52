"""A photo of digits on paper, from a file or the camera."""

import asyncio
from pathlib import Path

import gradio as gr

from shared import furniture, images, picture, visitor
from shared.handlers import polite
from shared.language import text

from . import engine, view

_EXAMPLES = sorted((Path(__file__).parent / "examples").glob("photo_*.jpg"))
# The rear camera where there is one: the digits lie on the table.
_CAMERA = gr.WebcamOptions(mirror=False, constraints={"video": {"facingMode": "environment"}})


def build() -> None:
    """Lay the photo out beside what is read on it."""
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            photo = picture.picture(
                label=text("mnist_photo_label"), sources=["upload", "webcam", "clipboard"],
                webcam_options=_CAMERA, height=360, elem_id="mnist-photo", buttons=[],
            )  # fmt: skip
            gr.Markdown(text("mnist_photo_hint"), elem_classes="detail")
            gr.Markdown(text("mnist_examples"), elem_classes="detail")
            with gr.Column(elem_classes="photo-examples"):
                gr.Examples([[str(file)] for file in _EXAMPLES], photo)
        with gr.Column(scale=1, min_width=300):
            answer = gr.HTML(visitor.for_each("mnist_no_photo", _empty), elem_id="mnist-photo-answer", js_on_load=None)
    photo.change(read, photo, answer, show_progress="minimal", api_visibility="private", queue=False)
    furniture.on_view_change(read, photo, answer)


@polite(instead=view.problem)
async def read(file: str | None, request: gr.Request) -> str:
    """Handler: a photo -> itself with every digit framed, and the number."""
    who = visitor.of(request)
    if file is None:
        return _empty(who)
    found = await asyncio.wrap_future(engine.ask(engine.Question(Path(file).read_bytes(), drawn=False)))
    if not found.readings:
        raise engine.NoDigit("mnist_no_digit")
    shown = await asyncio.to_thread(lambda: images.to_data_url(images.read(file, longest_side=900)))
    return view.photo(found, shown, who)


def _empty(who: visitor.Visitor) -> str:
    return f'<p class="hint">{who.say("mnist_photo_empty")}</p>'
