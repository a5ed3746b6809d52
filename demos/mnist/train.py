"""Reproduce the shipped weights: `python -m demos.mnist.train --recipe lecture|best|judge`.

Trains on all 60,000 training images and writes what it has at the end; the test images are read once, for the last
line. Recipes are chosen with `--hold-out 5000`, which trains without the last 5,000 and judges by them. The judge
learns from the features of the best network that is there, so it comes last.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

from shared import devices

from . import data
from .files import load, save
from .model import BestNet, DigitJudge
from .recipes import RECIPES
from .training import Training, accuracy


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m demos.mnist.train", description=__doc__)
    parser.add_argument("--recipe", choices=[*sorted(RECIPES), "judge"], default="lecture")
    parser.add_argument("--hold-out", type=int, default=0, metavar="N", help="judge by the last N training images")
    parser.add_argument("--epochs", type=float, help="instead of the recipe's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=devices.cores())
    parser.add_argument("--out", type=Path, help="where to write; default: the room's weights folder")
    options = parser.parse_args()

    out = options.out or Path(__file__).parent / "weights" / f"mnist_{options.recipe}.safetensors"
    devices.settle_thread(options.threads)
    train = _train_judge if options.recipe == "judge" else _train_network
    print(json.dumps({"written": str(out), **train(options, out)}))


def _train_judge(options: argparse.Namespace, out: Path) -> dict[str, float]:
    from .evaluate import turned_away
    from .judging import train

    best = load("best")
    assert isinstance(best, BestNet)
    save(train(best, data.load().train, options.seed), out)
    judge = load("judge", out)
    assert isinstance(judge, DigitJudge)
    return turned_away(best, judge)


def _train_network(options: argparse.Namespace, out: Path) -> dict[str, float]:
    recipe = replace(RECIPES[options.recipe], seed=options.seed)
    if options.epochs is not None:
        recipe = replace(recipe, epochs=options.epochs)
    mnist = data.load()
    kept = len(mnist.train) - options.hold_out
    training = Training(recipe, mnist.train[:kept])
    started, epoch, losses = time.monotonic(), 0, []
    for step in training:
        losses.append(step.loss)
        if step.epoch >= epoch + 1 or step.fraction == 1:
            epoch += 1
            held = f"  held-out {accuracy(training.network, mnist.train[kept:]):.2%}" if options.hold_out else ""
            mean = sum(losses) / len(losses)
            print(f"epoch {epoch:3}  loss {mean:.4f}  {time.monotonic() - started:6.0f} s{held}", flush=True)
            losses.clear()
            save(training.network, out)
    return {"test_accuracy": accuracy(load(recipe.network, out), mnist.test)}


if __name__ == "__main__":
    devices.before_torch()
    main()
