"""Every setting of the program, read from the environment in this one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


class BadSetting(ValueError):
    """An environment variable has a value that cannot be meant. The message says which, and what would do."""


@dataclass(frozen=True)
class Settings:
    """host, port: where the server listens. data_dir: where it may write. language: "zh", "en", or "auto" for the
    browser's. title: the course's name in the title bar, empty for the one in `course/`. trainings: how many live
    trainings may run at once. upload_mb: the largest upload in megabytes. database_url: the gradebook's database, empty for
    a SQLite file in the data folder. tls_cert, tls_key: files for https; tls_self: make a self-signed certificate.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    data_dir: Path = Path()
    language: str = "auto"
    title: str = ""
    trainings: int = 1
    upload_mb: int = 64
    database_url: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    tls_self: bool = False

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach the server."""
        return self.host not in ("127.0.0.1", "localhost", "::1")

    @property
    def has_tls(self) -> bool:
        """Whether the server speaks https."""
        return bool(self.tls_cert) or self.tls_self


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from `GALLERY_*` variables; an empty one counts as unset. Raises BadSetting."""

    def get(name: str) -> str:
        return environment.get(f"GALLERY_{name}", "").strip()

    def number(name: str, default: int, low: int, high: int) -> int:
        value = get(name)
        if not value:
            return default
        if not value.isdecimal() or not low <= int(value) <= high:
            raise BadSetting(f"GALLERY_{name} is '{value}'; it must be a whole number from {low} to {high}.")
        return int(value)

    language = get("LANG").lower() or "auto"
    if language not in ("auto", "zh", "en"):
        raise BadSetting(f"GALLERY_LANG is '{language}'; it must be zh, en, or auto for the browser's language.")
    cert, key, tls = get("TLS_CERT"), get("TLS_KEY"), get("TLS").lower()
    if tls not in ("", "self"):
        raise BadSetting(f"GALLERY_TLS is '{tls}'; it must be self, or unset.")
    if bool(cert) != bool(key):
        raise BadSetting("GALLERY_TLS_CERT and GALLERY_TLS_KEY belong together; set both or neither.")
    for name, file in (("TLS_CERT", cert), ("TLS_KEY", key)):
        if file and not Path(file).is_file():
            raise BadSetting(f"GALLERY_{name} is '{file}', which is no file.")
    return Settings(
        host=get("HOST") or "127.0.0.1",
        port=number("PORT", 7860, 1, 65535),
        data_dir=_data_dir(get("DATA_DIR")),
        language=language,
        title=get("TITLE"),
        trainings=number("TRAININGS", 1, 1, 64),
        upload_mb=number("UPLOAD_MB", 64, 1, 4096),
        database_url=get("DATABASE_URL"),
        tls_cert=cert,
        tls_key=key,
        tls_self=tls == "self",
    )


def _data_dir(value: str) -> Path:
    from platformdirs import user_data_path

    chosen = Path(value).expanduser() if value else user_data_path("deep-learning-gallery", appauthor=False)
    chosen = chosen.resolve()
    here = Path.cwd().resolve()
    if chosen == here:
        raise BadSetting(
            f"GALLERY_DATA_DIR is the working directory ({here}), whose files a page could serve; choose another folder."
        )
    if chosen.exists() and not chosen.is_dir():
        raise BadSetting(f"GALLERY_DATA_DIR is '{chosen}', which is a file; it must be a folder.")
    return chosen


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process. Raises BadSetting."""
    return read(os.environ)
