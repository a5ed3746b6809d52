"""History: who changed what, when, why, and from which file and cell; what can be taken back."""

import html
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text
from shared.live import live, told
from shared.problems import Problem

from .door import PATH
from .page_desk import QUIET, Frame, chosen, desk_of, said
from .policy import Policy
from .store import courses, history
from .store.access import Desk
from .store.history import Deed, Wanted

_SHOWN = 1000
KINDS = ("import", "edit", "undo", "roll", "policy", "finalise", "unlock", "course", "face")
_PER_CHANGE = 6  # entries of one change that are shown before it is unfolded


class BadDay(Problem):
    """A day that is none."""


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    with gr.Row(elem_classes="grades-actions"):
        student = gr.Textbox(label=text("assessment_student_filter"), max_lines=1, elem_id="history-student")
        kind = gr.Dropdown(
            [(text("grid_all"), ""), *((text(f"assessment_kind_{one}"), one) for one in KINDS)], value="",
            label=text("assessment_history_kind"), elem_id="history-kind",
        )  # fmt: skip
        actor = gr.Textbox(label=text("assessment_history_actor"), max_lines=1, elem_id="history-actor")
        since = gr.Textbox(label=text("assessment_since"), placeholder="2026-09-01", max_lines=1, elem_id="history-since")
        until = gr.Textbox(label=text("assessment_until"), placeholder="2027-01-31", max_lines=1, elem_id="history-until")
        load = gr.Button(text("assessment_show_history"), variant="primary", elem_id="history-show", scale=0, min_width=160)
    with gr.Row(elem_classes="grades-actions"):
        export = gr.HTML(elem_id="history-export", js_on_load=None)
        why = gr.Textbox(label=text("assessment_undo_why"), max_lines=1, max_length=500, elem_id="history-why")
    note = gr.HTML(elem_id="history-note", js_on_load=None)
    listed = live("history-list")

    def draw(course_: int | None, wanted: Wanted, request: gr.Request) -> tuple[str, str]:
        who, desk = visitor.of(request), desk_of(door, request)
        number = chosen(course_)
        found = history.deeds(desk, number, wanted, limit=_SHOWN)
        link = f'<a href="{PATH}/download/{number}/history" download>{html.escape(who.say("assessment_history_csv"))}</a>'
        if not found:
            return f"<p class='empty'>{html.escape(who.say('assessment_history_empty'))}</p>", link
        may_undo = desk.role(number) != "viewer"
        more = f"<p>{html.escape(who.say('assessment_history_more', count=_SHOWN))}</p>" if len(found) == _SHOWN else ""
        return _changes(found, courses.policy(desk, number), who, may_undo) + more, link

    def read(student_: str | None, kind_: str | None, actor_: str | None, since_: str | None, until_: str | None) -> Wanted:
        days = [(day or "").strip() for day in (since_, until_)]
        for day in days:
            if day and not is_day(day):
                raise BadDay("assessment_bad_day", day=day)
        texts = [(one or "").strip() or None for one in (student_, kind_, actor_)]
        return Wanted(student_id=texts[0], kind=texts[1], actor=texts[2], since=days[0] or None, until=days[1] or None)

    @polite
    def take_back(course_: int | None, why_: str | None, event: gr.EventData, request: gr.Request) -> Any:
        deed, _, which = told(event).do.partition(":")
        number = int(which) if deed == "undo" and which.isdigit() else 0
        desk = desk_of(door, request)
        history.undo(desk, chosen(course_), number, (why_ or "").strip())
        sentence = undone(desk, chosen(course_), number, visitor.of(request))
        return "", said(sentence), *draw(course_, Wanted(), request)

    filters = [student, kind, actor, since, until]
    shown = [note, listed, export]

    @polite
    def filtered(
        course_: int | None, student_: str | None, kind_: str | None, actor_: str | None, since_: str | None,
        until_: str | None, request: gr.Request,
    ) -> Any:  # fmt: skip
        if course_ is None:
            return "", f"<p class='empty'>{html.escape(visitor.of(request).say('assessment_no_course'))}</p>", ""
        try:
            wanted = read(student_, kind_, actor_, since_, until_)
        except BadDay as problem:
            return said(visitor.of(request).say(problem.key, **problem.values), good=False), gr.skip(), gr.skip()
        return "", *draw(course_, wanted, request)

    for event in (load.click, kind.input, *(one.submit for one in (student, actor, since, until))):
        event(filtered, [course, *filters], shown, **QUIET)
    frame.keep_fresh(filtered, [course, *filters], shown)
    frame.written(listed.submit(take_back, [course, why], [why, *shown], **QUIET))


def is_day(text_: str) -> bool:
    """Whether a text is a day such as 2026-11-24."""
    try:
        return date.fromisoformat(text_).isoformat() == text_
    except ValueError:
        return False


def _changes(found: Sequence[Deed], policy: Policy, who: visitor.Visitor, may_undo: bool) -> str:
    """One block for each change, its entries below it."""
    undone = {deed.undoes for deed in found}
    blocks: dict[int, list[Deed]] = {}
    for deed in found:
        blocks.setdefault(deed.change, []).append(deed)
    parts = []
    for number, entries in blocks.items():
        one = entries[0]
        head = f"#{number} · {who.say(f'assessment_kind_{one.kind}')} · {one.actor} · {moment(one.at)}"
        head += f" · {who.say('assessment_undoes', number=one.undoes)}" if one.undoes else ""
        head += f" · {who.say('assessment_was_undone')}" if number in undone else ""
        button = ""
        if may_undo and one.kind in history.UNDOABLE and number not in undone:
            button = f"<button data-do='undo:{number}'>{html.escape(who.say('assessment_undo_change'))}</button>"
        why = f"<q>{html.escape(one.why)}</q>" if one.why else ""
        lines = [entry(deed, policy, who) for deed in reversed(entries)]
        body = f"<table class='figures entries'><tbody>{''.join(lines[:_PER_CHANGE])}</tbody></table>"
        if len(lines) > _PER_CHANGE:
            more = html.escape(who.say("assessment_more_entries", count=len(lines) - _PER_CHANGE))
            rest = "".join(lines[_PER_CHANGE:])
            body += f"<details><summary>{more}</summary><table class='figures entries'><tbody>{rest}</tbody></table></details>"
        parts.append(f"<section class='change'><header><b>{html.escape(head)}</b>{why}{button}</header>{body}</section>")
    return "".join(parts)


def entry(deed: Deed, policy: Policy, who: visitor.Visitor) -> str:
    """One entry as a row: whose, which score, before and after, from where."""
    source = " › ".join(filter(None, (deed.file, deed.sheet, deed.cell)))
    cells = (deed.student_id or "", field(deed, policy, who), f"{deed.before or '-'} → {deed.after or '-'}", source)
    return f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def field(deed: Deed, policy: Policy, who: visitor.Visitor) -> str:
    """Which score an entry is about, or what else."""
    names = {item.key: item.name(who.language) for item in policy.items}
    if deed.item:
        return names.get(deed.item, deed.item)
    return who.say(f"assessment_field_{deed.field}")


def story(found: Sequence[Deed], policy: Policy, who: visitor.Visitor) -> str:
    """What happened to one cell or one student, the newest first, in lines."""
    if not found:
        return f"<p class='empty'>{html.escape(who.say('assessment_no_story'))}</p>"
    lines = []
    for deed in found:
        what = f"{field(deed, policy, who)}: " if len({one.item for one in found}) > 1 else ""
        source = " › ".join(filter(None, (deed.file, deed.sheet, deed.cell)))
        small = " · ".join(
            filter(None, (deed.actor, moment(deed.at), who.say(f"assessment_kind_{deed.kind}"), source, deed.why))
        )
        lines.append(
            f"<li>{html.escape(what)}<b>{html.escape(deed.before or '-')} → {html.escape(deed.after or '-')}</b>"
            f"<small>{html.escape(small)}</small></li>"
        )
    return f"<ol class='story'>{''.join(lines)}</ol>"


def undone(desk: Desk, course: int, number: int, who: visitor.Visitor) -> str:
    """What was taken back with a change, in a sentence."""
    entries = history.deeds(desk, course, Wanted(change=number), limit=2)
    if len(entries) == 1 and entries[0].student_id:
        one = entries[0]
        item = field(one, courses.policy(desk, course), who)
        return who.say("assessment_undone_one", number=number, id=one.student_id, item=item,
                       before=one.after or "-", after=one.before or "-")  # fmt: skip
    return who.say("assessment_undone", number=number)


def moment(at: str) -> str:
    """ "2026-11-24 20:50" of the kept time, in this machine's own time zone."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
