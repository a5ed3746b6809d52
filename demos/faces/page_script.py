"""The room's programming interface: two endpoints, the lines that call them, and both to try by hand."""

from pathlib import Path
from typing import Any

import gradio as gr

from shared import devices, images, picture
from shared.faces import detection
from shared.faces.detection import Faces
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem

from . import engine
from .detect import as_json

EXAMPLE = """from gradio_client import Client, handle_file
gallery = Client("http://localhost:7860/")
print(gallery.predict(handle_file("photo.jpg"), "centerface", api_name="/faces_detect"))
"""
VERIFY_EXAMPLE = 'print(gallery.predict(handle_file("one.jpg"), handle_file("other.jpg"), api_name="/faces_verify"))\n'
_AT_ONCE = max(1, devices.cores() - 1)  # calls: the rest waits, so that a script in a loop leaves the room a core


class BadCall(Problem):
    """An endpoint was called with something missing, or a detector that there is not. The message says what would do."""


def build() -> None:
    """Lay out the example and the two endpoints."""
    gr.Markdown(text("faces_script_intro"))
    gr.Markdown(f"```python\n{EXAMPLE}{VERIFY_EXAMPLE}```", elem_id="faces-script-example")
    with gr.Row():
        with gr.Column(min_width=300):
            file = picture.picture(
                value=_example("eileen_collins"),
                label=text("faces_script_picture"),
                sources=["upload"],
                height=150,
                buttons=[],
                elem_id="faces-script-picture",
            )
            with gr.Row():
                detector = gr.Dropdown(
                    # A name that is not listed is answered below, in the reader's language.
                    list(detection.DETECTORS), value=engine.DETECTOR, allow_custom_value=True, container=False,
                    label=text("faces_script_detector"), elem_id="faces-script-detector", min_width=140,
                )  # fmt: skip
                find = gr.Button(text("faces_script_detect"), elem_id="faces-script-detect", min_width=140)
            faces = gr.JSON(label=text("faces_script_faces"), elem_id="faces-script-faces", max_height=320)
        with gr.Column(min_width=300):
            with gr.Row():
                pair = [
                    picture.picture(
                        value=_example(f"jacinda_ardern_{number}"), label=text(f"faces_pair_{name}"), sources=["upload"],
                        height=150, min_width=140, buttons=[], elem_id=f"faces-script-{name}",
                    )
                    for number, name in enumerate(("first", "second"), start=1)
                ]  # fmt: skip
            check = gr.Button(text("faces_script_verify"), elem_id="faces-script-verify")
            verdict = gr.JSON(label=text("faces_script_verdict"), elem_id="faces-script-verdict")
    ways: dict[str, Any] = {"concurrency_limit": _AT_ONCE, "concurrency_id": "faces-scripts"}
    find.click(detect, [file, detector], faces, api_name="faces_detect", **ways)
    check.click(verify, pair, verdict, api_name="faces_verify", **ways)


def _example(name: str) -> str:
    return str(Path(__file__).parent / "examples" / f"{name}.jpg")


@polite
async def detect(file: str | None, detector: str | None, request: gr.Request) -> dict[str, Any]:
    """Find the faces on a photo with "centerface" or "mtcnn": boxes and five points of each in pixels, best first."""
    if file is None:
        raise BadCall("faces_script_missing")
    if detector not in detection.DETECTORS:
        raise BadCall("faces_script_unknown", detector=detector, names=", ".join(detection.DETECTORS))
    return {"file": Path(file).name, "faces": as_json(await engine.work(_find, file, detector))}


@polite
async def verify(first: str | None, second: str | None, request: gr.Request) -> dict[str, Any]:
    """Compare the largest faces of two photos: whether they are the same person's, and how alike they are, -1 to 1."""
    if first is None or second is None:
        raise BadCall("faces_script_missing")
    found = await engine.work(_verify, first, second)
    return {
        "similarity": round(found.similarity, 4),
        "same": found.same,
        "threshold": round(found.threshold, 4),
    }  # fmt: skip


def _find(file: str, detector: str) -> Faces:
    """The faces of a photo file, in its own pixels however large it is."""
    photo = engine.read(file)
    found = engine.find(photo, detector).faces
    stretch = _longest_side(file) / max(photo.shape[:2])
    return Faces(found.boxes_xyxy * stretch, found.scores, found.landmarks_xy * stretch) if stretch > 1 else found


def _longest_side(file: str) -> int:
    from PIL import Image

    with Image.open(file, formats=images.formats()) as opened:
        return max(opened.size)


def _verify(first: str, second: str) -> engine.Verdict:
    return engine.verify(engine.read(first), engine.read(second))
