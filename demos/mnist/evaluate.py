"""The figures in CARD.md: `python -m demos.mnist.evaluate`, with `--json` for programs.

Accuracy on MNIST's 10,000 test digits; time for one image alone on one core, cutting out and scaling not counted; and
how many digits and how many other things the judge turns away, the other things of kinds that it was not taught.
"""

import argparse
import json
import statistics
import time

import cv2
import numpy as np
import torch

from shared import devices

from . import data, reading
from .engine import DIGIT_LIKE_ABOVE, network
from .model import BestNet, DigitJudge, normalise, parameter_count
from .training import accuracy

_REPEATS = 300
_SIZE = 280


def measure() -> dict[str, object]:
    """Everything that is printed: a dictionary of plain numbers and strings."""
    devices.settle_thread(devices.cores())
    test = data.load().test
    best, judge = network("best"), network("judge")
    assert isinstance(best, BestNet) and isinstance(judge, DigitJudge)
    networks = {
        name: {
            "test_accuracy": accuracy(network(name), test),
            "parameters": parameter_count(network(name)),
            "ms_per_image": _ms_per_image(network(name), normalise(test.images[:1])),
        }
        for name in ("best", "lecture")
    }
    return {
        "machine": devices.describe(),
        **networks,
        "judge": {"parameters": parameter_count(judge), **turned_away(best, judge)},
    }


@torch.no_grad()
def _ms_per_image(net: torch.nn.Module, image: torch.Tensor) -> float:
    torch.set_num_threads(1)
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        net(image)
        times.append((time.perf_counter() - started) * 1000)
    torch.set_num_threads(devices.cores())
    return round(statistics.median(times[_REPEATS // 10 :]), 3)


@torch.no_grad()
def turned_away(best: BestNet, judge: DigitJudge) -> dict[str, float]:
    """Share of the test digits, and share of things that are no digits, that the judge calls no digit; 0 to 1."""

    def share(images: torch.Tensor) -> float:
        judged = torch.cat([judge(best.features(part)) for part in normalise(images).split(1000)])
        return float((judged <= DIGIT_LIKE_ABOVE).double().mean())

    others = torch.from_numpy(np.stack([reading.to_mnist(reading.cut(sheet)[0]) for sheet in _no_digits()]))
    return {"digits_turned_away": share(data.load().test.images), "no_digits_turned_away": share(others)}


def _no_digits() -> list[np.ndarray]:
    """400 sheets, (280, 280) float32, 0 paper to 1 ink, of kinds that `outliers` does not draw."""
    chance = np.random.default_rng(1)
    kinds = (_star, _grid, _heart, _spiral, _house, _arrow, _wave, _script_letter)
    sheets = []
    for number in range(400):
        sheet = np.zeros((_SIZE, _SIZE), np.uint8)
        kinds[number % len(kinds)](sheet, chance)
        sheets.append(sheet.astype(np.float32) / 255)
    return sheets


def _line(sheet: np.ndarray, points: np.ndarray, chance: np.random.Generator, *, closed: bool = False) -> None:
    """Points from -1 to 1, a little shaken, as a line somewhere near the middle."""
    shaken = points + chance.normal(0, 0.03, points.shape)
    placed = (shaken * chance.uniform(60, 100) + chance.normal(_SIZE / 2, 8, 2)).astype(np.int32)
    cv2.polylines(sheet, [placed.reshape(-1, 1, 2)], closed, 255, int(chance.integers(10, 24)), cv2.LINE_AA)


def _round(angles: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(angles), -np.cos(angles)], 1)


def _star(sheet: np.ndarray, chance: np.random.Generator) -> None:
    _line(sheet, _round(np.arange(5) * 4 * np.pi / 5), chance, closed=True)


def _grid(sheet: np.ndarray, chance: np.random.Generator) -> None:
    zigzag = [(-1, -1), (-1, 1), (-0.33, 1), (-0.33, -1), (0.33, -1), (0.33, 1), (1, 1), (1, -1)]
    across = [(1, -0.5), (-1, -0.5), (-1, 0.5), (1, 0.5)]
    _line(sheet, np.array(zigzag + across), chance)


def _heart(sheet: np.ndarray, chance: np.random.Generator) -> None:
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16
    _line(sheet, np.stack([np.sin(t) ** 3, y], 1), chance, closed=True)


def _spiral(sheet: np.ndarray, chance: np.random.Generator) -> None:
    turn = np.linspace(0, 1, 60)[:, None]
    _line(sheet, _round(turn[:, 0] * 6 * np.pi + chance.uniform(0, 6)) * turn, chance)


def _house(sheet: np.ndarray, chance: np.random.Generator) -> None:
    _line(
        sheet, np.array([(-0.8, 1), (0.8, 1), (0.8, -0.2), (0, -1), (-0.8, -0.2), (0.8, -0.2), (-0.8, -0.2), (-0.8, 1)]), chance
    )


def _arrow(sheet: np.ndarray, chance: np.random.Generator) -> None:
    points = np.array([(-1, 0), (1, 0), (0.4, -0.5), (1, 0), (0.4, 0.5)])
    turn = chance.choice([0, np.pi / 2, np.pi])
    _line(sheet, points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]), chance)


def _wave(sheet: np.ndarray, chance: np.random.Generator) -> None:
    x = np.linspace(-1, 1, 60)
    _line(sheet, np.stack([x, 0.5 * np.sin(x * chance.uniform(8, 13))], 1), chance)


def _script_letter(sheet: np.ndarray, chance: np.random.Generator) -> None:
    letter, font = "AEFHKMNRTWXefhkmnrtwx"[chance.integers(21)], cv2.FONT_HERSHEY_SCRIPT_COMPLEX
    cv2.putText(sheet, letter, (50, 200), font, float(chance.uniform(5, 6.5)), 255, int(chance.integers(10, 20)), cv2.LINE_AA)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m demos.mnist.evaluate", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    options = parser.parse_args()
    found = measure()
    if options.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        values = figures.items() if isinstance(figures, dict) else [("", figures)]
        print(f"{name:8}", "  ".join(f"{key} {value}" for key, value in values))


if __name__ == "__main__":
    devices.before_torch()
    main()
