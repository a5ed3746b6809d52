"""What all tabs of the gradebook need: the desk of who asks, the course that is chosen."""

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from shared import furniture
from shared.problems import Problem

from .door import Door
from .store import accounts, courses
from .store.access import Desk

PRIVATE: dict[str, Any] = {"api_visibility": "private"}
QUIET: dict[str, Any] = PRIVATE | {"show_progress": "hidden"}


@dataclass(frozen=True)
class Frame:
    """What every tab is rendered into. tab: itself; course: the drop-down above all tabs; wish: a hidden field for the id of
    the course that a refresh shall choose; refresh: a hidden button that is pressed when something was written.
    """

    door: Door
    page: gr.Blocks
    tab: gr.Tab
    course: gr.Dropdown
    wish: gr.Textbox
    refresh: gr.Button

    def keep_fresh(self, handler: Any, inputs: Any, outputs: Any, at_start: bool = False) -> None:
        """Call `handler` whenever what it shows may have changed. at_start: also when the page is opened."""
        events = [self.tab.select, self.course.change, self.refresh.click, *([self.page.load] if at_start else [])]
        for event in events:
            event(handler, inputs, outputs, **QUIET)
        furniture.on_view_change(handler, inputs, outputs)

    def written(self, event: Any) -> None:
        """After an event that wrote something: let every tab that shows it know."""
        event.success(None, js="() => document.querySelector('#grades-refresh')?.click()")


class NothingChosen(Problem):
    """A handler needs a course, and there is none."""


def desk_of(door: Door, request: gr.Request) -> Desk:
    """The desk of the person behind a request. Raises NothingChosen if the account is gone."""
    person = accounts.named(door.database, str(request.username))
    if person is None:
        raise NothingChosen("assessment_not_allowed")
    return Desk(door.database, person)


def chosen(course: int | None) -> int:
    """The course that is chosen. Raises NothingChosen with what to do first."""
    if course is None:
        raise NothingChosen("assessment_no_course")
    return int(course)


def pick(desk: Desk, wanted: int | None) -> int | None:
    """The wanted course if it is among the person's, else the newest; None if there is none."""
    ids = [card.id for card in courses.listed(desk)]
    return wanted if wanted in ids else next(iter(ids), None)


def course_choices(desk: Desk, wanted: int | None) -> gr.Dropdown:
    """The drop-down of the person's courses, with `wanted` chosen if it is among them, else the newest."""
    cards = courses.listed(desk)
    choices = [(f"{card.name} · {card.term}" if card.term else card.name, card.id) for card in cards]
    return gr.Dropdown(choices=choices, value=pick(desk, wanted))


def said(sentence: str, good: bool = True) -> str:
    """A sentence that stands on the page; good: whether nothing needs to be done about it."""
    return f"<p class='said {'good' if good else 'open'}'>{html.escape(sentence)}</p>" if sentence else ""
