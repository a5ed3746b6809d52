"""Videos wait in one line and are done one after the other, at low priority, so that no camera stutters for them."""

import logging
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal

from shared import devices
from shared.problems import Problem

from . import live, video
from .people import People

log = logging.getLogger(__name__)

State = Literal["waiting", "working", "done", "stopped", "failed"]
_line: list["Job"] = []
_lock = threading.Lock()


@dataclass
class Job:
    """One video in the line. source: a file alone in its folder, which goes, both, once the video is done or given up; target:
    the MP4 to make; share: done, 0 to 1; result: when it is done; problem: why it failed.
    """

    source: Path
    target: Path
    people: People
    options: live.Options
    unknown: str
    state: State = "waiting"
    share: float = 0.0
    frames: int = 0
    result: video.Annotated | None = None
    problem: Exception | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _given_up: bool = False
    _first_at: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.state in ("done", "stopped", "failed")

    @property
    def rate(self) -> float:
        """Frames a second since the first one; 0 before the second."""
        return (self.frames - 1) / max(1e-6, time.perf_counter() - self._first_at) if self.frames > 1 else 0.0

    def ahead(self) -> int:
        """How many videos must be done first."""
        with _lock:
            return _line.index(self) if self in _line and self.state == "waiting" else 0

    def stop(self) -> None:
        """End it before the next frame. The source stays, to start again."""
        self._stop.set()
        if self.state == "waiting":  # its turn in the line need not come first
            self.state = "stopped"

    def give_up(self) -> None:
        """Nobody waits for it any more: end it, and let nothing of it stay."""
        self._given_up = True
        self.stop()
        if self.is_over:
            self._clear(everything=True)

    def _told(self, share: float) -> None:
        if not self.frames:
            self._first_at = time.perf_counter()
        self.frames, self.share = self.frames + 1, share

    def _run(self) -> None:
        try:
            if self._stop.is_set():
                self.state = "stopped"
                return
            self.state = "working"
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.result = video.annotate(
                self.source, self.target, self.people, self.options, self._told, self._stop.is_set, self.unknown
            )
            self._clear(everything=False)
            self.state = "done"
        except video.Stopped:
            self.state = "stopped"
        except Exception as problem:
            if not isinstance(problem, Problem):
                log.error("a video failed", exc_info=problem)
            self.problem, self.state = problem, "failed"
        finally:
            if self.state != "done":
                shutil.rmtree(self.target.parent, ignore_errors=True)
            with _lock:
                _line.remove(self)
            if self._given_up:
                self._clear(everything=True)

    def _clear(self, everything: bool) -> None:
        """Delete the source and, if everything, what was made of it."""
        shutil.rmtree(self.source.parent, ignore_errors=True)
        if everything:
            shutil.rmtree(self.target.parent, ignore_errors=True)


def submit(job: Job) -> Job:
    """Put a video at the end of the line."""
    with _lock:
        _line.append(job)
    _pool().submit(job._run)
    return job


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "video", initializer=partial(devices.settle_thread, 1, polite=True))
