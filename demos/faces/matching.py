"""Whose face is nearest: an index of unit vectors, searched by cosine similarity, which for them is the dot product.

Three kinds keep the same promises and differ in speed, memory and how often they miss: `Exact` here, `Hnsw` and `IvfPq`
in `approximate.py`. `index` makes one by name.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.problems import Problem

UNKNOWN = -1
KINDS = ("exact", "hnsw", "ivfpq")
_UNIT_WITHIN = 1e-3  # float16 embeddings, kept and read back, are off by up to 5e-4
_BLOCK = 2**24  # similarities computed at once, 64 MiB


class BadVectors(Problem):
    """Vectors of the wrong shape, not of length 1, or not finite. A ValueError; the message can be shown."""


@dataclass(frozen=True)
class Found:
    """The nearest of each query, most similar first. ids: (q, k) int64, -1 where there are fewer than k vectors.
    similarities: (q, k) float32, cosines, -1 to 1, -inf where the id is -1.
    """

    ids: np.ndarray
    similarities: np.ndarray


class Index(ABC):
    """Unit vectors of one dimension, each with an id that is never given twice. Any number of threads may use it.

    Raises ValueError for a dimension below 1.
    """

    kind: str  # of `KINDS`

    def __init__(self, dimension: int) -> None:
        if dimension < 1:
            raise ValueError(f"dimension must be 1 or more, not {dimension}")
        self.dimension = dimension
        self._next_id = 0
        self._lock = threading.Lock()

    def add(self, vectors: np.ndarray) -> np.ndarray:
        """Take in (n, D) unit vectors; n may be 0. Returns their ids, (n,) int64, ascending. Raises BadVectors."""
        vectors = self._checked(vectors)
        with self._lock:
            ids = np.arange(self._next_id, self._next_id + len(vectors), dtype=np.int64)
            self._next_id += len(vectors)
            if len(ids):
                self._add(ids, vectors)
        return ids

    def remove(self, ids: np.ndarray | Sequence[int]) -> None:
        """Forget these ids; those that are not there are passed over."""
        with self._lock:
            self._remove(np.asarray(ids, dtype=np.int64).reshape(-1))

    def search(self, queries: np.ndarray, k: int) -> Found:
        """The k nearest of each of (q, D) unit vectors. Raises BadVectors, and ValueError for k below 1."""
        queries = self._checked(queries)
        if k < 1:
            raise ValueError(f"k must be 1 or more, not {k}")
        ids = np.full((len(queries), k), UNKNOWN, np.int64)
        similarities = np.full((len(queries), k), -np.inf, np.float32)
        with self._lock:
            if len(queries) and self._count():
                self._search(queries, ids, similarities)
        return Found(ids, similarities)

    def identify(self, queries: np.ndarray, threshold: float) -> np.ndarray:
        """The nearest id of each query, (q,) int64; -1, unknown, where nothing is as similar as `threshold` (a cosine).

        This is open-set identification (Grother & Ngan 2014, NISTIR 8009): whoever asks need not be in the index.
        Raises as `search` does.
        """
        found = self.search(queries, 1)
        return np.where(found.similarities[:, 0] >= threshold, found.ids[:, 0], UNKNOWN)

    def __len__(self) -> int:
        with self._lock:
            return self._count()

    @property
    def nbytes(self) -> int:
        """What vectors, links and centroids take, in bytes; room to grow and ids not counted."""
        with self._lock:
            return self._bytes()

    @property
    def options(self) -> dict[str, int]:
        """What `index` needs, besides kind and dimension, to make another one like this."""
        return {}

    def contents(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Copies of the ids, (n,) int64 ascending, and their vectors, (n, D) float32; and the id that comes next."""
        with self._lock:
            ids, vectors = self._contents()
            return ids.copy(), vectors.copy(), self._next_id

    def restore(self, ids: np.ndarray, vectors: np.ndarray, next_id: int) -> None:
        """Fill an empty index with what `contents` gave. Raises BadVectors, and ValueError for ids that cannot be."""
        vectors, ids = self._checked(vectors), np.asarray(ids)
        fine = ids.dtype == np.int64 and ids.shape == vectors.shape[:1] and bool((np.diff(ids) > 0).all())
        if not fine or (len(ids) and not 0 <= ids[0] <= ids[-1] < next_id) or next_id < 0:
            raise ValueError("ids must be ascending, from 0 on, and below the next one")
        with self._lock:
            if self._next_id:
                raise ValueError("only an empty index can be restored")
            self._next_id = next_id
            if len(ids):
                self._add(ids, vectors)

    def _checked(self, vectors: np.ndarray) -> np.ndarray:
        checked = np.ascontiguousarray(vectors, dtype=np.float32)
        if checked.ndim != 2 or checked.shape[1] != self.dimension:
            raise BadVectors("faces_wrong_dimension", dimension=self.dimension, shape=str(checked.shape))
        lengths = np.sqrt(np.einsum("nd,nd->n", checked, checked))
        bad = ~(np.abs(lengths - 1) <= _UNIT_WITHIN)  # so written, NaN and infinity are bad, too
        if bad.any():
            raise BadVectors("faces_unmatchable", row=int(bad.argmax()))
        return checked

    # What follows is called with the lock held, and never with nothing to do.

    @abstractmethod
    def _count(self) -> int: ...

    @abstractmethod
    def _bytes(self) -> int: ...

    @abstractmethod
    def _contents(self) -> tuple[np.ndarray, np.ndarray]: ...

    @abstractmethod
    def _add(self, ids: np.ndarray, vectors: np.ndarray) -> None: ...

    @abstractmethod
    def _remove(self, ids: np.ndarray) -> None: ...

    @abstractmethod
    def _search(self, queries: np.ndarray, ids: np.ndarray, similarities: np.ndarray) -> None:
        """Fill in the two (q, k) arrays, which come filled as if nothing was there."""


class Exact(Index):
    """Compares with every vector, so it always finds the nearest; equally similar ones come in the order of their ids.

    One query costs one pass over memory, 4 D bytes a vector, on one thread: 13 ms for 100,000 x 512.
    """

    kind = "exact"

    def __init__(self, dimension: int) -> None:
        super().__init__(dimension)
        self._vectors = np.empty((0, dimension), np.float32)  # with room to grow; rows from _size on mean nothing
        self._ids = np.empty(0, np.int64)  # always ascending, so order by row is order by id
        self._size = 0

    def _count(self) -> int:
        return self._size

    def _bytes(self) -> int:
        return 4 * self.dimension * self._size

    def _contents(self) -> tuple[np.ndarray, np.ndarray]:
        return self.ids(), self.vectors()

    def _add(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        needed = self._size + len(ids)
        if needed > len(self._ids):
            room = max(needed, 2 * len(self._ids))  # doubling: adding one by one copies each vector twice at most
            grown, grown_ids = np.empty((room, self.dimension), np.float32), np.empty(room, np.int64)
            grown[: self._size], grown_ids[: self._size] = self._vectors[: self._size], self._ids[: self._size]
            self._vectors, self._ids = grown, grown_ids
        self._vectors[self._size : needed], self._ids[self._size : needed] = vectors, ids
        self._size = needed

    def _remove(self, ids: np.ndarray) -> None:
        keep = ~np.isin(self._ids[: self._size], ids)
        kept = int(keep.sum())
        if kept == self._size:
            return
        first = int(keep.argmin())  # what stands before the first that goes stays where it is
        rows = first + np.flatnonzero(keep[first:])
        self._vectors[first:kept], self._ids[first:kept] = self._vectors[rows], self._ids[rows]
        self._size = kept

    def _search(self, queries: np.ndarray, ids: np.ndarray, similarities: np.ndarray) -> None:
        step = max(1, _BLOCK // self._size)
        for start in range(0, len(queries), step):
            for row, all_similar in enumerate(self._similarities(queries[start : start + step]), start):
                best = largest(all_similar, ids.shape[1])
                ids[row, : len(best)], similarities[row, : len(best)] = self._ids[best], all_similar[best]

    def _similarities(self, queries: np.ndarray) -> np.ndarray:
        """(q, n) cosines.

        For a single query einsum, which has no threads, and not `@`, whose BLAS wakes one thread on every core: that
        halves the time on an idle machine, but what a room full of visitors asks at once has no idle cores. Many
        queries together are a matrix product, which reads the vectors once for all of them.
        """
        vectors = self._vectors[: self._size]
        if len(queries) == 1:
            return np.einsum("nd,d->n", vectors, queries[0])[None]
        return queries @ vectors.T

    def similarities_of(self, query: np.ndarray, ids: np.ndarray) -> np.ndarray:
        """How similar one unit vector (D,) is to those with these ids, all of which must be there. For re-ranking."""
        return self._vectors[np.searchsorted(self._ids[: self._size], ids)] @ query

    def vectors(self) -> np.ndarray:
        """(n, D), in the order of their ids: a view, true until the next change."""
        return self._vectors[: self._size]

    def ids(self) -> np.ndarray:
        """(n,) int64, ascending: a view, true until the next change."""
        return self._ids[: self._size]


def largest(values: np.ndarray, k: int) -> np.ndarray:
    """Where the k largest of (n,) values stand, largest first, equal ones from the left. All of them if n is below k."""
    if k < len(values):
        # argpartition alone picks any of those equal to the k-th; asking for all of them keeps the leftmost.
        kth = np.partition(values, len(values) - k)[len(values) - k]
        where = np.flatnonzero(values >= kth)
    else:
        where = np.arange(len(values))
    return where[np.argsort(-values[where], kind="stable")][:k]


def index(kind: str, dimension: int, **options: int) -> Index:
    """An empty index: "exact", "hnsw" or "ivfpq". options: those of `Hnsw` and `IvfPq`.

    Raises ValueError for another kind and for a dimension that the kind cannot have.
    """
    from . import approximate

    kinds: dict[str, type[Index]] = {"exact": Exact, "hnsw": approximate.Hnsw, "ivfpq": approximate.IvfPq}
    if kind not in kinds:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    return kinds[kind](dimension, **options)
