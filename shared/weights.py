"""The one way to a weight file: a name in, a checked path out.

A room's files stand in `demos/<room>/weights/`, each with an entry in the `weights.toml` beside them. A file that is
too large for the repository has a `url` in its entry and is fetched into the user's cache on first use. At the command
line, for whoever prepares a classroom without internet: `python -m shared.weights list|pull|verify`.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shared.problems import Problem

ROOT = Path(__file__).resolve().parent.parent
_CHUNK = 1 << 20
Progress = Callable[[int, int], None]


class WeightsUnavailable(Problem):
    """A weight file is not there and cannot be had, or is not what its entry says. The message can be shown."""


@dataclass(frozen=True)
class Weight:
    """One entry of a weights.toml; `folder` is the room's weights folder, `url` is empty for files that ship. `sha256` is
    empty for a file whose digest nobody has published: it is then written down beside the file when that is first fetched.
    """

    name: str
    folder: Path
    sha256: str
    bytes: int
    source: str
    licence: str
    trained_on: str
    changes: str
    command: str = ""
    url: str = ""

    @property
    def home(self) -> Path:
        """Where the file belongs in the repository."""
        return self.folder / self.name

    @property
    def cached(self) -> Path:
        """Where the file lies once it has been fetched."""
        return cache_folder() / (self.sha256[:12] or "first-fetched") / self.name

    @property
    def expected(self) -> str:
        """The digest that the file must have; "" if none is known yet."""
        note = _note(self.cached)
        return self.sha256 or (note.read_text(encoding="ascii").strip() if note.is_file() else "")


def cache_folder() -> Path:
    """Where fetched weights are kept: `GALLERY_DATA_DIR`/weights."""
    from shared import settings

    return settings.current().data_dir / "weights"


@lru_cache(maxsize=8)
def catalogue(root: Path = ROOT) -> dict[str, Weight]:
    """Every entry of every room, by file name.

    Raises ValueError, naming file and entry, for an entry with a field missing or a name used twice.
    """
    found: dict[str, Weight] = {}
    for file in sorted(root.glob("*/*/weights/weights.toml")) + sorted(root.glob("*/weights/weights.toml")):
        for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{file}: '{name}' is listed twice, also in {found[name].folder}")
            try:
                found[name] = Weight(name=name, folder=file.parent, **entry)
            except TypeError as problem:
                raise ValueError(f"{file}: [{name}]: {problem}") from None
    return found


def path(name: str, *, progress: Progress | None = None, root: Path = ROOT) -> Path:
    """Where the weight file `name` lies, fetching it into the cache if need be.

    progress: called with (bytes so far, bytes in all) while fetching.
    Raises WeightsUnavailable if it cannot be had or is damaged, KeyError if no weights.toml lists it.
    """
    entry = catalogue(root)[name]
    if entry.home.is_file():
        return entry.home
    if not entry.cached.is_file():
        _fetch(entry, entry.cached, progress)
    return entry.cached


def _note(file: Path) -> Path:
    """Where the digest of a file is kept that came without one."""
    return file.with_name(f"{file.name}.sha256")


def _fetch(entry: Weight, target: Path, progress: Progress | None) -> None:
    if not entry.url:
        raise _unavailable(entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    partial = Path(name)
    try:
        with urllib.request.urlopen(entry.url, timeout=30) as answer, os.fdopen(handle, "wb") as file:
            seen = 0
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                seen += len(chunk)
                if progress is not None:
                    progress(seen, entry.bytes)
        found = digest(partial)
        if found != (entry.expected or found):
            raise WeightsUnavailable("weights_damaged", name=entry.name, home=str(entry.home))
        if not entry.sha256:
            _note(target).write_text(found + "\n", encoding="ascii")
        partial.replace(target)
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError) as problem:
        if isinstance(problem, WeightsUnavailable):
            raise
        raise _unavailable(entry) from problem
    finally:
        partial.unlink(missing_ok=True)


def _unavailable(entry: Weight) -> WeightsUnavailable:
    return WeightsUnavailable(
        "weights_unavailable",
        name=entry.name,
        megabytes=f"{entry.bytes / 1e6:.1f}",
        home=str(entry.home.relative_to(ROOT) if entry.home.is_relative_to(ROOT) else entry.home),
        command=f"python -m shared.weights pull {entry.name}",
    )


def digest(file: Path) -> str:
    """SHA-256 of a file, in lower-case hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(entry: Weight) -> str:
    """ "ok", "missing" or "damaged": the state of one entry's file, in the repository or in the cache."""
    for place in (entry.home, entry.cached):
        if place.is_file():
            found = digest(place)
            return "ok" if found == (entry.expected or found) else "damaged"
    return "missing"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit status: 0, or 1 if a file is damaged or could not be had."""
    parser = argparse.ArgumentParser(prog="python -m shared.weights", description="Weight files of the gallery.")
    parser.add_argument("what", choices=["list", "pull", "verify"])
    parser.add_argument("names", nargs="*", help="file names; all of them if none is given")
    options = parser.parse_args(arguments)
    entries = catalogue()
    if unknown := [name for name in options.names if name not in entries]:
        parser.error(f"no weights.toml lists {', '.join(unknown)}; the list has {', '.join(entries)}")
    failed = False
    for entry in (entries[name] for name in options.names or entries):
        if options.what == "pull":
            try:
                path(entry.name, progress=_print_progress if sys.stderr.isatty() else None)
            except WeightsUnavailable as problem:
                print(problem, file=sys.stderr)
        state = verify(entry)
        failed |= state == "damaged" or (state == "missing" and options.what == "pull")
        print(f"{state:8} {entry.bytes / 1e6:7.1f} MB  {entry.name}  ({entry.licence})")
    return int(failed)


def _print_progress(seen: int, total: int) -> None:
    print(f"\r{seen / 1e6:.1f} of {total / 1e6:.1f} MB", end="" if seen < total else "\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
