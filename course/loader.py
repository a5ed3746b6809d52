"""Reads the course's files and refuses a bad one with file and key."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parent / "course.toml"


@dataclass(frozen=True)
class Course:
    """name, school: language ("zh", "en") -> text."""

    name: dict[str, str]
    school: dict[str, str]


def load(file: Path = _FILE) -> Course:
    """Read course.toml. Raises ValueError, naming file and key, if it cannot be used."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"{file}: {problem}") from None
    for key in ("name", "school"):
        entry = table.get(key)
        if not isinstance(entry, dict) or not all(isinstance(entry.get(to), str) and entry[to] for to in ("zh", "en")):
            raise ValueError(f"{file}: [{key}] must have a text for each of zh and en")
    if unknown := set(table) - {"name", "school"}:
        raise ValueError(f"{file}: unknown key [{sorted(unknown)[0]}]")
    return Course(name=table["name"], school=table["school"])
