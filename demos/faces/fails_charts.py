"""The measured curves of `toll` as small drawings that need no library, follow light and dark, and print."""

import html
from collections.abc import Sequence

from shared.faces.detection import DETECTORS
from shared.visitor import Visitor

from .conditions import CONDITIONS
from .toll import ENOUGH, Row, Step, Toll
from .view import percent

NAMES = {"mtcnn": "MTCNN", "centerface": "CenterFace"}
LINES = (*DETECTORS, "accepted")
_WIDE, _HIGH = 380, 226
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 366, 12, 172  # the frame of the curves
_TICKS = {
    "small": (112, 64, 32, 16, 8),
    "dark": (0, 2, 4, 6, 8, 10),
    "blurred": (0, 2, 4, 6, 8, 10),
    "rotated": (0, 45, 90, 135, 180),
    "masked": (0, 0.25, 0.5, 0.75, 1),
    "shaded": (0, 0.5, 1, 1.5),
}


def small_multiples(found: Toll, who: Visitor) -> str:
    """All conditions side by side, each with what it means for a classroom, under one legend."""
    panels = "".join(f'<figure class="fails-panel">{panel(found, key, who)}</figure>' for key in CONDITIONS)
    title, sentence = who.say("faces_fails_turned"), _turned_says(found, who)
    turned = f"<h4>{title}</h4>{_turned(found.steps, who)}<figcaption>{sentence}</figcaption>"
    source = who.say(
        "faces_fails_source", pairs=found.pairs, source=found.source, rate=percent(found.false_accept_rate),
        threshold=found.threshold, least=_whole(ENOUGH), min_face=found.min_face, machine=found.machine, date=found.date,
    )  # fmt: skip
    return (
        f'<section class="fails-all"><h3>{who.say("faces_fails_all")}</h3>{legend(who)}'
        f'<div class="fails-grid">{panels}<figure class="fails-panel">{turned}</figure></div>'
        f'<p class="detail">{html.escape(source)} <code>{html.escape(found.command)}</code></p></section>'
    )


def legend(who: Visitor) -> str:
    """Which line is which."""
    said = {**NAMES, "accepted": who.say("faces_fails_accepted")}
    marks = "".join(
        f'<span><svg viewBox="0 0 34 10" aria-hidden="true"><path class="line {name}" d="M1 5H33"/></svg>'
        f"{said[name] if name == 'accepted' else who.say('faces_fails_found_by', detector=said[name])}</span>"
        for name in LINES
    )
    return f'<p class="fails-legend">{marks}</p>'


def panel(found: Toll, key: str, who: Visitor, hardship: float | None = None) -> str:
    """One condition: title, curves and sentence. hardship: where the visitor's slider stands, 0 to 1."""
    return (
        f"<h4>{who.say(f'faces_fails_{key}')}</h4>{_curves(found, key, who, hardship)}"
        f"<figcaption>{html.escape(says(found, key, who))}</figcaption>"
    )


def says(found: Toll, key: str, who: Visitor) -> str:
    """Where recognition breaks down, what to do about it, and how far the detectors get."""
    at = found.breaks_at(key)
    if at is None:
        worst = min(row.accepted.value for row in found.curve(key))
        first = who.say("faces_fails_holds", worst=percent(worst))
    else:
        first = who.say(f"faces_fails_says_{key}", at=strength(key, at, who), least=_whole(ENOUGH))
    limits = {name: found.breaks_at(key, name) for name in DETECTORS}
    lost = [
        who.say("faces_fails_lost_from", detector=NAMES[name], at=strength(key, limit, who))
        for name, limit in limits.items()
        if limit is not None
    ]
    if lost:
        both = lost[0] if len(lost) == 1 else who.say("faces_fails_both", first=lost[0], second=lost[1])
        second = who.say("faces_fails_lost", least=_whole(ENOUGH), lost=both)
    else:
        second = who.say("faces_fails_always_found", least=_whole(ENOUGH))
    return who.say("faces_fails_together", first=first, second=second)


def strength(key: str, value: float, who: Visitor) -> str:
    """A strength with its unit, in words."""
    return who.say(f"faces_fails_at_{key}", value=value, percent=value * 100, ratio=2**value if key == "dark" else 0)


def _whole(share: float) -> str:
    return f"{share * 100:.0f} %"


def _x(hardship: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * hardship


def _y(share: float) -> float:
    return _BOTTOM + (_TOP - _BOTTOM) * share


def _curves(found: Toll, key: str, who: Visitor, hardship: float | None) -> str:
    kind, rows = CONDITIONS[key], found.curve(key)
    places = [_x(kind.hardship(row.strength)) for row in rows]
    limits = [row.accepted.interval for row in rows]
    band = [*zip(places, (high for _, high in limits), strict=True)]
    band += [*zip(places, (low for low, _ in limits), strict=True)][::-1]
    parts = [_axes(who), f'<polygon class="band" points="{_points(band)}"/>']
    parts += [_line(places, rows, name) for name in LINES]
    at = found.breaks_at(key)
    if at is not None:
        x = _x(kind.hardship(at))
        parts.append(f'<path class="break" d="M{x:.1f} {_TOP}V{_BOTTOM}"/>')
        parts.append(f'<circle class="break" cx="{x:.1f}" cy="{_y(ENOUGH):.1f}" r="5"/>')
    if hardship is not None:
        parts.append(f'<path class="now" d="M{_x(hardship):.1f} {_TOP - 6}V{_BOTTOM + 6}"/>')
    for tick in _TICKS[key]:
        x, label = _x(kind.hardship(tick)), f"{tick * 100:.0f}" if key == "masked" else f"{tick:g}"
        parts.append(f'<path class="tick" d="M{x:.1f} {_BOTTOM}v5"/><text x="{x:.1f}" y="{_BOTTOM + 22}">{label}</text>')
    return _svg("".join(parts), who.say(f"faces_fails_axis_{key}"), says(found, key, who))


def _axes(who: Visitor) -> str:
    levels = "".join(
        f'<path class="grid" d="M{_LEFT} {_y(level):.1f}H{_RIGHT}"/>'
        f'<text class="level" x="{_LEFT - 7}" y="{_y(level) + 5:.1f}">{level * 100:.0f} %</text>'
        for level in (0, 0.5, 1)
    )
    return f'{levels}<path class="enough" d="M{_LEFT} {_y(ENOUGH):.1f}H{_RIGHT}"/>'


def _line(places: Sequence[float], rows: Sequence[Row], name: str) -> str:
    points = [(x, row.share(name).value) for x, row in zip(places, rows, strict=True)]
    return f'<polyline class="line {name}" points="{_points(points)}"/>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{_y(share):.1f}" for x, share in points)


def _turned(steps: Sequence[Step], who: Visitor) -> str:
    parts = [_axes(who)]
    for number, step in enumerate(steps):
        x, (low, high) = _x((number + 0.5) / len(steps)), step.accepted.interval
        parts.append(
            f'<path class="whisker" d="M{x:.1f} {_y(low):.1f}V{_y(high):.1f}"/>'
            f'<circle class="dot" cx="{x:.1f}" cy="{_y(step.accepted.value):.1f}" r="6"/>'
            f'<text x="{x:.1f}" y="{_BOTTOM + 22}">{_step(step)}</text>'
        )
    return _svg("".join(parts), who.say("faces_fails_axis_turned"), who.say("faces_fails_turned"))


def _step(step: Step) -> str:
    return f"> {step.low:g}" if step.high >= 1 else f"{step.low:g}–{step.high:g}"


def _turned_says(found: Toll, who: Visitor) -> str:
    first, last = found.steps[0].accepted, found.steps[-1].accepted
    lost = last.interval[1] < first.interval[0]
    low, high = (_whole(limit) for limit in last.interval)
    return html.escape(
        who.say(
            "faces_fails_says_turned" if lost else "faces_fails_holds_turned", straight=percent(first.value),
            straight_pairs=first.total, away=percent(last.value), away_pairs=last.total, beyond=found.steps[-1].low,
            low=low, high=high,
        )
    )  # fmt: skip


def _svg(content: str, axis: str, alt: str) -> str:
    return (
        f'<svg class="fails-chart" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{html.escape(alt)}">{content}'
        f'<text class="axis" x="{(_LEFT + _RIGHT) / 2}" y="{_HIGH - 6}">{html.escape(axis)}</text></svg>'
    )
