"""A place for files that hold scores while they are worked on: read by this user alone, served by no page."""

import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from shared import settings

_KEPT_S = 24 * 3600


def _whole() -> Path:
    return settings.current().data_dir / "gradebook" / "tmp"


def private_file(name: str) -> Path:
    """A path for a new file called so, in a new folder of its own. What was left a day ago goes."""
    whole = _whole()
    whole.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in whole.iterdir():
        with suppress(FileNotFoundError):  # somebody else's request may have taken it away by now
            if old.stat().st_mtime < time.time() - _KEPT_S:
                shutil.rmtree(old, ignore_errors=True)
    folder = whole / secrets.token_hex(16)
    folder.mkdir(mode=0o700)
    return folder / name


def forget(path: Path) -> None:
    """Take a private file away, with the folder of its own."""
    shutil.rmtree(path.parent, ignore_errors=True)


def made(token: str, name: str) -> Path | None:
    """The private file that a token (its folder's name) stands for; None if it is gone."""
    path = _whole() / token / name
    return path if re.fullmatch("[0-9a-f]{32}", token) and path.is_file() else None
