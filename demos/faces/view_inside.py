"""One detector's panel: the photo with what it found, how it got there, and the faces cut out. No Gradio."""

import html
from collections.abc import Callable

import numpy as np

from shared import images
from shared.faces import alignment
from shared.faces.detection import Array, Inspection
from shared.visitor import Visitor

from . import view
from .opened import Opened

_SMALL = 420  # pixels of the longer side of a stage's picture
_MOST_DRAWN = 300  # candidates; more would cover the photo
_MOST_CROPS = 5
_LABELLED = 8  # so many faces are labelled whatever their size
_LETTERS = 5.5  # hundredths of the photo
_LABEL_WIDTH = 0.13  # of the photo: a face this wide has room for its label among any number


def panel(opened: Opened, detector: str, threshold: float, who: Visitor) -> str:
    """What a detector finds on a photo from a score on."""
    found = opened.at(detector, threshold)
    count = len(found.faces)
    head = (
        f"<h3>{who.say(f'faces_inside_{detector}')}</h3>"
        f'<p class="figure"><b>{who.say("faces_inside_count", count=count)}</b>'
        f'<span class="number">{found.elapsed_ms:,.0f} ms</span></p>'
    )
    picture = view.photo(opened.image, _frames(opened.image, found), who.say("faces_inside_alt", count=count), _LETTERS)
    stages = _cascade(opened.image, found, who) if detector == "mtcnn" else _heat(opened.image, found, threshold, who)
    note = "" if count else view.sentence(_why_none(opened, detector, threshold, who))
    return (
        f'<section class="detector" data-faces="{count}"><header>{head}</header>{picture}{note}'
        f'<div class="stages">{stages}</div>{_crops(opened.image, found, who)}</section>'
    )


def score(value: float) -> str:
    """A score as one compares it with the threshold: cut, not rounded, so that 0.998 is no certainty."""
    return f"{np.floor(value * 100) / 100:.2f}"


def _frames(image: Array, found: Inspection) -> list[view.Frame]:
    faces = found.faces
    wide = faces.sides / max(image.shape[:2]) >= _LABEL_WIDTH
    return [
        view.Frame(box, score(value) if len(faces) <= _LABELLED or fits else "", points_xy=points)
        for box, value, points, fits in zip(faces.boxes_xyxy, faces.scores, faces.landmarks_xy, wide, strict=True)
    ]


def _why_none(opened: Opened, detector: str, threshold: float, who: Visitor) -> str:
    best = opened.best(detector)
    if best > 0:
        return who.say("faces_inside_below", threshold=f"{threshold:.2f}", best=score(best))
    return who.say(f"faces_inside_none_{detector}")


def _cascade(image: Array, found: Inspection, who: Visitor) -> str:
    """MTCNN's three stages, each with the candidates that it let through."""
    small = images.shrunk(image, _SMALL)
    return "".join(_stage(small, image, found.stages[name], f"faces_inside_{name}", who) for name in ("pnet", "rnet", "onet"))


def _heat(image: Array, found: Inspection, threshold: float, who: Visitor) -> str:
    """CenterFace's heat over the photo, and the boxes of the places above the threshold before suppression."""
    small = images.shrunk(image, _SMALL)
    scale = '<span class="heat-scale"><i>0</i><b></b><i>1</i></span>'
    shown = view.photo(small if found.heat is None else warmed(small, found.heat, threshold))
    return (
        _figure(shown, who.say("faces_inside_heat", threshold=f"{threshold:.2f}"), scale)
        + _stage(small, image, found.stages["centres"], "faces_inside_centres", who)
    )  # fmt: skip


def warmed(image: Array, heat: Array, threshold: float) -> Array:
    """Heat (h, w), 0 to 1, over a photo (H, W, 3) uint8, black to yellow, with a line around what reaches a threshold.

    The colours are matplotlib's Inferno, whose brightness grows evenly with the heat.
    """
    import cv2

    height, width = image.shape[:2]
    full = np.clip(cv2.resize(heat, (width, height), interpolation=cv2.INTER_LINEAR), 0, 1)
    colours = cv2.applyColorMap((full * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    mixed = np.ascontiguousarray((image * 0.4 + colours * 0.6).astype(np.uint8))
    outlines, _ = cv2.findContours((full >= threshold).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return np.asarray(cv2.drawContours(mixed, outlines, -1, (255, 255, 255), 1, cv2.LINE_AA))


def _stage(small: Array, image: Array, boxes: Array, key: str, who: Visitor) -> str:
    shrink = small.shape[1] / image.shape[1]
    frames = [view.Frame(box * shrink, kind="candidate") for box in boxes[:_MOST_DRAWN]]
    caption = who.say(key, count=f"{len(boxes):,}")
    if len(boxes) > _MOST_DRAWN:
        caption = who.say("faces_inside_drawn", caption=caption, count=_MOST_DRAWN)
    return _figure(view.photo(small, frames), caption)


def _figure(shown: str, caption: str, more: str = "") -> str:
    return f"<figure>{shown}<figcaption>{html.escape(caption)}{more}</figcaption></figure>"


def _crops(image: Array, found: Inspection, who: Visitor) -> str:
    """The largest faces as the recognition networks get them: turned upright, and beside it simply cut out."""
    count = len(found.faces)
    if not count:
        return ""
    shown = found.faces[np.argsort(-found.faces.sides, kind="stable")[:_MOST_CROPS]]
    pair: Callable[[Array, Array], str] = lambda one, other: (  # noqa: E731
        f'<div class="pair">{view.crop(one)}{view.crop(other)}</div>'
    )
    pairs = "".join(
        pair(one, other)
        for one, other in zip(alignment.align(image, shown.landmarks_xy), alignment.crop(image, shown.boxes_xyxy), strict=True)
    )
    caption = who.say("faces_inside_crops")
    if count > _MOST_CROPS:
        caption = who.say("faces_inside_more", caption=caption, shown=_MOST_CROPS, count=count)
    return f'<div class="crop-pairs">{pairs}</div><p class="caption-line">{html.escape(caption)}</p>'
