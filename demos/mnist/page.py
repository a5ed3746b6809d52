"""The MNIST room: a pad that reads along, a photo, a training in front of the class, and a door for scripts."""

import gradio as gr

from shared import furniture

from . import page_draw, page_photo, page_script, page_train


def build() -> gr.Blocks:
    """The room, ready to be rendered in a tab or launched alone."""
    with gr.Blocks() as room:
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
    return room
