"""Nearest faces: the exact index against brute force, the quick ones against the exact, and all of them against misuse."""

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demos.faces import crowd, matching
from shared.language import LANGUAGES, translate

D = 32
SMALL: dict[str, dict[str, int]] = {"exact": {}, "hnsw": {}, "ivfpq": {"parts": 8, "train_at": 256, "probes": 64}}
every_kind = pytest.mark.parametrize("kind", matching.KINDS)


def units(count: int, seed: int = 0, dimension: int = D) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def make(kind: str, dimension: int = D, **options: int) -> matching.Index:
    return matching.index(kind, dimension, **(SMALL[kind] | options))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_exact_is_brute_force(data: st.DataObject) -> None:
    """Through adding, removing and vectors that are there twice: the k most similar, equal ones by their ids."""
    index, held = make("exact"), dict[int, np.ndarray]()
    for step in range(data.draw(st.integers(1, 5))):
        new = units(data.draw(st.integers(0, 40)), seed=data.draw(st.integers(0, 3)))  # few seeds: the same ones come again
        held |= dict(zip(index.add(new).tolist(), new, strict=True))
        if held and step % 2:
            gone = data.draw(st.lists(st.sampled_from(sorted(held)), unique=True))
            index.remove(gone)
            held = {key: vector for key, vector in held.items() if key not in gone}
    k = data.draw(st.integers(1, 50))
    query = units(1, seed=data.draw(st.integers(0, 5)))
    found = index.search(query, k)
    similar = {key: float(np.float32(vector @ query[0])) for key, vector in held.items()}
    expected = sorted(similar, key=lambda key: (-round(similar[key], 5), key))[:k]
    there = len(expected)
    assert [(round(similar[int(key)], 5)) for key in found.ids[0, :there]] == [round(similar[key], 5) for key in expected]
    assert np.allclose(found.similarities[0, :there], [similar[key] for key in found.ids[0, :there].tolist()], atol=1e-6)
    assert (found.ids[0, there:] == -1).all() and (found.similarities[0, there:] == -np.inf).all()
    assert len(index) == len(held)


@pytest.mark.parametrize("dimension", [7, 32, 512])
@pytest.mark.parametrize("asked", [1, 3, 40])
def test_equally_similar_ones_come_in_the_order_of_their_ids(dimension: int, asked: int) -> None:
    index, face = make("exact", dimension), units(1, dimension=dimension)
    index.add(np.repeat(face, 101, axis=0))
    index.remove([0, 3])
    assert (index.search(np.repeat(face, asked, axis=0), 3).ids == [1, 2, 4]).all()


def test_many_queries_at_once_find_what_each_finds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_BLOCK", 1000)
    index, queries = make("exact"), units(50, seed=1)
    index.add(units(300))
    together = index.search(queries, 5)
    alone = [index.search(query[None], 5) for query in queries]
    assert (together.ids == np.concatenate([each.ids for each in alone])).all()
    assert np.allclose(together.similarities, np.concatenate([each.similarities for each in alone]), atol=1e-6)


@every_kind
def test_an_empty_index_knows_nobody(kind: str) -> None:
    index = make(kind)
    found = index.search(units(2), 3)
    assert (len(index), index.dimension) == (0, D)
    assert (found.ids.shape, found.ids.dtype, found.similarities.dtype) == ((2, 3), np.int64, np.float32)
    assert (found.ids == -1).all() and (found.similarities == -np.inf).all()
    assert index.identify(units(2), -1.0).tolist() == [-1, -1]
    index.remove([5])
    assert index.add(units(0)).shape == (0,) and index.search(units(0), 3).ids.shape == (0, 3)


@every_kind
@pytest.mark.parametrize("count", [2, 400])
def test_fewer_than_asked_for_are_padded(kind: str, count: int) -> None:
    index = make(kind)
    ids = index.add(units(count))
    index.remove(ids[2:])
    found = index.search(units(1), 5)
    assert sorted(found.ids[0].tolist()) == [-1, -1, -1, 0, 1]
    assert (found.ids[0, 2:] == -1).all() and (found.similarities[0, 2:] == -np.inf).all()
    assert found.similarities[0, 0] == pytest.approx(1, abs=1e-5)


@every_kind
@pytest.mark.parametrize("count", [3, 400])
def test_who_is_not_similar_enough_is_unknown(kind: str, count: int) -> None:
    index, faces = make(kind), units(count)
    index.add(faces)
    asked = np.stack([faces[2], -faces[2] if count == 3 else units(1, seed=9)[0], faces[0]])
    assert index.identify(asked, 0.95).tolist() == [2, -1, 0]
    nearest = index.search(faces[:1], 1)
    assert index.identify(faces[:1], float(nearest.similarities[0, 0])).tolist() == [0], "at the threshold counts"


@every_kind
def test_a_removed_face_never_comes_back(kind: str) -> None:
    """In steps, so that those of HNSW that only look removed are searched, too, and then built away."""
    index, faces = make(kind), units(600)
    index.add(faces)
    left = set(range(600))
    for start in range(0, 600, 75):
        gone = set(range(start, start + 75))
        index.remove([*gone, *gone, 10_000, -1])
        left -= gone
        found = index.search(faces[::5], 8)
        assert len(index) == len(left)
        assert set(found.ids.flat) <= left | {-1}
        alive = [place for place in range(0, 600, 5) if place in left]
        assert (index.search(faces[alive], 1).ids[:, 0] == alive).mean() > 0.95 if alive else (found.ids == -1).all()


@every_kind
def test_an_id_is_never_given_twice(kind: str) -> None:
    index, seen = make(kind), list[int]()
    for _ in range(4):
        ids = index.add(units(300))
        assert ids.dtype == np.int64 and ids.tolist() == sorted(ids.tolist())
        seen += ids.tolist()
        index.remove(ids)
    assert len(seen) == len(set(seen)) and len(index) == 0


def spoilt(value: float) -> np.ndarray:
    vectors = units(4)
    vectors[2, 5] = value
    return vectors


@every_kind
@pytest.mark.parametrize("vectors", [spoilt(np.nan), spoilt(np.inf), spoilt(3.0), units(4) * [[1], [1], [0], [1]]])
def test_a_vector_that_is_not_of_length_one_is_refused_by_its_row(kind: str, vectors: np.ndarray) -> None:
    index = make(kind)
    for refuses in (index.add, lambda each: index.search(each, 1), lambda each: index.identify(each, 0.5)):
        with pytest.raises(matching.BadVectors, match="vector 2 ") as problem:
            refuses(vectors)
        assert all("2" in translate(problem.value.key, language, **problem.value.values) for language in LANGUAGES)
    assert len(index) == 0, "all or none"


@every_kind
@pytest.mark.parametrize("vectors", [units(3, dimension=D - 1), units(1)[0], units(4).reshape(2, 2, D)])
def test_a_vector_of_another_model_is_refused(kind: str, vectors: np.ndarray) -> None:
    index = make(kind)
    for refuses in (index.add, lambda each: index.search(each, 1)):
        with pytest.raises(ValueError, match=r"vectors of 32 numbers .* what came is \("):
            refuses(vectors)


def test_what_cannot_be_made_or_asked_is_refused() -> None:
    for wrong in (
        lambda: matching.index("kdtree", D),
        lambda: matching.index("exact", 0),
        lambda: matching.index("ivfpq", D, parts=5),
        lambda: matching.index("ivfpq", D, train_at=10),
        lambda: make("exact").search(units(1), 0),
    ):
        with pytest.raises(ValueError):
            wrong()


@pytest.mark.parametrize(("kind", "options", "least"), [("hnsw", {}, 0.97), ("ivfpq", {"train_at": 4000}, 0.9)])
def test_the_quick_ones_rarely_miss(kind: str, options: dict[str, Any], least: float) -> None:
    """On 5,000 photos of 1,000 people; half of them added after the index took shape."""
    people = crowd.make(5000, 128, 200, seed=3)
    exact, quick = make("exact", 128), matching.index(kind, 128, **options)
    for part in (people.gallery[:4000], people.gallery[4000:]):
        exact.add(part)
        quick.add(part)
    right, found = exact.search(people.queries, 1), quick.search(people.queries, 1)
    same = right.ids == found.ids
    assert same.mean() >= least
    assert np.allclose(found.similarities[same], right.similarities[same], atol=1e-5)


def test_the_second_look_of_ivfpq_is_worth_it() -> None:
    people = crowd.make(3000, 128, 200, seed=3)
    right = np.argmax(people.queries @ people.gallery.T, axis=1)
    recall = {}
    for again in (0, 50):
        index = matching.index("ivfpq", 128, train_at=1000, parts=16, again=again)
        index.add(people.gallery)
        recall[again] = (index.search(people.queries, 1).ids[:, 0] == right).mean()
    assert recall[50] > recall[0] + 0.2


@every_kind
def test_searching_while_others_add_and_remove(kind: str) -> None:
    index, faces, problems = make(kind), units(900), list[BaseException]()
    known = index.add(faces[:100])

    def run(work: Any) -> None:
        try:
            work()
        except BaseException as problem:
            problems.append(problem)

    def search() -> None:
        for _ in range(40):
            assert (index.search(faces[:100:10], 1).ids[:, 0] == known[::10]).mean() >= 0.9

    def change(start: int) -> None:
        for low in range(start, start + 200, 20):
            ids = index.add(faces[low : low + 20])
            index.remove(ids[::2])

    workers = [
        threading.Thread(target=run, args=(work,)) for work in (search, search, lambda: change(300), lambda: change(600))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not problems and not any(worker.is_alive() for worker in workers)
    assert len(index) == 300


def test_faiss_is_held_to_one_thread_in_every_thread_and_left_as_it_was() -> None:
    from demos.faces.approximate import faiss_module, faiss_threads

    inside, after = list[int](), list[int]()

    def work() -> None:
        before = faiss_module().omp_get_max_threads()
        with faiss_threads(1):
            inside.append(faiss_module().omp_get_max_threads())
        after.append(faiss_module().omp_get_max_threads() - before)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    work()
    assert (inside, after) == ([1, 1], [0, 0])
