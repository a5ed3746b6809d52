"""Who is asking: the language and the view that this browser has chosen, read from the request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import language, settings

if TYPE_CHECKING:
    import gradio as gr
    from gradio.i18n import I18nData
    from starlette.requests import Request


@dataclass(frozen=True)
class Visitor:
    """language: "zh" or "en"; projector: whether everything must be readable from the last row."""

    language: str
    projector: bool = False

    def say(self, key: str, /, **values: object) -> str:
        """The sentence `key` in this visitor's language."""
        return language.translate(key, self.language, **values)


def for_each(key: str, make: Callable[[Visitor], str]) -> "I18nData":
    """What `make` makes for a visitor of either language, as a value that the browser swaps like `language.text`.

    For what a room shows before anything has been asked of the server. key: a name for it that no sentence has.
    """
    return language.made(key, {to: make(Visitor(to)) for to in language.LANGUAGES})


def of(request: "gr.Request | Request | None") -> Visitor:
    """The visitor behind a request: the switch on the page decides, then `GALLERY_LANG`, then the browser's wish."""
    default = settings.current().language
    if request is None or not getattr(request, "headers", None):
        return Visitor("en" if default == "auto" else default)
    cookies = request.cookies
    chosen = cookies.get("gallery_language", "")
    if chosen not in language.LANGUAGES:
        chosen = language.preferred(request.headers.get("accept-language", "")) if default == "auto" else default
    return Visitor(chosen, cookies.get("gallery_projector") == "1")
