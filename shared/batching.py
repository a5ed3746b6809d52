"""Many people's small requests, computed together: a network answers thirty images almost as quickly as one."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from shared import devices

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Runs `compute` in one thread on whatever has come in since it last ran, at most `most` items at a time.

    compute: a list of items -> a list of as many results, in order; an exception among the results goes to the caller
    of that item alone. Nobody waits for a batch to fill: a lone item is computed at once. The thread starts with the
    first item and computes on one core, so that it does not fight a training for both.
    """

    def __init__(self, compute: Callable[[list[Item]], list[Result | Exception]], most: int = 64) -> None:
        self._compute, self._most = compute, most
        self._waiting: queue.SimpleQueue[tuple[Item, Future[Result]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def submit(self, item: Item) -> "Future[Result]":
        """Hand in one item; the future brings its result or raises what `compute` had for it."""
        future: Future[Result] = Future()
        self._waiting.put((item, future))
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="batcher", daemon=True)
                self._thread.start()
        return future

    def _run(self) -> None:
        devices.settle_thread(1)
        while True:
            batch = [self._waiting.get()]
            while len(batch) < self._most:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            batch = [(item, future) for item, future in batch if future.set_running_or_notify_cancel()]
            results = self._results([item for item, _ in batch])
            for (_, future), result in zip(batch, results, strict=True):
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _results(self, items: list[Item]) -> list[Result | Exception]:
        try:
            return self._compute(items)
        except Exception as problem:  # one item must not spoil the others' answers, nor end the thread
            return [problem] if len(items) == 1 else [self._results([item])[0] for item in items]
