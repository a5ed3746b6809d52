"""One face among 100,000: our exact search beside numpy and FAISS as they come, and what the two indexes that may miss gain.

`python -m benchmarks.matching` prints the table alone.
"""

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from demos.faces import crowd, matching
from demos.faces.approximate import faiss_module, faiss_threads
from shared import devices

from .row import HEAD, Row

SIZE, DIMENSION, QUERIES = 100_000, 512, 60
_Find = Callable[[np.ndarray], int]


def measure() -> Iterator[Row]:
    """Medians over queries in which all contenders take turns, first alone, then beside a busy program on every core."""
    people = crowd.make(SIZE, DIMENSION, QUERIES, seed=0)
    contenders = _contenders(people.gallery)
    best = (people.queries @ people.gallery.T).max(axis=1)
    what = f"one face among {SIZE:,} x {DIMENSION}, exactly"
    with _busy(0):
        alone, answers = _take_turns(contenders, people.queries)
    with _busy(devices.cores()):
        crowded, _ = _take_turns({name: contenders[name] for name in ("ours", *_OTHERS)}, people.queries)
    for times, where in ((alone, ""), (crowded, ", every core busy")):
        for name, against in _OTHERS.items():
            yield Row(what + where, _ms(times["ours"]), against, _ms(times[name]), times["ours"] / times[name])
    for name in ("HNSW", "IVF-PQ"):
        similar = np.einsum("qd,qd->q", people.gallery[answers[name]], people.queries)
        recall = float((similar >= best - 1e-6).mean())
        yield Row(
            f"the same by {name}", f"{_ms(alone[name])}, {recall:.1%} right", "our exact search", _ms(alone["ours"]),
            alone[name] / alone["ours"],
        )  # fmt: skip


_OTHERS = {
    "numpy": "numpy, argmax(gallery @ query), threads as it likes",
    "FAISS": "FAISS IndexFlatIP, threads as it likes",
    "FAISS, one thread": "FAISS IndexFlatIP, one thread",
}


def _contenders(gallery: np.ndarray) -> dict[str, _Find]:
    flat: Any = faiss_module().IndexFlatIP(DIMENSION)
    flat.add(gallery)
    indexes = {kind: matching.index(kind, DIMENSION) for kind in matching.KINDS}
    for index in indexes.values():
        index.add(gallery)

    def ours(kind: str) -> _Find:
        return lambda query: int(indexes[kind].search(query[None], 1).ids[0, 0])

    def faiss(threads: int) -> _Find:
        def find(query: np.ndarray) -> int:
            with faiss_threads(threads):
                return int(flat.search(query[None], 1)[1][0, 0])

        return find

    return {
        "ours": ours("exact"),
        "numpy": lambda query: int(np.argmax(gallery @ query)),
        "FAISS": faiss(devices.cores()),
        "FAISS, one thread": faiss(1),
        "HNSW": ours("hnsw"),
        "IVF-PQ": ours("ivfpq"),
    }


def _take_turns(contenders: dict[str, _Find], queries: np.ndarray) -> tuple[dict[str, float], dict[str, list[int]]]:
    """Median milliseconds and all answers of each."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    answers: dict[str, list[int]] = {name: [] for name in contenders}
    for query in queries:
        for name, find in contenders.items():
            started = time.perf_counter()
            answers[name].append(find(query))
            times[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(each) for name, each in times.items()}, answers


@contextlib.contextmanager
def _busy(programs: int) -> Iterator[None]:
    """That many other programs, each keeping a core busy."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(programs)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.2f} ms"


if __name__ == "__main__":
    devices.before_torch()
    print(f"{devices.describe()}\n\n{HEAD}")
    for row in measure():
        print(row, flush=True)
