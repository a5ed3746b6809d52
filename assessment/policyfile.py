"""Reads a policy from a TOML file and refuses whatever is not meant, with file, line and key."""

import difflib
import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from shared.problems import Problem

from .policy import TREATMENTS, Component, Curve, Late, Letter, Policy, Roll, Rounding
from .rounding import MODES, exact_text
from .scores import Mark

DEFAULT = Path(__file__).with_name("policy.toml")
_KEY = re.compile(r"[a-z][a-z_]*")
_HUNDRED = Fraction(100)
_MOST = Fraction(1_000_000)


class BadPolicy(Problem):
    """A policy that cannot be meant. `str()` names file, line and key."""


def read(path: Path = DEFAULT) -> Policy:
    """The policy in a TOML file. Raises BadPolicy."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadPolicy("assessment_policy_missing", file=str(path)) from None
    except (OSError, UnicodeDecodeError):
        raise BadPolicy("assessment_policy_unreadable", file=str(path)) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Policy:
    """The policy in a TOML text; `file` is named in what is wrong. Raises BadPolicy."""
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        found = re.search(r"line (\d+)", str(problem))
        line = found[1] if found else str(text.count("\n") + 1)
        raise BadPolicy("assessment_policy_syntax", file=file, line=line) from None
    return _policy(_Table(tables, (), text, file))


class _Table:
    """A TOML table that remembers where it stands, and which of its keys were asked for."""

    def __init__(self, values: Mapping[str, Any], path: tuple[str | int, ...], text: str, file: str) -> None:
        self.values, self.path, self.text, self.file = values, path, text, file
        self.known: set[str] = set()

    def wrong(self, reason: str, key: str, **values: object) -> BadPolicy:
        """A problem at one key of this table."""
        line = _line(self.text, self.path, key)
        return BadPolicy(f"assessment_policy_{reason}", file=self.file, line=line, key=_dotted(self.path, key), **values)

    def get(self, key: str) -> Any:
        """The raw value, None if absent."""
        self.known.add(key)
        return self.values.get(key)

    def string(self, key: str, default: str | None = None) -> str:
        value = self.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.wrong("not_text", key)
        return value.strip()

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.wrong("not_texts", key)
        return tuple(value)

    def choice(self, key: str, choices: Sequence[str], default: str) -> Any:
        value = self.get(key)
        if value is None:
            return default
        if value not in choices:
            raise self.wrong("choice", key, choices=", ".join(choices))
        return value

    def number(self, key: str, low: object, high: object, default: Fraction | None = None) -> Fraction:
        """An exact number from low to high."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        bad = isinstance(value, bool) or not isinstance(value, int | Decimal) or not _is_modest(value)
        if bad or not Fraction(low) <= Fraction(value) <= Fraction(high):  # type: ignore[call-overload]
            raise self.wrong("not_number", key, low=low, high=high)
        return Fraction(value)

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        value = self.number(key, low, high, Fraction(default))
        if value.denominator != 1:
            raise self.wrong("not_whole", key, low=low, high=high)
        return int(value)

    def flag(self, key: str) -> bool:
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong("not_flag", key)
        return bool(value)

    def table(self, key: str) -> "_Table | None":
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong("not_table", key)
        return _Table(value, (*self.path, key), self.text, self.file)

    def tables(self, key: str) -> "list[_Table]":
        value = self.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            raise self.wrong("not_tables", key)
        return [_Table(one, (*self.path, key, number), self.text, self.file) for number, one in enumerate(value)]

    def finish(self) -> None:
        """Refuse what nobody asked for: a mistyped key must not be a silent default."""
        for key in self.values:
            if key not in self.known:
                nearest = difflib.get_close_matches(key, self.known, n=1, cutoff=0)
                raise self.wrong("unknown_key", key, nearest=nearest[0] if nearest else "-")


def _policy(top: _Table) -> Policy:
    components = tuple(_component(table) for table in top.tables("component"))
    letters = tuple(_letter(table) for table in top.tables("letter"))
    rounding = _rounding(top.table("rounding"))
    total = top.table("total")
    cap = None
    if total:
        cap = total.number("cap", 1, _MOST)
        total.finish()
    policy = Policy(
        zh=top.string("zh"),
        en=top.string("en"),
        components=components,
        letters=letters,
        missing=top.choice("missing", TREATMENTS, "zero"),
        pending=top.choice("pending", TREATMENTS, "withheld"),
        rounding=rounding,
        cap=cap,
        curve=_curve(top.table("curve"), rounding),
        letter_scores=_letter_scores(top.table("letter_scores")),
        marks=_marks(top.table("marks")),
        source=top.file,
    )
    top.finish()
    _check_components(top, policy)
    _check_letters(top, policy)
    return policy


def _check_components(top: _Table, policy: Policy) -> None:
    weights = sum((part.weight for part in policy.components if not part.extra_credit), Fraction(0))
    if weights != _HUNDRED:
        last = _Table({}, ("component", len(policy.components) - 1), top.text, top.file)
        raise last.wrong("weights", "weight", sum=exact_text(weights))
    taken: dict[str, str] = {}
    for number, part in enumerate(policy.components):
        here = _Table({}, ("component", number), top.text, top.file)
        names = [name.replace("{n}", "") for name in (part.key, part.zh, part.en, *part.aliases)]
        for name in dict.fromkeys(re.sub(r"\s", "", name.casefold()) for name in names):
            if name in taken and taken[name] != part.key:
                raise here.wrong("alias_taken", "aliases" if part.aliases else "key", alias=name, other=taken[name])
            taken[name] = part.key
    keys = [item.key for item in policy.items]
    for number, part in enumerate(policy.components):
        if keys.count(policy.items[policy.positions[part.key][0]].key) > 1:
            raise _Table({}, ("component", number), top.text, top.file).wrong("key_taken", "key", other=part.key)


def _check_letters(top: _Table, policy: Policy) -> None:
    cuts = [letter.at_least for letter in policy.letters]
    for number, (upper, lower) in enumerate(itertools.pairwise(cuts), start=1):
        if lower >= upper:
            raise _Table({}, ("letter", number), top.text, top.file).wrong("letters_order", "at_least")
    if cuts[-1] != 0:
        raise _Table({}, ("letter", len(cuts) - 1), top.text, top.file).wrong("letters_end", "at_least")


def _component(table: _Table) -> Component:
    key = table.string("key")
    if not _KEY.fullmatch(key):
        raise table.wrong("bad_key", "key")
    count = table.whole("count", 1, 60, 1)
    maximum = table.number("maximum", Fraction(1, 100), 10_000, _HUNDRED)
    component = Component(
        key=key,
        zh=table.string("zh"),
        en=table.string("en"),
        weight=table.number("weight", 0, 1000),
        aliases=table.strings("aliases"),
        maximum=maximum,
        highest=table.number("highest", maximum, 10 * maximum, maximum),
        count=count,
        drop_lowest=table.whole("drop_lowest", 0, count - 1, 0),
        extra_credit=table.flag("extra_credit"),
        late=_late(table.table("late"), maximum),
        roll=_roll(table.table("roll")),
    )
    table.finish()
    for language, name in (("zh", component.zh), ("en", component.en)):
        if (count > 1) != ("{n}" in name) or set("{}") & set(name.replace("{n}", "")):
            raise table.wrong("name_number", language)
    return component


def _late(table: _Table | None, maximum: Fraction) -> Late | None:
    if table is None:
        return None
    unit = table.choice("unit", ("points", "percent"), "percent")
    most = maximum if unit == "points" else _HUNDRED
    late = Late(
        per_day=table.number("per_day", 0, most),
        unit=unit,
        grace_days=table.whole("grace_days", 0, 365, 0),
        floor=table.number("floor", 0, most, Fraction(0)),
    )
    table.finish()
    return late


def _roll(table: _Table | None) -> Roll | None:
    if table is None:
        return None
    present, late, leave, absent = (table.number(key, 0, 1) for key in ("present", "late", "leave", "absent"))
    table.finish()
    return Roll(present, late, leave, absent)


def _letter(table: _Table) -> Letter:
    letter = Letter(table.string("zh"), table.string("en"), table.number("at_least", 0, 1000), table.number("points", 0, 100))
    table.finish()
    return letter


def _rounding(table: _Table | None) -> Rounding:
    if table is None:
        return Rounding()
    rounding = Rounding(table.choice("mode", MODES, "half_up"), table.whole("digits", 0, 6, 0))
    table.finish()
    return rounding


def _curve(table: _Table | None, rounding: Rounding) -> Curve | None:
    if table is None:
        return None
    kind = table.choice("kind", ("linear", "sqrt", "mean"), "")
    if not kind:
        raise table.wrong("choice", "kind", choices="linear, sqrt, mean")
    if kind == "sqrt" and rounding.mode == "none":
        raise table.wrong("root", "kind")
    curve = Curve(
        kind,
        factor=table.number("factor", 0, 100, Fraction(1)) if kind == "linear" else Fraction(1),
        offset=table.number("offset", -100, 100, Fraction(0)) if kind == "linear" else Fraction(0),
        target=table.number("target", 0, 100) if kind == "mean" else Fraction(0),
    )
    table.finish()
    return curve


def _letter_scores(table: _Table | None) -> dict[str, Fraction]:
    return {} if table is None else {key.casefold(): table.number(key, 0, 100) / 100 for key in table.values}


def _marks(table: _Table | None) -> dict[str, Mark]:
    if table is None:
        return {}
    marks = (Mark.MISSING, Mark.PENDING, Mark.EXCUSED, Mark.ABSENT, Mark.MISCONDUCT)
    words = {word.casefold(): mark for mark in marks for word in table.strings(mark.value)}
    table.finish()
    return words


def _is_modest(value: int | Decimal) -> bool:
    """Whether a number is one that a person writes; 1e-999999999 as a fraction would fill the memory."""
    number = Decimal(value)
    return number.is_finite() and abs(number.adjusted()) < 20 and len(number.as_tuple().digits) < 30


def _dotted(path: tuple[str | int, ...], key: str) -> str:
    """ "component[2].weight", counted from 1, as a person counts."""
    whole = ""
    for part in (*path, key):
        whole += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if whole else part
    return whole


def _line(text: str, path: tuple[str | int, ...], key: str) -> int:
    """The line, from 1, on which a key stands; where it is absent, its table's header; tomllib does not tell."""
    here: tuple[str | int, ...] = ()
    counts: dict[str, int] = {}
    best, best_depth = 1, -1
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[\[\s*([\w.]+)\s*\]\]", line):
            counts[found[1]] = counts.get(found[1], -1) + 1
            here = (found[1], counts[found[1]])
        elif found := re.match(r"\s*\[\s*([\w.]+)\s*\]", line):
            first, *rest = found[1].split(".")
            here = (first, counts[first], *rest) if first in counts else (first, *rest)
        elif here == path and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
            return number
        else:
            continue
        if here == (*path, key)[: len(here)] and len(here) > best_depth:
            best, best_depth = number, len(here)
    return best
