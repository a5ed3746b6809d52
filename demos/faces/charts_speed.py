"""Faster matching as figures and sentences. Knows the results' dataclasses and the visitor's language, no Gradio."""

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from shared import plots
from shared.visitor import Visitor

from .contenders import METHODS
from .speed import Measured, Stored
from .view import percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SYMBOLS = ("square", "circle", "diamond", "x", "star", "triangle-up")
_LOOKS = dict(zip(METHODS, zip(plots.HUES, _SYMBOLS, strict=False), strict=True))
_SIZE_TICKS = (1_000, 10_000, 100_000, 1_000_000)
_MS_TICKS = (0.01, 0.1, 1, 10, 100, 1_000)
_MARGIN = 1.35  # of the logarithmic axes beyond the outermost values, as a factor


def name(method: str, who: Visitor) -> str:
    """A method as a reader knows it."""
    return who.say(f"faces_speed_{method}")


def count(number: int, who: Visitor) -> str:
    """How many faces: "10,000" in English, "1 万" in Chinese."""
    return f"{number // 10_000} 万" if who.language == "zh" and number >= 10_000 and number % 10_000 == 0 else f"{number:,}"


def _tick(size: int, who: Visitor) -> str:
    """The same in as little room as an axis has: "10 k", "1 M"."""
    if who.language == "zh":
        return count(size, who)
    return f"{size // 1_000_000} M" if size >= 1_000_000 else f"{size // 1_000} k"


def milliseconds(value: float) -> str:
    """A time with two or three digits that mean something: "0.050 ms", "17 ms", "1,448 ms"."""
    digits = 0 if value >= 10 else 1 if value >= 1 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f} ms"


def times(factor: float) -> str:
    """How many times as fast: "2,360", "8.9", "0.012"."""
    if factor >= 1_000:
        return f"{round(factor, -1):,.0f}"
    return f"{factor:.0f}" if factor >= 10 else f"{factor:.1f}" if factor >= 0.95 else f"{factor:.2g}"


def joined(sentences: Iterable[str], who: Visitor) -> str:
    """Several sentences as one text; Chinese has no space after a full stop."""
    return ("" if who.language == "zh" else " ").join(filter(None, sentences))


def figure(live: Sequence[Measured], before: Sequence[Measured], who: Visitor) -> "go.Figure":
    """Above, milliseconds a query over the size of the gallery, both logarithmic; below, recall@1 over the same sizes.

    live: solid lines; before: those of the stored measurement, dashed and lighter. Both of one dimension.
    """
    chart = plots.figure(projector=who.projector, height=440, hovermode="closest")
    chart.update_layout(margin={"l": (6.2 if who.projector else 5.4) * chart.layout.font.size})
    for method in METHODS:
        for rows, now in ((before, False), (live, True)):
            # One entry a method in the legend: a solid line as soon as there is one.
            listed = now or not any(row.method == method for row in live)
            _lines(chart, method, [row for row in rows if row.method == method], now, listed, who)
    everything = [*live, *before]
    fastest = min((row.query_ms for row in everything), default=0.01)
    slowest = max((row.query_ms for row in everything), default=1_000)
    least = min((row.recall_at_1 for row in everything), default=1.0)
    sizes = {
        "type": "log", "tickvals": _SIZE_TICKS, "ticktext": [_tick(size, who) for size in _SIZE_TICKS], "zeroline": False,
        "range": _logarithms(_SIZE_TICKS[0], _SIZE_TICKS[-1]),
    }  # fmt: skip
    low = min(0.9, least - 0.02)

    def beside(axis: str) -> dict[str, object]:
        # Counted from the numbers on the axis: left alone, a title stands on the longer ones.
        return {"text": who.say(f"faces_speed_{axis}_axis"), "standoff": 10}

    chart.update_layout(
        xaxis={**sizes, "showticklabels": False},
        yaxis={
            "type": "log", "domain": [0.37, 1], "title": beside("ms"), "zeroline": False,
            "tickvals": _MS_TICKS, "ticktext": [f"{value:,g}" for value in _MS_TICKS], "range": _logarithms(fastest, slowest),
        },
        xaxis2={**sizes, "anchor": "y2", "title": who.say("faces_speed_size_axis")},
        yaxis2={
            "domain": [0, 0.26], "anchor": "x2", "title": beside("recall"), "zeroline": False,
            "range": [low, 1 + (1 - low) / 6], "tickformat": ".0%", "nticks": 4,
        },
    )  # fmt: skip
    return chart


def _logarithms(low: float, high: float) -> list[float]:
    from math import log10

    return [log10(low / _MARGIN), log10(high * _MARGIN)]


def _lines(chart: "go.Figure", method: str, rows: Sequence[Measured], now: bool, listed: bool, who: Visitor) -> None:
    import plotly.graph_objects as go

    if not rows:
        return
    rows = sorted(rows, key=lambda row: row.size)
    hue, symbol = _LOOKS[method]
    when = who.say("faces_speed_now" if now else "faces_speed_before")
    shared = {
        "x": [row.size for row in rows], "mode": "lines+markers", "name": name(method, who), "legendgroup": method,
        "line": {"color": hue, "width": 4 if now else 2.5, "dash": "solid" if now else "dash"},
        "marker": {"size": 10 if now else 7, "symbol": symbol}, "opacity": 1 if now else 0.7,
    }  # fmt: skip
    said = [
        f"{name(method, who)} · {count(row.size, who)}<br>{milliseconds(row.query_ms)} · {percent(row.recall_at_1)}<br>{when}"
        for row in rows
    ]
    hover = {"customdata": said, "hovertemplate": "%{customdata}<extra></extra>"}
    chart.add_trace(go.Scatter(y=[row.query_ms for row in rows], showlegend=listed, **shared, **hover))
    below = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}
    chart.add_trace(go.Scatter(y=[row.recall_at_1 for row in rows], **below, **shared, **hover))


def caption(live: Sequence[Measured], before: Stored | None, dimension: int, machine: str, who: Visitor) -> str:
    """Which lines were measured where and when."""
    parts = []
    if live:
        parts.append(who.say("faces_speed_caption_now", machine=machine))
    if before and any(row.dimension == dimension for row in before.rows):
        parts.append(who.say("faces_speed_caption_before", machine=before.machine, date=before.date, dimension=dimension))
    else:
        parts.append(who.say("faces_speed_caption_none", dimension=dimension))
    parts.append(who.say("faces_speed_caption_time"))
    return f'<p class="faces-note">{html.escape(joined(parts, who))}</p>'


def lesson(rows: Iterable[Measured], who: Visitor) -> str:
    """The largest gallery in one sentence: how long an exact search takes, how long the fastest, and what that costs. "" if
    there is nothing to compare.
    """
    by_size = _by_size(rows)
    for size, found in sorted(by_size.items(), reverse=True):
        exact = found.get("numpy")
        others = [row for method, row in found.items() if method in ("hnsw", "ivfpq")]
        if exact and others:
            best = min(others, key=lambda row: row.query_ms)
            return who.say(
                "faces_speed_lesson",
                size=count(size, who),
                exact=milliseconds(exact.query_ms),
                method=name(best.method, who),
                best=milliseconds(best.query_ms),
                times=times(exact.query_ms / best.query_ms),
                recall=percent(best.recall_at_1),
            )
    return ""


def table(live: Sequence[Measured], before: Sequence[Measured], who: Visitor) -> str:
    """Every result of one dimension, the largest gallery first; what was measured now stands in for what was before."""
    newest = {(row.method, row.size): (row, now) for rows, now in ((before, False), (live, True)) for row in rows}
    columns = ("method", "query", "python_times", "numpy_times", "recall", "memory", "build", "when")
    head = "".join(f"<th>{who.say(f'faces_speed_column_{column}')}</th>" for column in columns)
    lines = []
    for size in sorted({size for _, size in newest}, reverse=True):
        found = {method: newest[method, size] for method in METHODS if (method, size) in newest}
        title = who.say("faces_speed_group", size=count(size, who))
        lines.append(f'<tr class="kind"><th colspan="{len(columns)}" scope="rowgroup">{title}</th></tr>')
        lines += [_row(row, now, found, who) for row, now in found.values()]
    return (
        f'<div class="scroll speed-table" tabindex="0"><table class="figures"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _row(row: Measured, now: bool, at_this_size: Mapping[str, tuple[Measured, bool]], who: Visitor) -> str:
    def faster_than(method: str) -> str:
        # Only what was measured on one machine can be compared.
        other, then = at_this_size.get(method, (row, not now))
        return f"{times(other.query_ms / row.query_ms)} ×" if then == now else "—"

    cells = (
        milliseconds(row.query_ms), faster_than("python"), faster_than("numpy"), percent(row.recall_at_1),
        f"{row.memory_mb:,.0f} MB" if row.memory_mb >= 10 else f"{row.memory_mb:.1f} MB", _build(row.build_ms),
    )  # fmt: skip
    hue, _ = _LOOKS[row.method]
    return (
        f'<tr><td><i class="dot" style="background:{hue}"></i>{name(row.method, who)}</td>'
        + "".join(f'<td class="number">{cell}</td>' for cell in cells)
        + f"<td>{who.say('faces_speed_now' if now else 'faces_speed_before')}</td></tr>"
    )


def _build(ms: float) -> str:
    return milliseconds(ms) if ms < 1_000 else f"{ms / 1_000:,.1f} s"


def _by_size(rows: Iterable[Measured]) -> dict[int, dict[str, Measured]]:
    found: dict[int, dict[str, Measured]] = {}
    for row in rows:
        found.setdefault(row.size, {})[row.method] = row
    return found
