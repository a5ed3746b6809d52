"""A drawing pad that works at once with mouse, pen and finger: a canvas in a `gr.HTML`, with clear, undo and brushes.

Its value is the drawing as a PNG data address, black ink on white, or "" while it is blank. `input` fires while a
stroke grows (at most every 120 ms), `submit` when it has ended and after clear, undo or an example.
"""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from shared import images
from shared.language import text

WIDTH, HEIGHT = 840, 560  # of the canvas; what is sent is half as large each way
BRUSHES = {"thin": 0.03, "medium": 0.075, "thick": 0.12}  # of the height
_SCRIPT = (Path(__file__).parent / "static" / "pad.js").read_text(encoding="utf-8")


def pad(elem_id: str) -> gr.HTML:
    """The sheet of paper itself; one to a page for each `elem_id`."""
    return gr.HTML(
        "",
        html_template=(
            f'<div class="pad-sheet"><canvas width="{WIDTH}" height="{HEIGHT}" tabindex="0" aria-label="Drawing pad" '
            f'data-brush="{BRUSHES["medium"]}"></canvas></div>'
        ),
        js_on_load=_SCRIPT,
        elem_id=elem_id,
        elem_classes="pad",
    )


def tools(elem_id: str) -> None:
    """Clear, undo and three brushes for the pad `elem_id`; they work in the browser alone."""
    with gr.Row(elem_classes="pad-tools"):
        for name in ("clear", "undo"):
            gr.Button(text(f"pad_{name}"), min_width=80, elem_id=f"{elem_id}-{name}").click(
                None, js=f"() => document.querySelector('#{elem_id} canvas').dispatchEvent(new Event('{name}'))"
            )
        brush = gr.Radio(
            [(text(f"pad_{name}"), str(width)) for name, width in BRUSHES.items()],
            value=str(BRUSHES["medium"]),
            label=text("pad_brush"),
            container=False,
            scale=2,
            min_width=200,
            elem_classes="pad-brush",
        )
        brush.input(
            None, brush,
            js=f"(width) => document.querySelector('#{elem_id} canvas').dispatchEvent("
            "new CustomEvent('brush', {detail: Number(width)}))",
        )  # fmt: skip


def examples(elem_id: str, pictures: Sequence[Path]) -> gr.HTML:
    """Drawings (PNG files, black ink on white) that one click puts on the pad `elem_id`."""
    buttons = "".join(
        f'<button type="button" class="pad-example" data-pad-example="{elem_id}" aria-label="{number}">'
        f'<img alt="" src="{images.to_data_url(images.read(picture)[..., 0])}"></button>'
        for number, picture in enumerate(pictures, start=1)
    )
    return gr.HTML(f'<div class="pad-examples">{buttons}</div>', js_on_load=None)
