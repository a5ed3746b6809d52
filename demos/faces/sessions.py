"""Each visitor's own people and cameras: kept in memory for as long as the page is open, seen by nobody else."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.faces.detection import Array
from shared.visitor import Visitor

from .live import Live
from .people import People

_IDLE_S = 2 * 3600.0  # a page that was closed without saying so
_GRACE_S = 60.0  # a phone that slept, or a network that was gone for a moment, closes a page and opens it again
_MOST = 500


@dataclass
class Session:
    """What one open page has. looking: held while one of its frames is worked on; asked: the photo that was asked about last,
    or an example's name; said: what was said last about the people, to be said again in another language.
    """

    people: People = field(default_factory=People)
    live: Live = field(default_factory=Live)
    looking: threading.Lock = field(default_factory=threading.Lock)
    asked: Array | str | None = None
    said: Callable[[Visitor], str] = lambda _: ""
    used_at: float = 0.0
    closed_at: float | None = None


class Sessions:
    """All sessions, by the random name that each open page has."""

    def __init__(self, grace_s: float = _GRACE_S) -> None:
        self._grace_s = grace_s
        self._held: dict[str, Session] = {}
        self._lock = threading.Lock()

    def of(self, name: str | None) -> Session:
        """The session of this name, made if need be; one without a name is nobody's, and kept nowhere."""
        if not name:
            return Session()
        now = time.monotonic()
        with self._lock:
            for other, held in list(self._held.items()):
                if now - held.used_at > _IDLE_S:
                    del self._held[other]
            if name not in self._held and len(self._held) >= _MOST:
                # Those in which nobody is enrolled go first: whoever opens many pages drives nobody's people out.
                def worth(other: str) -> tuple[bool, float]:
                    return len(self._held[other].people) > 0, self._held[other].used_at

                del self._held[min(self._held, key=worth)]
            session = self._held.setdefault(name, Session())
            session.used_at, session.closed_at = now, None
        return session

    def close(self, name: str | None) -> None:
        """The page of a session was closed: it and everybody in it are forgotten, unless it is heard of within the grace."""
        with self._lock:
            session = self._held.get(name or "")
            if session is None:
                return
            closed_at = session.closed_at = time.monotonic()
        timer = threading.Timer(self._grace_s, self._forget, (str(name), closed_at))
        timer.daemon = True
        timer.start()

    def _forget(self, name: str, closed_at: float) -> None:
        with self._lock:
            session = self._held.get(name)
            if session is None or session.closed_at != closed_at:
                return
            del self._held[name]
        session.people.clear()

    def __len__(self) -> int:
        return len(self._held)


sessions = Sessions()
