"""What hardship takes: how many faces are still found and recognised, as `hardship` counted them beforehand.

Counts are kept, not shares, so that nothing is rounded and every share knows how sure it is.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from pathlib import Path

from .conditions import CONDITIONS

STORED = Path(__file__).parent / "measured" / "hardship.json"
NORMAL = "normal"  # the condition of the photo as it is
ENOUGH = 0.9  # of recognitions that must succeed, or it has broken down
_Z95 = 1.959964  # of the normal distribution, two-sided 95 %


@dataclass(frozen=True)
class Share:
    """`count` of `total`."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """0 to 1; 0 of nothing."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson 1927, "Probable inference, the law of succession, and statistical inference"."""
        if not self.total:
            return 0.0, 1.0
        share, extra = self.value, _Z95**2 / self.total
        middle, spread = share + extra / 2, _Z95 * sqrt(share * (1 - share) / self.total + extra / self.total / 4)
        return max(0.0, (middle - spread) / (1 + extra)), min(1.0, (middle + spread) / (1 + extra))


@dataclass(frozen=True)
class Row:
    """One condition at one strength. found: by each detector; accepted: found by the room's detector and called the same
    person; strangers: of different people, worse photo against good one, called the same. strength: in the condition's unit.
    """

    condition: str
    strength: float
    found: Mapping[str, Share]
    accepted: Share
    strangers: Share

    def share(self, what: str) -> Share:
        """Those "accepted", or those found by the detector `what`."""
        return self.accepted if what == "accepted" else self.found[what]


@dataclass(frozen=True)
class Step:
    """Pairs of one person whose more turned face is turned by low to high, as `quality.Quality.turned` counts."""

    low: float
    high: float
    accepted: Share


@dataclass(frozen=True)
class Toll:
    """All that was measured. pairs: photos made worse; threshold: similarity; false_accept_rate: of the threshold; machine:
    processor, cores, system; date: ISO 8601; command: what measured it.
    """

    rows: tuple[Row, ...]
    steps: tuple[Step, ...]
    pairs: int
    engine: str
    detector: str
    threshold: float
    false_accept_rate: float
    min_face: int
    source: str
    machine: str
    date: str
    command: str

    def curve(self, condition: str) -> list[Row]:
        """The rows of a condition from mild to severe, the photo as it is first."""
        (normal,) = (row for row in self.rows if row.condition == NORMAL)
        mild = Row(condition, CONDITIONS[condition].mild, normal.found, normal.accepted, normal.strangers)
        return [mild, *(row for row in self.rows if row.condition == condition)]

    def breaks_at(self, condition: str, what: str = "accepted", least: float = ENOUGH) -> float | None:
        """The mildest strength at which fewer than `least` are accepted, or found by the detector `what`: between two measured
        ones in proportion to hardship. None if that happens nowhere.
        """
        kind, rows = CONDITIONS[condition], self.curve(condition)
        for before, after in pairwise(rows):
            high, low = before.share(what).value, after.share(what).value
            if low < least:
                start, end = kind.hardship(before.strength), kind.hardship(after.strength)
                return kind.strength(start + (end - start) * min(1.0, max(0.0, (high - least) / max(high - low, 1e-9))))
        return None


def save(found: Toll, path: Path = STORED) -> None:
    """Keep what was measured: counts, so that nothing is rounded."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    stored.cache_clear()


@lru_cache(maxsize=4)
def stored(path: Path = STORED) -> Toll:
    """What was measured beforehand. Raises FileNotFoundError where nothing was, ValueError where it cannot be read."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    try:
        rows = tuple(
            Row(
                row["condition"], row["strength"], {name: Share(**share) for name, share in row["found"].items()},
                Share(**row["accepted"]), Share(**row["strangers"]),
            )
            for row in kept["rows"]
        )  # fmt: skip
        steps = tuple(Step(step["low"], step["high"], Share(**step["accepted"])) for step in kept["steps"])
        return Toll(**{**kept, "rows": rows, "steps": steps})
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{path}: {problem}") from problem
