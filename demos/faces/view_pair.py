"""Two faces, how alike they are, and what that means at a threshold, as HTML. Knows no Gradio."""

import html
from collections.abc import Sequence

from shared.faces.detection import Array
from shared.visitor import Visitor

from . import charts, distributions, engine, view
from .pairing import Pair


def answer(pair: Pair, threshold: float, who: Visitor) -> str:
    """Both faces as the network gets them, the similarity large, and the verdict in words."""
    same = pair.similarity >= threshold
    similarity, limit = _apart(pair.similarity, threshold)
    notes = "".join(
        view.sentence(who.say(f"faces_pair_others_{place}", count=count))
        for place, count in zip(("first", "second"), pair.others, strict=True)
        if count
    )
    return (
        f'<div class="pair-answer {"same" if same else "different"}" role="status" aria-live="polite">'
        f'<div class="pair-faces">{view.crop(pair.first)}{view.crop(pair.second)}</div>'
        f'<div><p class="similarity"><b class="number">{similarity}</b> {who.say("faces_pair_similarity")}</p>'
        f'<p class="verdict">{who.say("faces_pair_same" if same else "faces_pair_not_same")}</p>'
        f'<p class="because">{who.say("faces_pair_above" if same else "faces_pair_under", threshold=limit)}</p></div></div>'
        f"{notes}"
    )


def meaning(network: str, threshold: float, who: Visitor) -> str:
    """How often a threshold errs either way, in words and numbers, and where that was measured."""
    found = distributions.stored(network)
    if found is None:
        return view.sentence(who.say("faces_unmeasured", engine=network))
    rows = "".join(
        f'<li class="{kind}"><span>{html.escape(words)}</span> <b class="number">{share}</b></li>'
        for kind, (words, share) in zip(("accept", "reject"), charts.rate_words(found, threshold, who), strict=True)
    )
    source = who.say(
        "faces_pair_source", source=found.source, same=f"{sum(found.same):,}", different=f"{sum(found.different):,}"
    )  # fmt: skip
    return f'<ul class="rates">{rows}</ul><p class="caption-line">{html.escape(source)}</p>'


def empty(first: object, second: object, who: Visitor) -> str:
    """What to do first."""
    return view.sentence(who.say("faces_pair_empty" if first is None and second is None else "faces_pair_one_more"))


def examples(pairs: Sequence[tuple[Array, Array]]) -> str:
    """Pairs of small pictures (H, W, 3) as buttons, for `shared.live`: each tells its number."""
    buttons = "".join(
        f'<button type="button" data-do="{number}" aria-label="{number + 1}">{view.crop(one)}{view.crop(other)}</button>'
        for number, (one, other) in enumerate(pairs)
    )
    return f'<div class="pair-examples">{buttons}</div>'


def fetching(network: str, seen: int, total: int, who: Visitor) -> str:
    """How far the fetching of a network's weights is. seen, total: bytes."""
    share = min(1.0, seen / max(1, total))
    line = who.say("faces_pair_fetching", engine=network, seen=f"{seen / 1e6:.0f}", total=f"{total / 1e6:.0f}")
    return f'<div class="progress" role="status"><i style="width:{share * 100:.1f}%"></i><p>{html.escape(line)}</p></div>'


def starting_threshold(network: str) -> float | None:
    """The threshold that a network starts with, None if nobody has measured it."""
    try:
        return round(engine.threshold(network), 3)
    except engine.Unmeasured:
        return None


def _apart(similarity: float, threshold: float) -> tuple[str, str]:
    """Both numbers, the similarity with two digits or with as many as it takes to tell them apart."""
    digits = next((n for n in (2, 3, 4) if abs(float(f"{similarity:.{n}f}") - threshold) > 1e-6), 4)
    return f"{similarity:.{digits}f}", charts.number(threshold)
