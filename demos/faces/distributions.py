"""The two measured distributions of similarity, of one person's pictures and of different people's, for each network.

Every pair of pictures counts, not only the listed ones: thousands of pairs of one person, millions of different people.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from .model import Array

FOLDER = Path(__file__).parent / "measured"
_BINS = 400  # over -1 to 1
DEFAULT_RATE = 1e-3  # of different people called the same, at the threshold that the room starts with


@dataclass(frozen=True)
class Distributions:
    """How many pairs fall into each of equal steps of similarity from -1 to 1. same, different: counts.

    Raises nothing; `threshold`s are at the steps' edges.
    """

    engine: str
    detector: str
    source: str
    same: tuple[int, ...]
    different: tuple[int, ...]

    @property
    def edges(self) -> Array:
        """(bins + 1,): where the steps begin and end."""
        return np.linspace(-1, 1, len(self.same) + 1)

    def false_accept_rate(self, threshold: float) -> float:
        """The share of pairs of different people at or above a threshold, 0 to 1, interpolated within a step."""
        return 1 - _below(self.different, self.edges, threshold)

    def false_reject_rate(self, threshold: float) -> float:
        """The share of pairs of one person below a threshold, 0 to 1."""
        return _below(self.same, self.edges, threshold)

    def threshold_for(self, rate: float) -> float:
        """The lowest step at which at most this share of different people is accepted."""
        accepted = 1 - np.concatenate([[0], np.cumsum(self.different)]) / max(1, sum(self.different))
        return float(self.edges[int(np.argmax(accepted <= rate + 1e-12))])


def _below(counts: Sequence[int], edges: Array, threshold: float) -> float:
    shares = np.concatenate([[0], np.cumsum(counts)]) / max(1, sum(counts))
    return float(np.interp(threshold, edges, shares))


def measure(vectors: Array, people: Sequence[str], figures: Mapping[str, object]) -> Distributions:
    """Compare every picture with every other. vectors: (n, D) unit; people: who is on each."""
    names = np.unique(np.asarray(people), return_inverse=True)[1]
    edges = np.linspace(-1, 1, _BINS + 1)
    counts = {True: np.zeros(_BINS, np.int64), False: np.zeros(_BINS, np.int64)}
    for row in range(len(vectors) - 1):
        similarity = np.clip(vectors[row + 1 :] @ vectors[row], -1, 1)
        match = names[row + 1 :] == names[row]
        for same, total in counts.items():
            total += np.histogram(similarity[match == same], edges)[0]
    return Distributions(
        engine=str(figures["engine"]),
        detector=str(figures["detector"]),
        source="LFW deep-funneled",
        same=tuple(counts[True].tolist()),
        different=tuple(counts[False].tolist()),
    )


def save(found: Distributions) -> Path:
    """Keep what was measured. Returns the file."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{found.engine}.json"
    file.write_text(json.dumps(asdict(found)) + "\n", encoding="utf-8")
    return file


@lru_cache(maxsize=8)
def stored(engine: str) -> Distributions | None:
    """What was measured for a network, or None if nobody has."""
    file = FOLDER / f"{engine}.json"
    if not file.is_file():
        return None
    values = json.loads(file.read_text(encoding="utf-8"))
    return Distributions(**{**values, "same": tuple(values["same"]), "different": tuple(values["different"])})
