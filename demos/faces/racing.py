"""Measurements of matching that people watch: one at a time, the others wait in line, each can be stopped at any moment."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from .contenders import METHODS
from .speed import Measured, Skipped

DIMENSIONS = (512, 128)
BUDGETS_S = (5, 15, 60)
LIVE_SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
_ROOT = Path(__file__).resolve().parents[2]
_COPIES = 4  # of the gallery's bytes: itself, a method's own copy, and what is made on the way to either
_LIBRARIES_BYTES = 500_000_000
_SHARE = 0.5  # of what memory is free


@dataclass(frozen=True)
class Wish:
    """What to measure. dimension: numbers a vector; budget_s: seconds, 1 to 60; methods: of METHODS; sizes: of galleries.

    Raises ValueError for anything else.
    """

    dimension: int
    budget_s: float
    methods: tuple[str, ...]
    sizes: tuple[int, ...] = LIVE_SIZES

    def __post_init__(self) -> None:
        if self.dimension not in DIMENSIONS:
            raise ValueError(f"dimension must be one of {DIMENSIONS}, not {self.dimension}")
        if not 1 <= self.budget_s <= max(BUDGETS_S):
            raise ValueError(f"budget_s must be 1 to {max(BUDGETS_S)}, not {self.budget_s}")
        if not self.methods or set(self.methods) - set(METHODS):
            raise ValueError(f"methods must be some of {', '.join(METHODS)}")
        if not self.sizes or set(self.sizes) - set(LIVE_SIZES):
            raise ValueError(f"sizes must be some of {LIVE_SIZES}: larger ones take too long and too much memory")

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Every method at every size, in the order in which they are measured."""
        return [(method, size) for size in self.sizes for method in self.methods]


State = Literal["waiting", "loading", "running", "done", "stopped", "failed"]


class Race:
    """One measurement. `results` grows while it runs."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.results: list[Measured | Skipped] = []
        self._state: State = "waiting"
        self._began_s = 0.0
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._stopped, self._over = threading.Event(), threading.Event()

    @property
    def state(self) -> State:
        """ "waiting" in line, "loading" its libraries, "running"; then "done", "stopped" by hand or "failed"."""
        return self._state

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self._over.is_set()

    @property
    def elapsed_s(self) -> float:
        """How much of its budget is gone, in seconds."""
        return min(self.wish.budget_s, time.perf_counter() - self._began_s) if self._began_s else 0.0

    def rows(self) -> tuple[Measured, ...]:
        """What has been measured so far."""
        return tuple(result for result in self.results if isinstance(result, Measured))

    def under_way(self) -> tuple[str, int] | None:
        """The method and the size that are being measured now; None before the first and after the last."""
        steps = self.wish.steps
        return steps[len(self.results)] if self._state == "running" and len(self.results) < len(steps) else None

    def stop(self) -> None:
        """End it now, whatever it is at; one in line never starts."""
        with self._lock:
            self._stopped.set()
            if self._process is not None:
                self._process.kill()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it is over; False if that took longer than the timeout."""
        return self._over.wait(timeout_s)

    def _run(self) -> None:
        try:
            with self._lock:
                if self._stopped.is_set():
                    self._state = "stopped"
                    return
                self._state = "loading"
                self._process = process = _start(self.wish)
            assert process.stdout is not None
            for line in process.stdout:
                self._hear(json.loads(line))
            failed = process.wait() != 0
            self._state = "stopped" if self._stopped.is_set() else "failed" if failed else "done"
        except Exception:
            # A line cut short by the kill is no failure.
            self._state = "stopped" if self._stopped.is_set() else "failed"
            if self._state == "failed":
                raise
        finally:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                for stream in (self._process.stdin, self._process.stdout):
                    if stream:
                        stream.close()
            self._over.set()

    def _hear(self, said: dict[str, dict[str, object]]) -> None:
        if "ready" in said:
            self._began_s, self._state = time.perf_counter(), "running"
        elif "Measured" in said:
            self.results.append(Measured(**said["Measured"]))  # type: ignore[arg-type]
        else:
            self.results.append(Skipped(**said["Skipped"]))  # type: ignore[arg-type]


def _start(wish: Wish) -> "subprocess.Popen[str]":
    # Ground truth and k-means would otherwise wake a thread on every core, and visitors need one.
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    return subprocess.Popen(
        [sys.executable, "-m", "demos.faces.racer", json.dumps(asdict(wish))],
        cwd=_ROOT,
        env={**os.environ, **threads, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,  # Ctrl-C is for the server, which ends it by going away
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    )


class Races:
    """Runs races one after another, in the order in which they came."""

    def __init__(self) -> None:
        self._line: list[Race] = []
        self._changed = threading.Condition()
        self._worker: threading.Thread | None = None

    def submit(self, wish: Wish) -> Race:
        """Put a race in line."""
        race = Race(wish)
        with self._changed:
            self._line.append(race)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="races", daemon=True)
                self._worker.start()
            self._changed.notify()
        return race

    def ahead_of(self, race: Race) -> int:
        """How many must end before this one starts; 0 once it runs."""
        with self._changed:
            earlier = self._line[: self._line.index(race)] if race in self._line else []
        return sum(not other._stopped.is_set() for other in earlier)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._line)
                race = self._line[0]
            try:
                race._run()
            except Exception:
                import logging

                logging.getLogger(__name__).exception("a live measurement failed")
            finally:
                with self._changed:
                    self._line.remove(race)


@lru_cache(maxsize=1)
def races() -> Races:
    """The one line of this process."""
    return Races()


def sizes_that_fit(dimension: int, free_bytes: int | None = None) -> tuple[int, ...]:
    """Those of LIVE_SIZES that half of the free memory has room for; at least the smallest. free_bytes: else this machine's."""
    free = _free_bytes() if free_bytes is None else free_bytes
    room = free * _SHARE - _LIBRARIES_BYTES
    return tuple(size for size in LIVE_SIZES if size == LIVE_SIZES[0] or 4 * dimension * size * _COPIES <= room)


def _free_bytes() -> int:
    """Memory that may still be taken; where no file says so, enough for the largest live size."""
    found = []
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found += [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
        group = Path("/sys/fs/cgroup")  # a container may allow less than the machine has
        most = (group / "memory.max").read_text(encoding="ascii").strip()
        if most != "max":
            found.append(int(most) - int((group / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):
        pass
    return min(found, default=8 * 10**9)
