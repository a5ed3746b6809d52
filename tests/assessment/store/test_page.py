"""Twenty instructors on twenty courses at once, through the page's own endpoints, on both databases."""

import threading
from collections.abc import Callable
from pathlib import Path

from assessment import policyfile
from assessment.store import accounts, courses, scores
from assessment.store.access import Desk
from assessment.store.database import Database
from tests import gradio_page, server

PASSWORD = "correct horse battery"
COURSES, STUDENTS, ITEMS = 20, 3, ("lab1", "lab2", "quiz")


def test_twenty_instructors_on_the_page_lose_nothing(
    database: Database, desk: Callable[..., Desk], url: str, tmp_path: Path
) -> None:
    owner = desk("owner")
    text = policyfile.DEFAULT.read_text(encoding="utf-8")
    mine = [courses.create(owner, f"Course {number}", "2026", text) for number in range(COURSES)]
    for number, course in enumerate(mine):
        accounts.add(database, f"person{number}", PASSWORD)
        courses.let_in(owner, course, f"person{number}", "instructor")
        scores.write(owner, course, "import", [], roster={f"000{at}": ("", "") for at in range(STUDENTS)})
    failures: list[str] = []

    def work(number: int, address: str) -> None:
        try:
            page = gradio_page.grades(address, f"person{number}", PASSWORD)
            page.do(None, "load")
            assert page.value("grades-course") == mine[number]
            for at in range(STUDENTS):
                for item in ITEMS:
                    value = str(10 + number + at)
                    page.do("scores-table", "input", {"row": f"000{at}", "column": item, "before": "", "value": value})
                    assert "Saved" in page.value("scores-note"), page.value("scores-note")
        except BaseException as problem:
            failures.append(f"{number}: {problem!r}")

    with server.running(GALLERY_DATA_DIR=str(tmp_path / "data"), GALLERY_DATABASE_URL=url) as address:
        threads = [threading.Thread(target=work, args=(number, address)) for number in range(COURSES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failures
    for number, course in enumerate(mine):
        book = scores.gradebook(owner, course)
        for at in range(STUDENTS):
            assert [book.column(item)[at].text for item in ITEMS] == [str(10 + number + at)] * len(ITEMS)
