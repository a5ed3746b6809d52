"""The camera of whoever looks at the page: shown at once, its pictures sent one at a time, answers drawn over it.

`gr.Image(streaming=True)` sends up to 17 frames a second and draws nothing; here the next picture leaves when the last
one's answer has come, so a slow server is never flooded, and what was found is drawn by the browser over the live picture.

In Python: `eye = camera("room-camera")`, then `eye.input(handler, ..., eye)` for every picture of a live camera and
`eye.submit(handler, ..., eye)` for one that was taken by the button; a handler takes `event: gr.EventData`, reads
`picture(event)` and returns `answer(event, ...)`. Browsers give a camera only to https and localhost, which the page says.
"""

import html
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from shared import images, visitor
from shared.language import texts
from shared.visitor import Visitor

_SCRIPT = (Path(__file__).parent / "static" / "camera.js").read_text(encoding="utf-8")
_MOST_BYTES = 4_000_000
MOST_PIXELS = 4_000_000  # of a camera's picture; more only fills the memory


def camera(elem_id: str, *, live: bool = False, snap: bool = False, facing: str = "user", width: int = 640) -> gr.HTML:
    """The camera, closed until its button is pressed; one to a page for each `elem_id`.

    live: send picture after picture (`input`); snap: a button that sends one (`submit`). facing: the phone's camera to
    ask for, "user" (the front one, shown as in a mirror) or "environment". width: pixels of a picture, at most.
    """
    words = visitor.for_each(f"{elem_id}_words", _words)
    gr.HTML(words, elem_id=f"{elem_id}-words", elem_classes="camera-words", js_on_load=None)
    switches = "".join(f' data-{name}="{int(on)}"' for name, on in (("live", live), ("snap", snap)))
    return gr.HTML(
        "",
        html_template=(
            f'<div class="camera" data-camera="{elem_id}" data-facing="{facing}" data-state="off" '
            f'data-width="{width}"{switches}>'
            '<div class="camera-stage"><video playsinline muted autoplay></video><canvas></canvas>'
            '<p class="camera-note" role="status"></p></div><div class="camera-tools"></div>'
            '<div class="camera-meter"></div></div>'
        ),
        js_on_load=_SCRIPT,
        elem_id=elem_id,
        found="",
    )  # fmt: skip


def _words(who: Visitor) -> str:
    keys = [key for key in texts() if key.startswith("camera_")]
    return "".join(f'<span data-word="{key.removeprefix("camera_")}">{html.escape(who.say(key))}</span>' for key in keys)


def picture(event: gr.EventData) -> bytes:
    """The picture that was sent, a JPEG's bytes. Anybody can send one: raises shared.images.UnreadablePicture."""
    said = event._data if isinstance(event._data, dict) else {}
    sent = said.get("picture")
    if not isinstance(sent, str) or len(sent) > _MOST_BYTES:
        raise images.UnreadablePicture("picture_unreadable")
    return images.from_data_url(sent)


def answer(
    to: gr.EventData | None,
    faces: Sequence[Mapping[str, Any]] = (),
    spent_ms: Sequence[tuple[str, float]] = (),
    note: str = "",
    stop: bool = False,
) -> gr.HTML:
    """What to draw over the camera, and leave for the next picture.

    to: the event that brought the picture of a live camera, None for another. faces: each with "box" (left, top, right,
    bottom, in pixels of the picture), "label", "kind" ("known", "unknown" or "face") and "points"; spent_ms: named steps
    for the meter below; note: a sentence; stop: close the camera.
    """
    sent = to._data.get("number") if to is not None and isinstance(to._data, dict) else None
    number = sent if isinstance(sent, int) else None
    told = {
        "number": number,
        "faces": list(faces),
        "spent": list(spent_ms),
        "note": note,
        "stop": stop,
        "drawn": secrets.token_hex(4),
    }
    return gr.HTML(found=json.dumps(told, ensure_ascii=False))


def problem(sentence: str) -> gr.HTML:
    """The answer where something went wrong: the sentence, over a closed camera."""
    return answer(None, note=sentence, stop=True)
