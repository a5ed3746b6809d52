"""The class gallery and the roll call's pictures over HTTP, with a face ID that knows colours; and that no photo stays."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from assessment import policyfile
from assessment.store import accounts, courses, faces, history, scores
from assessment.store.access import Desk
from assessment.store.database import Database
from assessment.store.history import Wanted
from tests import gradio_page, server
from tests.gradio_page import HandlerFailed, Page

PASSWORD = "correct horse battery"
RED, GREEN, BLUE, GREY, BLACK = (220, 20, 20), (20, 200, 20), (20, 20, 220), (150, 150, 150), (0, 0, 0)


@dataclass
class World:
    """A running program with two courses, and the database behind it."""

    folder: Path
    url: str
    database: Database

    def desk(self, who: str) -> Desk:
        person = accounts.named(self.database, who)
        assert person is not None
        return Desk(self.database, person)

    def page(self, who: str, course: int = 1) -> Page:
        page = gradio_page.grades(self.url, who, PASSWORD)
        page.do(None, "load")
        page.put("grades-course", course)
        page.do("grades-course", "change")
        return page

    def pictures(self) -> list[Path]:
        """Everything that lies in the gradebook's upload folder."""
        return [file for file in (self.folder / "uploads" / "gradebook").rglob("*") if file.is_file()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """wang owns course 1 with a viewer, li owns course 2."""
    folder = tmp_path_factory.mktemp("faces")
    database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
    for name in ("wang", "li", "viewer"):
        desk = Desk(database, accounts.add(database, name, PASSWORD, owner=name != "viewer"))
        if desk.person.owner:
            course = courses.create(desk, f"Course of {name}", "2026", policyfile.DEFAULT.read_text(encoding="utf-8"))
            roster = {"0001": ("红 <b>", "一班"), "0002": ("绿", "一班"), "0003": ("蓝", "")}
            scores.write(desk, course, "import", [], roster=roster)
    with server.running(program=("-m", "tests.assessment.fake_faces"), GALLERY_DATA_DIR=str(folder)) as url:
        world = World(folder, url, database)
        courses.let_in(world.desk("wang"), 1, "viewer", "viewer")
        yield world
    database.close()


@pytest.fixture
def world(running: World) -> World:
    """The same, with nobody enrolled."""
    for who, course in (("wang", 1), ("li", 2)):
        faces.remove_all(running.desk(who), course)
    return running


def photo(folder: Path, name: str, *colours: tuple[int, int, int]) -> Path:
    """A picture of four quarters at most, each of one colour; one colour fills it."""
    picture = Image.new("RGB", (80, 60), colours[0] if len(colours) == 1 else BLACK)
    for at, colour in enumerate(colours if len(colours) > 1 else ()):
        picture.paste(colour, (at * 20, 0, at * 20 + 20, 60))
    picture.save(folder / name)
    return folder / name


def enrol(page: Page, *files: Path) -> str:
    page.upload("faces-many", list(files))
    page.do("faces-many", "upload")
    return str(page.value("faces-outcome"))


def test_an_upload_lies_where_the_other_tests_look(world: World, tmp_path: Path) -> None:
    page = world.page("wang")
    page.upload("faces-many", [photo(tmp_path, "0001.png", RED)])
    [lying] = world.pictures()
    page.do("faces-many", "upload")
    assert not world.pictures() and not lying.parent.exists()


def show(page: Page, element: str, file: Path, event: str = "input") -> None:
    page.upload(element, [file])
    page.put(element, page.value(element)[0])
    page.do(element, event)


def seen(page: Page) -> list[str]:
    """Whom the list was told last."""
    [handler] = page.handlers("roll-photo", "input")
    return list(json.loads(page.answers[handler["id"]][1]["props"]["seen"])["seen"])


def test_many_photos_are_enrolled_and_one_that_fails_keeps_none_out(world: World, tmp_path: Path) -> None:
    page = world.page("wang")
    files = [
        photo(tmp_path, "0001.png", RED), photo(tmp_path, "0001_2.png", RED), photo(tmp_path, "0002.png", BLACK),
        photo(tmp_path, "9999.png", BLUE), photo(tmp_path, "0003 蓝.png", BLUE),
    ]  # fmt: skip
    (tmp_path / "0002_2.jpg").write_text("no picture")
    said = enrol(page, *files, tmp_path / "0002_2.jpg")
    assert "Enrolled: 3 of 6" in said
    for sentence in ("no face in the picture", "not named after a student", "not a picture that can be read"):
        assert sentence in said
    desk = world.desk("wang")
    assert faces.counts(desk, 1) == {"0001": {"colours": 2}, "0003": {"colours": 1}}
    assert "Students enrolled: 2 of 3" in str(page.value("faces-list")) and "红 &lt;b&gt;" in str(page.value("faces-list"))
    newest = history.deeds(desk, 1, limit=2)
    assert len({deed.change for deed in newest}) == 1 and {deed.kind for deed in newest} == {"face"}
    assert page.value("faces-many") is None and not world.pictures()
    with pytest.raises(HandlerFailed, match="cannot be undone"):
        page.do("history-list", "submit", {"do": f"undo:{newest[0].change}"})


def test_one_photo_of_a_chosen_student(world: World, tmp_path: Path) -> None:
    page = world.page("wang")
    show(page, "faces-one", photo(tmp_path, "image.png", GREEN))
    assert "Choose first" in str(page.value("faces-outcome")) and not world.pictures()
    page.put("faces-student", "0002")
    show(page, "faces-one", photo(tmp_path, "image.png", GREEN))
    assert "Enrolled: 1 of 1" in str(page.value("faces-outcome"))
    assert faces.counts(world.desk("wang"), 1) == {"0002": {"colours": 1}}
    assert page.value("faces-one") is None and page.value("faces-student") == "0002" and not world.pictures()


def test_a_classroom_photo_proposes_and_writes_nothing(world: World, tmp_path: Path) -> None:
    page = world.page("wang")
    enrol(page, photo(tmp_path, "0001.png", RED), photo(tmp_path, "0002.png", GREEN))
    before = len(history.deeds(world.desk("wang"), 1, Wanted(kind="roll")))
    show(page, "roll-photo", photo(tmp_path, "class.png", RED, GREY, BLUE, RED))
    assert seen(page) == ["0001"]
    found = str(page.value("roll-found"))
    assert "红 &lt;b&gt;" in found and "红 <b>" not in found and "Recognised 1" in found
    assert found.count("face known") == 2 and found.count("face unknown") == 2 and "Unknown faces: 2." in found
    assert "left:75.00%" in found and "data:image/jpeg;base64," in found
    assert len(history.deeds(world.desk("wang"), 1, Wanted(kind="roll"))) == before, "the instructor confirms"
    assert page.value("roll-photo") is None and not world.pictures()


def test_an_empty_gallery_says_what_to_do_first(world: World, tmp_path: Path) -> None:
    page = world.page("wang")
    assert "Nobody is enrolled yet" in str(page.value("faces-list"))
    show(page, "roll-photo", photo(tmp_path, "class.png", RED))
    assert "Nobody is enrolled yet" in str(page.value("roll-found")) and not world.pictures()
    show(page, "roll-photo", photo(tmp_path, "class.png", RED))


def test_what_is_no_photo_of_anybody_is_said_and_not_kept(world: World, tmp_path: Path) -> None:
    page = world.page("wang")
    enrol(page, photo(tmp_path, "0001.png", RED))
    show(page, "roll-photo", photo(tmp_path, "class.png", BLACK))
    assert "no face in the picture" in str(page.value("roll-found"))
    (tmp_path / "class.jpg").write_text("no picture")
    show(page, "roll-photo", tmp_path / "class.jpg")
    assert "not a picture that can be read" in str(page.value("roll-found")) and not world.pictures()


@pytest.mark.parametrize(("who", "course"), [("viewer", 1), ("li", 1), ("wang", 2)])
def test_a_viewer_and_another_courses_instructor_are_refused(world: World, tmp_path: Path, who: str, course: int) -> None:
    owner = {1: "wang", 2: "li"}[course]
    insider = world.page(owner, course)
    enrol(insider, photo(tmp_path, "0001.png", RED))
    page = gradio_page.grades(world.url, who, PASSWORD)
    page.do(None, "load")
    page.put("grades-course", course)
    page.upload("faces-many", [photo(tmp_path, "0002.png", GREEN)])
    for element, event in (("faces-many", "upload"), ("faces-one", "input"), ("roll-photo", "input")):
        if element != "faces-many":
            page.upload(element, [photo(tmp_path, "class.png", RED)])
            page.put(element, page.value(element)[0])
        refused = ""
        try:
            page.do(element, event)
            refused = str(page.value("faces-outcome")) + str(page.value("roll-found"))
        except HandlerFailed as problem:  # the drop-down itself knows no such course
            refused = str(problem)
        assert "role" in refused or "choices" in refused, refused
    for do in ("remove:0001", "remove-all:"):
        with pytest.raises(HandlerFailed):
            page.do("faces-list", "submit", {"do": do})
    assert faces.counts(world.desk(owner), course) == {"0001": {"colours": 1}}
    assert "0001" not in str(page.value("faces-list")) and "Recognised" not in str(page.value("roll-found"))
    for left in world.pictures():  # where Gradio itself refuses, no handler saw the file; it goes within the hour
        left.unlink()


def test_one_student_or_all_are_deleted(world: World, tmp_path: Path) -> None:
    page = world.page("wang")
    enrol(page, *(photo(tmp_path, f"000{at}.png", colour) for at, colour in enumerate((RED, GREEN, BLUE), start=1)))
    page.do("faces-list", "submit", {"do": "remove:0002"})
    assert "Deleted for good" in str(page.value("faces-outcome"))
    assert set(faces.counts(world.desk("wang"), 1)) == {"0001", "0003"}
    page.do("faces-list", "submit", {"do": "remove:nobody"})
    page.do("faces-list", "submit", {"do": "remove-all:"})
    assert faces.counts(world.desk("wang"), 1) == {} and "Nobody is enrolled yet" in str(page.value("faces-list"))
