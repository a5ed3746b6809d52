"""The faces room: look inside the detectors, compare two photos, enrol people, name them live, and where all of it fails."""

import gradio as gr

from shared import furniture

from . import page_fails, page_inside, page_live, page_pair, page_people, page_script, page_speed, page_video
from .sessions import sessions


def forget(request: gr.Request) -> None:
    """Handler: a page was closed."""
    sessions.close(request.session_hash)


def lay_out(page: gr.Blocks) -> None:
    """Lay the room out where the caller is in `page`."""
    furniture.heading("faces")
    with gr.Tabs(elem_id="faces-views"):
        with furniture.tab("faces_inside", "inside"):
            page_inside.build()
        with furniture.tab("faces_pair", "pair"):
            page_pair.build()
        with furniture.tab("faces_people", "people"):
            listed = page_people.build()
        with furniture.tab("faces_live", "live"):
            page_live.build(listed)
        with furniture.tab("faces_video", "video") as tab:
            page_video.build(tab)
        with furniture.tab("faces_speed", "speed"):
            page_speed.build()
        with furniture.tab("faces_limits", "limits"):
            page_fails.build()
        with furniture.tab("faces_script", "script"):
            page_script.build()
    furniture.folded("faces")
    # Whoever was enrolled on a page is forgotten when it is closed.
    page.unload(forget)


def build() -> gr.Blocks:
    """The room alone."""
    with gr.Blocks() as room:
        lay_out(room)
    return room
