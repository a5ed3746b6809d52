"""Scores: a table to search, filter and edit. What is no score is refused in its place; a quicker colleague's is shown."""

import html
from fractions import Fraction
from typing import Any

import gradio as gr

from shared import grid, visitor
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem

from .cohort import grade_class
from .gradebook import Gradebook
from .page_desk import QUIET, Frame, chosen, desk_of, said
from .page_history import story, undone
from .policy import Item, Policy
from .scores import MISSING, Mark, Score, UnreadableScore, read_score
from .store import courses, history, records, scores
from .store.access import Desk
from .store.history import Wanted
from .store.scores import Conflict, Edit

_FILTERS = ("missing", "flagged", "below")
_WHO = ("student_id", "name", "group")
_PASS = Fraction(60)


class BadScore(Problem):
    """A value that is no score."""


def render(frame: Frame) -> None:
    """The tab's contents."""
    door, course = frame.door, frame.course
    with gr.Row(elem_classes="grades-actions"):
        note = gr.HTML(elem_id="scores-note", js_on_load=None)
        undo = gr.Button(text("assessment_undo"), elem_id="scores-undo", scale=0, min_width=260)
    table = grid.grid("scores-table")
    cell = gr.HTML(elem_id="scores-cell", js_on_load=None)

    @polite
    def show(course_: int | None, request: gr.Request) -> Any:
        return _table(desk_of(door, request), course_, visitor.of(request)), "", ""

    @polite
    def edit(course_: int | None, event: gr.EventData, request: gr.Request) -> Any:
        who, wish = visitor.of(request), grid.edited(event)
        held = wish.before
        try:
            desk, number = desk_of(door, request), chosen(course_)
            policy = courses.policy(desk, number)
            item = next((one for one in policy.items if one.key == wish.column), None)
            if item is None:
                raise BadScore("assessment_student_gone", id=wish.row)
            stored = scores.one(desk, number, wish.row, item.key)
            held = score_text(stored)
            if held not in (wish.before, wish.value):
                raise Conflict(stored, id=wish.row, item=item.name(who.language), stored=held or "-", yours=wish.value or "-")
            score = read_typed(wish.value, item, policy, stored)
            scores.write(desk, number, "edit", [Edit(wish.row, item.key, score, stored)])
        except Problem as problem:
            held = score_text(problem.held) if isinstance(problem, Conflict) else held
            return grid.answer(wish, held, who.say(problem.key, **problem.values)), ""
        saved = who.say(
            "assessment_saved", id=wish.row, item=item.name(who.language), before=held or "-", after=wish.value or "-"
        )
        tags = _tags(policy, scores.gradebook(desk, number), wish.row)
        return grid.answer(wish, score_text(score), tags=tags), said(saved)

    @polite
    def tell(course_: int | None, event: gr.EventData, request: gr.Request) -> str:
        student, key = grid.chosen(event)
        desk, who = desk_of(door, request), visitor.of(request)
        return _cell_story(desk, chosen(course_), student, key, who)

    @polite
    def take_back(course_: int | None, request: gr.Request) -> Any:
        desk, number, who = desk_of(door, request), chosen(course_), visitor.of(request)
        mine = history.last_edit(desk, number)
        if mine is None:
            raise BadScore("assessment_nothing_to_undo")
        history.undo(desk, number, mine)
        return _table(desk, course_, who), said(undone(desk, number, mine, who)), ""

    outputs = [table, note, cell]
    frame.keep_fresh(show, course, outputs)
    table.input(edit, course, [table, note], trigger_mode="multiple", **QUIET)
    table.select(tell, course, cell, trigger_mode="always_last", **QUIET)
    undo.click(take_back, course, outputs, **QUIET)


def score_text(score: Score) -> str:
    """A score as the table shows it and reads it back; "" for a missing one."""
    return "" if records.is_blank(score) else records.said(score)


def read_typed(value: str, item: Item, policy: Policy, held: Score) -> Score:
    """The score that somebody typed where `held` stood; days of delay, which are not typed here, stay. Raises BadScore."""
    part = item.component
    try:
        score = read_score(value, part.maximum, highest=part.highest, letters=policy.letter_scores, words=policy.marks)
    except UnreadableScore as problem:
        raise BadScore(f"importing_{problem.code}", **problem.values) from None
    late = held.days_late and score != MISSING
    return Score(score.share, score.mark, score.text, held.days_late) if late else score


def _table(desk: Desk, course: int | None, who: visitor.Visitor) -> str:
    if course is None:
        return grid.contents([], [], who, empty=who.say("assessment_no_course"))
    policy, book = courses.policy(desk, course), scores.gradebook(desk, course)
    may_edit = desk.role(course) != "viewer" and not courses.card(desk, course).finalised_at
    columns = [grid.Column(key, who.say(f"exporting_{key}"), sticky=key != "group") for key in _WHO]
    columns += [grid.Column(item.key, item.name(who.language), "score", edit=may_edit) for item in policy.items]
    filters = [(one, who.say(f"assessment_filter_{one}")) for one in _FILTERS]
    return grid.contents(columns, _rows(policy, book), who, filters=filters, empty=who.say("assessment_no_scores"))


def _tags(policy: Policy, book: Gradebook, student: str) -> list[str]:
    """The filters that one student passes now."""
    return next((list(row.tags) for row in _rows(policy, book) if row.cells[0] == student), [])


def _rows(policy: Policy, book: Gradebook) -> list[grid.Row]:
    grades = grade_class(policy, book)
    columns = [book.column(item.key) for item in policy.items]
    texts = [[score_text(value) for value in column.values] for column in columns]
    missing = [[value.mark in (Mark.MISSING, Mark.PENDING) for value in column.values] for column in columns]
    flagged = [
        [value.mark not in (Mark.NONE, Mark.MISSING) or value.days_late > 0 for value in column.values] for column in columns
    ]
    codes = [column.codes.tolist() for column in columns]
    found = []
    for at, who in enumerate(zip(book.ids, book.names, book.groups, strict=True)):
        here = [code[at] for code in codes]
        total = grades.final_grade(at)
        passes = (
            any(column[code] for column, code in zip(missing, here, strict=True)),
            any(column[code] for column, code in zip(flagged, here, strict=True)),
            total is not None and total < _PASS,
        )
        tags = [tag for tag, one in zip(_FILTERS, passes, strict=True) if one]
        found.append(grid.Row([*who, *(column[code] for column, code in zip(texts, here, strict=True))], tags))
    return found


def _cell_story(desk: Desk, course: int, student: str, key: str, who: visitor.Visitor) -> str:
    """Everything that ever happened to one cell, or to one student where no score is chosen."""
    policy = courses.policy(desk, course)
    item = next((one for one in policy.items if one.key == key), None)
    found = history.deeds(desk, course, Wanted(student_id=student, item=item.key if item else None), limit=50)
    head = html.escape(f"{student} · {item.name(who.language) if item else who.say('assessment_everything')}")
    return f"<h3>{head}</h3>{story(found, policy, who)}"
