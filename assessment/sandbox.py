""" "What if the policy were another?" A policy's text with some values changed, and whose grade that would move."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from shared.problems import Problem

from . import policyfile
from .cohort import ClassGrades
from .policy import Curve, Letter, Treatment
from .policytext import DEFAULTS, Edits, exact_number
from .rounding import Mode
from .statistics import LetterCount, letter_counts

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_SAFE = 2**62  # 64 bits hold it
_Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Changes:
    """What is to be changed in a policy; what is left out stays as it is.

    weights: component's key -> percent, a fraction or as typed ("33.3"); drops: component's key -> how many of its lowest
    items do not count; cutoffs: position of the letter, 0 for the best -> the grade from which it is given. cap, curve:
    "none" takes away what the policy has.
    """

    weights: Mapping[str, str | Fraction] = field(default_factory=dict)
    drops: Mapping[str, int] = field(default_factory=dict)
    missing: Treatment | None = None
    pending: Treatment | None = None
    rounding_mode: Mode | None = None
    rounding_digits: int | None = None
    cap: Fraction | Literal["none"] | None = None
    curve: Curve | Literal["none"] | None = None
    cutoffs: Mapping[int, Fraction] = field(default_factory=dict)


def amend(text: str, changes: Changes, file: str = "policy.toml") -> str:
    """A policy's TOML text with some values changed; its comments, order and layout stay.

    What is changed to the value that it has already is not touched, so no change gives the text back as it was. Only where
    [[component]] and [[letter]] tables alternate are those of a kind brought together.

    file: is named in what is wrong. Raises BadPolicy, as `policyfile.parse` does, if the text or what becomes of it is no
    policy; Problem for a number that cannot be written down and for a component or letter that the policy does not have.
    """
    import tomlkit

    before = policyfile.parse(text, file)
    document = tomlkit.parse(text)
    edits = Edits(document)
    parts = {part.key: at for at, part in enumerate(before.components)}
    for key, weight in changes.weights.items():
        edits.put(_component(document, parts, key), "weight", exact_number(weight))
    for key, drop in changes.drops.items():
        edits.put(_component(document, parts, key), "drop_lowest", drop, after="weight")
    for at, cut in changes.cutoffs.items():
        if not 0 <= at < len(before.letters):
            raise Problem("assessment_sandbox_no_letter", number=at + 1, letters=len(before.letters))
        edits.put(document["letter"][at], "at_least", exact_number(cut))  # type: ignore[index]
    for key, treatment in (("missing", changes.missing), ("pending", changes.pending)):
        if treatment is not None:
            edits.put(document, key, treatment, after="en")
    for key, value in (("mode", changes.rounding_mode), ("digits", changes.rounding_digits)):
        if value is not None and ("rounding" in document or value != DEFAULTS[key]):
            edits.put(edits.table("rounding"), key, value)
    if changes.cap is not None and changes.cap != "none":
        edits.put(edits.table("total"), "cap", exact_number(changes.cap))
    if isinstance(changes.curve, Curve) and changes.curve != before.curve:
        edits.curve(changes.curve)
    for key, wanted in (("total", changes.cap), ("curve", changes.curve)):
        if wanted == "none":
            edits.take_away(key)
    if not edits.made:
        return text
    amended = tomlkit.dumps(document)
    if "\r\n" in text:
        amended = re.sub(r"(?<!\r)\n", "\r\n", amended)
    policyfile.parse(amended, file)
    return amended


def _component(document: "TOMLDocument", parts: Mapping[str, int], key: str) -> Any:
    if key not in parts:
        raise Problem("assessment_sandbox_no_component", key=key, keys=", ".join(parts))
    return document["component"][parts[key]]  # type: ignore[index]


@dataclass(frozen=True)
class Move:
    """A student whose grade becomes another one. Grades as they are handed in, letters with them; None where withheld."""

    student_id: str
    name: str
    before_grade: Fraction | None
    after_grade: Fraction | None
    before_letter: Letter | None
    after_letter: Letter | None

    @property
    def gain(self) -> Fraction | None:
        """Points won, negative if lost; None if there is no grade before or after."""
        if self.before_grade is None or self.after_grade is None:
            return None
        return self.after_grade - self.before_grade


@dataclass(frozen=True)
class Comparison:
    """A class's grades under two policies.

    changed: whose handed-in grade is another one; crossed: whose letter is. Both begin with who gets a grade at all, then
    the largest gain, and end with whose grade is withheld now. up, down: how many grades rise and fall. means: of the
    handed-in grades, None if there are none.
    """

    changed: tuple[Move, ...]
    crossed: tuple[Move, ...]
    up: int
    down: int
    mean_before: Fraction | None
    mean_after: Fraction | None
    letters_before: Sequence[LetterCount]
    letters_after: Sequence[LetterCount]


def compare(before: ClassGrades, after: ClassGrades) -> Comparison:
    """What another policy does to a class. Letters are the same if they have the same names.

    Costs what the students cost whose grade moves. Raises ValueError for the grades of two different classes.
    """
    if before.gradebook is not after.gradebook and before.gradebook.ids != after.gradebook.ids:
        raise ValueError("the grades are those of two classes")
    old, new = before.exact.known, after.exact.known
    left, right = _common(before, after)
    names = {(one.zh, one.en): at for at, one in enumerate(before.policy.letters)}
    renamed = np.array([names.get((one.zh, one.en), -1) for one in after.policy.letters])
    # Where a grade is withheld, `letters` may name none.
    last = len(after.policy.letters) - 1
    crossed = (old != new) | (old & new & (renamed[np.clip(after.letters, 0, last)] != before.letters))
    changed = (old != new) | (old & new & (left != right))
    moves = {int(at): _move(before, after, int(at)) for at in np.flatnonzero(changed | crossed)}
    return Comparison(
        _ordered(moves, changed),
        _ordered(moves, crossed),
        up=int((old & new & (right > left)).sum()),
        down=int((old & new & (right < left)).sum()),
        mean_before=_mean(before),
        mean_after=_mean(after),
        letters_before=letter_counts(before.policy, before),
        letters_after=letter_counts(after.policy, after),
    )


def _common(before: ClassGrades, after: ClassGrades) -> tuple[_Array, _Array]:
    """Both classes' handed-in grades in one unit."""
    left, right, units = before.final, after.final, (after.final_unit, before.final_unit)
    if units[0] == units[1]:
        return left, right
    largest = max(int(left.max(initial=0)) * units[0], int(right.max(initial=0)) * units[1], *units)
    if largest >= _SAFE:
        left, right = left.astype(object), right.astype(object)
    return left * units[0], right * units[1]


def _move(before: ClassGrades, after: ClassGrades, at: int) -> Move:
    book = before.gradebook
    grades = (_final(before, at), _final(after, at))
    return Move(book.ids[at], book.names[at], *grades, before.letter(at), after.letter(at))


def _final(grades: ClassGrades, at: int) -> Fraction | None:
    return Fraction(int(grades.final[at]), grades.final_unit) if grades.exact.known[at] else None


def _ordered(moves: Mapping[int, Move], chosen: _Array) -> tuple[Move, ...]:
    def place(move: Move) -> tuple[int, Fraction]:
        gain = move.gain
        return (1, -gain) if gain is not None else (0 if move.before_grade is None else 2, Fraction(0))

    return tuple(sorted((move for at, move in moves.items() if chosen[at]), key=place))


def _mean(grades: ClassGrades) -> Fraction | None:
    there = grades.final[grades.exact.known].tolist()
    return Fraction(sum(there), len(there) * grades.final_unit) if there else None
