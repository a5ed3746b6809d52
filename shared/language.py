"""Both languages of everything a person reads. The sentences stand in `texts.toml` files, one in each room.

A room's file has a table for each sentence: `[try]` with `zh = "…"` and `en = "…"`; the room `mnist` then calls it
`mnist_try`. Those of `shared/texts.toml` go by their own names. `{gaps}` are filled by `translate`, with Python's format
syntax, so `{share:.1%}` works.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr
    from gradio.i18n import I18nData

LANGUAGES = ("zh", "en")
_LOCALES = {"zh": "zh-CN", "en": "en"}  # as Gradio's front end calls them
_ROOT = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[str, str]]:
    """Every sentence: key -> language -> sentence.

    Raises ValueError, naming file and key, for a sentence that lacks a language and for a key used twice.
    """
    found: dict[str, dict[str, str]] = {}
    files = sorted([*_ROOT.glob("*/texts.toml"), *_ROOT.glob("*/*/texts.toml")])
    for file in files:
        room = "" if file.parent.name == "shared" else f"{file.parent.name}_"
        for key, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if set(entry) != set(LANGUAGES) or not all(entry.values()):
                raise ValueError(f"{file}: [{key}] must have a sentence in each of {', '.join(LANGUAGES)}")
            if room + key in found:
                raise ValueError(f"{file}: [{key}] is there already")
            found[room + key] = {language: sentence.strip() for language, sentence in entry.items()}
    return found


def translate(key: str, language: str, /, **values: object) -> str:
    """The sentence `key` in `language` ("zh" or "en"), its gaps filled. Raises KeyError for a key no file has.

    values: what fills the gaps; what differs between languages as {"zh": ..., "en": ...}.
    """
    said = {gap: value[language] if isinstance(value, Mapping) else value for gap, value in values.items()}
    return texts()[key][language].format(**said)


def text(key: str) -> "I18nData":
    """A label that the browser shows in the language chosen there and swaps when that changes.

    For what stands on the page from the start and has no gaps. Raises KeyError for a key no file has.
    """
    from gradio.i18n import I18nData

    if key not in texts():
        raise KeyError(key)
    return I18nData(key)


_made: dict[str, dict[str, str]] = {}


def made(key: str, by_language: dict[str, str]) -> "I18nData":
    """A label put together by code, once for each language, that swaps like those of `text`."""
    from gradio.i18n import I18nData

    _made[key] = by_language
    return I18nData(key)


def dictionary() -> "gr.I18n":
    """All sentences without gaps and all made labels, as `gr.mount_gradio_app(i18n=)` wants them."""
    import gradio as gr

    whole = {key: entry for key, entry in texts().items() if "{" not in entry["en"]} | _made
    return gr.I18n(**{_LOCALES[to]: {key: entry[to] for key, entry in whole.items()} for to in LANGUAGES})


def preferred(accept_language: str, default: str = "en") -> str:
    """The first language we speak in an Accept-Language header (RFC 9110, 12.5.4), by weight; else `default`."""
    wishes = []
    for position, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), position, tag.lower()[:2]))
        except ValueError:
            continue
    return next((tag for weight, _, tag in sorted(wishes) if tag in LANGUAGES and weight), default)
