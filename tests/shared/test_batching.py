"""Many requests are computed together, and none of them pays for another's mistake."""

import threading

import pytest

from shared.batching import Batcher


def test_what_arrives_while_a_batch_is_computed_forms_the_next_one() -> None:
    sizes, go = [], threading.Event()

    def compute(items: list[int]) -> list[int | Exception]:
        go.wait(10)
        sizes.append(len(items))
        return [item * 2 for item in items]

    batcher: Batcher[int, int] = Batcher(compute, most=16)
    futures = [batcher.submit(number) for number in range(21)]
    go.set()
    assert [future.result(10) for future in futures] == [number * 2 for number in range(21)]
    assert sum(sizes) == 21 and len(sizes) <= 4 and max(sizes) <= 16


def test_a_bad_item_fails_alone() -> None:
    def compute(items: list[int]) -> list[int | Exception]:
        if 13 in items:
            raise ZeroDivisionError("thirteen")
        return list(items)

    go = threading.Event()
    batcher: Batcher[int, int] = Batcher(lambda items: (go.wait(10), compute(items))[1])
    futures = [batcher.submit(number) for number in (1, 12, 13, 14)]
    go.set()
    assert [futures[i].result(10) for i in (0, 1, 3)] == [1, 12, 14]
    with pytest.raises(ZeroDivisionError):
        futures[2].result(10)
    assert batcher.submit(5).result(10) == 5, "the thread has survived"
