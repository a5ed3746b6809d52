"""Who is enrolled, and who is on a photo, as HTML."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from shared import images
from shared.faces.detection import Array, Faces
from shared.problems import Problem
from shared.visitor import Visitor

from . import view
from .people import Named, Sample

STRIP = ("barack_obama_2.jpg", "jacinda_ardern_2.jpg", "grace_hopper.jpg", "group")  # to ask about
_EXAMPLES = Path(__file__).parent / "examples"
_GROUP = ("joe_biden.jpg", "jacinda_ardern_2.jpg", "barack_obama_2.jpg", "rishi_sunak.jpg", "eileen_collins.jpg")


def roster(people: Mapping[str, Sequence[Sample]], who: Visitor) -> str:
    """The list, newest first: portraits, name, number of photos, and the buttons that delete."""
    if not people:
        return f'<div class="roster empty">{view.sentence(who.say("faces_nobody"))}</div>'
    rows = []
    for name, samples in reversed(list(people.items())):  # whoever came last is in sight
        pictures = "".join(
            f'<img alt="" src="{images.to_photo_url(sample.portrait.image, longest_side=96)}">'
            for sample in samples[:4]
            if sample.portrait is not None
        )
        label = html.escape(name)
        rows.append(
            f'<li><span class="portraits">{pictures or "<i></i>"}</span><span class="who"><b>{label}</b>'
            f"<small>{html.escape(who.say('faces_photos', count=len(samples)))}</small></span>"
            f'<button type="button" data-do="remove:{html.escape(name, quote=True)}" '
            f'aria-label="{html.escape(who.say("faces_remove_name", name=name), quote=True)}">'
            f"{html.escape(who.say('faces_remove'))}</button></li>"
        )
    clear = (
        f"<details><summary>{html.escape(who.say('faces_clear'))}</summary>"
        f'<button type="button" data-do="clear:">{html.escape(who.say("faces_clear_really"))}</button></details>'
    )
    return f'<ul class="roster">{"".join(rows)}</ul>{clear}'


@dataclass(frozen=True)
class Line:
    """What became of one photo. file: its name, "" for the camera's; problem: why not, or None; count: photos there are now."""

    file: str
    problem: Problem | None
    count: int = 0


def outcomes(name: str, lines: Sequence[Line], who: Visitor) -> str:
    """What became of each photo of somebody."""
    good = [line.count for line in lines if line.problem is None]
    said = [view.sentence(who.say("faces_enrolled", name=name, count=good[-1]), "good")] if good else []
    for line in lines:
        if line.problem is not None:
            sentence = who.say(line.problem.key, **line.problem.values)
            said.append(view.sentence(f"{line.file}: {sentence}" if line.file else sentence, "problem"))
    if good and good[-1] == 1:
        said.append(view.sentence(who.say("faces_one_more")))
    return "".join(said)


def everyone(image: Array, found: Faces, named: Sequence[Named], enrolled: int, who: Visitor) -> str:
    """The photo with everybody's name, and below it how alike each is to the nearest."""
    if not len(found):
        return view.photo(image) + view.problem(who.say("faces_none"))
    unknown, letters = who.say("faces_unknown"), 4.4 if who.projector else 3.2
    frames = [
        view.Frame(box, one.name or unknown, "known" if one.name else "unknown")
        for box, one in zip(found.boxes_xyxy, named, strict=True)
    ]
    if not enrolled:
        return view.photo(image, frames, letters=letters) + view.sentence(who.say("faces_nobody_yet"))
    order = np.argsort(found.boxes_xyxy[:, 0], kind="stable")
    rows = "".join(
        f'<tr class="{"known" if named[index].name else "unknown"}"><td>{html.escape(named[index].name or unknown)}</td>'
        f"<td>{html.escape(named[index].nearest)}</td><td class='number'>{named[index].similarity:.2f}</td></tr>"
        for index in order
    )
    head = "".join(f"<th>{html.escape(who.say(f'faces_column_{column}'))}</th>" for column in ("name", "nearest", "similarity"))
    return (
        view.photo(image, frames, letters=letters)
        + f'<table class="figures"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def example(name: str) -> Array:
    """An example photo by its file's name; "group" is five of them side by side. (H, W, 3) uint8."""
    return _group() if name == "group" else images.read(_EXAMPLES / name)


@lru_cache(maxsize=1)
def _group(height: int = 420) -> Array:
    from PIL import Image  # not OpenCV, which would load when the page is built

    photos = [Image.fromarray(images.read(_EXAMPLES / file)) for file in _GROUP]
    parts = [photo.resize((round(photo.width * height / photo.height), height), Image.Resampling.LANCZOS) for photo in photos]
    return np.concatenate([np.asarray(part) for part in parts], axis=1)


@lru_cache(maxsize=1)
def example_strip() -> str:
    """The example photos as buttons."""
    buttons = "".join(
        f'<button type="button" data-do="{name}" aria-label="{name}">'
        f'<img alt="" src="{images.to_photo_url(example(name), longest_side=220)}"></button>'
        for name in STRIP
    )
    return f'<div class="example-strip">{buttons}</div>'
