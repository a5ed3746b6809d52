"""What the sandbox shows: the policy's numbers as fields, what another policy would do, the versions there are."""

import html
import secrets
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from shared.visitor import Visitor

from .cohort import ClassGrades
from .grades import grade_text
from .policy import CURVES, TREATMENTS, Component, Curve, Policy
from .rounding import MODES, exact_text, short_text
from .sandbox import Comparison, Move
from .statistics import LetterCount
from .store.courses import Version

_SHOWN = 200


def form(policy: Policy, wishes: Mapping[str, str], who: Visitor) -> str:
    """The policy's numbers as fields. wishes: field's name -> what was typed in it since."""

    def field_(do: str, value: str, label: str, width: int = 5) -> str:
        do, value, label = (html.escape(one, True) for one in (do, wishes.get(do, value), label))
        size = f"inputmode='decimal' style='width:{width}em'"
        return f"<input data-do='{do}' value='{value}' aria-label='{label}' {size}>"

    def menu(do: str, options: Sequence[tuple[str, str]], current: str) -> str:
        current = wishes.get(do, current)
        inner = "".join(
            f"<option value='{key}'{' selected' if key == current else ''}>{html.escape(name)}</option>"
            for key, name in options
        )
        label = html.escape(who.say(f"assessment_sandbox_{do}"))
        return f"<label>{label}<select data-do='{do}'>{inner}</select></label>"

    drop, extra = who.say("assessment_sandbox_drop"), who.say("assessment_sandbox_extra")

    def row(part: Component) -> str:
        name = part.name(who.language)
        shown = name + (f" × {part.count}" if part.count > 1 else "") + (f" ({extra})" if part.extra_credit else "")
        drops = field_(f"drop:{part.key}", str(part.drop_lowest), drop, 3) if part.count > 1 else ""
        weight = field_(f"weight:{part.key}", exact_text(part.weight), name)
        return f"<tr><td>{html.escape(shown)}</td><td>{weight} %</td><td>{drops}</td></tr>"

    heads = "".join(f"<th>{html.escape(who.say(f'assessment_sandbox_{key}'))}</th>" for key in ("component", "weight", "drop"))
    parts = "".join(map(row, policy.components))
    cuts = "".join(
        f"<label>{html.escape(getattr(letter, who.language))} ≥ "
        f"{field_(f'cut:{at}', exact_text(letter.at_least), getattr(letter, who.language), 4)}</label>"
        for at, letter in enumerate(policy.letters[:-1])
    )
    treatments = [(one, who.say(f"assessment_treatment_{one}")) for one in TREATMENTS]
    modes = [(one, who.say(f"assessment_rounding_{one}")) for one in MODES]
    kinds = [(one, who.say(f"assessment_curve_{one}")) for one in CURVES]
    curve = policy.curve or Curve("linear")
    numbers = "".join(
        f"<label class='curve {name}'>{html.escape(who.say(f'assessment_curve_{name}'))} "
        f"{field_(f'curve_{name}', exact_text(value), who.say(f'assessment_curve_{name}'), 4)}</label>"
        for name, value in (("factor", curve.factor), ("offset", curve.offset), ("target", curve.target or Fraction(75)))
    )
    digits = field_("rounding_digits", str(policy.rounding.digits), who.say("assessment_sandbox_digits"), 3)
    # The browser draws it anew only where it differs: what somebody typed since must go, too.
    return (
        f"<table class='figures' data-drawn='{secrets.token_hex(4)}'><thead><tr>{heads}</tr></thead>"
        f"<tbody>{parts}</tbody></table>"
        f"<div class='fields'>{cuts}</div>"
        f"<div class='fields'>{menu('missing', treatments, policy.missing)}{menu('pending', treatments, policy.pending)}</div>"
        f"<div class='fields'>{menu('rounding_mode', modes, policy.rounding.mode)}"
        f"<label>{html.escape(who.say('assessment_sandbox_digits'))} {digits}</label></div>"
        f"<div class='fields'>{menu('curve', kinds, policy.curve.kind if policy.curve else 'none')}{numbers}</div>"
    )


def outcome(found: Comparison, before: ClassGrades, after: ClassGrades, who: Visitor) -> str:
    """Who moves across a letter, how many rise and fall, and the letters before and after."""
    means = [short_text(mean, 2) if mean is not None else "-" for mean in (found.mean_before, found.mean_after)]
    head = who.say("assessment_sandbox_crossed", count=len(found.crossed))
    line = who.say("assessment_sandbox_moved", changed=len(found.changed), up=found.up, down=found.down,
                   before=means[0], after=means[1])  # fmt: skip
    return (
        f"<h3>{html.escape(head)}</h3><p>{html.escape(line)}</p>{_letters(found.letters_before, found.letters_after, who)}"
        f"{_moves(found.crossed, before, after, who)}"
    )


def _letters(before: Sequence[LetterCount], after: Sequence[LetterCount], who: Visitor) -> str:
    names = list(dict.fromkeys(getattr(one, who.language) for one in (*before, *after)))
    counts = [{getattr(one, who.language): one.students for one in side} for side in (before, after)]
    cells = "".join(
        f"<td><b>{html.escape(name)}</b> {counts[0].get(name, 0)} → {counts[1].get(name, 0)}</td>" for name in names
    )
    return f"<table class='figures letters'><tbody><tr>{cells}</tr></tbody></table>"


def _moves(moves: Sequence[Move], before: ClassGrades, after: ClassGrades, who: Visitor) -> str:
    if not moves:
        return ""

    def grade(policy: Policy, value: Fraction | None, letter: Any) -> str:
        return f"{grade_text(policy, value) or '-'} {getattr(letter, who.language) if letter else ''}"

    rows = "".join(
        f"<tr class='{'down' if one.gain is None or one.gain < 0 else 'up'}'><td>{html.escape(one.student_id)}</td>"
        f"<td>{html.escape(one.name)}</td>"
        f"<td>{html.escape(grade(before.policy, one.before_grade, one.before_letter))}</td>"
        f"<td>{html.escape(grade(after.policy, one.after_grade, one.after_letter))}</td></tr>"
        for one in moves[:_SHOWN]
    )
    more = ""
    if len(moves) > _SHOWN:
        more = f"<p>{html.escape(who.say('assessment_sandbox_more', count=len(moves) - _SHOWN))}</p>"
    heads = "".join(
        f"<th>{html.escape(who.say(key))}</th>"
        for key in ("exporting_student_id", "exporting_name", "assessment_history_before", "assessment_history_after")
    )
    return f"<div class='moves'><table class='figures'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}"


def versions(found: Sequence[Version], who: Visitor) -> str:
    """All versions of the policy; an older one can be tried again."""
    rows = "".join(
        f"<tr><td>{html.escape(who.say('assessment_sandbox_version', number=one.number))}</td>"
        f"<td>{one.created_at[:10]}</td>"
        f"<td>{html.escape(who.say('assessment_sandbox_counts')) if one.counts else _try(one.number, who)}</td></tr>"
        for one in found
    )
    head = html.escape(who.say("assessment_sandbox_versions"))
    return f"<details><summary>{head}</summary><table class='figures'><tbody>{rows}</tbody></table></details>"


def _try(number: int, who: Visitor) -> str:
    return f"<button data-do='version:{number}'>{html.escape(who.say('assessment_sandbox_load'))}</button>"
