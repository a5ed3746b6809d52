"""What is handed out about a course: the head of its papers, and whether anything still stands in the way of final grades."""

from dataclasses import dataclass
from datetime import datetime

from .cohort import ClassGrades
from .exporting.report import Cover
from .scores import Mark
from .store import courses
from .store.access import Desk


def cover(desk: Desk, course: int) -> Cover:
    """What stands at the head and foot of everything printed about a course, dated today."""
    card = courses.card(desk, course)
    today = f"{datetime.now().astimezone():%Y-%m-%d}"
    return Cover(card.name, card.term, card.finalised_at is not None, today, card.policy_number)


@dataclass(frozen=True)
class Readiness:
    """How many students there are, have a grade, are without one, lack a score, failed."""

    students: int
    graded: int
    withheld: int
    missing: int
    empty_items: tuple[str, ...]


def readiness(grades: ClassGrades) -> Readiness:
    """What to look at before grades become final. empty_items: keys of items that nobody has a score in."""
    lacking: set[int] = set()
    empty = []
    for item in grades.policy.items:
        if item.component.extra_credit:
            continue
        column = grades.gradebook.column(item.key)
        blank = [at for at, score in enumerate(column) if score.mark is Mark.MISSING]
        lacking.update(blank)
        if len(blank) == len(grades):
            empty.append(item.key)
    return Readiness(len(grades), grades.graded, len(grades) - grades.graded, len(lacking), tuple(empty))
