"""The room's programming interface: two endpoints, the three lines that call them, and both to try by hand."""

import asyncio
from pathlib import Path
from typing import Any

import gradio as gr

from shared import picture
from shared.handlers import polite
from shared.language import text

from . import engine

EXAMPLE = """from gradio_client import Client, handle_file
gallery = Client("http://localhost:7860/")
print(gallery.predict(handle_file("digit.png"), api_name="/mnist_predict")["label"])
"""


def build() -> None:
    """Lay out the example and the two endpoints."""
    gr.Markdown(text("mnist_script_intro"))
    gr.Markdown(f"```python\n{EXAMPLE}```", elem_id="mnist-script-example")
    gr.Markdown(text("mnist_script_more"))
    with gr.Row():
        file = picture.picture(label=text("mnist_script_picture"), sources=["upload"], height=240, buttons=[])
        with gr.Column():
            one = gr.Button(text("mnist_script_predict"))
            label = gr.Label(label=text("mnist_script_label"), num_top_classes=10)
        with gr.Column():
            several = gr.Button(text("mnist_script_number"))
            digits = gr.Textbox(label=text("mnist_script_digits"), interactive=False)
    one.click(predict, file, label, api_name="mnist_predict", concurrency_limit=16)
    several.click(read_number, file, digits, api_name="mnist_read_number", concurrency_limit=16)


@polite
async def predict(file: str | None, request: gr.Request) -> dict[str, Any]:
    """Read the one digit on an image file of any size: the probability of each digit. Of several, the first."""
    reading = (await _read(file)).readings[0]
    return {str(digit): share for digit, share in enumerate(reading.probabilities)}


@polite
async def read_number(file: str | None, request: gr.Request) -> str:
    """Read all digits on an image file of any size, left to right."""
    return (await _read(file)).number


async def _read(file: str | None) -> engine.Answer:
    if file is None:
        raise engine.NoDigit("mnist_no_picture")
    found = await asyncio.wrap_future(engine.ask(engine.Question(Path(file).read_bytes(), drawn=False)))
    if not found.readings:
        raise engine.NoDigit("mnist_no_digit")
    return found
