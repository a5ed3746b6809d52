"""What is decided about a finding takes effect, makes the finding go away, and touches no other score."""

import csv
import random
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from assessment import importing, policyfile, settling
from assessment.findings import Finding, Spot, column_number
from assessment.importing.preview import Preview
from assessment.scores import MISSING, Score
from assessment.settling import Choice, Decision

POLICY = policyfile.read()


class Desk:
    """Files on a desk, and what was decided about them so far."""

    def __init__(self, folder: Path, **texts: str) -> None:
        self.paths = []
        for name, text in texts.items():
            self.paths.append(folder / f"{name}.csv")
            self.paths[-1].write_text(text, encoding="utf-8")
        self.decided: dict[str, Decision] = {}
        self.load = self.read()

    def read(self) -> importing.Import:
        self.load = importing.load(self.paths, POLICY, without=settling.all_left_out(self.decided.values()))
        return self.load

    def open(self) -> list[Finding]:
        """What is still to be settled, without the items that no file has."""
        return [one for one in settling.still_open(self.load.findings, self.decided) if one.code != "item_without_column"]

    def decide(self, code: str, choice: Choice) -> None:
        (one,) = [one for one in self.open() if one.code == code]
        assert choice in settling.choices(one)
        self.decided[one.id] = Decision(one, choice)
        self.read()
        assert code not in {one.code for one in self.open()}, "settled is settled"

    def score(self, student: str, item: str = "lab1") -> Score | None:
        book = self.load.gradebook
        return book.column(item)[book.ids.index(student)] if student in book.ids else None


def points(score: Score | None) -> Fraction | None:
    return None if score is None or score.share is None else score.share * 100


@pytest.mark.parametrize(("choice", "left"), [("left", 70), ("right", 90), ("keep", None), ("skip", 70)])
def test_two_scores_for_one_cell(tmp_path: Path, choice: Choice, left: int | None) -> None:
    desk = Desk(tmp_path, one="学号,实验1,实验2\n001,70,71\n002,60,61\n", two="学号,实验1,实验3\n001,90,91\n002,60,62\n")
    assert [one.code for one in desk.open()] == ["score_conflict"]
    desk.decide("score_conflict", choice)
    assert points(desk.score("001")) == left
    assert points(desk.score("001", "lab2")) == 71, "the row's other scores stay"
    assert points(desk.score("001", "lab3")) == (None if choice == "skip" else 91)
    assert (points(desk.score("002")), points(desk.score("002", "lab3"))) == (60, 62)


@pytest.mark.parametrize(("choice", "score"), [("left", 70), ("right", 90), ("skip", None)])
def test_one_id_in_two_rows(tmp_path: Path, choice: Choice, score: int | None) -> None:
    desk = Desk(tmp_path, one="学号,姓名,实验1\n001,王,70\n002,李,60\n001,王,90\n")
    desk.decide("duplicate_id", choice)
    assert points(desk.score("001")) == score and points(desk.score("002")) == 60


@pytest.mark.parametrize(("choice", "score"), [("left", 80), ("right", 70)])
def test_two_columns_with_one_meaning(tmp_path: Path, choice: Choice, score: int) -> None:
    desk = Desk(tmp_path, one="学号,实验1,实验一\n001,80,70\n")
    desk.decide("column_twice", choice)
    assert points(desk.score("001")) == score


@pytest.mark.parametrize("choice", ["keep", "skip"])
def test_a_score_that_cannot_be_read(tmp_path: Path, choice: Choice) -> None:
    desk = Desk(tmp_path, one="学号,实验1,实验2\n001,abc,71\n002,60,61\n")
    desk.decide("score_unreadable", choice)
    assert desk.score("001") == (MISSING if choice == "keep" else None)
    assert points(desk.score("001", "lab2")) == (71 if choice == "keep" else None)
    assert points(desk.score("002")) == 60
    assert [one.code for one in desk.load.findings if one.code.startswith("left_out")] == [
        "left_out_cell" if choice == "keep" else "left_out_row"
    ], "what is left out is said"


def test_a_row_without_an_id_and_an_ambiguous_column(tmp_path: Path) -> None:
    desk = Desk(tmp_path, one="学号,实验1,实验\n001,70,5\n,80,6\n")
    desk.decide("column_ambiguous", "column")
    desk.decide("id_missing", "skip")
    assert desk.load.gradebook.ids == ("001",) and not desk.open()


def test_accepting_changes_nothing_and_an_error_cannot_be_accepted(tmp_path: Path) -> None:
    desk = Desk(tmp_path, one="学号,姓名,实验1\n001,王,70\n", two="学号,姓名,实验2\n001,李,abc\n")
    assert {one.code for one in desk.open()} == {"name_differs", "score_unreadable"}
    desk.decide("name_differs", "accept")
    assert desk.load.gradebook.names == ("王",)
    (error,) = desk.open()
    assert "accept" not in settling.choices(error)
    desk.decided[error.id] = Decision(error, "accept")
    assert desk.open() == [error]


def test_a_merged_cell_is_taken_apart_where_a_row_is_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["学号", "班级", "实验1"], ["001", "一班", 70], ["002", None, "abc"], ["003", None, 90]):
        page.append(row)
    page.merge_cells("B2:B4")
    book.save(tmp_path / "a.xlsx")
    found = importing.load([tmp_path / "a.xlsx"], POLICY, without=[Spot("a.xlsx", "Sheet", 3)])
    assert found.gradebook.ids == ("001", "003") and found.gradebook.groups == ("一班", "一班")
    assert not [one for one in found.findings if one.severity == "error"]


def test_a_formula_without_a_result_can_be_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["学号", "实验1"], ["001", 70], ["002", "=1+2"]):
        page.append(row)
    book.save(tmp_path / "a.xlsx")
    first = importing.load([tmp_path / "a.xlsx"], POLICY)
    (error,) = [one for one in first.findings if one.severity == "error"]
    found = importing.load([tmp_path / "a.xlsx"], POLICY, without=settling.left_out(Decision(error, "keep")))
    assert not [one for one in found.findings if one.severity == "error"]
    assert list(found.gradebook.column("lab1"))[1] == MISSING


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_decided_every_score_comes_from_a_cell_that_was_not_left_out(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    pool = ["70", "80", "90", "", "abc", "120", "缺考", "1/2/2024", "17/20"]
    texts = {}
    for name in ("one", "two", "three"):
        rows = [[chance.choice(["001", "002", "003", "0 04", "", "x x"]), *chance.choices(pool, k=3)] for _ in range(7)]
        texts[name] = "学号,实验1,实验2,实验3\n" + "".join(",".join(row) + "\n" for row in rows)
    desk = Desk(tmp_path, **texts)
    for _ in range(200):
        open_ = [one for one in desk.open() if settling.choices(one)]
        if not open_:
            break
        one = chance.choice(open_)
        desk.decided[one.id] = Decision(one, chance.choice(settling.choices(one)))
        desk.read()
    assert not desk.open()
    gone = settling.all_left_out(desk.decided.values())
    rows = {path.name: list(csv.reader(path.open(encoding="utf-8"))) for path in desk.paths}
    book = desk.load.gradebook
    for item, column in book.columns.items():
        for at, score in enumerate(column):
            if score == MISSING:
                continue
            place = desk.load.origins[item].place(at)
            assert place is not None
            file, _, cell = place
            number, row = column_number(cell), int(cell.lstrip("ABCDEFG"))
            assert not any((one.file, one.row) == (file, row) and one.column in (None, number) for one in gone)
            assert (
                rows[file][row - 1][number - 1] == score.text or score.share == Fraction(rows[file][row - 1][number - 1]) / 100
            )


# What was read


def previews(tmp_path: Path, text: str, **options: object) -> tuple[Preview, ...]:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    return importing.load([tmp_path / "a.csv"], POLICY, **options).previews  # type: ignore[arg-type]


def test_the_preview_says_what_every_column_is_read_as(tmp_path: Path) -> None:
    (shown,) = previews(tmp_path, "登记表\n学号,姓名,实验1,邮箱,评语\n001,王,70,a@b,好\n002,李,80,c@d,差\n")
    assert (shown.header_row, shown.students) == (2, 2)
    assert list(zip(shown.headers, shown.targets, strict=True)) == [
        ("学号", "student_id"), ("姓名", "name"), ("实验1", "lab1"), ("邮箱", None), ("评语", None),
    ]  # fmt: skip
    assert shown.rows[0] == (3, ("001", "王", "70", "a@b", "好"))


def test_a_mapping_from_the_preview_is_followed(tmp_path: Path) -> None:
    text = "登记表\n编码,姓名,得分甲\n001,王,70\n002,李,80\n"
    (shown,) = previews(tmp_path, text)
    assert shown.header_row is None and ("编码" in shown.rows[1][1])
    mapping = {shown.mapping_key("编码"): "student_id", shown.mapping_key("得分甲"): "quiz"}
    found = importing.load([tmp_path / "a.csv"], POLICY, mapping=mapping)
    assert found.gradebook.ids == ("001", "002")
    assert [points(score) for score in found.gradebook.column("quiz")] == [70, 80]
    assert found.previews[0].targets == ("student_id", "name", "quiz")
