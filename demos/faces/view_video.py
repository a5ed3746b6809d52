"""The video view as HTML: how far it is, the video with names, who was seen, where the time went. Knows no Gradio."""

import html
from pathlib import Path
from urllib.parse import quote

from shared.visitor import Visitor

from . import video, view
from .videofile import Facts


def first(people: int, who: Visitor) -> str:
    """What to do before a video is there. people: how many are enrolled."""
    return view.sentence(who.say("faces_video_first")) + _enrolled(people, who)


def _enrolled(people: int, who: Visitor) -> str:
    return view.sentence(who.say("faces_video_enrolled", count=people) if people else who.say("faces_video_nobody"))


def facts(found: Facts, people: int, who: Visitor) -> str:
    """What was uploaded, and that it can be started."""
    if found.seconds is None:
        length = who.say("faces_video_length_unknown")
    elif found.seconds > video.MOST_SECONDS:
        length = who.say("faces_video_facts_long", seconds=found.seconds, most=video.MOST_SECONDS)
    else:
        length = who.say("faces_video_length", seconds=found.seconds)
    wide, high = found.size_wh
    said = who.say("faces_video_facts", wide=wide, high=high, rate=found.rate, length=length)
    return view.sentence(said, "good") + _enrolled(people, who)


def progress(said: str, share: float | None) -> str:
    """What is happening, over a bar that grows. share: done, 0 to 1; None where that makes no sense."""
    bar = ""
    if share is not None:
        percent = f"{share * 100:.0f}"
        bar = f'<i role="progressbar" aria-valuemax="100" aria-valuenow="{percent}" style="width:{percent}%"></i>'
    return f'<div class="progress"><p>{html.escape(said)}</p>{bar}</div>'


def done(found: video.Annotated, who: Visitor) -> str:
    """How it went, and what is to be known about the result."""
    said = [
        who.say(
            "faces_video_done",
            seconds=found.seconds, frames=found.frames, took=found.took_s, rate=found.frames / max(found.took_s, 1e-6),
        )
    ]  # fmt: skip
    if found.cut:
        said.append(who.say("faces_video_cut", seconds=found.seconds))
    if found.broken:
        said.append(who.say("faces_video_broken", seconds=found.seconds))
    if found.sound == "dropped":
        said.append(who.say("faces_video_silent"))
    return view.sentence(" ".join(said), "good")


def player(file: Path, size_wh: tuple[int, int], who: Visitor) -> str:
    """The video itself. file: under the door's upload folder, from which it is served."""
    return (
        f'<video class="annotated" controls playsinline preload="metadata" width="{size_wh[0]}" height="{size_wh[1]}" '
        f'aria-label="{html.escape(who.say("faces_video_alt"))}" src="gradio_api/file={quote(file.as_posix())}"></video>'
    )


def summary(found: video.Annotated, who: Visitor) -> str:
    """Who was seen for how long, and the milliseconds of a frame by step."""
    return f'<div class="video-summary">{_seen(found, who)}{_spent(found, who)}</div>'


def _seen(found: video.Annotated, who: Visitor) -> str:
    title = f"<h3>{who.say('faces_video_who')}</h3>"
    if not found.seen:
        return f"<section>{title}{view.sentence(who.say('faces_video_nobody_seen'))}</section>"
    rows = "".join(
        f'<li class="{"known" if name else "unknown"}"><span>{html.escape(name or who.say("faces_video_unknown"))}</span>'
        f'<b class="number">{who.say("faces_video_seen", seconds=seconds)}</b>'
        f'<i style="width:{min(1.0, seconds / found.seconds) * 100:.1f}%"></i></li>'
        for name, seconds in found.seen.items()
    )
    return f'<section>{title}<ul class="video-seen">{rows}</ul></section>'


def _spent(found: video.Annotated, who: Visitor) -> str:
    steps = [(who.say(f"faces_video_step_{step}"), found.spent_ms[step]) for step in video.STEPS]
    steps.append((who.say("faces_video_step_sum"), sum(found.spent_ms.values())))
    cells = "".join(f'<div><dt>{step}</dt><dd class="number">{_milliseconds(ms)}</dd></div>' for step, ms in steps)
    return f'<section><h3>{who.say("faces_video_spent")}</h3><dl class="video-spent">{cells}</dl></section>'


def _milliseconds(value: float) -> str:
    """Two digits: "18 ms", "4.8 ms", "0.29 ms"."""
    digits = 0 if value >= 10 or value < 0.005 else 1 if value >= 1 else 2
    return f"{value:.{digits}f} ms"
