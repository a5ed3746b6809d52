"""Faster matching: six ways to find the nearest face among a thousand to a million, timed live or measured beforehand.

`python -m demos.faces.speed` measures and prints a table, `--save` also keeps it in `measured/matching.json`.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from shared import devices

from . import contenders, crowd
from .contenders import METHODS, clock_s
from .crowd import Crowd

SIZES = (1_000, 10_000, 100_000, 1_000_000)
STORED = Path(__file__).parent / "measured" / "matching.json"
_PYTHON_QUERIES = 3
_PYTHON_UP_TO = 100_000  # a million take it a minute for each query
_WARM_UP = 5
_EQUAL_WITHIN = 1e-6  # two ways to add 512 products up differ by about this
_PYTHON_NS = 50  # for each number of a vector
_GROWS = {"hnsw": 1.3, "ivfpq": 1.3}  # how much worse than in proportion building grows when the size is ten times larger


@dataclass(frozen=True)
class Measured:
    """Both times are processor time on one thread, so that a busy machine changes them little. build_ms: once. query_ms:
    median of single queries. recall_at_1: share of queries, 0 to
    1, answered with a vector as similar as the nearest. memory_mb: 10^6 bytes kept for searching.
    """

    method: str
    size: int
    dimension: int
    build_ms: float
    query_ms: float
    recall_at_1: float
    memory_mb: float


@dataclass(frozen=True)
class Skipped:
    """Not measured: it would have taken about so many seconds, and that was too long."""

    method: str
    size: int
    dimension: int
    expected_s: float


@dataclass(frozen=True)
class Stored:
    """Measured beforehand. machine: processor, cores, system; date: ISO 8601; command: what measured it."""

    rows: tuple[Measured, ...]
    skipped: tuple[Skipped, ...]
    machine: str
    date: str
    command: str


def measure(method: str, size: int, dimension: int = 512, queries: int = 200, seed: int = 0) -> Measured:
    """One way of searching one made-up crowd. Raises ValueError for a method not in METHODS and a size below 1."""
    people = crowd.make(size, dimension, queries, seed)
    return _measured(method, people, _best(people))


def live(
    limit: int = 100_000,
    on_result: Callable[[Measured], None] | None = None,
    budget_s: float = 30.0,
    *,
    dimension: int = 512,
    queries: int = 100,
    seed: int = 0,
    sizes: Sequence[int] = SIZES,
    methods: Sequence[str] = METHODS,
) -> Iterator[Measured | Skipped]:
    """The methods on ever larger crowds, up to `limit` vectors; what would overrun the budget is skipped.

    How long something takes is foretold from the size before, so the first size is always measured while there is budget
    left, and IVF-PQ's first training, a second or two, comes as a surprise. The loop in Python stops
    at 100,000 whatever the budget. on_result hears of each measurement before it is yielded.
    """
    ends = time.perf_counter() + budget_s
    took: dict[str, tuple[int, float]] = {}

    def expected(what: str, size: int) -> float:
        if what == "python":
            return _PYTHON_QUERIES * size * dimension * _PYTHON_NS * 1e-9
        before, seconds = took.get(what, (size, 0.0))
        return float(seconds * (size / before) * _GROWS.get(what, 1.0) ** np.log10(size / before))

    for size in sorted(each for each in sizes if each <= limit):
        making = expected("crowd", size)
        if making >= ends - time.perf_counter():
            yield from (Skipped(method, size, dimension, round(making + expected(method, size), 1)) for method in methods)
            continue
        started = time.perf_counter()
        people = crowd.make(size, dimension, queries, seed)
        best = _best(people)
        took["crowd"] = size, time.perf_counter() - started
        for method in methods:
            too_long = expected(method, size) >= ends - time.perf_counter()
            if too_long or (method == "python" and size > _PYTHON_UP_TO):
                yield Skipped(method, size, dimension, round(expected(method, size), 1))
                continue
            started = time.perf_counter()
            result = _measured(method, people, best)
            took[method] = size, time.perf_counter() - started
            if on_result:
                on_result(result)
            yield result


def _best(people: Crowd) -> np.ndarray:
    """(q,) the similarity of each query to its nearest."""
    blocks = range(0, len(people.queries), 16)
    return np.concatenate([(people.queries[start : start + 16] @ people.gallery.T).max(axis=1) for start in blocks])


def _measured(method: str, people: Crowd, best: np.ndarray) -> Measured:
    built = contenders.build(method, people.gallery)
    asked = people.queries[:_PYTHON_QUERIES] if method == "python" else people.queries
    if method != "python":
        for query in asked[:_WARM_UP]:
            built.nearest(query)
    times, rows = [], []
    for query in asked:
        started = clock_s()
        rows.append(built.nearest(query))
        times.append((clock_s() - started) * 1000)
    similar = np.einsum("qd,qd->q", people.gallery[rows], asked)
    return Measured(
        method=method,
        size=len(people.gallery),
        dimension=people.gallery.shape[1],
        build_ms=round(built.build_ms, 1),
        query_ms=round(statistics.median(times), 4),
        recall_at_1=round(float((similar >= best[: len(rows)] - _EQUAL_WITHIN).mean()), 4),
        memory_mb=round(built.nbytes / 1e6, 1),
    )


def stored(path: Path = STORED) -> Stored:
    """What was measured beforehand. Raises FileNotFoundError where nothing was, ValueError where it cannot be read."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    try:
        return Stored(
            rows=tuple(Measured(**row) for row in kept["rows"]),
            skipped=tuple(Skipped(**row) for row in kept["skipped"]),
            machine=kept["machine"],
            date=kept["date"],
            command=kept["command"],
        )
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{path}: {problem}") from problem


def save(results: Sequence[Measured | Skipped], command: str, path: Path = STORED) -> None:
    """Keep these, with this machine and today's date, in place of what was kept of the same methods and sizes."""
    again = {(each.method, each.size, each.dimension) for each in results}
    if path.is_file():
        before = stored(path)
        kept_before: list[Measured | Skipped] = [*before.rows, *before.skipped]
        others = [each for each in kept_before if (each.method, each.size, each.dimension) not in again]
        results = sorted([*others, *results], key=lambda each: (each.dimension, each.size, METHODS.index(each.method)))
    rows = tuple(each for each in results if isinstance(each, Measured))
    skipped = tuple(each for each in results if isinstance(each, Skipped))
    kept = Stored(rows, skipped, devices.describe(), date.today().isoformat(), command)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(kept), indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m demos.faces.speed", description="Time six ways to find the nearest face.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many vectors")
    parser.add_argument("--methods", choices=METHODS, nargs="+", default=METHODS)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=float, default=900, help="seconds; what would take longer is left out")
    parser.add_argument("--save", action="store_true", help=f"keep the table in {STORED.name}")
    options = parser.parse_args()
    devices.before_torch()
    print("| method | vectors | D | build ms | query ms | recall@1 | MB |\n|---|---|---|---|---|---|---|")
    results = []
    for result in live(
        max(options.sizes),
        budget_s=options.budget,
        dimension=options.dimension,
        queries=options.queries,
        seed=options.seed,
        sizes=options.sizes,
        methods=options.methods,
    ):
        results.append(result)
        print(f"| {' | '.join(map(_cell, asdict(result).values()))} |", flush=True)
        if options.save:  # after each, for the work of many minutes should not hang on its last minute
            save(results, f"python -m demos.faces.speed --queries {options.queries} --seed {options.seed} --save")


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


if __name__ == "__main__":
    main()
