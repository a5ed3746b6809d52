"""A place for a picture from a file, the camera or the clipboard, whose bytes reach the handler just as they were sent."""

from typing import Any

import gradio as gr
from gradio.data_classes import ImageData


def picture(**options: Any) -> gr.Image:
    """`gr.Image` whose handlers get the path of the file that was sent, or None. options: as for `gr.Image`.

    Gradio itself would open the file first: it encodes it anew, and answers what it cannot open with a trace in
    English. `shared.images.read` does without the one and has a sentence for the other.
    """
    component = gr.Image(type="filepath", **options)
    decode = component.preprocess

    def path(payload: ImageData | None) -> Any:
        return payload.path if payload is not None and payload.path else decode(payload)

    component.preprocess = path  # type: ignore[method-assign]
    return component
