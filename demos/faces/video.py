"""A video file, annotated: the live view's loop over its frames, each with its own time, and a video with names back."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from . import live, videofile
from .drawing import Painter
from .people import People

MOST_SECONDS = 300  # of a video that are looked at
MOST_FRAMES = 20_000  # five minutes at 60 in a second, and some
STEPS = ("read", *live.STEPS, "draw", "write")
_BROKEN_S = 1.0  # by which a file may end before it said it would


class Stopped(Exception):
    """Somebody asked to stop. Nothing was written."""


@dataclass(frozen=True)
class Annotated:
    """What a video showed. seconds: of it that were looked at; took_s: how long that was worked on; spent_ms: mean for a
    frame, by step, of `STEPS`; seen: name -> seconds, the longest first, "" for everybody unknown together; size_wh: pixels;
    sound: what became of it; cut: whether it was longer than `MOST_SECONDS`; broken: whether the file ended before its time.
    """

    frames: int
    seconds: float
    took_s: float
    spent_ms: Mapping[str, float]
    seen: Mapping[str, float]
    size_wh: tuple[int, int]
    sound: videofile.Sound
    cut: bool
    broken: bool


def annotate(
    source: Path,
    target: Path,
    people: People,
    options: live.Options,
    progress: Callable[[float], None],
    stop: Callable[[], bool],
    unknown: str = "?",
) -> Annotated:
    """Look at every frame of `source` as the live view does, and write it with names to `target`, an MP4.

    Of a longer video the first `MOST_SECONDS` are done. progress: told the share done, 0 to 1, after every frame; stop: asked
    before every frame; unknown: what to write at a face that is nobody's. Nothing stays at `target` unless this returns.
    Raises videofile.BadVideo, Stopped, `shared.weights.WeightsUnavailable`.
    """
    began = time.perf_counter()
    facts = videofile.look(source)
    length = min(facts.seconds, MOST_SECONDS) if facts.seconds else None
    watcher, painter = live.Live(), Painter(facts.size_wh, unknown)
    spent_ms = dict.fromkeys(STEPS, 0.0)
    seen: dict[str, float] = defaultdict(float)
    frames, now_s, names, cut = 0, 0.0, set[str](), False
    with videofile.Writer(target, facts, source) as writer:
        asked = time.perf_counter()
        for part in videofile.shots(source, facts):
            if stop():
                raise Stopped
            if not isinstance(part, videofile.Shot):
                writer.play(part)
                continue
            if part.now_s >= MOST_SECONDS or frames >= MOST_FRAMES:
                cut = True
                break
            read = time.perf_counter()
            frame = watcher.step(part.image, people, options, now=part.now_s)
            looked = time.perf_counter()
            painter.draw(part.image, _judged(frame.faces, people))
            drawn = time.perf_counter()
            writer.show(part.image, part.now_s)
            for name in names:
                seen[name] += part.now_s - now_s
            frames, now_s, names = frames + 1, part.now_s, {face.name for face in frame.faces}
            progress(min(1.0, now_s / length) if length else part.read_share)
            for step, took_ms in frame.spent_ms.items():
                spent_ms[step] += took_ms
            spent_ms["read"] += (read - asked) * 1000
            spent_ms["draw"] += (drawn - looked) * 1000
            asked = time.perf_counter()
            spent_ms["write"] += (asked - drawn) * 1000
        if not frames:
            raise videofile.BadVideo("faces_video_empty")
        for name in names:
            seen[name] += 1 / facts.rate
        progress(1.0)
    seconds = now_s + 1 / facts.rate
    return Annotated(
        frames=frames,
        seconds=seconds,
        took_s=time.perf_counter() - began,
        spent_ms={step: total / frames for step, total in spent_ms.items()},
        seen=dict(sorted(seen.items(), key=lambda one: (not one[0], -one[1]))),
        size_wh=facts.size_wh,
        sound=facts.sound,
        cut=cut,
        broken=not cut and length is not None and seconds < length - max(_BROKEN_S, 2 / facts.rate),
    )


def _judged(faces: tuple[live.Seen, ...], people: People) -> tuple[live.Seen, ...]:
    """Where nobody is enrolled nobody is compared, and everybody is unknown."""
    return faces if len(people) else tuple(replace(face, known=True) for face in faces)
