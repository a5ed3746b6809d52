"""The furniture that every room has, and the bar above them all."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from shared import address, settings
from shared.language import LANGUAGES, made, text, texts, translate

_ROOT = Path(__file__).resolve().parent.parent


def bar(title: dict[str, str]) -> None:
    """The title bar: the title in each language, the language and projector switches, a QR code if phones can get here."""
    shown = {to: f"<h1>{html.escape(title[to])}</h1>" for to in LANGUAGES}
    with gr.Row(elem_id="bar"):
        gr.HTML(made("bar_title", shown), elem_id="bar-title", js_on_load=None)
        if settings.current().is_public:
            gr.HTML(made("bar_phone", {to: _phone(to) for to in LANGUAGES}), elem_id="bar-phone", js_on_load=None)
        gr.Button(text("projector"), elem_id="projector-switch", min_width=80, scale=0)
        gr.HTML(
            '<div class="speak" role="group"><button type="button" data-speak="zh" lang="zh-CN">中文</button>'
            '<button type="button" data-speak="en" lang="en">English</button></div>',
            elem_id="bar-language",
            js_on_load=None,
        )


def _phone(to: str) -> str:
    url = public_url()
    return (
        f"<details><summary>{translate('phone', to)}</summary>"
        f'<div class="qr">{address.qr_code(url)}<a href="{url}">{url}</a></div></details>'
    )


def public_url() -> str:
    """The address under which other machines find the gallery."""
    here = settings.current()
    host = address.lan_address() if here.host in ("0.0.0.0", "::") else here.host
    return f"{'https' if here.has_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{here.port}/"


_tabs: set[str] = set()


def tab(key: str, name: str, visible: bool = True) -> gr.Tab:
    """A tab with the text `key` as its label; use it instead of `gr.Tab`, so that its label changes its language.

    visible: a hidden one can be shown later; Gradio does not hide one that was never opened.
    """
    _tabs.add(key)
    return gr.Tab(text(key), id=name, visible=visible)


def words() -> list[dict[str, str]]:
    """What `gallery.js` must swap itself, in each language: every tab's label so far, and the texts `markup_*`."""
    keys = sorted(_tabs) + sorted(key for key in texts() if key.startswith("markup_"))
    return [{to: translate(key, to) for to in LANGUAGES} for key in keys]


def heading(room: str) -> None:
    """The room's title and one sentence on what to try, from the texts `<room>_title` and `<room>_try`."""
    sentences = {to: f"<h2>{translate(f'{room}_title', to)}</h2><p>{translate(f'{room}_try', to)}</p>" for to in LANGUAGES}
    gr.HTML(made(f"{room}_heading", sentences), elem_classes="room-heading", js_on_load=None)


def on_view_change(handler: Callable[..., Any], inputs: Any, outputs: Any) -> None:
    """Call `handler` again when the visitor changes language or projector view, to redraw what it once made."""
    gr.Button("", visible="hidden", elem_classes="on-view-change").click(
        handler, inputs, outputs, show_progress="hidden", api_visibility="private", queue=False
    )


def folded(room: str) -> None:
    """Below the demo, folded away: how it works, where it fails, the card's figures; and the link to the code."""
    with gr.Column(elem_classes="folded"):
        for part in ("how", "fails"):
            with gr.Accordion(text(part), open=False):
                gr.Markdown(text(f"{room}_{part}"), elem_classes="reading")
        figures = card_figures(_ROOT / "demos" / room / "CARD.md")
        if figures:
            with gr.Accordion(text("figures"), open=False):
                gr.HTML(made(f"{room}_figures", {to: _figures(figures, to) for to in LANGUAGES}), js_on_load=None)
        link = {to: f'<a href="code/{room}/" target="_blank">{translate("code_link", to)}</a>' for to in LANGUAGES}
        gr.HTML(made(f"{room}_code", link), elem_classes="code-link", js_on_load=None)


def card_figures(card: Path) -> list[tuple[dict[str, str], str, str]]:
    """The rows under "## Figures" in a CARD.md: what in both languages ("English · 中文"), the value, the command.

    Raises ValueError, naming the file, for a row that lacks a language.
    """
    if not card.is_file():
        return []
    section = card.read_text(encoding="utf-8").partition("\n## Figures\n")[2].partition("\n## ")[0]
    rows = [line.strip().strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    found = []
    for what, value, command, *_ in ([cell.strip() for cell in row] for row in rows[2:]):
        english, divider, chinese = what.partition(" · ")
        if not divider:
            raise ValueError(f'{card}: "{what}" must have both languages, divided by " · "')
        found.append(({"en": english, "zh": chinese}, value, command))
    return found


def _figures(rows: list[tuple[dict[str, str], str, str]], to: str) -> str:
    lines = "".join(
        f"<tr><td>{what[to]}</td><td class='number'>{value}</td><td><code>{command.strip('`')}</code></td></tr>"
        for what, value, command in rows
    )
    head = "".join(f"<th>{translate(f'figures_{column}', to)}</th>" for column in ("what", "value", "command"))
    return f"<table class='figures'><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
