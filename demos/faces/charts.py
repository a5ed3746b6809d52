"""The two distributions of similarity as one figure, and what a threshold means in people. Knows no Gradio."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared import plots
from shared.faces.detection import Array
from shared.visitor import Visitor

from .distributions import Distributions
from .view import percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

DIFFERENT, SAME = plots.HUES[1], plots.HUES[0]
_FROM, _TO = -0.4, 1.0  # of similarity; what lies below is counted and not drawn
_STEPS = 4  # of the measured ones that make one of the curve
_OFTEN = 0.1  # from this share on it is "23 in 100", below "1 in 9"


@dataclass(frozen=True)
class Rates:
    """What a threshold does. false_accept, false_reject: shares from 0 to 1 of the measured pairs."""

    false_accept: float
    false_reject: float


def rates(found: Distributions, threshold: float) -> Rates:
    """How often each mistake was made at a threshold."""
    return Rates(
        max(0.0, found.false_accept_rate(threshold)), max(0.0, found.false_reject_rate(threshold))
    )  # fmt: skip


def one_in(rate: float, who: Visitor) -> str:
    """A share in words: 0.00104 -> "1 in 960", 0.31 -> "31 in 100", 0 -> "none"."""
    if rate <= 0:
        return who.say("faces_pair_never")
    if rate >= _OFTEN:
        return who.say("faces_pair_in_hundred", count=f"{rate * 100:.0f}")
    every = 1 / rate
    step = 10 ** (int(np.floor(np.log10(every))) - 1)
    return who.say("faces_pair_one_in", every=f"{max(1, round(every / step) * step):,.0f}")


def rate_words(found: Distributions, threshold: float, who: Visitor) -> tuple[tuple[str, str], tuple[str, str]]:
    """Both mistakes, each as what it is in words and as a percentage."""
    here = rates(found, threshold)
    return (
        (who.say("faces_pair_accept", share=one_in(here.false_accept, who)), percent(here.false_accept)),
        (who.say("faces_pair_reject", share=one_in(here.false_reject, who)), percent(here.false_reject)),
    )


def number(threshold: float) -> str:
    """A threshold with as many digits as its slider gives it: "0.42", "0.365"."""
    return f"{threshold:.3f}".removesuffix("0")


def density(counts: tuple[int, ...], edges: Array) -> tuple[Array, Array]:
    """Counted steps as a curve over similarity whose area is 1: places (n,) and heights (n,)."""
    rough = np.asarray(counts, float)
    pairs = rough[: len(rough) // _STEPS * _STEPS].reshape(-1, _STEPS).sum(1)
    corners = edges[::_STEPS]
    middles = (corners[:-1] + corners[1:]) / 2
    heights = pairs / max(1.0, pairs.sum()) / (corners[1] - corners[0])
    shown = (middles >= _FROM) & (middles <= _TO)
    return middles[shown], heights[shown]


def scores(found: Distributions | None, threshold: float, similarity: float | None, who: Visitor) -> "go.Figure":
    """How alike one person's pictures are and how alike different people's, the threshold, and this pair.

    found: None for a network that nobody has measured; similarity: None while there is no pair. -1 to 1 both.
    """
    import plotly.graph_objects as go

    # On a projector the letters are larger; what the threshold means, below, should stay in sight all the same.
    height, lower = (190, 0.22) if who.projector else (225, 0.13)
    figure = plots.figure(projector=who.projector, height=height, showlegend=found is not None, hovermode=False)
    highest = 1.0
    for name, places, heights, hue in _curves(found):
        highest = max(highest, float(heights.max(initial=0)))
        figure.add_trace(
            go.Scatter(
                x=places.round(4), y=heights.round(4), name=who.say(f"faces_pair_{name}_people"), mode="lines",
                line={"color": hue, "width": 3}, fill="tozeroy", fillcolor=_faint(hue),
            )
        )  # fmt: skip
    top = highest * 1.3
    _line(figure, threshold, top * 0.97, who.say("faces_pair_threshold_at", value=number(threshold)), "dash", threshold > 0.5)
    if similarity is not None:
        label = who.say("faces_pair_here", value=f"{similarity:.2f}")
        _line(figure, similarity, top * (0.97 - lower), f"<b>{label}</b>", "solid", similarity > 0.5)
        figure.add_trace(
            go.Scatter(
                x=[similarity], y=[0], mode="markers", showlegend=False, cliponaxis=False,
                marker={"symbol": "diamond", "size": 16, "color": plots.HUES[2], "line": {"width": 2, "color": "#fff"}},
            )
        )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": None if who.projector else who.say("faces_pair_similarity_axis"),
            "range": [_FROM, _TO],
            "zeroline": False,
            "dtick": 0.2,
        },
        yaxis={"range": [0, top], "showticklabels": False, "showgrid": False, "zeroline": False},
        margin={"l": 16, "r": 16} | ({"b": 36} if who.projector else {}),
    )
    return figure


def _curves(found: Distributions | None) -> list[tuple[str, Array, Array, str]]:
    if found is None:
        return []
    return [
        ("different", *density(found.different, found.edges), DIFFERENT),
        ("same", *density(found.same, found.edges), SAME),
    ]


def _faint(hue: str) -> str:
    red, green, blue = (int(hue[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"


def _line(figure: "go.Figure", x: float, height: float, label: str, dash: str, leftwards: bool) -> None:
    """An upright line with its label at its top, on the side with room."""
    colour = plots.HUES[2] if dash == "solid" else plots.HUES[9]
    figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=height, line={"dash": dash, "width": 3, "color": colour})
    figure.add_annotation(
        x=x, y=height, text=label, showarrow=False, xanchor="right" if leftwards else "left", yanchor="middle",
        xshift=-6 if leftwards else 6,
    )  # fmt: skip
