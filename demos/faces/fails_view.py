"""Where it fails, as HTML: the visitor's photo made worse, and what others have published about groups of people."""

import html

import numpy as np

from shared.faces.detection import DETECTORS
from shared.visitor import Visitor

from . import groups, view
from .fails_charts import NAMES, strength
from .trial import Outcome

_SHOWN = 220  # pixels: a smaller picture is shown with its pixels enlarged
_KINDS = {"mtcnn": "unknown", "centerface": "face"}


def outcome(made: Outcome, who: Visitor) -> str:
    """The worse photo with what each detector frames, and whether it still counts as the same person."""
    image = made.scene.image
    times = max(1, -(-_SHOWN // max(image.shape[:2])))
    enlarged = image.repeat(times, axis=0).repeat(times, axis=1)
    frames = [
        view.Frame(found.boxes_xyxy[0] * times, kind=_KINDS[name], points_xy=found.landmarks_xy[0] * times)
        for name, found in made.found.items()
        if len(found)
    ]
    title = f"{who.say(f'faces_fails_{made.condition}')}: {strength(made.condition, made.strength, who)}"
    seen = "".join(_seen(name, bool(len(made.found[name])), who) for name in DETECTORS)
    return (
        f'<div class="fails-outcome" role="status"><p class="fails-title">{html.escape(title)}</p>'
        f'{view.photo(enlarged, frames, title)}<ul class="fails-seen">{seen}</ul>{_likeness(made, who)}</div>'
    )


def _seen(name: str, found: bool, who: Visitor) -> str:
    said = who.say("faces_fails_is_found" if found else "faces_fails_is_lost")
    return f'<li class="{name} {"found" if found else "lost"}"><i></i>{NAMES[name]}: <b>{said}</b></li>'


def _likeness(made: Outcome, who: Visitor) -> str:
    if made.similarity is None:
        return view.sentence(who.say("faces_fails_nothing", detector=NAMES["centerface"]), "problem")
    rows = [_bar(who.say("faces_fails_to_itself"), made.similarity, made.threshold, who)]
    if made.second is not None:
        rows.append(_bar(who.say("faces_fails_to_second"), made.second, made.threshold, who))
    return "".join(rows) + f'<p class="detail">{who.say("faces_fails_threshold", threshold=made.threshold)}</p>'


def _bar(what: str, similarity: float, threshold: float, who: Visitor) -> str:
    same = similarity >= threshold
    said = who.say("faces_fails_same" if same else "faces_fails_different")
    return (
        f'<div class="fails-likeness {"same" if same else "different"}"><span>{what}</span>'
        f'<b class="number">{similarity:.2f}</b><span class="track">'
        f'<i style="width:{float(np.clip(similarity, 0, 1)) * 100:.1f}%"></i><u style="left:{threshold * 100:.1f}%"></u></span>'
        f"<b>{said}</b></div>"
    )


def between_groups(who: Visitor) -> str:
    """The published differences, each with its source; what is not known is said, too."""
    head = "".join(f"<th>{who.say(f'faces_fails_group_{group}')}</th>" for group in groups.GROUPS)
    rows = "".join(_published(row) for row in groups.PUBLISHED)
    first, second = (row for row in groups.PUBLISHED if row.trained_on in groups.TAUGHT)
    taught = who.say(
        "faces_fails_groups_taught", network=first.network, first=first.trained_on, second=second.trained_on,
        before=first.accepted_percent[-1], after=second.accepted_percent[-1],
    )  # fmt: skip
    shades = f'<span class="detail">{_source(who, "faces_fails_shades_source", groups.GENDER_SHADES)}</span>'
    return (
        f'<section class="fails-groups"><h3>{who.say("faces_fails_groups")}</h3><p>{who.say("faces_fails_groups_intro")}</p>'
        f'<div class="scroll"><table class="figures"><thead><tr><th>{who.say("faces_fails_groups_network")}</th>{head}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="detail">{_source(who, "faces_fails_groups_source", groups.INSIGHTFACE)}</p>'
        f"<p><b>{html.escape(taught)}</b></p>"
        f"<blockquote>{who.say('faces_fails_nist_race')}</blockquote><blockquote>{who.say('faces_fails_nist_sex')}</blockquote>"
        f'<p class="detail">{_source(who, "faces_fails_nist_source", groups.NIST)}</p>'
        f"<p>{who.say('faces_fails_shades')} {shades}</p><p><b>{who.say('faces_fails_groups_unknown')}</b></p></section>"
    )


def _source(who: Visitor, key: str, url: str) -> str:
    return f'{who.say(key)} <a href="{url}" target="_blank" rel="noopener">{url.removeprefix("https://")}</a>'


def _published(row: groups.Published) -> str:
    cells = "".join(
        f'<td class="number"><span class="track"><i style="width:{value:.1f}%"></i></span>{value:.1f} %</td>'
        for value in row.accepted_percent
    )
    kind = ' class="taught"' if row.trained_on in groups.TAUGHT else ""
    return f"<tr{kind}><th>{row.network}, {row.trained_on}</th>{cells}</tr>"


def consent(who: Visitor) -> str:
    """What is kept and of whom, and what is missing."""
    return (
        f'<section class="fails-consent"><h3>{who.say("faces_fails_consent")}</h3><p>{who.say("faces_fails_consent_text")}</p>'
        f"<p><b>{who.say('faces_fails_no_liveness')}</b></p></section>"
    )
