"""Faces as HTML: photos with frames, crops, sentences. Knows results and the visitor's language, no Gradio."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared import images
from shared.faces.detection import Array

_SHOWN = 1280  # pixels of a photo's longer side on the page


@dataclass(frozen=True)
class Frame:
    """A frame on a photo. box_xyxy: (4,) pixels; label: shown above it; kind: "face", "known", "unknown" or "candidate";
    points_xy: (n, 2) landmarks.
    """

    box_xyxy: Array
    label: str = ""
    kind: str = "face"
    points_xy: Array | None = None


def photo(image: Array, frames: Sequence[Frame] = (), alt: str = "", letters: float = 3.2) -> str:
    """A photo (H, W, 3) with frames, labels and landmarks, as an SVG that scales with the page.

    letters: of the labels, in hundredths of the photo's longer side; more where the photo is shown small.
    """
    import cv2

    height, width = image.shape[:2]
    scale = min(1.0, _SHOWN / max(height, width))
    small = image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = small.shape[:2]
    unit = max(high, wide) / 100  # of line widths and letters, so that both look alike on every photo
    marks = "".join(_mark(frame, (wide / width, high / height), unit, wide, letters) for frame in frames)
    return (
        f'<svg class="photo" viewBox="0 0 {wide} {high}" role="img" aria-label="{html.escape(alt)}" '
        f'style="--unit:{unit:.2f}px">'
        f'<image href="{images.to_photo_url(small)}" width="{wide}" height="{high}"/>{marks}</svg>'
    )


def _mark(frame: Frame, stretch: tuple[float, float], unit: float, wide: int, letters: float) -> str:
    left, top, right, bottom = np.asarray(frame.box_xyxy, float) * np.array([*stretch, *stretch])
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(0.0, right - left):.1f}" height="{max(0.0, bottom - top):.1f}" '
        f'rx="{unit * 0.6:.1f}"/>'
    ]
    dot = min(unit * 0.65, (right - left) * 0.04)  # five of them must not hide a small face
    for x, y in [] if frame.points_xy is None else np.asarray(frame.points_xy, float) * np.array(stretch):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{dot:.1f}"/>')
    if frame.label:
        size = min(unit * letters, max(unit * 1.9, (right - left) * 0.3))
        width = sum(1.0 if ord(letter) > 0x2E80 else 0.58 for letter in frame.label) * size + unit
        x = max(0.0, min(left, wide - width))
        y = top - size * 1.35 if top > size * 1.4 else bottom
        parts.append(
            f'<g transform="translate({x:.1f} {y:.1f})"><rect class="plate" width="{width:.1f}" height="{size * 1.35:.1f}" '
            f'rx="{unit * 0.5:.1f}"/><text x="{unit * 0.5:.1f}" y="{size:.1f}" font-size="{size:.1f}">'
            f"{html.escape(frame.label)}</text></g>"
        )
    return f'<g class="frame {frame.kind}">{"".join(parts)}</g>'


def crop(image: Array, caption: str = "") -> str:
    """A small picture (H, W, 3) with a caption below it. caption: plain text."""
    text = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="crop"><img alt="" src="{images.to_photo_url(image)}">{text}</figure>'


def sentence(text: str, kind: str = "hint") -> str:
    """A plain sentence where a result would stand. kind: "hint", "good" or "problem"."""
    return f'<p class="faces-note {kind}" role="status">{html.escape(text)}</p>'


def problem(text: str) -> str:
    """What went wrong and what to do, where the result would stand."""
    return sentence(text, "problem")


def percent(share: float) -> str:
    """A share from 0 to 1 with two digits that mean something: 0.0123 -> "1.2 %", 0.00031 -> "0.031 %", 0 -> "0 %"."""
    value = share * 100
    if value <= 0:
        return "0 %"
    digits = max(0, 1 - int(np.floor(np.log10(value))))
    return f"{value:.{min(digits, 6)}f} %"
