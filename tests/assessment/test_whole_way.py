"""From files to grades: random classes, spread over three files in random dialects, against arithmetic done beside it."""

import csv
import io
import json
import random
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from assessment import cli

WEIGHTS = {"attendance": 5, **{f"lab{n}": 5 for n in range(1, 8)}, "presentation": 20, "quiz": 10, "essay": 30}
HEADERS = {
    "attendance": ["考勤", "Attendance"], "presentation": ["PPT展示", "Presentation"], "quiz": ["随堂测试", "Quiz"],
    "essay": ["课程论文", "Essay"], **{f"lab{n}": [f"实验{n}", f"Lab {n}", f"HW{n}", f"第{n}次实验"] for n in range(1, 8)},
}  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "gbk", "utf-16"]
EXCUSED = Fraction(-1)  # stands for "does not count"


def cell(chance: random.Random, maximum: int) -> tuple[str, Fraction | None]:
    """What is typed, and the share of full marks it means; None for a blank."""
    kind = chance.random()
    if kind < 0.03:
        return "", None
    if kind < 0.05:
        return chance.choice(["缺考", "absent"]), Fraction(0)
    if kind < 0.07:
        return chance.choice(["免修", "EX"]), EXCUSED
    if kind < 0.12:
        points = chance.randint(0, 20)
        return f"{points}/20", Fraction(points, 20)
    if kind < 0.15:
        percent = chance.randint(0, 100)
        return f"{percent}%", Fraction(percent, 100)
    halves = chance.randint(0, 2 * maximum)
    return f"{halves / 2:g}{chance.choice(['', '', '', '分'])}", Fraction(halves, 2 * maximum)


def total(shares: dict[str, Fraction | None]) -> Fraction:
    """The exact total, from the course's weights alone."""
    labs = [shares[f"lab{n}"] or Fraction(0) for n in range(1, 8) if shares[f"lab{n}"] is not EXCUSED]
    parts = [(35, labs)]
    for key in ("attendance", "presentation", "quiz", "essay"):
        parts.append((WEIGHTS[key], [] if shares[key] is EXCUSED else [shares[key] or Fraction(0)]))
    there = [(weight, values) for weight, values in parts if values]
    return sum(weight * sum(values) / len(values) for weight, values in there) / sum(weight for weight, _ in there) * 100


@pytest.mark.parametrize("seed", range(6))
def test_every_student_gets_the_grade_of_what_was_typed(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(seed)
    maxima = {key: chance.choice([100, 100, 20, 10]) for key in WEIGHTS}
    typed = {f"{n:06d}": {key: cell(chance, maxima[key]) for key in WEIGHTS} for n in range(60)}
    keys, paths = list(WEIGHTS), []
    chance.shuffle(keys)
    for number, some in enumerate((keys[:4], keys[4:8], keys[8:])):
        text = io.StringIO(newline="")
        sheet = csv.writer(text, delimiter=chance.choice(",\t;"))
        sheet.writerows([["成绩表"]] * chance.randint(0, 2))
        full = {key: f" ({maxima[key]})" if maxima[key] != 100 else "" for key in some}
        sheet.writerow(["学号", "姓名", *(chance.choice(HEADERS[key]) + full[key] for key in some)])
        for student in chance.sample(list(typed), len(typed)):
            sheet.writerow([student, f"学生{student}", *(typed[student][key][0] for key in some)])
        sheet.writerows([["平均分", "", *["50"] * len(some)]] * chance.randint(0, 1))
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_bytes(text.getvalue().encode(chance.choice(ENCODINGS)))
    assert cli.main(["grade", *map(str, paths), "--json", "--accept-warnings"]) == 0
    students = json.loads(capsys.readouterr().out)["students"]
    assert sorted(one["student_id"] for one in students) == sorted(typed)
    for one in students:
        exact = total({key: share for key, (_, share) in typed[one["student_id"]].items()})
        assert Fraction(one["total_exact"]) == exact
        assert int(one["total"]) == floor(exact + Fraction(1, 2))
