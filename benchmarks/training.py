"""Seconds of training to 99 % of the test digits, on the lecture's network. Looking at the test digits is not counted.

Each contender trains in a process of its own: `python -m benchmarks.training NAME` runs one and prints its seconds.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from tests import server

from .row import Row

TARGET = 0.99
_MOST_EPOCHS = 60
_LOOK_EVERY = {"fast": 20, "slide": 468, "plain": 469}  # steps; once an epoch where there are many


def measure() -> list[Row]:
    """The fast recipe beside the slide's, in our loop and in the plain loop that a student would write."""
    fast, slide, plain = (_run(name) for name in ("fast", "slide", "plain"))
    what, ours = "training to 99 %", f"{fast:.1f} s"
    return [
        Row(
            what,
            ours,
            "the slide's recipe as written (SGD 1e-2, batch 128, float32, DataLoader)",
            f"{plain:.0f} s",
            fast / plain,
        ),
        Row(what, ours, "the slide's recipe in our training loop", f"{slide:.0f} s", fast / slide),
    ]


def _run(name: str) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training", name], cwd=server.ROOT, capture_output=True, text=True, check=True
    )
    return float(json.loads(done.stdout)["seconds"])


def _steps(name: str) -> Iterator[tuple[object, float]]:
    """(network, seconds so far) after every step."""
    from dataclasses import replace

    from demos.mnist import data, recipes
    from demos.mnist.training import Training

    if name == "plain":
        yield from _plain(data.load().train)
        return
    recipe = recipes.RECIPES[name]
    training = Training(recipe if name == "fast" else replace(recipe, epochs=_MOST_EPOCHS), data.load().train)
    for step in training:
        yield training.network, step.elapsed_s


def _plain(train: object) -> Iterator[tuple[object, float]]:
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    from demos.mnist.data import Digits
    from demos.mnist.model import LectureNet, normalise

    assert isinstance(train, Digits)
    torch.manual_seed(0)
    net = LectureNet()
    loader = DataLoader(TensorDataset(normalise(train.images), train.labels), batch_size=128, shuffle=True)
    optimiser, loss, elapsed = torch.optim.SGD(net.parameters(), lr=1e-2), torch.nn.CrossEntropyLoss(), 0.0
    for _ in range(_MOST_EPOCHS):
        started = time.perf_counter()
        for images, labels in loader:
            net.train()
            optimiser.zero_grad()
            loss(net(images), labels).backward()
            optimiser.step()
            elapsed += time.perf_counter() - started
            yield net, elapsed
            started = time.perf_counter()


def main(name: str) -> None:
    """Train one contender until it reads 99 % and print its seconds."""
    from shared import devices

    if name != "plain":
        devices.before_torch()
    from demos.mnist import data
    from demos.mnist.training import accuracy

    if name != "plain":
        devices.settle_thread(devices.cores())
    test, seconds = data.load().test, 0.0
    for number, (network, seconds) in enumerate(_steps(name), start=1):
        if number % _LOOK_EVERY[name] == 0 and accuracy(network, test) >= TARGET:  # type: ignore[arg-type]
            print(json.dumps({"seconds": seconds, "steps": number}))
            return
    sys.exit(f"{name} did not reach {TARGET:.0%} in {seconds:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1])
