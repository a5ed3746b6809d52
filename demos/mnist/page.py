"""The MNIST room: a pad that reads along, a photo, a training in front of the class, and a door for scripts."""

import gradio as gr

from shared import furniture

from . import page_draw, page_photo, page_script, page_train


def lay_out(page: gr.Blocks) -> None:
    """Lay the room out where the caller is in `page`."""
    furniture.heading("mnist")
    mine = gr.State(None)  # the network that this visitor has trained
    with gr.Tabs(elem_id="mnist-views") as views:
        with furniture.tab("mnist_draw", "draw"):
            network = page_draw.build(mine)
        with furniture.tab("mnist_photo", "photo"):
            page_photo.build()
        with furniture.tab("mnist_train", "train"):
            page_train.build(mine, network, views)
        with furniture.tab("mnist_script", "script"):
            page_script.build()
    furniture.folded("mnist")


def build() -> gr.Blocks:
    """The room alone."""
    with gr.Blocks() as room:
        lay_out(room)
    return room
