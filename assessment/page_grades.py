"""Grades: everybody's total; and of the student who is chosen the arithmetic, what if, the history, the one-page report."""

import html
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import gradio as gr

from shared import grid, visitor
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem

from . import reports, whatif
from .cohort import ClassGrades, grade_class
from .door import PATH
from .exporting import report
from .exporting.table import flags_text
from .grades import grade_student, grade_text
from .page_desk import QUIET, Frame, chosen, desk_of, said
from .page_history import moment, story
from .page_scores import BadScore, read_typed
from .policy import Item
from .publishing import cover
from .rounding import exact_text
from .scores import MISSING
from .store import courses, history, scores
from .store.access import Desk
from .store.history import Wanted

_FILTERS = ("below", "withheld", "flagged")
_PASS = Fraction(60)


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    student = gr.State("")
    status = gr.HTML(elem_id="grades-status", js_on_load=None)
    with gr.Row():
        with gr.Column(scale=3, min_width=420):
            table = grid.grid("grades-table")
        with gr.Column(scale=2, min_width=340, elem_id="grades-student"):
            written = gr.HTML(elem_id="grades-explained", js_on_load=None)
            with gr.Column(visible=False, elem_id="grades-whatif") as ask:
                gr.Markdown(text("assessment_whatif_title"), elem_classes="caption")
                with gr.Row():
                    item = gr.Dropdown(label=text("assessment_whatif_item"), choices=[], elem_id="whatif-item")
                    score = gr.Textbox(
                        label=text("assessment_whatif_score"), max_lines=1, max_length=40, elem_id="whatif-score"
                    )
                    target = gr.Textbox("60", label=text("assessment_whatif_target"), max_lines=1, elem_id="whatif-target")
                would = gr.HTML(elem_id="whatif-answer", js_on_load=None)
            past = gr.HTML(elem_id="grades-history", js_on_load=None)

    def of(desk: Desk, course_: int) -> ClassGrades:
        return grade_class(courses.policy(desk, course_), scores.gradebook(desk, course_))

    @polite
    def show(course_: int | None, request: gr.Request) -> Any:
        who = visitor.of(request)
        nothing = ("", "", "", gr.Column(visible=False))
        if course_ is None:
            return grid.contents([], [], who, empty=who.say("assessment_no_course")), "", *nothing
        desk = desk_of(door, request)
        found, card = of(desk, course_), courses.card(desk, course_)
        state = said(who.say("assessment_not_final"))
        if card.finalised_at:
            state = said(who.say("assessment_final_since", at=moment(card.finalised_at)))
        return _table(found, who), state, *nothing

    def about(
        desk: Desk, course_: int, student_: str, who: visitor.Visitor, item_: str | None
    ) -> tuple[ClassGrades, int, Item]:
        found = of(desk, course_)
        if student_ not in found.gradebook.ids:
            raise Problem("assessment_student_gone", id=student_)
        at = found.gradebook.ids.index(student_)
        wanted = next((one for one in found.policy.items if one.key == item_), None)
        return found, at, wanted or whatif.default_item(found.policy, found.gradebook.scores(at))

    @polite
    def explain(course_: int | None, event: gr.EventData, request: gr.Request) -> Any:
        who, desk, number = visitor.of(request), desk_of(door, request), chosen(course_)
        student_, _ = grid.chosen(event)
        found, at, wanted = about(desk, number, student_, who, None)
        page = report.content(cover(desk, number), found, at, who.language)
        choices = [(one.name(who.language), one.key) for one in found.policy.items]
        deeds = history.deeds(desk, number, Wanted(student_id=student_), limit=100)
        heading = f"<h3>{html.escape(who.say('assessment_tab_history'))}</h3>"
        return (
            student_, _explained(page, number, who), gr.Column(visible=True),
            gr.Dropdown(choices=choices, value=wanted.key), "", _would(found, at, wanted, "", "60", who),
            heading + story(deeds, found.policy, who),
        )  # fmt: skip

    @polite
    def answer(
        course_: int | None, student_: str, item_: str | None, score_: str | None, target_: str | None, request: gr.Request
    ) -> str:
        who, desk = visitor.of(request), desk_of(door, request)
        if not student_:
            return ""
        try:
            found, at, wanted = about(desk, chosen(course_), student_, who, item_)
            return _would(found, at, wanted, (score_ or "").strip(), (target_ or "").strip(), who)
        except Problem as problem:
            return said(who.say(problem.key, **problem.values), good=False)

    outputs = [table, status, student, written, past, ask]
    frame.keep_fresh(show, course, outputs)
    table.select(explain, course, [student, written, ask, item, score, would, past], trigger_mode="always_last", **QUIET)
    for event in (item.input, score.submit, target.submit, score.blur, target.blur):
        event(answer, [course, student, item, score, target], would, **QUIET)


def _table(found: ClassGrades, who: visitor.Visitor) -> str:
    """The class, one row a student."""
    policy = found.policy
    keys = ["student_id", "name", "total", *(["curved"] if policy.curve else []), "letter", "so_far", "rank", "flags"]
    numbers = {"total", "curved", "so_far", "rank"}
    columns = [
        grid.Column(
            key, who.say(f"exporting_{key}"), "score" if key in numbers else "text", sticky=key in ("student_id", "name")
        )
        for key in keys
    ]
    rounded = policy.rounding.mode != "none"
    rows = []
    for at, (student, name) in enumerate(zip(found.gradebook.ids, found.gradebook.names, strict=True)):
        final, letter = found.final_grade(at), found.letter(at)
        total = final if not policy.curve else found[at].total
        curved = [grade_text(policy, final) or "-"] if policy.curve else []
        flags = found.flags(at)
        so_far = found.so_far_grade(at)
        tags = [
            tag for tag, on in zip(_FILTERS, (final is not None and final < _PASS, final is None, flags), strict=True) if on
        ]
        rows.append(
            grid.Row(
                [student, name, grade_text(policy, total) or "-", *curved, getattr(letter, who.language) if letter else "-",
                 grade_text(policy, so_far) or "-" if rounded else exact_text(so_far) if so_far is not None else "-",
                 str(found.rank[at] or "-"), flags_text(flags, policy, who.language)],
                tags,
            )
        )  # fmt: skip
    filters = [(one, who.say(f"assessment_filter_{one}")) for one in _FILTERS]
    return grid.contents(columns, rows, who, filters=filters, empty=who.say("assessment_no_scores"))


def _explained(page: report.Content, course: int, who: visitor.Visitor) -> str:
    """A student's arithmetic, as it also stands on the report."""
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in page.heads)
    rows = "".join(
        f"<tr{'' if row.counts else ' class=idle'}>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row.cells)}</tr>"
        for row in page.rows
    )
    steps = "".join(f"<li>{html.escape(step)}</li>" for step in page.steps)
    files = " · ".join(
        f'<a href="{PATH}/download/{course}/report-{kind}?student={html.escape(page.student_id, True)}" '
        f"{'target=_blank' if kind == 'html' else 'download'}>{kind.upper()}</a>"
        for kind in ("pdf", "html")
    )
    return (
        f"<h3>{html.escape(' '.join(filter(None, (page.student_id, page.name, page.group))))}</h3>"
        f"<p class='verdict'><b>{html.escape(page.grade or '-')}</b> {html.escape(page.verdict)}</p>"
        f"<table class='figures arithmetic'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f"<ul class='steps'>{steps}</ul><p>{html.escape(who.say('assessment_one_page'))} {files}</p>"
    )


def _would(found: ClassGrades, at: int, item: Item, score: str, target: str, who: visitor.Visitor) -> str:
    """What the grade would be with another score in one item, and what it would take."""
    policy, held = found.policy, found.gradebook.scores(at)
    lines = []
    if score:
        tried = read_typed(score, item, policy, MISSING)
        grade = grade_student(policy, {**held, item.key: tried}, class_mean=found.exact.mean)
        final = grade.total if grade.curved is None else grade.curved
        letter = getattr(grade.letter, who.language) if grade.letter else "-"
        lines.append(
            who.say("assessment_whatif_would", item=item.name(who.language), score=score,
                    grade=grade_text(policy, final) or "-", letter=letter)
        )  # fmt: skip
    needs = whatif.needed(policy, held, item, _targets(target), found.exact.mean)
    lines += reports.needs(needs, item, policy, who.language).splitlines()
    return f"<ul class='steps'>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"


def _targets(typed: str) -> Sequence[Fraction]:
    """The grades asked for, "60" or "60, 80, 90". Raises BadScore."""
    found = []
    for part in typed.replace("，", ",").replace(" ", ",").split(","):
        if not part:
            continue
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", part):
            raise BadScore("assessment_bad_target", target=part[:40])
        found.append(Fraction(part))
    return found[:6]
