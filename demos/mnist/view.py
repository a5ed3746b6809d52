"""What the network found, as HTML and figures. Knows the results' dataclasses and the visitor's language, no Gradio."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared import plots
from shared.images import to_data_url
from shared.visitor import Visitor

from .recipes import Recipe

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from .engine import Answer, Reading
    from .explain import Inside
    from .live import Mistake, Outcome, Point

_ACCURACY_TICKS = (0.1, 0.5, 0.9, 0.97, 0.99, 0.995)


@dataclass(frozen=True)
class Run:
    """A finished or running training, as far as the curves and the table need it."""

    number: int
    recipe: Recipe
    points: tuple["Point", ...]
    target_s: float | None = None


def percent(share: float, digits: int = 1) -> str:
    """0.973 -> "97.3 %"; never rounded up to a hundred."""
    value = min(share * 100, 100 - 10**-digits) if share < 1 else 100.0
    return f"{value:.{digits}f} %"


def answer(found: "Answer | None", who: Visitor) -> str:
    """The number read, and for a single digit its three likeliest readings, for several each one's certainty."""
    if found is None or found.verdict == "blank":
        return _frame("blank", f'<p class="hint">{who.say("mnist_blank")}</p>')
    if len(found.readings) == 1:
        (reading,) = found.readings
        bars = sorted(enumerate(reading.probabilities), key=lambda pair: -pair[1])[:3]
        details = _bars(bars) + _seen(reading, who.say("mnist_seen"))
    else:
        details = '<div class="digits">' + "".join(_small(reading) for reading in found.readings) + "</div>"
    if found.verdict == "unclear":
        return _frame("unclear", f'<p class="big">?</p><p class="hint">{who.say("mnist_unclear")}</p>{details}')
    return _frame("read", f'<p class="big">{found.number}</p>{details}')


def problem(sentence: str) -> str:
    """What went wrong and what to do, where the answer would stand."""
    return _frame("unclear", f'<p class="hint">{html.escape(sentence)}</p>')


def _frame(kind: str, content: str) -> str:
    return f'<div class="answer {kind}" role="status" aria-live="polite">{content}</div>'


def _bars(bars: Sequence[tuple[int, float]]) -> str:
    rows = "".join(
        f"<li><b>{digit}</b>"
        f'<span class="track"><i style="width:{share * 100:.1f}%;background:{plots.HUES[digit]}"></i></span>'
        f'<span class="number">{percent(share)}</span></li>'
        for digit, share in bars
    )
    return f'<ol class="bars">{rows}</ol>'


def _seen(reading: "Reading", caption: str) -> str:
    return f'<figure class="seen">{_pixels(reading.image)}<figcaption>{caption}</figcaption></figure>'


def _pixels(image: np.ndarray) -> str:
    return f'<img class="pixels" alt="" src="{to_data_url(image)}">'


def _small(reading: "Reading") -> str:
    digit = reading.digit
    shown = str(digit) if reading.clear else "?"
    return (
        f"<figure>{_pixels(reading.image)}"
        f"<figcaption><b>{shown}</b> "
        f'<span class="number">{percent(reading.confidence)}</span></figcaption></figure>'
    )


def photo(found: "Answer", source: str, who: Visitor) -> str:
    """The photo with a frame around every digit, above the same answer as for a drawing. source: the photo's address."""
    width, height = found.size_wh
    frames = "".join(
        f'<rect x="{r.box_xyxy[0]}" y="{r.box_xyxy[1]}" width="{r.box_xyxy[2] - r.box_xyxy[0]}" '
        f'height="{r.box_xyxy[3] - r.box_xyxy[1]}" rx="{width / 150:.0f}"/>'
        for r in found.readings
    )
    return (
        f'<svg class="framed" viewBox="0 0 {width} {height}"><image href="{html.escape(source)}" width="{width}" '
        f'height="{height}"/>{frames}</svg>{answer(found, who)}'
    )


def inside(found: "Inside | None", who: Visitor) -> str:
    """The deciding pixels and the maps of both convolutions, or an empty frame before the first stroke."""
    if found is None:
        return f'<div class="inside blank"><p class="hint">{who.say("mnist_inside_blank")}</p></div>'
    say, first, second = who.say, found.first_maps, found.second_maps
    keys = (
        f'<span class="keys"><span class="key for">{say("mnist_for")}</span>'
        f'<span class="key against">{say("mnist_against")}</span></span>'
    )
    figures = (
        (_evidence(found.evidence, found.image), say("mnist_evidence", digit=found.digit) + keys),
        (_sheet(first, 6), say("mnist_maps", layer=1, count=len(first), side=first.shape[1])),
        (_sheet(second, 16), say("mnist_maps", layer=2, count=len(second), side=second.shape[1])),
    )
    shown = "".join(f"<figure>{_pixels(image)}<figcaption>{caption}</figcaption></figure>" for image, caption in figures)
    return f'<div class="inside">{shown}</div>'


def _evidence(evidence: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Blue for, orange against, on the faint digit: (28, 28, 3) uint8."""
    strength = np.clip(evidence / (np.percentile(np.abs(evidence), 99.5) + 1e-9), -1, 1)[..., None]
    ground = 255 - 0.22 * image[..., None].astype(np.float32)
    blue, orange = np.array([0, 114, 178]), np.array([213, 94, 0])
    colour = np.where(strength > 0, blue, orange)
    weight = np.abs(strength) ** 0.7
    return np.asarray(ground * (1 - weight) + colour * weight, np.uint8)


def _sheet(maps: np.ndarray, columns: int) -> np.ndarray:
    """All maps side by side, dark where a filter found something: (rows, columns) of them as one grey image."""
    count, height, width = maps.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), 205, np.uint8)
    shades = 255 - (np.clip(maps / (np.percentile(maps, 99.5) + 1e-9), 0, 1) * 235).astype(np.uint8)
    for number, shade in enumerate(shades):
        top, left = number // columns * (height + 1), number % columns * (width + 1)
        sheet[top : top + height, left : left + width] = shade
    return sheet


def name_of(run: Run, who: Visitor) -> str:
    """A run in a few words: "2 · AdamW, one cycle · batch 256"."""
    recipe = run.recipe
    words = [str(run.number), who.say(f"mnist_{recipe.optimiser}"), who.say("mnist_batch_of", size=recipe.batch_size)]
    if recipe.activation != "relu":
        words.append(recipe.activation)
    if recipe.seed:
        words.append(who.say("mnist_seed_of", seed=recipe.seed))
    return " · ".join(words)


def curves(runs: Sequence[Run], who: Visitor) -> "go.Figure":
    """Test accuracy and training loss over training seconds, one colour a run.

    Accuracy stands on a scale where each tenfold drop in mistakes takes the same height: the way from 90 % to 99 %
    is as long as that from 0 to 90 %.
    """
    import plotly.graph_objects as go

    figure = plots.figure(projector=who.projector, height=430, showlegend=len(runs) > 1, hovermode="x unified")
    longest = max((_length_s(run) for run in runs), default=10.0)
    for place, run in enumerate(runs):
        hue, name = plots.HUES[place % len(plots.HUES)], name_of(run, who)
        seconds = [point.elapsed_s for point in run.points]
        figure.add_trace(
            go.Scatter(
                x=seconds, y=[-np.log10(1.0001 - p.accuracy) for p in run.points], name=name, legendgroup=name,
                line={"color": hue, "width": 4}, mode="lines+markers", marker={"size": 6},
                customdata=[percent(p.accuracy, 2) for p in run.points], hovertemplate="%{customdata}",
            )
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=seconds, y=[p.loss for p in run.points], name=name, legendgroup=name, showlegend=False, xaxis="x2",
                yaxis="y2", line={"color": hue, "width": 4}, mode="lines", hovertemplate="%{y:.3f}",
            )
        )  # fmt: skip
    ticks = [-np.log10(1.0001 - share) for share in _ACCURACY_TICKS]
    goal = ticks[_ACCURACY_TICKS.index(0.99)]
    figure.add_shape(type="line", xref="paper", x0=0, x1=0.46, y0=goal, y1=goal, line={"dash": "dot", "color": plots.WARNING})
    seconds_axis = {"title": who.say("mnist_seconds"), "range": [0, longest * 1.03], "zeroline": False}
    figure.update_layout(
        xaxis={"domain": [0, 0.46], **seconds_axis},
        yaxis={
            "title": who.say("mnist_accuracy"), "range": [0, 2.6], "tickvals": ticks, "zeroline": False,
            "ticktext": [f"{share * 100:g} %" for share in _ACCURACY_TICKS],
        },
        xaxis2={"domain": [0.58, 1], "anchor": "y2", **seconds_axis},
        yaxis2={"title": who.say("mnist_loss"), "anchor": "x2", "rangemode": "tozero", "zeroline": False},
    )  # fmt: skip
    return figure


def _length_s(run: Run) -> float:
    """How long a run will be, so that the axis stands still while it grows."""
    if run.recipe.seconds is not None:
        return run.recipe.seconds if not run.points or run.points[-1].fraction < 1 else run.points[-1].elapsed_s
    if not run.points:
        return 1.0
    last = run.points[-1]
    return last.elapsed_s / max(last.fraction, 0.02)


def progress(run: Run, who: Visitor) -> str:
    """One line while a training runs: how far, how good, how long."""
    if not run.points:
        return f'<div class="progress"><p>{who.say("mnist_starting")}</p></div>'
    point = run.points[-1]
    line = who.say("mnist_running", epoch=point.epoch, accuracy=percent(point.accuracy), seconds=point.elapsed_s)
    return f'<div class="progress"><i style="width:{point.fraction * 100:.1f}%"></i><p>{line}</p></div>'


def table(runs: Sequence[Run], who: Visitor) -> str:
    """All runs of this visitor, one a line, so that settings can be compared."""
    if not runs:
        return ""
    head = "".join(f"<th>{who.say(f'mnist_column_{name}')}</th>" for name in ("run", "accuracy", "target", "time"))
    rows = "".join(
        f'<tr><td><i class="dot" style="background:{plots.HUES[place % len(plots.HUES)]}"></i>{name_of(run, who)}</td>'
        f'<td class="number">{percent(run.points[-1].accuracy, 2)}</td>'
        f'<td class="number">{"—" if run.target_s is None else f"{run.target_s:.1f} s"}</td>'
        f'<td class="number">{run.points[-1].elapsed_s:.1f} s</td></tr>'
        for place, run in enumerate(runs)
        if run.points
    )
    return f'<table class="figures"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def confusion(outcome: "Outcome", who: Visitor) -> "go.Figure":
    """Which digit was taken for which: counts of test digits, the correct ones left blank so that mistakes show."""
    import plotly.graph_objects as go

    counts = outcome.confusion.astype(float)
    wrong = np.where(np.eye(10, dtype=bool), np.nan, counts)
    labels = [[str(int(c)) if c and row != column else "" for column, c in enumerate(line)] for row, line in enumerate(counts)]
    for digit in range(10):
        labels[digit][digit] = f"{int(counts[digit, digit])}"
    figure = plots.figure(projector=who.projector, height=520)
    digits = [str(d) for d in range(10)]
    figure.add_trace(
        go.Heatmap(
            z=wrong, x=digits, y=digits, text=labels, texttemplate="%{text}", showscale=False, xgap=2, ygap=2,
            colorscale=[[0, "rgba(213,94,0,0)"], [0.05, "rgba(213,94,0,0.15)"], [1, "rgba(213,94,0,0.85)"]], zmin=0,
            hovertemplate=who.say("mnist_confusion_hover") + "<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": who.say("mnist_said"), "type": "category", "showgrid": False},
        yaxis={"title": who.say("mnist_true"), "type": "category", "autorange": "reversed", "showgrid": False},
    )
    return figure


def mistakes(outcome: "Outcome", who: Visitor) -> str:
    """The wrong digits as a gallery, the surest mistakes first, each with what was said and what was true."""
    total = int(outcome.confusion.sum() - np.trace(outcome.confusion))
    shown = "".join(_mistake(mistake, who) for mistake in outcome.mistakes)
    return f'<p>{who.say("mnist_mistakes", wrong=total)}</p><div class="mistakes">{shown}</div>'


def _mistake(mistake: "Mistake", who: Visitor) -> str:
    caption = who.say("mnist_mistake", said=mistake.said, true=mistake.true)
    return (
        f'<figure><img class="pixels" alt="{mistake.true}" src="{to_data_url(255 - mistake.image)}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )
