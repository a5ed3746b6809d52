"""How final grades come about, as a course declares it: components, weights, rounding, letters.

`policy.toml` beside this file is the default and explains every key; `policyfile.read` turns such a file into these types.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Literal

from .rounding import Mode, exact_text
from .scores import Mark

Treatment = Literal["zero", "excluded", "withheld"]
TREATMENTS: tuple[Treatment, ...] = ("zero", "excluded", "withheld")
CurveKind = Literal["linear", "sqrt", "mean"]
CURVES = ("none", "linear", "sqrt", "mean")
HUNDRED = Fraction(100)


@dataclass(frozen=True)
class Late:
    """What late work costs. per_day, floor: in `unit`, points of the component's scale or percent of its maximum; a late
    score is not brought below the floor. grace_days: days that cost nothing.
    """

    per_day: Fraction
    unit: Literal["points", "percent"] = "percent"
    grace_days: int = 0
    floor: Fraction = Fraction(0)


@dataclass(frozen=True)
class Roll:
    """The credit of one session, 0 to 1, for each word of an attendance roll."""

    present: Fraction
    late: Fraction
    leave: Fraction
    absent: Fraction


@dataclass(frozen=True)
class Component:
    """One part of the grade. weight: percent of the whole component; maximum: full marks; highest: the largest score
    allowed; count: items of equal weight; drop_lowest: how many of them do not count.
    """

    key: str
    zh: str
    en: str
    weight: Fraction
    aliases: tuple[str, ...] = ()
    maximum: Fraction = HUNDRED
    highest: Fraction = HUNDRED
    count: int = 1
    drop_lowest: int = 0
    extra_credit: bool = False
    late: Late | None = None
    roll: Roll | None = None

    def name(self, language: str) -> str:
        """ "实验" or "Lab": the name without an item's number."""
        return str(getattr(self, language)).replace("{n}", "").strip()

    @property
    def items(self) -> "tuple[Item, ...]":
        """Its scores: one, without a number, or `count` of them, numbered from 1."""
        return tuple(Item(self, number) for number in range(1, self.count + 1)) if self.count > 1 else (Item(self),)


@dataclass(frozen=True)
class Item:
    """One score of a student: "lab3" is the third item of the component "lab"; number is None where there is only one."""

    component: Component
    number: int | None = None

    @cached_property
    def key(self) -> str:
        """ "lab3", "essay"."""
        return f"{self.component.key}{self.number or ''}"

    def name(self, language: str) -> str:
        """ "实验3" or "Lab 3"."""
        return getattr(self.component, language).format(n=self.number)

    @property
    def weight(self) -> Fraction:
        """Percent of the grade, before anything is left out."""
        return self.component.weight / self.component.count


@dataclass(frozen=True)
class Letter:
    """A letter grade for everyone whose rounded grade is at least `at_least`."""

    zh: str
    en: str
    at_least: Fraction
    points: Fraction


@dataclass(frozen=True)
class Rounding:
    """Once, at the end."""

    mode: Mode = "half_up"
    digits: int = 0


@dataclass(frozen=True)
class Curve:
    """linear: factor x grade + offset. sqrt: 10 x its square root. mean: everybody gets what moves the mean to target."""

    kind: CurveKind
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    target: Fraction = Fraction(0)


@dataclass(frozen=True)
class Policy:
    """All of it. letters: from the best down, the last one from 0. cap: the most a grade can be, None for no cap.
    letter_scores: casefolded letter -> share; marks: further casefolded words. source: the file it was read from.
    """

    zh: str
    en: str
    components: tuple[Component, ...]
    letters: tuple[Letter, ...]
    missing: Treatment = "zero"
    pending: Treatment = "withheld"
    rounding: Rounding = Rounding()
    cap: Fraction | None = None
    curve: Curve | None = None
    letter_scores: Mapping[str, Fraction] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    source: str = ""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every score that a student can have, in the policy's order."""
        return tuple(item for part in self.components for item in part.items)

    @cached_property
    def positions(self) -> Mapping[str, tuple[int, ...]]:
        """Component's key -> the positions of its items in `items`."""
        return {
            part.key: tuple(position for position, item in enumerate(self.items) if item.component is part)
            for part in self.components
        }

    def named(self, keys: Iterable[str], with_keys: bool = False) -> dict[str, str]:
        """Items in words, in each language: {"zh": "实验1、随堂测试", "en": "Lab 1, Quiz"}.

        with_keys: "Lab 1 (lab1)", for who has to type the key.
        """
        items = {item.key: item for item in self.items}
        names = {
            language: [f"{items[key].name(language)} ({key})" if with_keys else items[key].name(language) for key in keys]
            for language in ("zh", "en")
        }
        return {"zh": "、".join(names["zh"]), "en": ", ".join(names["en"])}

    def letter(self, grade: Fraction) -> Letter:
        """The letter of a rounded grade, >= 0."""
        return next(letter for letter in self.letters if grade >= letter.at_least)

    def as_json(self) -> dict[str, object]:
        """What a reader of the grades needs to know, numbers as strings."""
        return {
            "zh": self.zh,
            "en": self.en,
            "source": Path(self.source).name,
            "missing": self.missing,
            "pending": self.pending,
            "rounding": {"mode": self.rounding.mode, "digits": self.rounding.digits},
            "cap": None if self.cap is None else exact_text(self.cap),
            "curve": None if self.curve is None else self.curve.kind,
            "components": [
                {
                    "key": part.key,
                    "zh": part.zh,
                    "en": part.en,
                    "weight": exact_text(part.weight),
                    "maximum": exact_text(part.maximum),
                    "count": part.count,
                    "drop_lowest": part.drop_lowest,
                    "extra_credit": part.extra_credit,
                }
                for part in self.components
            ],
            "letters": [
                {"zh": one.zh, "en": one.en, "at_least": exact_text(one.at_least), "points": exact_text(one.points)}
                for one in self.letters
            ],
        }
