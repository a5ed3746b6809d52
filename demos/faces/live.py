"""A camera's frames, one after the other: where every face is and whose, and where the milliseconds went."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from shared.faces import detection
from shared.faces.detection import Array, Faces

from . import model
from .people import Named, People
from .tracking import Track, Tracker

STEPS = ("detect", "follow", "align", "embed", "match")
DETECT_EVERY_S = 0.3  # a new face waits at most this long
_HYSTERESIS = 0.05  # a name is kept until it falls this far below the threshold, or it would flicker
_AT_ONCE = 2  # vectors worked out in one frame, so that no frame takes long when a class walks in


@dataclass(frozen=True)
class Options:
    """How to look. engine, detector: by name; threshold: similarity from which two faces are one person; min_face: pixels;
    tracking: False for the plain loop, which detects and embeds everything in every frame.
    """

    threshold: float
    engine: str = "sface"
    detector: str = "centerface"
    min_face: float = 40
    tracking: bool = True


@dataclass(frozen=True)
class Seen:
    """A face on one frame. number: of its track, 0 without tracking; name: "" for somebody unknown; known: whether it has been
    compared with anybody yet; similarity: to the nearest, -1 to 1.
    """

    number: int
    box_xyxy: Array
    landmarks_xy: Array
    name: str
    known: bool
    similarity: float


@dataclass(frozen=True)
class Frame:
    """What one frame showed. spent_ms: by step, of `STEPS`; detected: whether the detector ran on it."""

    faces: tuple[Seen, ...]
    spent_ms: Mapping[str, float]
    size_wh: tuple[int, int]
    detected: bool


@dataclass
class Watch:
    """Adds up what each step took."""

    spent_ms: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))

    @contextmanager
    def on(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.spent_ms[step] += (time.perf_counter() - started) * 1000


class Live:
    """One camera, or one video. Not thread-safe: a camera has one frame at a time."""

    def __init__(self) -> None:
        self._tracker = Tracker()
        self._detected_at = float("-inf")
        self._seen_as: tuple[object, ...] = ()

    def step(self, frame: Array, people: People, options: Options, now: float) -> Frame:
        """Look at the next frame.

        frame: (H, W, 3) uint8 RGB; now: seconds, of any clock that only grows. Raises
        `shared.weights.WeightsUnavailable` for a network that cannot be had.
        """
        watch = Watch()
        net = model.recogniser(options.engine)
        if not options.tracking:
            self._tracker = Tracker()
            return _plain(frame, people, net, options, watch)
        detected = self._locate(frame, options, now, watch)
        self._recognise(frame, people, net, options, now, watch)
        faces = tuple(
            Seen(track.number, track.box_xyxy, track.landmarks_xy, track.name, bool(track.vectors), track.similarity)
            for track in self._tracker.tracks
            if not track.missed
        )
        return Frame(faces, watch.spent_ms, (frame.shape[1], frame.shape[0]), detected)

    def _locate(self, frame: Array, options: Options, now: float, watch: Watch) -> bool:
        with watch.on("follow"):
            followed = self._tracker.follow(frame)
        due = not followed or not self._tracker.tracks or now - self._detected_at >= DETECT_EVERY_S
        if due:
            with watch.on("detect"):
                found = detection.detector(options.detector).detect(frame, min_face=options.min_face)
            with watch.on("follow"):
                self._tracker.update(frame, found)
            self._detected_at = now
        return due

    def _recognise(
        self, frame: Array, people: People, net: model.Recogniser, options: Options, now: float, watch: Watch
    ) -> None:
        """Work out the vectors that are due, and the names that follow."""
        if not len(people):
            for track in self._tracker.tracks:
                track.vectors, track.name, track.similarity = [], "", 0.0
            return
        seen_as = (net.name, options.threshold, people.version)
        if seen_as != self._seen_as:  # other people, another network: every name is worked out anew
            for track in self._tracker.tracks:
                track.name = ""
                if not self._seen_as or self._seen_as[0] != net.name:
                    track.vectors = []
                elif track.vectors:
                    self._name(track, track.mean(), people, net, options)
            self._seen_as = seen_as
        due = self._tracker.due(now, _AT_ONCE)
        if not due:
            return
        with watch.on("align"):
            crops = model.cut(frame, _faces(due), net.side, net.cut)
        with watch.on("embed"):
            vectors = net.embed(crops)
        with watch.on("match"):
            for track, vector in zip(due, vectors, strict=True):
                self._name(track, track.look(vector, now), people, net, options)

    def _name(self, track: Track, vector: Array, people: People, net: model.Recogniser, options: Options) -> None:
        (named,) = people.identify(vector[None], net, options.threshold)
        track.name, track.similarity = _settled(track, named, options.threshold), named.similarity


def _settled(track: Track, named: Named, threshold: float) -> str:
    """The name to show: the one that was there stays while it is nearly similar enough."""
    if not named.name and named.nearest == track.name and named.similarity >= threshold - _HYSTERESIS:
        return track.name
    return named.name


def _faces(tracks: list[Track]) -> Faces:
    return Faces(
        np.stack([track.box_xyxy for track in tracks]),
        np.array([track.score for track in tracks], np.float32),
        np.stack([track.landmarks_xy for track in tracks]),
    )


def _plain(frame: Array, people: People, net: model.Recogniser, options: Options, watch: Watch) -> Frame:
    """Everything anew in every frame: what one would write first."""
    with watch.on("detect"):
        found = detection.detector(options.detector).detect(frame, min_face=options.min_face)
    with watch.on("align"):
        crops = model.cut(frame, found, net.side, net.cut)
    with watch.on("embed"):
        vectors = net.embed(crops)
    with watch.on("match"):
        named = people.identify(vectors, net, options.threshold)
    faces = tuple(
        Seen(0, box, points, who.name, len(people) > 0, who.similarity)
        for box, points, who in zip(found.boxes_xyxy, found.landmarks_xy, named, strict=True)
    )
    return Frame(faces, watch.spent_ms, (frame.shape[1], frame.shape[0]), True)
