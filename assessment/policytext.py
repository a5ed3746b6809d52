"""Edits of a policy's TOML text that leave its comments, order and layout alone."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from shared.problems import Problem

from .policy import Curve
from .rounding import exact_text
from .scores import tidy

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,20})?")
DEFAULTS: Mapping[str, object] = {"missing": "zero", "pending": "withheld", "mode": "half_up", "digits": 0, "drop_lowest": 0}


def exact_number(value: str | Fraction) -> Fraction:
    """An exact number that can be written as a decimal. Raises Problem."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(tidy(value)):
            raise Problem("assessment_sandbox_not_number", text=value)
        return Fraction(tidy(value))
    if "/" in exact_text(value):
        raise Problem("assessment_sandbox_endless", value=exact_text(value))
    return value


class Edits:
    """Edits of a document, and whether there were any."""

    def __init__(self, document: "TOMLDocument") -> None:
        self.document, self.made = document, False

    def put(self, table: Any, key: str, value: Fraction | int | str, after: str | None = None) -> None:
        """Give a key its value. A new one stands below the key `after`: at the table's end it would stand below comments
        that belong to what follows.
        """
        import tomlkit
        from tomlkit.items import Table

        had = table.get(key, DEFAULTS.get(key))
        if had is not None and (had == value if isinstance(value, str) or isinstance(had, str) else _exact(had) == value):
            return
        self.made = True
        written = tomlkit.string(value) if isinstance(value, str) else tomlkit.value(exact_text(Fraction(value)))
        if key in table or after is None or not isinstance(table, tomlkit.TOMLDocument | Table):
            table[key] = written
        else:
            body = table.value if isinstance(table, Table) else table
            body._insert_after(after, key, written)

    def table(self, key: str) -> Any:
        """A table of the document; a new one stands at its end."""
        import tomlkit

        if key not in self.document:
            self.document.append(key, tomlkit.table())
        return self.document[key]

    def curve(self, curve: Curve) -> None:
        """Declare a curve. Only the keys that its kind has are allowed."""
        wanted = {
            "linear": {"factor": curve.factor, "offset": curve.offset},
            "mean": {"target": curve.target},
            "sqrt": {},
        }[curve.kind]
        table = self.table("curve")
        self.put(table, "kind", curve.kind)
        for key in ("factor", "offset", "target"):
            if key in wanted:
                self.put(table, key, exact_number(wanted[key]))
            elif key in table:
                table.remove(key)

    def take_away(self, key: str) -> None:
        """Remove a table but leave the comments that stand in it: the last ones are often about what follows."""
        from tomlkit.items import Table, Whitespace

        if key not in self.document:
            return
        self.made = True
        table = self.document[key]
        at = next((place for place, (name, _) in enumerate(self.document.body) if name is not None and name.key == key), None)
        self.document.remove(key)
        if at is not None and isinstance(table, Table):
            left = "".join(one.as_string() for name, one in table.value.body if name is None)
            self.document.body[at] = (None, Whitespace(left))


def _exact(value: Any) -> Fraction:
    """A number of the document as it is written there, not as a float."""
    return Fraction(value.as_string().replace("_", "")) if hasattr(value, "as_string") else Fraction(value)
