"""Each visitor's own people and cameras: kept in memory for as long as the page is open, seen by nobody else."""

import threading
import time
from dataclasses import dataclass, field

from .live import Live
from .people import People

_IDLE_S = 2 * 3600.0  # a page that was closed without saying so
_MOST = 500


@dataclass
class Session:
    """What one open page has. looking: held while one of its frames is worked on."""

    people: People = field(default_factory=People)
    live: Live = field(default_factory=Live)
    looking: threading.Lock = field(default_factory=threading.Lock)
    used_at: float = 0.0


class Sessions:
    """All sessions, by the random name that each open page has."""

    def __init__(self) -> None:
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
                oldest = min(self._held, key=lambda other: self._held[other].used_at)
                del self._held[oldest]
            session = self._held.setdefault(name, Session())
            session.used_at = now
        return session

    def forget(self, name: str | None) -> None:
        """Drop a session and everybody in it."""
        with self._lock:
            session = self._held.pop(name or "", None)
        if session is not None:
            session.people.clear()

    def __len__(self) -> int:
        return len(self._held)


sessions = Sessions()
