"""Scores: an editable table. An illegal value is refused in place; a quicker colleague's value is shown, not overwritten."""

from fractions import Fraction
from typing import Any

import gradio as gr

from shared import visitor
from shared.handlers import polite
from shared.language import text
from shared.problems import Problem

from .cohort import grade_class
from .door import Door
from .gradebook import Gradebook
from .page_desk import chosen, desk_of
from .policy import Item, Policy
from .scores import Mark, Score, UnreadableScore, read_score
from .store import courses, history, records, scores
from .store.scores import Edit

FILTERS = ("all", "missing", "flagged", "below")


class BadScore(Problem):
    """A value that is no score."""


def render(door: Door, course: gr.Dropdown, refresh: gr.Button) -> None:
    """The tab's contents."""
    with gr.Row():
        which = gr.Radio(
            [(text(f"assessment_filter_{one}"), one) for one in FILTERS], value="all", label=text("assessment_filter"), scale=3
        )  # fmt: skip
        search = gr.Textbox(label=text("assessment_search"), max_lines=1, elem_id="scores-search", scale=2)
        undo = gr.Button(text("assessment_undo"), elem_id="scores-undo", scale=1)
    table = gr.Dataframe(
        interactive=True, static_columns=[0, 1, 2], wrap=False, max_height=640, elem_id="scores-table", buttons=["fullscreen"]
    )  # fmt: skip
    hint = gr.Markdown(elem_id="scores-hint")
    shown = gr.State(list)  # the rows as this visitor sees them: what an edit is compared with

    def rows(course_: int | None, which_: str, search_: str | None, request: gr.Request) -> Any:
        who = visitor.of(request)
        if course_ is None:
            return gr.Dataframe(value=[]), who.say("assessment_no_course"), []
        desk = desk_of(door, request)
        policy, book = courses.policy(desk, course_), scores.gradebook(desk, course_)
        found = _rows(policy, book, which_, search_)
        headers = [who.say(f"exporting_{key}") for key in ("student_id", "name", "group")]
        headers += [item.name(who.language) for item in policy.items]
        note = who.say("assessment_no_scores")
        if len(book):
            note = who.say("assessment_scores_shown", shown=len(found), students=len(book))
        return gr.Dataframe(headers=headers, value=found, column_count=len(headers)), note, found

    @polite
    def show(course_: int | None, which_: str, search_: str | None, request: gr.Request) -> Any:
        return rows(course_, which_, search_, request)

    @polite
    def edit(
        value: Any, before: list[list[str]], course_: int | None, which_: str, search_: str | None, request: gr.Request
    ) -> Any:
        desk, number = desk_of(door, request), chosen(course_)
        policy = courses.policy(desk, number)
        edits = []
        book = scores.gradebook(desk, number)
        for new, old in zip(value.values.tolist(), before, strict=False):
            for at, (cell, was) in enumerate(zip(new, old, strict=True)):
                if at < 3 or _plain(cell) == was:
                    continue
                item = policy.items[at - 3]
                held = book.column(item.key)[book.ids.index(old[0])]
                if score_text(held) != was:
                    values = {"stored": score_text(held) or "-", "yours": _plain(cell)}
                    raise BadScore("assessment_conflict", id=old[0], item=item.key, **values)
                edits.append(Edit(old[0], item.key, _read(_plain(cell), item, policy, old[0]), held))
        if edits:
            scores.write(desk, number, "edit", edits)
        return rows(course_, which_, search_, request)

    @polite
    def take_back(course_: int | None, which_: str, search_: str | None, request: gr.Request) -> Any:
        desk, number = desk_of(door, request), chosen(course_)
        done = {deed.undoes for deed in history.deeds(desk, number, kind="undo")}
        mine = history.deeds(desk, number, kind="edit", actor=desk.person.username)
        last = next((deed.change for deed in mine if deed.change not in done), None)
        if last is None:
            raise BadScore("assessment_nothing_to_undo")
        history.undo(desk, number, last)
        return rows(course_, which_, search_, request)

    inputs, outputs = [course, which, search], [table, hint, shown]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    for event in (course.change, which.change, search.submit, refresh.click):
        event(show, inputs, outputs, **private)
    table.input(edit, [table, shown, *inputs], outputs, **private).failure(show, inputs, outputs, **private)
    undo.click(take_back, inputs, outputs, **private)


def score_text(score: Score) -> str:
    """A score as the table shows it and reads it back; "" for a missing one."""
    return "" if records.is_blank(score) else records.said(score)


def _plain(cell: Any) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()


def _read(value: str, item: Item, policy: Policy, student: str) -> Score:
    """The score that somebody typed. Raises BadScore."""
    part = item.component
    try:
        return read_score(value, part.maximum, highest=part.highest, letters=policy.letter_scores, words=policy.marks)
    except UnreadableScore as problem:
        if problem.code == "score_out_of_range":
            raise BadScore("importing_score_out_of_range", **problem.values) from None
        raise BadScore("importing_score_unreadable", text=value) from None


def _rows(policy: Policy, book: Gradebook, which: str, search: str | None) -> list[list[str]]:
    wanted = (search or "").strip().casefold()
    grades = grade_class(policy, book)
    found = []
    for at, (student, name, group) in enumerate(zip(book.ids, book.names, book.groups, strict=True)):
        if wanted and wanted not in f"{student} {name} {group}".casefold():
            continue
        cells = [book.column(item.key)[at] for item in policy.items]
        marks = {cell.mark for cell in cells}
        if which == "missing" and not marks & {Mark.MISSING, Mark.PENDING}:
            continue
        if which == "flagged" and not marks & {Mark.ABSENT, Mark.MISCONDUCT, Mark.EXCUSED, Mark.PENDING}:
            continue
        total = grades.exact[at]
        if which == "below" and (total is None or total >= Fraction(60)):
            continue
        found.append([student, name, group, *map(score_text, cells)])
    return found
