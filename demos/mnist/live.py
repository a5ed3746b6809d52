"""Trainings that people watch: a fixed number at once, the others wait in line, each can be stopped at any time."""

import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared import devices

if TYPE_CHECKING:
    from torch import nn

    from .data import Digits
    from .recipes import Recipe

TARGET = 0.99  # the lecture's promise
_WRONG_SHOWN = 48


@dataclass(frozen=True)
class Point:
    """One point of the curves. elapsed_s: training time, looking at the test digits not counted. loss: mean
    cross-entropy in nats since the last point. accuracy: share of the 10,000 test digits read correctly, 0 to 1.
    """

    elapsed_s: float
    epoch: float
    fraction: float
    loss: float
    accuracy: float


@dataclass(frozen=True)
class Mistake:
    """A test digit read wrongly. image: (28, 28) uint8; confidence: of the wrong answer, 0 to 1."""

    image: np.ndarray
    said: int
    true: int
    confidence: float


@dataclass(frozen=True)
class Outcome:
    """What a training left behind. confusion: (10, 10) int, row the true digit, column the digit read.
    mistakes: the surest first. target_s: training seconds at which 99 % were first seen, None if never.
    """

    network: "nn.Module"
    accuracy: float
    confusion: np.ndarray
    mistakes: tuple[Mistake, ...]
    target_s: float | None


class Job:
    """One training. `points` grows while it runs; `outcome` is there once `state` is "done" or "stopped".

    state: "waiting", "running", "done", "stopped" (by hand; what it had learnt is kept) or "failed".
    """

    def __init__(self, recipe: "Recipe") -> None:
        self.recipe = recipe
        self.state = "waiting"
        self.points: list[Point] = []
        self.outcome: Outcome | None = None
        self._stop = threading.Event()
        self._over = threading.Event()

    def stop(self) -> None:
        """Ask it to end. A running training ends after its current step, a waiting one never starts."""
        self._stop.set()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self._over.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it is over; False if that took longer than the timeout."""
        return self._over.wait(timeout_s)

    def _run(self) -> None:
        try:
            if self._stop.is_set():
                self.state = "stopped"
                return
            self.state = "running"
            self._train()
            self.state = "stopped" if self._stop.is_set() else "done"
        except BaseException:
            self.state = "failed"
            raise
        finally:
            self._over.set()

    def _train(self) -> None:
        from . import data
        from .training import Training

        mnist = data.load()
        training = Training(self.recipe, mnist.train)
        losses: list[float] = []
        target_s, looked_at, look_s = None, 0.0, 0.1
        confusion: np.ndarray | None = None
        for step in training:
            losses.append(step.loss)
            last = step.fraction >= 1 or self._stop.is_set()
            # Looking costs time as well: about a quarter of it, and the first looks come quickly.
            if not last and step.elapsed_s - looked_at < min(max(3 * look_s, 0.2), 1) and step.number not in (1, 8):
                continue
            before = time.perf_counter()
            judged = _judge(training.network, mnist.test, quickly=not last)
            look_s, looked_at = time.perf_counter() - before, step.elapsed_s
            accuracy = float((judged.said == judged.true).mean())
            if target_s is None and accuracy >= TARGET:
                target_s = step.elapsed_s
            self.points.append(Point(step.elapsed_s, step.epoch, step.fraction, float(np.mean(losses)), accuracy))
            losses.clear()
            confusion = np.zeros((10, 10), int)
            np.add.at(confusion, (judged.true, judged.said), 1)
            if last:
                training.network.eval()
                self.outcome = Outcome(training.network, accuracy, confusion, judged.mistakes(mnist.test.images), target_s)
                return


@dataclass(frozen=True)
class _Judged:
    said: np.ndarray
    true: np.ndarray
    confidence: np.ndarray

    def mistakes(self, images: object) -> tuple[Mistake, ...]:
        wrong = np.flatnonzero(self.said != self.true)
        surest = wrong[np.argsort(-self.confidence[wrong], kind="stable")][:_WRONG_SHOWN]
        pictures = np.asarray(images)
        return tuple(Mistake(pictures[i], int(self.said[i]), int(self.true[i]), float(self.confidence[i])) for i in surest)


def _judge(network: "nn.Module", digits: "Digits", *, quickly: bool) -> _Judged:
    from .training import probabilities

    sure, said = probabilities(network, digits, quickly=quickly).max(1)
    return _Judged(said.numpy(), digits.labels.numpy(), sure.numpy())


class Trainer:
    """Runs jobs, `at_once` of them side by side, in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._threads = max(1, devices.cores() // at_once)
        self._queue: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._line: list[Job] = []
        self._lock = threading.Lock()
        self._started = False

    def submit(self, recipe: "Recipe") -> Job:
        """Put a training in line; it starts as soon as a place is free."""
        job = Job(recipe)
        with self._lock:
            self._line.append(job)
            if not self._started:
                self._started = True
                for number in range(self._at_once):
                    threading.Thread(target=self._work, name=f"training-{number}", daemon=True).start()
        self._queue.put(job)
        return job

    def ahead_of(self, job: Job) -> int:
        """How many trainings must end before this one starts; 0 once it runs."""
        with self._lock:
            if job.state != "waiting" or job not in self._line:
                return 0
            earlier = [other for other in self._line[: self._line.index(job)] if not other._stop.is_set()]
        return max(0, len(earlier) - self._at_once + 1)

    def _work(self) -> None:
        devices.settle_thread(self._threads, polite=True)
        while True:
            job = self._queue.get()
            try:
                job._run()
            except Exception:
                import logging

                logging.getLogger(__name__).exception("a live training failed")
            finally:
                with self._lock:
                    self._line.remove(job)
