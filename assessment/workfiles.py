"""A place for files that hold scores while they are worked on."""

import secrets
import time
from pathlib import Path

from shared import settings

_KEPT_S = 24 * 3600


def private_folder() -> Path:
    """A new folder that only this user can read and that no page serves. What was left there a day ago goes."""
    whole = settings.current().data_dir / "gradebook" / "tmp"
    whole.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in whole.iterdir():
        if old.stat().st_mtime < time.time() - _KEPT_S:
            for file in old.iterdir() if old.is_dir() else [old]:
                file.unlink(missing_ok=True)
            if old.is_dir():
                old.rmdir()
    folder = whole / secrets.token_hex(8)
    folder.mkdir(mode=0o700)
    return folder


def private_file(name: str) -> Path:
    """A path for a new file called so, in a folder of its own."""
    return private_folder() / name
