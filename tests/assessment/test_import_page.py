"""The import tab over HTTP: what was decided about a file outlives another file, and not its own replacement."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assessment import policyfile
from assessment.store import accounts, courses
from assessment.store.access import Desk
from assessment.store.database import Database
from tests import gradio_page, server
from tests.gradio_page import HandlerFailed, Page

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A program with one empty course."""
    folder = tmp_path_factory.mktemp("import")
    database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
    desk = Desk(database, accounts.add(database, "wang", PASSWORD, owner=True))
    courses.create(desk, "Course", "2026", policyfile.DEFAULT.read_text(encoding="utf-8"))
    database.close()
    with server.running(GALLERY_DATA_DIR=str(folder)) as address:
        yield address


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    """The page, with the course chosen."""
    made = gradio_page.grades(url, "wang", PASSWORD)
    made.do(None, "load")
    yield made
    made.client.close()


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def drop(page: Page, *files: Path) -> None:
    page.upload("import-files", list(files))
    page.do("import-files", "change")


def left(page: Page) -> str:
    return str(page.value("import-summary"))


def settle_first(page: Page, choice: str) -> None:
    found = str(page.value("import-findings")).split("data-do='settle:", 1)[1].split(":", 1)[0]
    page.do("import-findings", "submit", {"do": f"settle:{found}:{choice}"})


def test_decisions_outlive_another_file_but_not_a_new_version_of_their_own(page: Page, tmp_path: Path) -> None:
    labs = write(tmp_path, "labs.csv", "学号,实验1\n001,abc\n002,60\n")
    quiz = write(tmp_path, "quiz.csv", "学号,随堂测试\n001,70\n002,80\n")
    drop(page, labs, quiz)
    assert "written: 1" in left(page)
    settle_first(page, "keep")
    assert "Ready" in left(page)
    drop(page, labs)
    assert "Ready" in left(page), "the other file is gone, the decision stays"
    drop(page, labs, quiz)
    assert "Ready" in left(page)
    drop(page, write(tmp_path, "labs.csv", "学号,实验1\n001,xyz\n002,60\n"), quiz)
    assert "written: 1" in left(page), "another file of the same name is another file"


def test_a_decision_is_taken_back(page: Page, tmp_path: Path) -> None:
    drop(page, write(tmp_path, "labs.csv", "学号,实验1\n001,abc\n"))
    settle_first(page, "skip")
    assert "No student is left" in left(page)
    found = str(page.value("import-findings")).split("data-do='unsettle:", 1)[1].split("'", 1)[0]
    page.do("import-findings", "submit", {"do": f"unsettle:{found}"})
    assert "written: 1" in left(page)


def test_two_files_of_one_name_are_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    files = [write(tmp_path, "a.csv", "学号,实验1\n001,1\n"), write(tmp_path / "other", "a.csv", "学号,实验2\n001,2\n")]
    with pytest.raises(HandlerFailed, match=r"called a\.csv"):
        drop(page, *files)


def test_nothing_is_written_while_something_is_open(page: Page, tmp_path: Path) -> None:
    drop(page, write(tmp_path, "labs.csv", "学号,实验1\n001,abc\n002,60\n"))
    with pytest.raises(HandlerFailed, match="1 findings to settle"):
        page.do("import-write", "click")


def test_what_the_page_would_never_send_changes_nothing(page: Page, tmp_path: Path) -> None:
    drop(page, write(tmp_path, "labs.csv", "学号,实验1\n001,abc\n002,60\n"))
    before = left(page)
    for do in (
        "settle:deadbeef:keep",
        "settle::",
        "kind:score_unreadable:accept",
        "take:left:001\tlab1",
        "every:both",
        "",
        "x" * 9999,
    ):
        page.do("import-findings", "submit", {"do": do})
        assert left(page) == before, do
    for do, value in (("map:labs.csv!!实验1", "no_such"), ("map:other.csv!!x", "lab1"), ("id:labs.csv!!", "nowhere")):
        with pytest.raises(HandlerFailed):
            page.do("import-read", "submit", {"do": do, "value": value})
