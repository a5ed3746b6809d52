"""One look for every Plotly figure; `gallery.css` gives text and lines the page's ink, light or dark."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Okabe and Ito (2008), with black left to the ink: told apart by colour-blind readers, on paper and on a projector.
HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A6D3B", "#7F5FB0", "#B8A800", "#6B7280")
ACCENT, WARNING = HUES[0], HUES[1]


def figure(*, projector: bool, height: int, **layout: Any) -> "go.Figure":
    """An empty figure in the house style. height: pixels; layout: passed on to Plotly."""
    import plotly.graph_objects as go

    size = 20 if projector else 15
    return go.Figure(
        layout={
            "template": "none",
            "font": {"family": 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif', "size": size},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 4.2 * size, "r": size, "t": 2.6 * size, "b": 3.2 * size},
            "colorway": HUES,
            "height": height * (1.15 if projector else 1),
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "hoverlabel": {"font": {"size": size}},
            "dragmode": False,
            **layout,
        }
    )
