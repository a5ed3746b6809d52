"""Roll calls that are corrected and taken back; names that differ; what is refused so that nothing is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assessment import importing, policyfile
from assessment.store import courses, history, imports, rolls, scores
from assessment.store.access import Desk, Refused
from assessment.store.history import Wanted
from assessment.store.imports import Difference

POLICY = policyfile.DEFAULT.read_text(encoding="utf-8")
Desks = Callable[..., Desk]


@pytest.fixture
def one(desk: Desks) -> Desk:
    """An owner with a course of three, without scores."""
    found = desk()
    course = courses.create(found, "深度学习", "2026 秋", POLICY)
    scores.write(found, course, "import", [], roster={f"000{number}": (f"学生{number}", "一班") for number in (1, 2, 3)})
    return found


def attendance(desk: Desk, student: str) -> str:
    return scores.one(desk, 1, student, "attendance").text


def load(folder: Path, text: str) -> importing.Import:
    (folder / "a.csv").write_text(text, encoding="utf-8")
    return importing.load([folder / "a.csv"], policyfile.read())


def test_a_mark_can_be_taken_off_again(one: Desk) -> None:
    rolls.call(one, 1, "第1周", {"0001": "present", "0002": "absent"})
    rolls.call(one, 1, "第2周", {"0001": "absent"})
    assert (attendance(one, "0001"), attendance(one, "0002")) == ("1/2", "0/1")
    rolls.call(one, 1, "第2周", {"0001": ""})
    assert attendance(one, "0001") == "1/1" and rolls.sessions(one, 1) == {"第1周": {"0001": "present", "0002": "absent"}}
    rolls.call(one, 1, "第1周", {"0002": ""})
    assert attendance(one, "0002") == "", "nobody called him: missing, not zero"


def test_attendance_that_was_imported_is_not_replaced_unasked(one: Desk, tmp_path: Path) -> None:
    imports.write(one, 1, load(tmp_path, "学号,考勤\n0001,95\n"), [], set())
    with pytest.raises(Refused, match="0001"):
        rolls.call(one, 1, "第1周", {"0002": "present", "0001": "absent"})
    assert attendance(one, "0001") == "95" and attendance(one, "0002") == "", "all or nothing"
    change = rolls.call(one, 1, "第1周", {"0001": "absent"}, replace=True)
    assert attendance(one, "0001") == "0/1"
    history.undo(one, 1, change, "ticked by mistake")
    assert attendance(one, "0001") == "95" and rolls.sessions(one, 1) == {}


def test_a_roll_call_that_was_corrected_since_is_not_undone(one: Desk) -> None:
    first = rolls.call(one, 1, "第1周", {"0001": "absent"})
    second = rolls.call(one, 1, "第1周", {"0001": "leave"})
    with pytest.raises(Refused, match="since"):
        history.undo(one, 1, first)
    history.undo(one, 1, second)
    history.undo(one, 1, first)
    assert attendance(one, "0001") == ""
    assert [deed.kind for deed in history.deeds(one, 1, Wanted(item="第1周"))] == ["undo", "undo", "roll", "roll"]


def test_a_name_that_differs_is_a_difference_and_kept_unless_taken(one: Desk, tmp_path: Path) -> None:
    found = load(tmp_path, "学号,姓名,班级,实验1\n0001,王五,一班,80\n0002,,二班,70\n0004,新,三班,60\n")
    different = imports.differences(found, scores.gradebook(one, 1))
    assert [(one.student_id, one.item, one.stored, one.incoming) for one in different] == [
        ("0001", "name", "学生1", "王五"), ("0002", "group", "一班", "二班"),
    ]  # fmt: skip
    imports.write(one, 1, found, different, {("0002", "group")})
    book = scores.gradebook(one, 1)
    assert (book.names[:2], book.groups[:2]) == (("学生1", "学生2"), ("一班", "二班"))
    assert (book.ids[3], book.names[3]) == ("0004", "新")


def test_a_name_that_somebody_gave_meanwhile_is_not_overwritten(one: Desk, tmp_path: Path) -> None:
    found = load(tmp_path, "学号,姓名,实验1\n0001,学生1,80\n")
    seen: list[Difference] = imports.differences(found, scores.gradebook(one, 1))
    scores.write(one, 1, "edit", [], roster={"0001": ("改名", "")})
    with pytest.raises(Refused, match="改名"):
        imports.write(one, 1, found, seen, set())
    assert scores.gradebook(one, 1).names[0] == "改名" and scores.one(one, 1, "0001", "lab1").text == ""


def test_what_somebody_keeps_stays_even_if_it_vanishes_meanwhile(one: Desk, tmp_path: Path) -> None:
    imports.write(one, 1, load(tmp_path, "学号,实验1\n0001,80\n"), [], set())
    found = load(tmp_path, "学号,实验1\n0001,90\n")
    seen = imports.differences(found, scores.gradebook(one, 1))
    history.undo(one, 1, history.deeds(one, 1, limit=1)[0].change)
    imports.write(one, 1, found, seen, set())
    assert scores.one(one, 1, "0001", "lab1").text == "", "he chose not to take the file's score"


def test_two_courses_of_one_name_and_reasons_like_books_are_refused(one: Desk) -> None:
    with pytest.raises(Refused, match="already"):
        courses.create(one, " 深度\u202e学习", "2026 秋", POLICY)
    with pytest.raises(Refused, match="500"):
        courses.finalise(one, 1, True, "x" * 501)
    assert not courses.card(one, 1).finalised_at
    assert one.role(10**30) is None and one.role(-1) is None


def test_versions_of_a_policy_and_filters_of_the_history(one: Desk) -> None:
    courses.save_policy(one, 1, POLICY.replace("weight = 30", "weight = 30.0"))
    assert [(version.number, version.counts) for version in courses.versions(one, 1)] == [(2, True), (1, False)]
    assert courses.policy_text(one, 1, 1) == POLICY
    today = history.deeds(one, 1, limit=1)[0].at[:10]
    everything = history.deeds(one, 1)
    assert history.deeds(one, 1, Wanted(since=today, until=today)) == everything
    assert history.deeds(one, 1, Wanted(until="2020-01-01")) == history.deeds(one, 1, Wanted(since="2999-01-01")) == []
    assert {deed.kind for deed in history.deeds(one, 1, Wanted(kind="policy", actor="wang"))} == {"policy"}
    assert history.deeds(one, 1, Wanted(actor="somebody")) == []
