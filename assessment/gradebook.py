"""A class's scores, column by column. Each column keeps its distinct scores once, and for each student the number of his.

A class of 100,000 has some hundred distinct scores in a column: they are parsed, and multiplied, once each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .scores import MISSING, Score

Codes = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True)
class Column:
    """values: the distinct scores; codes: (students,) int32, which of them each student has."""

    values: tuple[Score, ...]
    codes: Codes

    @staticmethod
    def of(scores: Sequence[Score]) -> "Column":
        """The column of one score for each student."""
        numbers: dict[Score, int] = {}
        codes = np.fromiter((numbers.setdefault(score, len(numbers)) for score in scores), np.int32, len(scores))
        return Column(tuple(numbers), codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, student: int) -> Score:
        return self.values[self.codes[student]]

    def __iter__(self) -> Iterator[Score]:
        return iter(map(self.values.__getitem__, self.codes.tolist()))


@dataclass(frozen=True)
class Gradebook:
    """ids, names, groups: one each student; group is the class he belongs to. columns: item's key -> its column."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    columns: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, key: str) -> Column:
        """The scores of an item; all missing if no file had them."""
        found = self.columns.get(key)
        return found if found is not None else Column((MISSING,), np.zeros(len(self.ids), np.int32))

    def scores(self, student: int) -> dict[str, Score]:
        """One student's scores, by item's key."""
        return {key: column[student] for key, column in self.columns.items()}
