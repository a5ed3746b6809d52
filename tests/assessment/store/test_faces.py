"""The class gallery in the store: who may, what the history tells, and that what is deleted stays deleted."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from assessment import policyfile
from assessment.recognising import Vector
from assessment.store import backup, courses, faces, history, scores
from assessment.store.access import Desk, NotAllowed, Refused
from assessment.store.database import Database, upgrade
from assessment.store.history import Wanted

POLICY = policyfile.DEFAULT.read_text(encoding="utf-8")
Desks = Callable[..., Desk]


def vector(number: int, size: int = 512) -> Vector:
    made = np.random.default_rng(number).normal(size=size)
    return (made / np.linalg.norm(made)).astype(np.float32)


@pytest.fixture
def one(desk: Desks) -> Desk:
    """An owner with a course of three, an instructor "li" and a viewer "zhao" in it."""
    found = desk()
    course = courses.create(found, "深度学习", "2026 秋", POLICY)
    scores.write(found, course, "import", [], roster={f"000{number}": (f"学生{number}", "") for number in (1, 2, 3)})
    for name, role in (("li", "instructor"), ("zhao", "viewer")):
        desk(name, owner=False)
        courses.let_in(found, course, name, role)  # type: ignore[arg-type]
    return found


def desk_of(one: Desk, name: str) -> Desk:
    from assessment.store import accounts

    person = accounts.named(one.database, name)
    assert person is not None
    return Desk(one.database, person)


def rows(one: Desk) -> int:
    with one.database.read() as session:
        return int(session.execute(sa.text("SELECT count(*) FROM face")).scalar_one())


def test_vectors_come_back_exactly_and_only_to_their_own_engine(one: Desk) -> None:
    teacher = desk_of(one, "li")
    faces.add(teacher, 1, "0001", "resnet", vector(1))
    faces.add(teacher, 1, "0001", "resnet", vector(2))
    faces.add(teacher, 1, "0002", "other", vector(3, 128))
    known = faces.known(teacher, 1, "resnet")
    assert list(known) == ["0001"] and known["0001"].dtype == np.float32
    np.testing.assert_array_equal(known["0001"], np.stack([vector(1), vector(2)]))
    assert faces.known(teacher, 1, "other")["0002"].shape == (1, 128) and faces.known(teacher, 1, "none") == {}
    assert faces.counts(teacher, 1) == {"0001": {"resnet": 2}, "0002": {"other": 1}}


def test_viewers_and_strangers_neither_write_nor_read(one: Desk, desk: Desks) -> None:
    faces.add(one, 1, "0001", "resnet", vector(1))
    for nobody in (desk_of(one, "zhao"), desk("stranger", owner=True)):
        for deed in (
            lambda d: faces.add(d, 1, "0001", "resnet", vector(2)), lambda d: faces.remove(d, 1, "0001"),
            lambda d: faces.remove_all(d, 1), lambda d: faces.known(d, 1, "resnet"), lambda d: faces.counts(d, 1),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                deed(nobody)
    assert rows(one) == 1


def test_one_that_is_refused_keeps_no_other_out(one: Desk) -> None:
    found = [("0001", vector(at)) for at in range(faces.MOST + 1)] + [("0009", vector(20)), ("0002", vector(21))]
    change, outcomes = faces.add_all(one, 1, "resnet", found)
    assert [str(out) for out in outcomes if out] == [
        "0001 has 8 photos already, which is the most; delete them first to replace them.",
        "There is no student 0009 in this course; load the page again.",
    ]
    assert faces.counts(one, 1) == {"0001": {"resnet": 8}, "0002": {"resnet": 1}}
    told = {(deed.kind, deed.student_id, deed.before, deed.after) for deed in history.deeds(one, 1, Wanted(change=change))}
    assert told == {("face", "0001", "0", "8"), ("face", "0002", "0", "1")}, "one change, counts and no vectors"
    with pytest.raises(Refused, match="most"):
        faces.add(one, 1, "0001", "resnet", vector(99))


@pytest.mark.parametrize("bad", [np.zeros(4, np.float32), np.array([np.nan], np.float32), np.ones((2, 2), np.float32)])
def test_what_is_no_vector_is_the_engines_mistake(one: Desk, bad: Vector) -> None:
    with pytest.raises(ValueError, match="no embedding"):
        faces.add(one, 1, "0001", "resnet", bad)
    assert rows(one) == 0


def test_deleting_is_for_good_and_works_in_a_final_course(one: Desk) -> None:
    added = faces.add(one, 1, "0001", "resnet", vector(1))
    faces.add(one, 1, "0002", "resnet", vector(2))
    faces.add(one, 1, "0003", "other", vector(3))
    courses.finalise(one, 1)
    with pytest.raises(Refused, match="final"):
        faces.add(one, 1, "0001", "resnet", vector(4))
    gone = faces.remove(one, 1, "0001")
    assert gone and faces.remove(one, 1, "0001") == 0, "nothing is told twice"
    assert set(faces.counts(one, 1)) == {"0002", "0003"}
    everything = faces.remove_all(one, 1)
    assert faces.counts(one, 1) == {} and rows(one) == 0
    courses.finalise(one, 1, False)
    for change in (added, gone, everything):
        with pytest.raises(Refused, match="cannot be undone"):
            history.undo(one, 1, change)
    assert rows(one) == 0


def test_faces_go_with_their_student_and_no_undo_brings_them_back(one: Desk) -> None:
    change = scores.write(one, 1, "import", [], roster={"0007": ("新生", "")})
    faces.add(one, 1, "0007", "resnet", vector(7))
    undone = history.undo(one, 1, change)
    assert rows(one) == 0
    assert ("face", "1", "0") in {(d.field, d.before, d.after) for d in history.deeds(one, 1, Wanted(change=undone))}
    history.undo(one, 1, undone)
    assert "0007" in scores.gradebook(one, 1).ids, "the student is there again"
    assert rows(one) == 0 and faces.known(one, 1, "resnet") == {}


def test_the_database_itself_takes_them_along(one: Desk) -> None:
    faces.add(one, 1, "0001", "resnet", vector(1))
    with one.database.write() as session:
        session.execute(sa.text("DELETE FROM student WHERE student_id = '0001'"))
    assert rows(one) == 0


def test_an_archived_course_keeps_no_faces(one: Desk) -> None:
    other = courses.create(one, "另一门", "", POLICY)
    scores.write(one, other, "import", [], roster={"0001": ("学生1", "")})
    for course in (1, other):
        faces.add(one, course, "0001", "resnet", vector(course))
    courses.archive(one, 1)
    courses.archive(one, 1, False)
    assert faces.counts(one, 1) == {} and set(faces.counts(one, other)) == {"0001"}, "the other course is as it was"
    assert ("face", "1", "0") in {(d.field, d.before, d.after) for d in history.deeds(one, 1, Wanted(kind="course"))}


def test_a_student_of_the_same_id_in_another_course_is_untouched(one: Desk) -> None:
    other = courses.create(one, "另一门", "", POLICY)
    scores.write(one, other, "import", [], roster={"0001": ("学生1", "")})
    faces.add(one, 1, "0001", "resnet", vector(1))
    faces.add(one, other, "0001", "resnet", vector(2))
    faces.remove_all(one, 1)
    assert faces.known(one, other, "resnet")["0001"].shape == (1, 512)


def test_nothing_lingers_in_sqlites_files(one: Desk, url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("a file of SQLite's own")
    file = Path(url.removeprefix("sqlite:///"))
    files = lambda: b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))  # noqa: E731
    secret = vector(1).tobytes()[:64]
    faces.add(one, 1, "0001", "resnet", vector(1))
    assert secret in files()
    faces.remove(one, 1, "0001")
    assert secret not in files()
    change = scores.write(one, 1, "import", [], roster={"0007": ("新生", "")})
    faces.add(one, 1, "0007", "resnet", vector(1))
    history.undo(one, 1, change)
    assert secret not in files()


def test_a_backup_holds_no_faces(one: Desk, tmp_path: Path) -> None:
    faces.add(one, 1, "0001", "resnet", vector(1))
    backup.save(one.database, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "face.json" not in archive.namelist() and "student.json" in archive.namelist()
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    backup.restore(other, tmp_path / "all.zip")
    again = desk_of(Desk(other, one.person), "wang")
    assert faces.counts(again, 1) == {} and set(scores.gradebook(again, 1).ids) == {"0001", "0002", "0003"}
    faces.add(again, 1, "0001", "resnet", vector(1))
    other.close()


def test_a_database_from_before_the_gallery_gets_one(url: str) -> None:
    engine = sa.create_engine(sa.engine.make_url(url))
    upgrade(engine, "0002")
    with engine.begin() as connection:
        assert "face" not in sa.inspect(connection).get_table_names()
    engine.dispose()
    newer = Database(url)
    with newer.engine.connect() as connection:
        assert "face" in sa.inspect(connection).get_table_names()
        [key] = sa.inspect(connection).get_foreign_keys("face")
        assert (key["referred_table"], key["options"].get("ondelete")) == ("student", "CASCADE")
    newer.close()
