"""What is written is kept, with who and why, and can be taken back; what may not be written is not."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa

from assessment import policyfile
from assessment.scores import MISSING, Mark, Score, read_score
from assessment.store import accounts, backup, courses, history, rolls, scores
from assessment.store.access import Desk, NotAllowed, Refused
from assessment.store.database import Database, NoDatabase, upgrade
from assessment.store.history import Wanted
from assessment.store.models import Base
from assessment.store.records import Place
from assessment.store.scores import Conflict, Edit

POLICY = policyfile.DEFAULT.read_text(encoding="utf-8")
ROOT = Path(__file__).resolve().parents[3]
Desks = Callable[..., Desk]


def score(text: str) -> Score:
    return read_score(text, Fraction(100))


def fill(desk: Desk, students: int = 3) -> int:
    """A course with some students who have a score in lab 1. Returns its id."""
    course = courses.create(desk, "深度学习", f"第 {len(courses.listed(desk)) + 1} 学期", POLICY)
    roster = {f"{number:04d}": (f"学生{number}", "一班") for number in range(1, students + 1)}
    places = (Place("实验.csv", None, f"C{row}") for row in range(2, students + 2))
    edits = [Edit(student, "lab1", score("80"), place=place) for student, place in zip(roster, places, strict=True)]
    scores.write(desk, course, "import", edits, roster=roster)
    return course


def stored(desk: Desk, course: int, student: str, item: str = "lab1") -> Score:
    book = scores.gradebook(desk, course)
    return book.column(item)[book.ids.index(student)]


# Scores


def test_scores_come_back_exactly(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    odd = {
        "lab1": Score(Fraction(17, 23), Mark.NONE, "17/23", 2), "lab2": score("0"), "lab3": score("缺考"),
        "lab4": score("缓考"),
        "lab5": score("EX"), "quiz": score("85.5"),
    }  # fmt: skip
    scores.write(one, course, "edit", [Edit("0002", item, value) for item, value in odd.items()])
    book = scores.gradebook(one, course)
    assert (book.ids, book.names[0], book.groups[0]) == (("0001", "0002", "0003"), "学生1", "一班")
    assert {item: value for item, value in book.scores(1).items() if value is not MISSING} == odd
    assert book.scores(0)["lab2"] is MISSING


def test_an_import_is_written_whole_or_not_at_all(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    edits = [Edit("0001", "lab2", score("70")), Edit("0002", "lab1", score("90"), expected=score("70"))]
    with pytest.raises(Conflict):
        scores.write(one, course, "import", edits, roster={"0009": ("新", "")})
    assert stored(one, course, "0001", "lab2") == MISSING
    assert "0009" not in scores.gradebook(one, course).ids
    with pytest.raises(Refused, match="no student 0099"):
        scores.write(one, course, "import", [Edit("0001", "lab2", score("70")), Edit("0099", "lab2", score("70"))])
    assert stored(one, course, "0001", "lab2") == MISSING


def test_the_second_of_two_instructors_is_told(database: Database, desk: Desks) -> None:
    first = desk("wang")
    course = fill(first)
    second = desk("li", owner=False)
    courses.let_in(first, course, "li", "instructor")
    seen = stored(first, course, "0001")
    scores.write(first, course, "edit", [Edit("0001", "lab1", score("90"), expected=seen)])
    with pytest.raises(Conflict) as caught:
        scores.write(second, course, "edit", [Edit("0001", "lab1", score("60"), expected=seen)])
    assert "90" in str(caught.value) and "60" in str(caught.value)
    assert caught.value.held == score("90")
    assert stored(first, course, "0001") == score("90")


def test_saving_what_is_there_changes_nothing(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    assert scores.write(one, course, "edit", [Edit("0001", "lab1", score("80"), place=Place())]) == 0
    assert len(history.deeds(one, course, Wanted(kind="edit"))) == 0


# History


def test_the_history_tells_who_when_what_and_from_where(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    scores.write(one, course, "edit", [Edit("0001", "lab1", score("85"))], why="复核")
    newest, first = history.deeds(one, course, Wanted(student_id="0001", item="lab1"))
    assert (newest.kind, newest.actor, newest.why, newest.before, newest.after) == ("edit", "wang", "复核", "80", "85")
    assert (first.kind, first.before, first.after, first.file, first.cell) == ("import", None, "80", "实验.csv", "C2")
    assert newest.at > first.at


def test_the_database_itself_refuses_to_rewrite_the_history(database: Database, desk: Desks) -> None:
    fill(desk())
    for statement in (
        "UPDATE entry SET after = 'x'",
        "DELETE FROM entry",
        "UPDATE change SET actor = 'x'",
        "DELETE FROM change",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="history only grows"), database.engine.begin() as connection:
            connection.execute(sa.text(statement))


def test_an_edit_can_be_undone_and_the_undo_too(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    change = scores.write(one, course, "edit", [Edit("0001", "lab1", score("")), Edit("0002", "lab1", score("85"))])
    assert stored(one, course, "0001") == MISSING
    undone = history.undo(one, course, change)
    assert (stored(one, course, "0001"), stored(one, course, "0002")) == (score("80"), score("80"))
    with pytest.raises(Refused, match="already"):
        history.undo(one, course, change)
    history.undo(one, course, undone)
    assert stored(one, course, "0002") == score("85")
    assert [deed.kind for deed in history.deeds(one, course, Wanted(student_id="0002", item="lab1"))] == [
        "undo",
        "undo",
        "edit",
        "import",
    ]


def test_undoing_an_import_takes_its_new_students_off(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    change = scores.write(
        one, course, "import", [Edit("0009", "lab1", score("70"))], roster={"0009": ("新", "二班"), "0001": ("改", "")}
    )
    undone = history.undo(one, course, change)
    book = scores.gradebook(one, course)
    assert (book.ids, book.names[0]) == (("0001", "0002", "0003"), "学生1")
    history.undo(one, course, undone)
    book = scores.gradebook(one, course)
    assert (book.ids[-1], book.names[-1], book.groups[-1], book.names[0]) == ("0009", "新", "二班", "改")


def test_an_undo_does_not_undo_what_somebody_did_later(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    change = scores.write(one, course, "edit", [Edit("0001", "lab1", score("85"))])
    scores.write(one, course, "edit", [Edit("0001", "lab1", score("95"))])
    with pytest.raises(Refused, match="Lab 1 of 0001 has been changed to 95 since"):
        history.undo(one, course, change)
    assert stored(one, course, "0001") == score("95")


# Roles


def test_roles_are_checked_for_every_deed(desk: Desks) -> None:
    owner = desk("wang")
    course = fill(owner)
    others = {role: desk(role, owner=False) for role in ("viewer", "instructor", "stranger")}
    for role in ("viewer", "instructor"):
        courses.let_in(owner, course, role, role)
    deeds = {
        "viewer": [lambda d: scores.gradebook(d, course), lambda d: courses.policy(d, course),
                   lambda d: history.deeds(d, course)],
        "instructor": [
            lambda d: scores.write(d, course, "edit", [Edit("0001", "lab1", score("81"))]),
            lambda d: rolls.call(d, course, "9/5", {"0001": "present"}),
            lambda d: history.undo(d, course, 2),
        ],
        "owner": [
            lambda d: courses.save_policy(d, course, POLICY), lambda d: courses.finalise(d, course),
            lambda d: courses.archive(d, course), lambda d: courses.let_in(d, course, "stranger", "viewer"),
            lambda d: courses.members(d, course),
        ],
    }  # fmt: skip
    ladder = ["stranger", "viewer", "instructor", "owner"]
    for least, some in deeds.items():
        below = ladder[: ladder.index(least)]
        for deed in some:
            for name in below:
                with pytest.raises(NotAllowed):
                    deed(others[name])
    assert stored(owner, course, "0001") == score("80")
    with pytest.raises(NotAllowed):
        courses.create(others["instructor"], "x", "y", POLICY)
    assert [card.id for card in courses.listed(others["stranger"])] == []
    assert [(card.id, card.role, card.students) for card in courses.listed(others["viewer"])] == [(course, "viewer", 3)]
    for deed in deeds["viewer"]:
        deed(others["viewer"])
    deeds["instructor"][0](others["instructor"])
    with pytest.raises(Refused):
        courses.let_in(owner, course, "wang", None)


def test_final_grades_are_locked_and_unlocking_is_recorded(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    courses.finalise(one, course)
    with pytest.raises(Refused, match="final"):
        scores.write(one, course, "edit", [Edit("0001", "lab1", score("81"))])
    with pytest.raises(Refused, match="final"):
        courses.save_policy(one, course, POLICY)
    courses.finalise(one, course, False, why="补考")
    scores.write(one, course, "edit", [Edit("0001", "lab1", score("81"))])
    assert [deed.kind for deed in history.deeds(one, course)][:3] == ["edit", "unlock", "finalise"]
    assert history.deeds(one, course, Wanted(kind="unlock"))[0].why == "补考"


def test_policies_have_versions(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    harder = POLICY.replace("at_least = 60", "at_least = 65")
    assert courses.save_policy(one, course, harder, why="学院规定") == 2
    assert courses.policy(one, course).letters[3].at_least == 65
    assert courses.policy(one, course, 1).letters[3].at_least == 60
    with pytest.raises(policyfile.BadPolicy):
        courses.save_policy(one, course, POLICY.replace("weight = 20", "weight = 21"))
    assert courses.policy(one, course).letters[3].at_least == 65


def test_courses_are_put_away_and_taken_out(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    courses.archive(one, course)
    assert courses.listed(one) == [] and [card.id for card in courses.listed(one, archived=True)] == [course]
    courses.archive(one, course, False)
    assert [card.id for card in courses.listed(one)] == [course]
    with pytest.raises(Refused):
        courses.create(one, "  ", "", POLICY)


def test_roll_call_makes_the_attendance(desk: Desks) -> None:
    one = desk()
    course = fill(one)
    rolls.call(one, course, "第1周", {"0001": "present", "0002": "late"})
    rolls.call(one, course, "第2周", {"0001": "absent", "0002": "present"})
    assert stored(one, course, "0001", "attendance").share == Fraction(1, 2)
    assert stored(one, course, "0002", "attendance").share == Fraction(3, 4)
    rolls.call(one, course, "第2周", {"0001": "present"})
    assert stored(one, course, "0001", "attendance").share == 1
    assert rolls.sessions(one, course)["第2周"] == {"0001": "present", "0002": "present"}
    assert history.deeds(one, course, Wanted(student_id="0001", item="第2周"))[0].before == "absent"


# Accounts


def test_passwords_are_hashed_and_wrong_tries_lock(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.add(database, " Wang ", "correct horse", owner=True)
    assert accounts.log_in(database, "WANG", "correct horse").username == "wang"
    with database.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT password_hash FROM account")).scalar_one()
    assert kept.startswith("$argon2id$") and "correct" not in kept
    for _ in range(accounts.TRIES):
        with pytest.raises(accounts.LoginRefused, match="name or the password is wrong"):
            accounts.log_in(database, "wang", "wrong")
    with pytest.raises(accounts.LoginRefused, match="try again in") as first:
        accounts.log_in(database, "wang", "correct horse")
    later = str(2099)
    monkeypatch.setattr(accounts, "now", lambda: later)
    with pytest.raises(accounts.LoginRefused, match="wrong"):
        accounts.log_in(database, "wang", "wrong")
    monkeypatch.undo()
    with pytest.raises(accounts.LoginRefused, match="try again in") as second:
        accounts.log_in(database, "wang", "correct horse")
    assert second.value.values["seconds"] > first.value.values["seconds"], "it locks for longer each time"
    accounts.set_password(database, "wang", "another password")
    assert accounts.log_in(database, "wang", "another password").owner


def test_a_wrong_name_gets_the_same_answer_as_a_wrong_password(database: Database) -> None:
    accounts.add(database, "wang", "correct horse")
    said = []
    for name in ("wang", "nobody"):
        with pytest.raises(accounts.LoginRefused) as caught:
            accounts.log_in(database, name, "wrong")
        said.append(str(caught.value))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("name", "password"), [("x", "correct horse"), ("a b", "correct horse"), ("wang", "short"), ("wang", "x" * 300)]
)
def test_bad_accounts_are_refused(database: Database, name: str, password: str) -> None:
    with pytest.raises(accounts.BadAccount):
        accounts.add(database, name, password)
    assert not accounts.any_account(database)


def test_a_new_password_ends_old_sessions_and_an_owner_stays(database: Database) -> None:
    person = accounts.add(database, "wang", "correct horse", owner=True)
    token = accounts.open_session(database, person)
    assert accounts.session_person(database, token) == person
    assert accounts.session_person(database, token + "x") is None
    accounts.set_password(database, "wang", "another password")
    assert accounts.session_person(database, token) is None
    token = accounts.open_session(database, person)
    with database.engine.begin() as connection:
        assert token not in str(connection.execute(sa.text("SELECT * FROM login")).all()), "only its digest is kept"
        connection.execute(sa.text("UPDATE login SET seen_at = '2020'"))
    assert accounts.session_person(database, token) is None, "it has expired"
    token = accounts.open_session(database, person)
    accounts.close_session(database, token)
    assert accounts.session_person(database, token) is None
    with pytest.raises(accounts.BadAccount, match="last owner"):
        accounts.remove(database, "wang")
    accounts.add(database, "li", "correct horse", owner=True)
    with pytest.raises(accounts.BadAccount, match="exists"):
        accounts.add(database, "LI", "correct horse")
    accounts.remove(database, "wang")
    assert [one.username for one in accounts.everybody(database)] == ["li"]
    with pytest.raises(accounts.BadAccount, match="already"):
        accounts.add(database, "zhao", "correct horse", first=True)


# Migrations, backup


def test_an_older_database_is_brought_up_to_date_with_what_is_in_it(url: str) -> None:
    engine = sa.create_engine(sa.engine.make_url(url))
    upgrade(engine, "0001")
    with engine.begin() as connection:
        assert "roll_mark" not in sa.inspect(connection).get_table_names()
        connection.execute(
            sa.text("INSERT INTO course (name, term, policy_number, created_at) VALUES ('旧课', '2025', 1, 'then')")
        )
    engine.dispose()
    newer = Database(url)
    with newer.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT name FROM course")).scalar_one() == "旧课"
        assert "roll_mark" in sa.inspect(connection).get_table_names()
    newer.close()


def test_the_migrations_make_the_tables_that_the_program_expects(database: Database) -> None:
    with database.engine.connect() as connection:
        found = sa.inspect(connection)
        for table in Base.metadata.sorted_tables:
            assert {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())
            nullable = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
            assert all(nullable[column.name] == column.nullable for column in table.columns)


def test_a_database_of_a_newer_program_is_refused(database: Database, url: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NoDatabase, match="newer version"):
        Database(url)


def test_backup_and_restore(database: Database, desk: Desks, tmp_path: Path) -> None:
    one = desk()
    course = fill(one)
    scores.write(one, course, "edit", [Edit("0001", "lab1", score("85"))])
    assert backup.save(database, tmp_path / "all.zip") > 10
    if os.name != "nt":
        assert (tmp_path / "all.zip").stat().st_mode & 0o077 == 0, "nobody else can read it"
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    backup.restore(other, tmp_path / "all.zip")
    again = Desk(other, accounts.log_in(other, "wang", "correct horse battery"))
    assert stored(again, course, "0001") == score("85")
    assert history.deeds(again, course) == history.deeds(one, course)
    scores.write(again, course, "edit", [Edit("0001", "lab1", score("86"))])
    with pytest.raises(backup.NoBackup, match="not overwritten"):
        backup.restore(other, tmp_path / "all.zip")
    (tmp_path / "broken.zip").write_bytes((tmp_path / "all.zip").read_bytes()[:200])
    with pytest.raises(backup.NoBackup, match="no complete backup"):
        backup.restore(other, tmp_path / "broken.zip")
    other.close()


def test_a_backup_is_restored_into_the_same_kind_of_database(database: Database, desk: Desks, url: str, tmp_path: Path) -> None:
    course = fill(desk())
    backup.save(database, tmp_path / "all.zip")
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    if url.startswith("sqlite"):
        database.close()
        Path(url.removeprefix("sqlite:///")).unlink()
        database = Database(url)
    else:
        with database.engine.begin() as connection:
            connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    backup.restore(database, tmp_path / "all.zip")
    again = Desk(database, accounts.log_in(database, "wang", "correct horse battery"))
    assert courses.create(again, "新课", "", POLICY) == course + 1, "numbers go on where they were"


# Many at once, and in the middle


def test_twenty_instructors_at_once_lose_nothing(database: Database, desk: Desks) -> None:
    owner = desk()
    shared = fill(owner, students=20)
    mine = {number: fill(owner) for number in range(20)}
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(5):
                scores.write(owner, mine[number], "edit", [Edit("0001", f"lab{1 + step}", score(str(50 + number)))])
                scores.write(owner, shared, "edit", [Edit(f"{number + 1:04d}", f"lab{1 + step}", score(str(step)))])
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    book = scores.gradebook(owner, shared)
    assert [[book.column(f"lab{1 + step}")[student].text for step in range(5)] for student in range(20)] == [list("01234")] * 20
    for number, course in mine.items():
        assert {stored(owner, course, "0001", f"lab{1 + step}").text for step in range(5)} == {str(50 + number)}


KILLED = """
import sys
from assessment.store import accounts, scores
from assessment.store.access import Desk
from assessment.store.database import Database
from assessment.store.scores import Edit
from assessment.scores import Mark, Score
from fractions import Fraction
database = Database(sys.argv[1])
desk = Desk(database, accounts.log_in(database, "wang", "correct horse battery"))
course, number = int(sys.argv[2]), 0
roster = {f"9{n:05d}": ("n", "") for n in range(400)}
while True:
    number += 1
    edits = [Edit(s, f"lab{l}", Score(Fraction(number % 100, 100), Mark.NONE, str(number))) for s in roster for l in (1, 2, 3)]
    scores.write(desk, course, "import", edits, roster=roster)
    print(number, flush=True)
"""


def test_a_process_killed_in_the_middle_of_an_import_leaves_all_or_nothing(desk: Desks, url: str) -> None:
    one = desk()
    course = fill(one)
    for pause in (0.0, 0.13, 0.29):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, url, str(course)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()  # one import is through, the next has begun
        time.sleep(pause)
        process.kill()
        process.communicate()
        book = scores.gradebook(one, course)
        texts = {
            book.column(f"lab{lab}")[at].text
            for at, student in enumerate(book.ids)
            if student.startswith("9")
            for lab in (1, 2, 3)
        }
        assert len(texts) == 1, "one import, whole"
        newest = history.deeds(one, course, Wanted(kind="import"), limit=1200)
        assert len({deed.change for deed in newest}) == 1
