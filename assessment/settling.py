"""What a person can decide about a finding, and what each decision leaves out of the files.

Every decision but accepting is one of the same kind: something in a file is not read. So a file is read again without it,
and whatever else is odd about it shows anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .findings import Finding, Spot, column_number, unsettled

Choice = Literal["accept", "left", "right", "keep", "skip", "column"]

_TWO_SCORES = {"score_conflict", "pending_replaced"}
_TWO_ROWS = {"duplicate_id", "duplicate_row"}
_TWO_COLUMNS = {"column_twice"}
_CELLS = {
    "score_unreadable", "score_letter", "score_date", "score_comma", "score_out_of_range", "formula_unsaved", "roll_unreadable",
    "days_late_unreadable", "score_residue", "merged_score",
}  # fmt: skip
_ROWS = {
    "id_missing", "id_unreadable", "id_lost_digits", "row_too_long", "ids_alike", "name_differs", "group_differs",
    "student_not_in_file", "student_not_on_list", "session_conflict", "remark_mark",
}  # fmt: skip
_COLUMNS = {
    "column_ambiguous", "session_unlike", "session_twice", "maximum_twice", "maximum_unreadable", "maximum_varies",
    "late_without_score", "roll_and_score",
}  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What was decided about a finding."""

    finding: Finding
    choice: Choice


def choices(finding: Finding) -> tuple[Choice, ...]:
    """What can be decided about a finding; nothing where only the file, or the meaning of a column, can be mended.

    accept: a warning stays as it is. left, right: of two places that disagree the other or this one is taken. keep: this
    score is not read, what is stored stays. skip: the row is not read. column: the column is not read.
    """
    found: list[Choice] = ["accept"] if finding.severity == "warning" else []
    if finding.code in _TWO_SCORES:
        return (*found, "left", "right", "keep", "skip")
    if finding.code in _TWO_ROWS:
        return (*found, "left", "right", "skip")
    if finding.code in _TWO_COLUMNS:
        return (*found, "left", "right")
    if finding.code in _CELLS:
        return (*found, "keep", "skip")
    if finding.code in _ROWS and finding.row:
        return (*found, "skip")
    if finding.code in _COLUMNS and finding.cell:
        return (*found, "column")
    return tuple(found)


def left_out(decision: Decision) -> list[Spot]:
    """The places that are not read because of a decision."""
    finding, choice = decision.finding, decision.choice
    if choice == "accept" or finding.file is None:
        return []
    column = column_number(finding.cell) if finding.cell else None
    row = Spot(finding.file, finding.sheet, finding.row)
    cell = Spot(finding.file, finding.sheet, finding.row, column)
    if choice == "column":
        return [Spot(finding.file, finding.sheet, None, column)]
    if choice == "skip":
        return [row, finding.other] if finding.code in _TWO_ROWS and finding.other else [row]
    if choice == "keep":
        return [cell, finding.other] if finding.other else [cell]
    if finding.code in _TWO_ROWS:
        here = row
    elif finding.code in _TWO_COLUMNS:
        here = Spot(finding.file, finding.sheet, None, column)
    else:
        here = cell
    return [here] if choice == "left" else [finding.other] if finding.other else []


def all_left_out(decisions: Iterable[Decision]) -> list[Spot]:
    """The places that are not read because of all these decisions, each once."""
    return list(dict.fromkeys(spot for decision in decisions for spot in left_out(decision)))


def still_open(findings: Iterable[Finding], decided: Mapping[str, Decision]) -> list[Finding]:
    """The findings that somebody has yet to decide about, errors first. An error that a decision did not make go away is
    still open.
    """
    accepted = [key for key, one in decided.items() if one.choice == "accept"]
    found = unsettled(findings, accepted)
    return sorted(found, key=lambda one: one.severity != "error")
