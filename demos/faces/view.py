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
    height, width = image.shape[:2]
    small = images.shrunk(image, _SHOWN)
    high, wide = small.shape[:2]
    unit = max(high, wide) / 100  # of line widths and letters, so that both look alike on every photo
    stretch = (wide / width, high / height)
    placed: list[tuple[float, float, float, float]] = []
    labels = "".join(_label(frame, stretch, unit, wide, letters, placed) for frame in frames if frame.label)
    marks = "".join(_mark(frame, stretch, unit) for frame in frames) + labels  # no frame may cover a name
    return (
        f'<svg class="photo" viewBox="0 0 {wide} {high}" role="img" aria-label="{html.escape(alt)}" '
        f'style="--unit:{unit:.2f}px">'
        f'<image href="{images.to_photo_url(small)}" width="{wide}" height="{high}"/>{marks}</svg>'
    )


def _mark(frame: Frame, stretch: tuple[float, float], unit: float) -> str:
    left, top, right, bottom = np.asarray(frame.box_xyxy, float) * np.array([*stretch, *stretch])
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(0.0, right - left):.1f}" height="{max(0.0, bottom - top):.1f}" '
        f'rx="{unit * 0.6:.1f}"/>'
    ]
    dot = min(unit * 0.65, (right - left) * 0.04)  # five of them must not hide a small face
    for x, y in [] if frame.points_xy is None else np.asarray(frame.points_xy, float) * np.array(stretch):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{dot:.1f}"/>')
    return f'<g class="frame {frame.kind}">{"".join(parts)}</g>'


def _label(
    frame: Frame, stretch: tuple[float, float], unit: float, wide: int, letters: float,
    placed: list[tuple[float, float, float, float]],
) -> str:  # fmt: skip
    """The name plate of a frame: above it, or wherever near it covers none of those `placed` before."""
    left, top, right, bottom = np.asarray(frame.box_xyxy, float) * np.array([*stretch, *stretch])
    size = min(unit * letters, max(unit * letters * 0.7, (right - left) * 0.3))
    width, height = sum(1.0 if ord(letter) > 0x2E80 else 0.62 for letter in frame.label) * size + unit, size * 1.35
    x = float(np.clip((left + right - width) / 2, 0, max(0.0, wide - width)))
    places = [y for y in (top - height, bottom, top - 2 * height, bottom + height) if y >= 0] or [bottom]
    free = [y for y in places if not any(_cover((x, y, x + width, y + height), other) for other in placed)]
    y = (free or places)[0]
    placed.append((x, y, x + width, y + height))
    return (
        f'<g class="frame" transform="translate({x:.1f} {y:.1f})"><rect class="plate" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{unit * 0.5:.1f}"/><text x="{unit * 0.5:.1f}" y="{size:.1f}" font-size="{size:.1f}">'
        f"{html.escape(frame.label)}</text></g>"
    )


def _cover(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


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
