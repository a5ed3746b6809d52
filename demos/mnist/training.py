"""One training loop for the live lesson, the shipped weights and the benchmark: a generator that yields every step.

Whoever iterates decides when to look, when to draw and when to stop; the clock runs only inside.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from shared import devices

from .data import Digits, distort
from .model import NETWORKS, LectureNet, normalise
from .recipes import Recipe

_EVALUATION_BATCH = 1000


@dataclass(frozen=True)
class Step:
    """One optimiser step. loss: cross-entropy in nats on its batch; elapsed_s: computing time so far, in seconds."""

    number: int
    epoch: float
    fraction: float
    loss: float
    elapsed_s: float


class Training:
    """A network on its way. Iterate for `Step`s; `network` is usable at any moment in between, `measure` tests it."""

    def __init__(self, recipe: Recipe, digits: Digits) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        kind = NETWORKS[recipe.network]
        self._trained = kind(recipe.activation) if kind is LectureNet else kind()
        self._trained.to(memory_format=torch.channels_last)
        self._average = AveragedModel(self._trained, avg_fn=self._blend, use_buffers=True) if recipe.average else None
        self._inputs, self._labels = normalise(digits.images), digits.labels
        self._low_precision = devices.bfloat16_is_fast()

    @property
    def network(self) -> nn.Module:
        """The network to use: the averaged one where the recipe averages."""
        return self._average.module if self._average is not None else self._trained

    def _blend(self, average: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
        # A young average forgets its random start faster.
        decay = min(self.recipe.average, (1 + float(count)) / (10 + float(count)))
        return average + (current - average) * (1 - decay) if average.is_floating_point() else current

    def _optimiser(self) -> torch.optim.Optimizer:
        recipe = self.recipe
        matrices = [p for p in self._trained.parameters() if p.ndim > 1]
        vectors = [p for p in self._trained.parameters() if p.ndim <= 1]
        groups = [
            {"params": matrices, "weight_decay": recipe.weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ]
        if recipe.optimiser == "adamw":
            return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.99))
        momentum = 0.9 if recipe.optimiser == "momentum" else 0.0
        return torch.optim.SGD(groups, lr=recipe.learning_rate, momentum=momentum)

    def _batches(self) -> Iterator[Tensor]:
        order = torch.Generator().manual_seed(self.recipe.seed)
        size = min(self.recipe.batch_size, len(self._labels))
        while True:
            shuffled = torch.randperm(len(self._labels), generator=order)
            yield from shuffled[: len(shuffled) // size * size].split(size)

    def __iter__(self) -> Iterator[Step]:
        recipe = self.recipe
        optimiser, chance = self._optimiser(), torch.Generator().manual_seed(recipe.seed)
        steps = max(1, round(recipe.epochs * len(self._labels) / recipe.batch_size))
        elapsed = 0.0
        for number, rows in enumerate(self._batches(), start=1):
            before = time.perf_counter()
            done = (number - 1) / steps if recipe.seconds is None else elapsed / recipe.seconds
            if done >= 1:
                return
            if recipe.optimiser == "adamw":
                for group in optimiser.param_groups:
                    group["lr"] = recipe.learning_rate * one_cycle(done)
            inputs = self._inputs[rows]
            if recipe.distortion is not None:
                inputs = distort(inputs, recipe.distortion, chance)
            loss = self._step(inputs.contiguous(memory_format=torch.channels_last), self._labels[rows], optimiser)
            elapsed += time.perf_counter() - before
            fraction = number / steps if recipe.seconds is None else min(1.0, elapsed / recipe.seconds)
            yield Step(number, number * recipe.batch_size / len(self._labels), fraction, loss, elapsed)

    def _step(self, inputs: Tensor, labels: Tensor, optimiser: torch.optim.Optimizer) -> float:
        self._trained.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self._low_precision):
            logits = self._trained(inputs)
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=self.recipe.label_smoothing)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if self._average is not None:
            self._average.update_parameters(self._trained)
        return float(loss.detach())


def one_cycle(done: float) -> float:
    """The learning rate's factor after the fraction `done` of a training: up from 0.1 in a quarter, then down to 0."""
    return 0.1 + 0.9 * done / 0.25 if done < 0.25 else (1 - done) / 0.75


@torch.no_grad()
def probabilities(network: nn.Module, digits: Digits, *, quickly: bool = False) -> Tensor:
    """(N, 10) float32 probabilities for every digit; in bfloat16 if `quickly` and if that is quick here."""
    network.eval()
    inputs = normalise(digits.images).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16, enabled=quickly and devices.bfloat16_is_fast()):
        return torch.cat([network(part).float().softmax(1) for part in inputs.split(_EVALUATION_BATCH)])


def accuracy(network: nn.Module, digits: Digits) -> float:
    """Share of digits read correctly, 0 to 1."""
    return float((probabilities(network, digits).argmax(1) == digits.labels).double().mean())
