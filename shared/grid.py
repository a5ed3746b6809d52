"""A table of thousands of rows that opens at once: drawn only where one looks, searched, filtered and sorted in the browser.

Cells can be edited in place, by mouse or keyboard. An edit tells its handler who, which column, what stood there and what is
wanted; the handler answers for that cell alone. A `gr.HTML` of our own, because `gr.Dataframe` sends the whole table with
every edit, takes a second to open 5,000 rows and cannot say no to one cell.

In Python: `table.input(handler)` with `event: gr.EventData` read by `edited(event)`, answered by `answer(...)`;
`table.select(handler)` when a cell has been chosen, read by `chosen(event)`.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from shared.visitor import Visitor

_SCRIPT = (Path(__file__).parent / "static" / "grid.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Column:
    """kind: "text", or "score": numbers to the right, blanks and words marked. sticky: stays in sight; edit: can be changed."""

    key: str
    title: str
    kind: Literal["text", "score"] = "text"
    sticky: bool = False
    edit: bool = False


@dataclass(frozen=True)
class Row:
    """cells: one text for each column, the first being the row's key; tags: the filters that it passes besides "all"."""

    cells: Sequence[str]
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class Edited:
    """row: its key; column: its key; before: what the table showed; value: what was typed."""

    row: str
    column: str
    before: str
    value: str


def grid(elem_id: str) -> gr.HTML:
    """The component, blank at first."""
    return gr.HTML(
        "", html_template='<div class="grid"></div>', js_on_load=_SCRIPT, elem_id=elem_id, elem_classes="grid-box", outcome=""
    )  # fmt: skip


def contents(
    columns: Sequence[Column], rows: Sequence[Row], who: Visitor, *, filters: Sequence[tuple[str, str]] = (), empty: str = ""
) -> str:  # fmt: skip
    """The component's value. filters: (tag, label) of the choices beside "all"; empty: the sentence for no rows at all."""
    labels = {name: who.say(f"grid_{name}") for name in ("all", "search", "none", "table", "sort", "lost")}
    whole = {
        "drawn": secrets.token_hex(4),  # the browser draws only what differs, and cells may have been edited since
        "columns": [asdict(column) for column in columns],
        "rows": [list(row.cells) for row in rows],
        "tags": [list(row.tags) for row in rows],
        "filters": [["", labels["all"]], *map(list, filters)] if filters else [],
        "labels": {**labels, "empty": empty, "shown": who.say("grid_shown", shown="%s", rows="%s")},
    }
    return json.dumps(whole, ensure_ascii=False)


def answer(edit: Edited, value: str, problem: str = "", tags: Sequence[str] | None = None) -> Any:
    """What the cell holds after an edit. problem: the sentence that says why it was refused; tags: the row's, if they may be
    others now.
    """
    said = {
        **asdict(edit),
        "value": value,
        "wanted": edit.value,
        "problem": problem,
        "tags": None if tags is None else list(tags),
    }
    return gr.HTML(outcome=json.dumps(said, ensure_ascii=False))


def edited(event: gr.EventData) -> Edited:
    """What an edit says. Anybody can send one, so nothing in it can be trusted."""
    said = event._data if isinstance(event._data, dict) else {}
    return Edited(*(str(said.get(key, ""))[:1000] for key in ("row", "column", "before", "value")))


def chosen(event: gr.EventData) -> tuple[str, str]:
    """(row's key, column's key) of the cell that was chosen."""
    said = event._data if isinstance(event._data, dict) else {}
    return str(said.get("row", "")), str(said.get("column", ""))
