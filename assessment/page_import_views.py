"""What the import tab shows: what was read from each sheet, what is to be settled, what was decided."""

import html
from collections import Counter
from collections.abc import Mapping, Sequence

from shared.visitor import Visitor

from .findings import Finding
from .importing.headers import Vocabulary
from .importing.preview import Preview
from .policy import Policy
from .settling import Choice, Decision, choices
from .store.imports import TEXTS, Difference

_SHOWN = 12  # findings of one kind; a class with the wrong column has hundreds
_DIFFERENCES = 200


def what_was_read(previews: Sequence[Preview], notes: Sequence[Finding], policy: Policy, who: Visitor) -> str:
    """Each sheet: how it was read, its first rows, and above each column a menu that says what it means."""
    targets = _targets(policy, who)
    parts = [_sheet(one, notes, targets, who) for one in previews]
    known = {(one.file, one.sheet) for one in previews}
    rest = [one for one in notes if (one.file, one.sheet) not in known and (one.sheet is not None or one.file is None)]
    return "".join(parts) + _notes(rest, who)


def _sheet(preview: Preview, notes: Sequence[Finding], targets: Mapping[str, str], who: Visitor) -> str:
    name = " › ".join(filter(None, (preview.file, preview.sheet)))
    about = [one for one in notes if one.file == preview.file and one.sheet in (preview.sheet, None)]
    said = who.say("assessment_read_header", row=preview.header_row, students=preview.students)
    if preview.header_row is None:
        said = who.say("assessment_read_no_header")
    return (
        f"<section class='sheet'><h3>{html.escape(name)}</h3><p>{html.escape(said)}</p>"
        f"<div class='scroll'>{_table(preview, targets, who)}</div>{_notes(about, who)}</section>"
    )


def _notes(notes: Sequence[Finding], who: Visitor) -> str:
    if not notes:
        return ""
    lines = "".join(
        f"<li>{html.escape(f'{one.where}: ' if one.cell or one.row or one.column else '')}"
        f"{html.escape(one.message(who.language, on_page=True))}</li>"
        for one in notes
    )
    head = html.escape(who.say("assessment_read_notes", count=len(notes)))
    return f"<details><summary>{head}</summary><ul>{lines}</ul></details>"


def _table(preview: Preview, targets: Mapping[str, str], who: Visitor) -> str:
    body = "".join(
        f"<tr><th scope='row'>{number}</th>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"
        for number, cells in preview.rows
    )
    if preview.header_row is None:
        cells = dict.fromkeys(cell for _, row in preview.rows for cell in row if cell)
        options = "".join(f"<option value='{html.escape(cell, True)}'>{html.escape(cell)}</option>" for cell in cells)
        first = f"<option value=''>{html.escape(who.say('assessment_map_choose_id'))}</option>"
        key = html.escape(preview.mapping_key(""), True)
        return f"<select data-do='id:{key}'>{first}{options}</select><table><tbody>{body}</tbody></table>"
    menus = "".join(
        f"<th>{_menu(preview, header, target, targets, who)}</th>"
        for header, target in zip(preview.headers, preview.targets, strict=True)
    )
    heads = "".join(f"<th scope='col'>{html.escape(header)}</th>" for header in preview.headers)
    return (
        f"<table><thead><tr class='menus'><th></th>{menus}</tr><tr><th>{preview.header_row}</th>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _menu(preview: Preview, header: str, target: str | None, targets: Mapping[str, str], who: Visitor) -> str:
    """What a column means, to be changed."""
    if not header:
        return ""
    key = html.escape(preview.mapping_key(header), True)
    current = target or "ignore"
    shown = dict(targets)
    if current not in shown:
        shown[current] = who.say("assessment_map_session") if current == "session" else current
    options = "".join(
        f"<option value='{html.escape(one, True)}'{' selected' if one == current else ''}>{html.escape(name)}</option>"
        for one, name in shown.items()
    )
    label = html.escape(who.say("assessment_map_label", header=header), True)
    kind = "unread" if current == "ignore" else "read"
    return f"<select class='{kind}' aria-label='{label}' data-do='map:{key}'>{options}</select>"


def _targets(policy: Policy, who: Visitor) -> dict[str, str]:
    """What a column can mean, in words."""
    found = {"ignore": who.say("assessment_ignore")}
    found |= {key: who.say(f"exporting_{key}") for key in ("student_id", "name", "group")}
    found |= {item.key: item.name(who.language) for item in policy.items}
    late = [item for item in policy.items if item.component.late]
    found |= {f"{item.key}.days_late": who.say("exporting_days_late", item=item.name(who.language)) for item in late}
    assert found.keys() <= Vocabulary(policy).targets()
    return found


def open_findings(found: Sequence[Finding], who: Visitor) -> str:
    """What is to be settled, with a button for each thing that can be decided."""
    if not found:
        return ""
    seen: Counter[str] = Counter()
    rows = []
    totals = Counter(one.code for one in found)
    for one in found:
        seen[one.code] += 1
        if seen[one.code] <= _SHOWN:
            rows.append(_finding(one, who))
        if seen[one.code] == totals[one.code] and totals[one.code] > 1:
            rows.append(_all_of_a_kind(one, totals[one.code], who))
    warnings = sum(one.severity == "warning" for one in found)
    accept = f"<button data-do='all:accept'>{html.escape(who.say('assessment_accept_all', count=warnings))}</button>"
    head = f"<h3>{html.escape(who.say('assessment_settle_findings', count=len(found)))}</h3>"
    return (
        f"{head}{accept if warnings > 1 else ''}<table class='figures findings'><tbody>{''.join(rows)}</tbody></table>"
    )  # fmt: skip


def _finding(one: Finding, who: Visitor) -> str:
    buttons = "".join(_button(f"settle:{one.id}:{choice}", choice, one, who) for choice in choices(one))
    return (
        f"<tr class='{one.severity}'><td><b>{html.escape(who.say(f'exporting_severity_{one.severity}'))}</b></td>"
        f"<td><span class='where'>{html.escape(one.where)}</span>{html.escape(one.message(who.language, on_page=True))}"
        f"<div class='choices'>{buttons or html.escape(who.say('assessment_mend'))}</div></td></tr>"
    )


def _button(do: str, choice: Choice, one: Finding, who: Visitor) -> str:
    if choice in ("left", "right") and {"one", "two"} <= one.values.keys():
        value = one.values["one" if choice == "left" else "two"]
        label = who.say(f"assessment_choice_{choice}_value", value=value)
    else:
        label = who.say(f"assessment_choice_{choice}")
    return f"<button data-do='{do}'>{html.escape(label)}</button>"


def _all_of_a_kind(one: Finding, count: int, who: Visitor) -> str:
    """One row for all findings like this one."""
    common = [choice for choice in choices(one) if choice != "column"]
    buttons = "".join(
        f"<button data-do='kind:{one.code}:{choice}'>{html.escape(who.say(f'assessment_choice_{choice}'))}</button>"
        for choice in common
    )
    if not buttons:
        return ""
    said = html.escape(who.say("assessment_settle_kind", count=count))
    return f"<tr class='{one.severity} kind'><td></td><td>{said}<div class='choices'>{buttons}</div></td></tr>"


def differences(
    found: Sequence[Difference], taken: Mapping[tuple[str, str], bool], policy: Policy, who: Visitor
) -> str:  # fmt: skip
    """Stored beside new, cell by cell. taken: key -> whether the file's value was chosen; what is not in it is open."""
    if not found:
        return ""
    names = {item.key: item.name(who.language) for item in policy.items}
    names |= {kind: who.say(f"exporting_{kind}") for kind in TEXTS}
    shown = sorted(found, key=lambda one: one.key in taken)[:_DIFFERENCES]
    rows = "".join(_difference(one, taken.get(one.key), names[one.item], who) for one in shown)
    left = len(found) - len(taken)
    heads = "".join(
        f"<th>{html.escape(who.say(key))}</th>"
        for key in ("exporting_student_id", "assessment_history_field", "assessment_stored", "assessment_in_file")
    )
    buttons = "".join(
        f"<button data-do='every:{side}'>{html.escape(who.say(f'assessment_every_{side}', count=left))}</button>"
        for side in ("left", "right")
    )
    more = ""
    if len(found) > len(shown):
        more = f"<p>{html.escape(who.say('assessment_more_differences', count=len(found) - len(shown)))}</p>"
    head = html.escape(who.say("assessment_settle_differences", count=len(found), left=left))
    return (
        f"<h3>{head}</h3><div class='choices'>{buttons if left else ''}</div>"
        f"<table class='figures differences'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"
    )


def _difference(one: Difference, taken: bool | None, item: str, who: Visitor) -> str:
    key = html.escape(f"{one.student_id}\t{one.item}", True)

    def side(name: str, value: str, on: bool) -> str:
        pressed = f" aria-pressed='{str(on).lower()}'"
        return f"<td><button data-do='take:{name}:{key}'{pressed}>{html.escape(value)}</button></td>"

    return (
        f"<tr class='{'open' if taken is None else 'done'}'><td>{html.escape(one.student_id)} {html.escape(one.name)}</td>"
        f"<td>{html.escape(item)}</td>{side('left', one.stored, taken is False)}"
        f"{side('right', one.incoming, taken is True)}</tr>"
        + (f"<tr class='source'><td colspan='4'>{html.escape(one.where)}</td></tr>" if one.where and taken is None else "")
    )


def decided(found: Sequence[Decision], who: Visitor) -> str:
    """What was decided, to be taken back."""
    if not found:
        return ""
    rows = "".join(
        f"<tr><td>{html.escape(who.say(f'assessment_choice_{one.choice}'))}</td>"
        f"<td><span class='where'>{html.escape(one.finding.where)}</span>"
        f"{html.escape(one.finding.message(who.language, on_page=True))}</td>"
        f"<td><button data-do='unsettle:{one.finding.id}'>{html.escape(who.say('assessment_unsettle'))}</button></td></tr>"
        for one in found
    )
    head = html.escape(who.say("assessment_decided", count=len(found)))
    return f"<details><summary>{head}</summary><table class='figures findings'><tbody>{rows}</tbody></table></details>"
