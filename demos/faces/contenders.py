"""Six ways to find the nearest of many vectors, from a loop in Python to two indexes that look at a part of them."""

import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import matching
from .approximate import faiss_module, faiss_threads

METHODS = ("python", "numpy", "torch", "faiss_flat", "hnsw", "ivfpq")
# Processor time of the calling thread, which other visitors' requests and other programs leave alone. Where it is counted in
# ticks of 15 ms, as on Windows, that is too coarse for a query: then it is time on the wall.
clock_s = time.thread_time if time.get_clock_info("thread_time").resolution < 1e-5 else time.perf_counter
_LARGE = 500_000
# Built with the usual ones, a graph of a million takes a quarter of an hour.
_HNSW_LARGE = {"neighbours": 16, "build_effort": 64, "search_effort": 256}
_IVFPQ_LARGE = {"probes": 512}

Nearest = Callable[[np.ndarray], int]


@dataclass(frozen=True)
class Built:
    """nearest: one query (D,) to the row of its nearest vector; on one thread. nbytes: what is kept in memory for it.
    build_ms: by `clock_s`.
    """

    nearest: Nearest
    nbytes: int
    build_ms: float


def build(method: str, gallery: np.ndarray) -> Built:
    """One of METHODS over (n, D) unit vectors, built on one thread, too: on two busy cores HNSW took longer with both, as they
    wait for each other. Importing its library is not timed.

    Raises ValueError for another method.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    if method == "torch":
        import torch  # noqa: F401
    elif method not in ("python", "numpy"):
        faiss_module()
    started = clock_s()
    nearest, nbytes = _BUILDERS[method](gallery)
    return Built(nearest, nbytes, (clock_s() - started) * 1000)


def _python(gallery: np.ndarray) -> tuple[Nearest, int]:
    """No library at all: multiply, add up, remember the best."""
    rows = [array("f", row.tobytes()) for row in gallery]

    def nearest(query: np.ndarray) -> int:
        asked = query.tolist()
        best, best_similarity = -1, -2.0
        for row, vector in enumerate(rows):
            similarity = 0.0
            for a, b in zip(asked, vector, strict=True):
                similarity += a * b
            if similarity > best_similarity:
                best, best_similarity = row, similarity
        return best

    return nearest, gallery.nbytes


def _torch(gallery: np.ndarray) -> tuple[Nearest, int]:
    import torch

    vectors = torch.from_numpy(gallery)

    def nearest(query: np.ndarray) -> int:
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return int((vectors @ torch.from_numpy(query)).argmax())
        finally:
            torch.set_num_threads(before)

    return nearest, gallery.nbytes


def _faiss_flat(gallery: np.ndarray) -> tuple[Nearest, int]:
    flat: Any = faiss_module().IndexFlatIP(gallery.shape[1])
    flat.add(gallery)

    def nearest(query: np.ndarray) -> int:
        with faiss_threads(1):
            return int(flat.search(query[None], 1)[1][0, 0])

    return nearest, gallery.nbytes


def _index(kind: str, gallery: np.ndarray, **options: int) -> tuple[Nearest, int]:
    built = matching.index(kind, gallery.shape[1], **options)
    built.add(gallery)
    return lambda query: int(built.search(query[None], 1).ids[0, 0]), built.nbytes


def _hnsw(gallery: np.ndarray) -> tuple[Nearest, int]:
    options = _HNSW_LARGE if len(gallery) >= _LARGE else {}
    return _index("hnsw", gallery, **options)


def _ivfpq(gallery: np.ndarray) -> tuple[Nearest, int]:
    options = _IVFPQ_LARGE if len(gallery) >= _LARGE else {}
    return _index("ivfpq", gallery, **options)


_BUILDERS: dict[str, Callable[[np.ndarray], tuple[Nearest, int]]] = {
    "python": _python,
    "numpy": lambda gallery: _index("exact", gallery),
    "torch": _torch,
    "faiss_flat": _faiss_flat,
    "hnsw": _hnsw,
    "ivfpq": _ivfpq,
}
