"""Two indexes that look at a small part of the vectors and so may miss the nearest: `Hnsw` and `IvfPq`, both by FAISS
(Douze et al. 2024, arXiv:2401.08281)."""

import importlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .matching import Exact, Index, largest

_MOST_CENTROID_POINTS = 32  # more training vectors for each cell only make k-means slower


class Hnsw(Index):
    """A graph of neighbours, walked from its thin top layer downwards (Malkov & Yashunin 2018, arXiv:1603.09320).

    neighbours: M, links of each vector in a layer. build_effort, search_effort: efConstruction and efSearch, how many
    candidates are kept on the way: more find better and take longer. build_threads: for adding.

    The graph cannot let go of a vector, so a removed one stays as a stepping stone that no search returns. Once more than
    half are such, the graph is built anew, and that search or add which comes meanwhile waits. k of a search may come
    short, padded, where removed ones crowd out the others.
    """

    kind = "hnsw"

    def __init__(
        self, dimension: int, *, neighbours: int = 32, build_effort: int = 100, search_effort: int = 64, build_threads: int = 1
    ) -> None:
        super().__init__(dimension)
        self._neighbours, self._build_effort, self._search_effort = neighbours, build_effort, search_effort
        self._build_threads = build_threads
        self._start_anew()

    def _start_anew(self) -> None:
        faiss = faiss_module()
        self._graph: Any = faiss.IndexHNSWFlat(self.dimension, self._neighbours, faiss.METRIC_INNER_PRODUCT)
        self._graph.hnsw.efConstruction = self._build_effort
        self._ids = np.empty(0, np.int64)  # by place in the graph, ascending
        self._set_alive(np.empty(0, bool))

    def _count(self) -> int:
        return self._living

    def _bytes(self) -> int:
        hnsw = self._graph.hnsw
        links = 4 * hnsw.neighbors.size() + 8 * hnsw.offsets.size() + 4 * hnsw.levels.size()
        return 4 * self.dimension * len(self._alive) + links

    @property
    def options(self) -> dict[str, int]:
        """See `Index.options`."""
        return {
            "neighbours": self._neighbours, "build_effort": self._build_effort, "search_effort": self._search_effort,
            "build_threads": self._build_threads,
        }  # fmt: skip

    def _contents(self) -> tuple[np.ndarray, np.ndarray]:
        return self._ids[self._alive], self._graph.reconstruct_batch(np.flatnonzero(self._alive))

    def _add(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        with faiss_threads(self._build_threads):
            self._graph.add(vectors)
        self._ids = np.concatenate([self._ids, ids])
        self._set_alive(np.concatenate([self._alive, np.ones(len(ids), bool)]))

    def _remove(self, ids: np.ndarray) -> None:
        self._set_alive(self._alive & ~np.isin(self._ids, ids))
        if 2 * self._count() < len(self._alive):
            kept, places = self._ids[self._alive], np.flatnonzero(self._alive)
            vectors = self._graph.reconstruct_batch(places)
            self._start_anew()
            if len(kept):
                self._add(kept, vectors)

    def _set_alive(self, alive: np.ndarray) -> None:
        self._alive, self._alive_bits = alive, np.packbits(alive, bitorder="little")
        self._living = int(alive.sum())

    def _search(self, queries: np.ndarray, ids: np.ndarray, similarities: np.ndarray) -> None:
        faiss = faiss_module()
        k = min(ids.shape[1], self._count())
        # The selector points into _alive_bits without copying; the lock keeps them where they are.
        alone = (
            None
            if self._living == len(self._alive)
            else faiss.IDSelectorBitmap(len(self._alive), faiss.swig_ptr(self._alive_bits))
        )
        how = faiss.SearchParametersHNSW(efSearch=max(self._search_effort, k), sel=alone)
        with faiss_threads(1):
            similar, places = self._graph.search(queries, k, params=how)
        found = places >= 0
        ids[:, :k][found], similarities[:, :k][found] = self._ids[places[found]], similar[found]


class IvfPq(Index):
    """Cells around centroids, of which a query looks into the nearest few, and vectors shortened to one byte for each
    part (Jégou, Douze & Schmid 2011, "Product quantization for nearest neighbor search").

    parts: m, how many bytes a vector is shortened to; must divide the dimension. probes: nprobe, cells looked into.
    again: how many of the best by their shortened vectors are compared once more, whole; 0 for none. train_at: from how
    many vectors on there are cells; below, every search is exact. build_threads: for training and adding.

    There are 4 sqrt(n) cells, and they are laid out anew whenever n has quadrupled. Whole vectors are kept for the second
    comparison because without it most answers are wrong: the photos of one person shorten to nearly the same bytes. For
    100,000 x 512 and 64 probes it lifts the share of right answers from 0.30 to 0.84, for a tenth more time; what is then
    still missed lies in cells not looked into, and 256 probes find 0.95.

    Raises ValueError if parts does not divide the dimension.
    """

    kind = "ivfpq"

    def __init__(
        self,
        dimension: int,
        *,
        parts: int = 32,
        probes: int = 256,
        again: int = 50,
        train_at: int = 10_000,
        build_threads: int = 1,
    ) -> None:
        super().__init__(dimension)
        if parts < 1 or dimension % parts:
            raise ValueError(f"parts must divide the dimension {dimension}; {parts} does not")
        if train_at < 256:
            raise ValueError(f"train_at must be 256 or more, as many as a byte has values, not {train_at}")
        self._parts, self._probes, self._again, self._train_at = parts, probes, again, train_at
        self._build_threads = build_threads
        self._whole = Exact(dimension)
        self._cells: Any = None
        self._trained_with = 0

    def _count(self) -> int:
        return len(self._whole)

    def _bytes(self) -> int:
        if self._cells is None:
            return self._whole.nbytes
        shortened = (self._parts + 8) * self._count()  # 8: the id
        return self._whole.nbytes + shortened + 4 * self.dimension * (self._cells.nlist + 256)

    @property
    def options(self) -> dict[str, int]:
        """See `Index.options`."""
        return {
            "parts": self._parts, "probes": self._probes, "again": self._again, "train_at": self._train_at,
            "build_threads": self._build_threads,
        }  # fmt: skip

    def _contents(self) -> tuple[np.ndarray, np.ndarray]:
        return self._whole._contents()

    def _add(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        self._whole._add(ids, vectors)
        count = self._count()
        with faiss_threads(self._build_threads):
            if count >= max(self._train_at, 4 * self._trained_with):
                self._cells = self._trained()
                self._trained_with = count
                self._cells.add_with_ids(self._whole.vectors(), self._whole.ids())
            elif self._cells is not None:
                self._cells.add_with_ids(vectors, ids)

    def _trained(self) -> Any:
        faiss = faiss_module()
        vectors = self._whole.vectors()
        cells = int(4 * math.sqrt(len(vectors)))
        trained = faiss.IndexIVFPQ(
            faiss.IndexFlatIP(self.dimension), self.dimension, cells, self._parts, 8, faiss.METRIC_INNER_PRODUCT
        )
        for clustering in (trained.cp, trained.pq.cp):
            clustering.min_points_per_centroid = 1  # fewer only draws a warning on stderr
            clustering.max_points_per_centroid = 2 * _MOST_CENTROID_POINTS
            clustering.niter = 10
        enough = max(cells, 256) * _MOST_CENTROID_POINTS
        if len(vectors) > enough:
            vectors = vectors[np.sort(np.random.default_rng(0).choice(len(vectors), enough, replace=False))]
        trained.train(vectors)
        return trained

    def _remove(self, ids: np.ndarray) -> None:
        self._whole._remove(ids)
        if self._cells is None:
            return
        faiss = faiss_module()
        self._cells.remove_ids(faiss.IDSelectorBatch(ids))
        if self._count() < self._train_at // 2:
            self._cells, self._trained_with = None, 0

    def _search(self, queries: np.ndarray, ids: np.ndarray, similarities: np.ndarray) -> None:
        if self._cells is None:
            self._whole._search(queries, ids, similarities)
            return
        faiss = faiss_module()
        k = ids.shape[1]
        how = faiss.SearchParametersIVF(nprobe=min(self._probes, self._cells.nlist))
        with faiss_threads(1):
            roughly, candidates = self._cells.search(queries, max(k, self._again), params=how)
        for row, query in enumerate(queries):
            found = candidates[row] >= 0
            these, similar = candidates[row][found], roughly[row][found]
            if self._again:
                these.sort()  # equally similar ones in the order of their ids
                similar = self._whole.similarities_of(query, these)
            best = largest(similar, k)
            ids[row, : len(best)], similarities[row, : len(best)] = these[best], similar[best]


def faiss_module() -> Any:
    """The module: imported on first use, and as Any because its own type hints lack half of what is used here."""
    return importlib.import_module("faiss")


@contextmanager
def faiss_threads(count: int) -> Iterator[None]:
    """How many threads FAISS takes for what is inside.

    Left alone it takes one for every core even for a single query. At the end each waits for all others, so on a busy
    machine the one that has no core holds up the answer: among 20,000 x 512, beside ten busy programs on two cores, a query
    took four times as long with two threads as with one (median 30 ms and 6 ms). OpenMP keeps the number for each calling
    thread apart, so what the main thread sets is not heard of in a server's workers: it is set around every call.
    """
    faiss = faiss_module()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(max(1, count))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
