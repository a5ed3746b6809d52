"""Reads the course's files and refuses a bad one with file and key."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parent / "course.toml"


@dataclass(frozen=True)
class Course:
    """name: language ("zh", "en") -> what the course is called."""

    name: dict[str, str]


def load(file: Path = _FILE) -> Course:
    """Read course.toml. Raises ValueError, naming file and key, if it cannot be used."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"{file}: {problem}") from None
    if unknown := set(table) - {"name"}:
        raise ValueError(f"{file}: unknown key [{sorted(unknown)[0]}]")
    name = table.get("name")
    if not isinstance(name, dict) or not all(isinstance(name.get(to), str) and name[to] for to in ("zh", "en")):
        raise ValueError(f"{file}: [name] must have a text for each of zh and en")
    return Course(name)
