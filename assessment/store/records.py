"""Scores as the database keeps them, and as the history tells them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from ..rounding import exact_text
from ..scores import MISSING, Mark, Score
from .models import Cell


@dataclass(frozen=True)
class Place:
    """Where an imported value stood; all None for one that was typed on the page."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None


TYPED = Place()


def now() -> str:
    """This moment, UTC, to the microsecond: "2026-11-24T12:50:00.000000+00:00"."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def to_score(cell: Cell | None) -> Score:
    """The score in a row; missing if there is none."""
    if cell is None:
        return MISSING
    return read_back(cell.share, cell.mark, cell.text, cell.days_late)


def read_back(share: str | None, mark: str, text: str, days_late: int) -> Score:
    """The score that a row's columns say."""
    return Score(None if share is None else Fraction(share), Mark(mark), text, days_late)


def fill(cell: Cell, score: Score) -> None:
    """Write a score into a row."""
    cell.share = None if score.share is None else str(score.share)
    cell.mark, cell.text, cell.days_late = score.mark.value, score.text, score.days_late


def is_blank(score: Score) -> bool:
    """Whether there is nothing to keep."""
    return score.mark is Mark.MISSING and not score.days_late


def to_json(score: Score) -> str | None:
    """A score for the history; None for nothing."""
    if is_blank(score):
        return None
    share = None if score.share is None else str(score.share)
    return json.dumps(
        {"share": share, "mark": score.mark.value, "text": score.text, "days_late": score.days_late}, ensure_ascii=False
    )


def from_json(text: str | None) -> Score:
    """The score that `to_json` wrote."""
    if text is None:
        return MISSING
    found = json.loads(text)
    share = None if found["share"] is None else Fraction(found["share"])
    return Score(share, Mark(found["mark"]), found["text"], found["days_late"])


def said(score: Score) -> str:
    """A score as a person reads it: what was typed, else its percentage; "-" for nothing."""
    if score.text:
        return score.text
    return "-" if score.share is None else f"{exact_text(score.share * 100)}%"
