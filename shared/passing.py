"""Photos that pass through: whatever a visitor drops, chooses or takes is read once, and leaves the upload folder at once.

Gradio writes an upload into the door's upload folder and leaves it there for an hour. What a camera streams comes inside the
event and is never written.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
import numpy as np

from shared import images, uploads


@dataclass(frozen=True)
class Passing:
    """One picture on its way. name: what the visitor's file is called, "" for a camera's."""

    name: str
    source: Path | str  # an uploaded file, or a data address

    def read(self, longest_side: int | None = None) -> np.ndarray:
        """The picture (H, W, 3) uint8 RGB. Raises images.UnreadablePicture, also once it is gone."""
        data = images.from_data_url(self.source) if isinstance(self.source, str) else self.source
        return images.read(data, longest_side=longest_side)

    def forget(self) -> None:
        """Take the uploaded file away, and the folder that Gradio made for it."""
        if isinstance(self.source, Path) and uploads.take_back(self.source):
            self.source.unlink(missing_ok=True)
            with suppress(OSError):  # something else was uploaded into it
                self.source.parent.rmdir()


Component = TypeVar("Component", gr.Image, gr.File, gr.UploadButton)


def passing(component: Component) -> Component:
    """Let a component's handlers get a list of `Passing`, empty for nothing. They work inside `gone_after`.

    A handler's outputs must set the component back to None: the file that it shows is gone. Never to `gr.skip()` or another
    update: after one, Gradio works for that visitor with a new component that knows nothing of this.
    """

    def photos(payload: Any) -> list[Passing]:
        sent = getattr(payload, "root", payload)  # gr.File wraps several in a model of its own
        return [_photo(one) for one in (sent if isinstance(sent, list) else [sent]) if one is not None]

    component.preprocess = photos  # type: ignore[method-assign, assignment]
    return component


def _photo(sent: Any) -> Passing:
    if sent.url and sent.url.startswith("data:"):
        return Passing("", sent.url)
    return Passing(sent.orig_name or Path(sent.path or "").name, Path(sent.path or ""))


@contextmanager
def gone_after(photos: Sequence[Passing]) -> Iterator[None]:
    """When the block ends, however it ends, the photos are no more."""
    try:
        yield
    finally:
        for one in photos:
            one.forget()
