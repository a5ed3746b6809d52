"""What all tabs of the gradebook need: the desk of who asks, and tables as the page shows them."""

import html
from collections.abc import Sequence

import gradio as gr

from shared.problems import Problem
from shared.visitor import Visitor

from .door import Door
from .findings import Finding
from .store import accounts, courses
from .store.access import Desk


class NothingChosen(Problem):
    """A handler needs a course, and there is none."""


def desk_of(door: Door, request: gr.Request) -> Desk:
    """The desk of the person behind a request. Raises NotAllowed's kin if the account is gone."""
    name = request.username
    person = next((one for one in accounts.everybody(door.database) if one.username == name), None)
    if person is None:
        raise NothingChosen("assessment_not_allowed")
    return Desk(door.database, person)


def chosen(course: int | None) -> int:
    """The course that is chosen. Raises NothingChosen with what to do first."""
    if course is None:
        raise NothingChosen("assessment_no_course")
    return int(course)


def course_choices(desk: Desk, wanted: int | None) -> gr.Dropdown:
    """The drop-down of the person's courses, with `wanted` chosen if it is among them, else the newest."""
    cards = courses.listed(desk)
    ids = [card.id for card in cards]
    choices = [(f"{card.name} · {card.term}" if card.term else card.name, card.id) for card in cards]
    return gr.Dropdown(choices=choices, value=wanted if wanted in ids else next(iter(ids), None))


def findings_table(found: Sequence[Finding], who: Visitor) -> str:
    """Findings as an HTML table, errors first."""
    if not found:
        return ""
    order = {"error": 0, "warning": 1, "info": 2}
    rows = "".join(
        f"<tr class='{one.severity}'><td>{who.say(f'exporting_severity_{one.severity}')}</td><td>{html.escape(one.where)}</td>"
        f"<td>{html.escape(one.message(who.language))}</td></tr>"
        for one in sorted(found, key=lambda one: order[one.severity])
    )
    return f"<table class='figures findings'><tbody>{rows}</tbody></table>"
