"""Figures about the parts of a class's grades: how each was done, and which go together.

A policy with more than SEVERAL items is shown by its components.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from shared import plots
from shared.language import translate

from .charts import names_axis, say_too_few
from .cohort import ClassGrades
from .statistics import FEWEST

if TYPE_CHECKING:
    import plotly.graph_objects as go

SEVERAL = 16  # rows that can still be read from the last row of a hall
_NAMED = 8  # students named in one hover text
_Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Series:
    """One item's, one component's or the total's numbers: (students,) in percent of the maximum, NaN where there is none."""

    key: str
    name: str
    values: _Array


def series(grades: ClassGrades, language: str, total: bool = True) -> list[Series]:
    """Of each item, in the policy's order, or of each component if the items are more than SEVERAL; `total`: then the total.

    A component's number is the mean of a student's numbers in it.
    """
    policy, found = grades.policy, []
    whole = len(policy.items) > SEVERAL
    for part in policy.components:
        columns = [grades.gradebook.column(item.key) for item in part.items]
        tables = [np.array([np.nan if one.share is None else float(one.share * 100) for one in c.values]) for c in columns]
        numbers = [table[column.codes] for table, column in zip(tables, columns, strict=True)]
        if whole:
            there = np.sum(~np.isnan(numbers), axis=0)
            mean = np.where(there > 0, np.nansum(numbers, axis=0) / np.maximum(there, 1), np.nan)
            found.append(Series(part.key, part.name(language), mean))
        else:
            found += [Series(item.key, item.name(language), one) for item, one in zip(part.items, numbers, strict=True)]
    if total:
        exact = grades.exact
        numbers = [number / exact.denominator for number in exact.numerators.tolist()]
        values = np.where(exact.known, np.array(numbers, float), np.nan)
        found.append(Series("total", translate("exporting_total", language), values))
    return found


def boxes(grades: ClassGrades, language: str, *, projector: bool, public: bool = False) -> "go.Figure":
    """A box for each of `series`: quartiles as `statistics` has them; whiskers to the last number within 1.5 quartile
    distances (Tukey 1977). Numbers beyond are points that name their students.

    public: no points, no whiskers, whose ends are single students' numbers, and no box of fewer than FEWEST numbers.
    """
    import plotly.graph_objects as go

    shown = [(one, one.values[~np.isnan(one.values)]) for one in series(grades, language)]
    shown = [(one, there) for one, there in shown if len(there) >= (FEWEST if public else 1)]
    figure = plots.figure(projector=projector, height=110 + 44 * max(2, len(shown)), showlegend=False)
    if not shown:
        say_too_few(figure, language)
        return figure
    names = [escape(one.name) for one, _ in shown]
    q1, median, q3 = (np.array(row) for row in zip(*(np.quantile(there, [0.25, 0.5, 0.75]) for _, there in shown), strict=True))
    reach = 1.5 * (q3 - q1)
    low = [float(there[there >= edge].min()) for (_, there), edge in zip(shown, q1 - reach - 1e-9, strict=True)]
    high = [float(there[there <= edge].max()) for (_, there), edge in zip(shown, q3 + reach + 1e-9, strict=True)]
    if public:
        low, high = q1.tolist(), q3.tolist()
    figure.add_trace(
        go.Box(
            y=names, q1=q1.tolist(), median=median.tolist(), q3=q3.tolist(), lowerfence=low,
            upperfence=high, orientation="h", line={"color": plots.ACCENT, "width": 2.5},
            fillcolor=_rgba(plots.ACCENT, 0.22), whiskerwidth=0.5, width=0.62, hoverinfo="x",
        )
    )  # fmt: skip
    if not public:
        _points(figure, grades, [one for one, _ in shown], low, high)
    most = max(100.0, *(high if public else (float(there.max()) for _, there in shown)))
    figure.update_layout(
        xaxis={"title": translate("assessment_chart_percent", language), "range": [-2, most + 2], "fixedrange": True,
               "dtick": 20, "tick0": 0, "zeroline": False, "hoverformat": ".1f"},
        yaxis=names_axis(names),
    )  # fmt: skip
    return figure


def _points(
    figure: "go.Figure", grades: ClassGrades, shown: Sequence[Series], low: Sequence[float], high: Sequence[float]
) -> None:
    """The numbers beyond the whiskers; those of the same place are one point that names them all."""
    import plotly.graph_objects as go

    places: dict[tuple[str, float], list[str]] = defaultdict(list)
    book = grades.gradebook
    for one, bottom, top in zip(shown, low, high, strict=True):
        for at in np.flatnonzero((one.values < bottom) | (one.values > top)):
            places[escape(one.name), float(one.values[at])].append(escape(f"{book.ids[at]} {book.names[at]}".strip()))
    texts = [
        "<br>".join([f"{value:.4g}", *who[:_NAMED], *([f"… +{len(who) - _NAMED}"] if len(who) > _NAMED else [])])
        for (_, value), who in places.items()
    ]
    figure.add_trace(
        go.Scatter(
            x=[value for _, value in places], y=[name for name, _ in places], mode="markers", hovertext=texts, hoverinfo="text",
            marker={"color": plots.WARNING, "size": 11, "opacity": 0.85},
        )
    )  # fmt: skip


def heat_map(grades: ClassGrades, language: str, *, projector: bool) -> "go.Figure":
    """Pearson's correlations between `series` without the total, of the students who have both numbers.

    Blank where fewer than FEWEST have both or one of the two does not vary. From -1, blue, to 1, orange.
    """
    import plotly.graph_objects as go

    shown = series(grades, language, total=False)
    names = [escape(one.name) for one in shown]
    z: list[list[float | None]] = [[None] * len(shown) for _ in shown]
    for row, one in enumerate(shown):
        for column, other in enumerate(shown[: row + 1]):
            z[row][column] = z[column][row] = _correlation(one.values, other.values)
    figure = plots.figure(projector=projector, height=180 + 40 * max(4, len(shown)))
    figure.add_trace(
        go.Heatmap(
            z=z, x=names, y=names, zmin=-1, zmax=1, xgap=2, ygap=2, hoverongaps=False,
            colorscale=[[0, _rgba(plots.HUES[5], 0.9)], [0.5, "rgba(255,255,255,0)"], [1, _rgba(plots.HUES[4], 0.9)]],
            text=[["" if r is None else f"{r:.2f}".replace("-", "−") for r in row] for row in z], texttemplate="%{text}",
            hovertemplate="%{y}<br>%{x}<br>%{text}<extra></extra>",
            colorbar={"tickvals": [-1, -0.5, 0, 0.5, 1], "outlinewidth": 0, "thickness": 18},
        )
    )  # fmt: skip
    axis = {
        "type": "category", "showgrid": False, "zeroline": False, "fixedrange": True, "automargin": True, "tickmode": "linear",
        "ticks": "",
    }  # fmt: skip
    figure.update_layout(xaxis={**axis, "tickangle": -40}, yaxis={**axis, "autorange": "reversed"})
    return figure


def _correlation(x: _Array, y: _Array) -> float | None:
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[both], y[both]
    if len(x) < FEWEST or not x.std() > 1e-9 or not y.std() > 1e-9:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def _rgba(hue: str, alpha: float) -> str:
    """A colour of the house, thinned so that ink can be read on it, dark or light."""
    red, green, blue = (int(hue[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
