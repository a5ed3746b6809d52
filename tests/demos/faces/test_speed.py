"""Faster matching: the made-up crowd is like real faces, and the race measures what it says and keeps to its budget."""

from pathlib import Path

import numpy as np
import pytest

from demos.faces import contenders, crowd, speed


def test_a_made_up_crowd_lies_like_real_faces() -> None:
    people = crowd.make(2000, 512, 50, seed=1)
    assert np.allclose(np.linalg.norm(people.gallery, axis=1), 1, atol=1e-5) and people.gallery.dtype == np.float32
    same = (people.gallery[0::5] * people.gallery[1::5]).sum(axis=1)
    others = people.gallery[:500] @ people.gallery[500:1000].T
    assert same.mean() == pytest.approx(0.6, abs=0.01) and 0.02 < same.std() < 0.05
    assert others.mean() == pytest.approx(0, abs=0.01) and 0.04 < others.std() < 0.1
    nearest = (people.queries @ people.gallery.T).max(axis=1)
    assert nearest.min() > 0.4 and nearest.max() < 0.9, "somebody who is there, but no photo that is there"


def test_the_same_seed_makes_the_same_crowd_of_any_size() -> None:
    first, again, other = (crowd.make(7, 16, 3, seed) for seed in (1, 1, 2))
    assert (first.gallery == again.gallery).all() and (first.queries == again.queries).all()
    assert not (first.gallery == other.gallery).any()
    assert crowd.make(1, 16, 0, 0).queries.shape == (0, 16)
    with pytest.raises(ValueError):
        crowd.make(0, 16, 1, 0)


@pytest.mark.parametrize("method", contenders.METHODS)
def test_every_method_finds_the_nearest(method: str) -> None:
    people = crowd.make(1000, 64, 30, seed=2)
    built = contenders.build(method, people.gallery)
    right = np.argmax(people.queries @ people.gallery.T, axis=1)
    found = [built.nearest(query) for query in people.queries]
    assert (found == right).mean() >= (0.95 if method in ("hnsw", "ivfpq") else 1)
    assert built.nbytes >= people.gallery.nbytes


def test_a_measurement_says_what_was_measured() -> None:
    result = speed.measure("numpy", 500, dimension=64, queries=10, seed=1)
    assert (result.method, result.size, result.dimension, result.recall_at_1) == ("numpy", 500, 64, 1)
    assert result.memory_mb == pytest.approx(0.1, abs=0.05) and result.query_ms > 0 and result.build_ms >= 0
    with pytest.raises(ValueError, match="abacus"):
        speed.measure("abacus", 10)


def test_live_goes_from_small_to_large_and_reports_each() -> None:
    heard: list[speed.Measured] = []
    results = list(speed.live(400, heard.append, 60, dimension=32, queries=5, sizes=(400, 100, 800)))
    assert [(each.size, each.method) for each in results] == [(size, name) for size in (100, 400) for name in speed.METHODS]
    assert heard == results


def test_what_would_overrun_the_budget_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock of our own, on which building HNSW takes 1 s for each 100 vectors and all else nothing."""
    now, real = [0.0], contenders.build

    def build(method: str, gallery: np.ndarray) -> contenders.Built:
        now[0] += len(gallery) / 100 if method == "hnsw" else 0
        return real("numpy", gallery)

    monkeypatch.setattr(speed.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(contenders, "build", build)
    results = list(speed.live(10_000, budget_s=8, dimension=32, queries=5, sizes=(100, 400, 4000)))
    skipped = [each for each in results if isinstance(each, speed.Skipped)]
    assert [(each.method, each.size) for each in skipped] == [("hnsw", 4000)]
    assert 40 < skipped[0].expected_s < 60
    assert all(isinstance(each, speed.Skipped) for each in speed.live(400, budget_s=0, dimension=32, sizes=(100, 400)))


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    results = [speed.measure("numpy", 100, dimension=16, queries=3), speed.Skipped("python", 1_000_000, 16, 70.0)]
    speed.save(results, "a command", tmp_path / "new" / "matching.json")
    kept = speed.stored(tmp_path / "new" / "matching.json")
    assert [*kept.rows, *kept.skipped] == results
    assert kept.command == "a command" and kept.machine and len(kept.date) == 10


def test_a_spoilt_file_is_named(tmp_path: Path) -> None:
    spoilt = tmp_path / "matching.json"
    spoilt.write_text('{"rows": [{"method": "numpy"}], "skipped": []}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"matching\.json"):
        speed.stored(spoilt)


def test_the_stored_measurement_tells_the_lesson() -> None:
    """Every cell is there or skipped, exact methods miss nothing, and of many the quick ones find nearly all far sooner."""
    kept = speed.stored()
    cells = {(each.method, each.size) for each in [*kept.rows, *kept.skipped] if each.dimension == 512}
    assert cells == {(method, size) for method in speed.METHODS for size in speed.SIZES}
    assert all(row.recall_at_1 == 1 for row in kept.rows if row.method in ("python", "numpy", "torch", "faiss_flat"))
    at = {(row.method, row.size): row for row in kept.rows}
    for method in ("hnsw", "ivfpq"):
        largest = max(row.size for row in kept.rows if row.method == method)
        assert largest >= 100_000
        assert at[method, largest].query_ms * 10 < at["numpy", largest].query_ms
        assert at[method, largest].recall_at_1 > 0.85
