"""Figures about a class's grades, for its teacher or (`public`) for everybody. Nothing in a public one tells of a person."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

from shared import plots
from shared.language import translate

from . import bins
from .cohort import ClassGrades
from .policy import Policy
from .rounding import short_text
from .statistics import FEWEST, letter_counts

if TYPE_CHECKING:
    import plotly.graph_objects as go

_GREY = plots.HUES[9]
_ORDER = (0, 5, 2, 4, 3, 7, 6, 8)  # of the hues, from the best letter down; neighbours differ in lightness


def letter_hues(policy: Policy) -> list[str]:
    """A colour for each letter, the warning's for the last."""
    inner = [plots.HUES[_ORDER[at % len(_ORDER)]] for at in range(len(policy.letters) - 1)]
    return [*inner, plots.WARNING]


def histogram(grades: ClassGrades, language: str, *, projector: bool, public: bool = False, width: int = 5) -> "go.Figure":
    """How many students have which handed-in grade, in bars of `width` points, coloured by letter.

    A bar that a cut-off goes through is stacked from its letters. The horizontal axis goes from 0 to `bins.top` without
    padding or automatic margins, so that what is laid over the figure meets its grades: the plot begins `margin.l` pixels
    from the left and ends `margin.r` from the right. public: of bins.public_bins; where they span letters they are grey. A
    merged bar is as high as its number of students, whatever its width.
    """
    figure = plots.figure(projector=projector, height=380, barmode="stack", bargap=0)
    if public and grades.graded < FEWEST:
        say_too_few(figure, language)
    elif public:
        _bars(figure, bins.public_bins(grades, width), grades, language)
    else:
        _bars(figure, _by_letter(grades, width), grades, language)
    end = float(bins.top(grades))
    figure.update_layout(
        legend={"traceorder": "normal"},
        xaxis={
            "title": translate("assessment_chart_grade", language), "range": [0, end], "fixedrange": True, "automargin": False,
            "tick0": 0, "dtick": 10, "showgrid": False, "zeroline": False,
        },
        yaxis={
            "title": translate("assessment_chart_students", language), "rangemode": "tozero", "fixedrange": True,
            "automargin": False, "zeroline": False, "nticks": 6, "tickformat": "d",
        },
    )  # fmt: skip
    return figure


def _by_letter(grades: ClassGrades, width: int) -> list[bins.Bin]:
    """Each bar once for each letter in it."""
    edges = bins.edges(grades, width)
    last = len(edges) - 2
    letters = grades.letters[grades.exact.known].tolist()
    places = [min(int(grade // width), last) for grade in grades.finals()]
    counts = Counter(zip(places, letters, strict=True))
    return [bins.Bin(edges[at], edges[at + 1], count, letter) for (at, letter), count in sorted(counts.items())]


def _bars(figure: "go.Figure", shown: Sequence[bins.Bin], grades: ClassGrades, language: str) -> None:
    import plotly.graph_objects as go

    policy, end = grades.policy, bins.top(grades)
    totals: dict[tuple[Fraction, Fraction], int] = defaultdict(int)
    for letter in (*range(len(policy.letters)), None):
        those = [one for one in shown if one.letter == letter]
        name = "" if letter is None else getattr(policy.letters[letter], language)
        if those:
            figure.add_trace(
                go.Bar(
                    x=[float(one.low + one.high) / 2 for one in those], y=[one.count for one in those], name=escape(name),
                    width=[float(one.high - one.low) for one in those], showlegend=letter is not None,
                    marker={"color": _GREY if letter is None else letter_hues(policy)[letter],
                            "line": {"width": 1.5, "color": "rgba(255,255,255,0.9)"}},
                    hovertext=[_hover(one, policy, end, name, language) for one in those],
                    hoverinfo="text",
                )
            )  # fmt: skip
        for one in those:
            totals[one.low, one.high] += one.count
    figure.add_trace(
        go.Scatter(
            x=[float(low + high) / 2 for low, high in totals], y=list(totals.values()), text=[str(n) for n in totals.values()],
            mode="text", textposition="top center", cliponaxis=False, showlegend=False, hoverinfo="skip",
        )
    )  # fmt: skip


def _hover(one: bins.Bin, policy: Policy, end: Fraction, name: str, language: str) -> str:
    said = translate("assessment_chart_bar", language, span=_span(one, policy, end), count=one.count)
    return f"{said}<br>{escape(name)}" if name else said


def _span(one: bins.Bin, policy: Policy, end: Fraction) -> str:
    """ "60–64" where grades are whole, "60–64.9" with a decimal, "60–<65" where they are not rounded."""
    low, high = short_text(one.low, 2), short_text(one.high, 2)
    if one.high >= end:
        return f"{low}–{high}"
    if policy.rounding.mode == "none":
        return f"{low}–&lt;{high}"
    highest = one.high - Fraction(1, 10**policy.rounding.digits)
    return low if highest <= one.low else f"{low}–{short_text(highest, 6)}"


def letters_bar(grades: ClassGrades, language: str, *, projector: bool, public: bool = False) -> "go.Figure":
    """How many students have each letter, and what percent of those who have one; the best on top.

    public: neighbouring letters that fewer than FEWEST have are one bar.
    """
    import plotly.graph_objects as go

    policy, hues = grades.policy, letter_hues(grades.policy)
    if public:
        rows = [
            (_letters_in(one, policy, bins.top(grades), language), one.count, _GREY if one.letter is None else hues[one.letter])
            for one in reversed(bins.public_letters(grades))
        ]
    else:
        counted = zip(letter_counts(policy, grades), hues, strict=True)
        rows = [(getattr(one, language), one.students, hue) for one, hue in counted]
    figure = plots.figure(projector=projector, height=110 + 48 * len(rows), showlegend=False, bargap=0.25)
    if public and grades.graded < FEWEST:
        say_too_few(figure, language)
        return figure
    names = [escape(name) for name, _, _ in rows]
    labels = [f"{count} ({100 * count / max(1, grades.graded):.0f} %)" for _, count, _ in rows]
    figure.add_trace(
        go.Bar(
            x=[count for _, count, _ in rows], y=names, orientation="h", marker={"color": [hue for _, _, hue in rows]},
            text=labels, textposition="outside", cliponaxis=False, hoverinfo="skip",
        )
    )  # fmt: skip
    most = max(count for _, count, _ in rows)
    figure.update_layout(
        xaxis={"title": translate("assessment_chart_students", language), "range": [0, max(1, most) * 1.22], "fixedrange": True,
               "zeroline": False, "nticks": 6, "tickformat": "d"},
        yaxis=names_axis(names),
    )  # fmt: skip
    return figure


def _letters_in(one: bins.Bin, policy: Policy, end: Fraction, language: str) -> str:
    """ "优秀、良好" for a bar of two letters; "A … C-" for one of more."""
    inside = [
        getattr(letter, language)
        for letter in policy.letters
        if one.low <= letter.at_least < one.high or letter.at_least >= end == one.high
    ]
    joined: str = f"{inside[0]} … {inside[-1]}" if len(inside) > 2 else ("、" if language == "zh" else ", ").join(inside)
    return joined


def names_axis(names: Sequence[str]) -> dict[str, object]:
    """Names down the left side, the first on top."""
    return {
        "type": "category", "categoryorder": "array", "categoryarray": list(names), "autorange": "reversed", "automargin": True,
        "fixedrange": True, "showgrid": False, "zeroline": False, "ticksuffix": "  ", "tickmode": "linear",
    }  # fmt: skip


def say_too_few(figure: "go.Figure", language: str) -> None:
    """Instead of what would be about persons."""
    figure.add_annotation(
        text=translate("assessment_chart_too_few", language, fewest=FEWEST), showarrow=False, x=0.5, y=0.5, xref="paper",
        yref="paper",
    )  # fmt: skip
