"""HTML whose buttons, menus and fields tell the server what was chosen: for tables in which every row has choices of its own.

Whatever has `data-do` tells its handler that text and its value: a button when it is clicked, a `<select>` or `<input>`
when it changes. In Python: `live(...).submit(handler)` with an `event: gr.EventData`, read by `told(event)`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

if TYPE_CHECKING:
    from gradio.i18n import I18nData

_SCRIPT = (Path(__file__).parent / "static" / "live.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Told:
    """do: what was pressed or changed; value: what it says now."""

    do: str
    value: str


def live(elem_id: str, value: "str | I18nData" = "", script: str = "", **options: Any) -> gr.HTML:
    """The component. script: further JavaScript, run once, with `element`, `props`, `trigger` and `watch` as `gr.HTML` has."""
    return gr.HTML(value, js_on_load=_SCRIPT + script, elem_id=elem_id, **options)


def told(event: gr.EventData) -> Told:
    """What an event says. Anybody can send one, so neither text can be trusted."""
    said = event._data if isinstance(event._data, dict) else {}
    return Told(str(said.get("do", "")), str(said.get("value", "")))
