"""A course as an instructor has it: four files from four programs in three encodings, each with something odd in it."""

import csv
import io
import random
from pathlib import Path

import openpyxl
import xlwt

SURNAMES, NAMES = (
    "王李张刘陈杨赵黄周吴",
    ["伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "涛", "明"],
)


def students(count: int) -> list[tuple[str, str, str]]:
    """(id, name, class): ids with leading zeros."""
    chance = random.Random(7)
    return [
        (f"{20230000 + number:010d}", chance.choice(SURNAMES) + "".join(chance.choices(NAMES, k=2)), f"计科{1 + number % 2}班")
        for number in range(1, count + 1)
    ]


def write(folder: Path, count: int = 40) -> list[Path]:
    """The four files: attendance as a roll (XLSX), labs (GBK), quiz (UTF-16), presentation and essay (XLS)."""
    chance, everybody = random.Random(1), students(count)
    return [
        _roll(folder / "考勤表.xlsx", everybody, chance),
        _labs(folder / "实验成绩.csv", everybody, chance),
        _quiz(folder / "quiz.tsv", everybody, chance),
        _essays(folder / "论文与展示.xls", everybody, chance),
    ]


def _roll(path: Path, everybody: list[tuple[str, str, str]], chance: random.Random) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["深度学习方法与应用 考勤表"])
    page.append(["序号", "学号", "姓名", "班级", *(f"第{week}周" for week in range(1, 11))])
    for number, (student, name, group) in enumerate(everybody, start=1):
        page.append(
            [number, student, name, group, *chance.choices(["√", "到", "迟到", "请假", "旷课"], [60, 30, 4, 4, 2], k=10)]
        )
    page.merge_cells("A1:N1")
    book.save(path)
    return path


def _labs(path: Path, everybody: list[tuple[str, str, str]], chance: random.Random) -> Path:
    """As Chinese Excel saves a CSV: GBK, CRLF; with a title above and an average below."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    sheet.writerow(["实验成绩登记表"])
    sheet.writerow(["学号", "姓名", *(f"实验{numeral}" for numeral in "一二三四五六七")])
    for student, name, _ in everybody:
        sheet.writerow([student, name, *(chance.randint(50, 100) for _ in range(7))])
    sheet.writerow(["平均分", "", *[75] * 7])
    lines = text.getvalue().splitlines()
    lines[4] = ",".join([*lines[4].split(",")[:3], "免修", *lines[4].split(",")[4:]])
    path.write_bytes("\r\n".join([*lines, ""]).encode("gbk"))
    return path


def _quiz(path: Path, everybody: list[tuple[str, str, str]], chance: random.Random) -> Path:
    """A learning platform's export: UTF-16 with tabs, out of 20; the fifth student was absent, the last is not there."""
    rows = [["Student ID", "Full name", "Email", "Quiz (20)"]]
    rows += [[student, name, f"{student}@example.org", str(chance.randint(8, 20))] for student, name, _ in everybody[:-1]]
    rows[5][3] = "缺考"
    path.write_bytes("\r\n".join("\t".join(row) for row in rows).encode("utf-16"))
    return path


def _essays(path: Path, everybody: list[tuple[str, str, str]], chance: random.Random) -> Path:
    book = xlwt.Workbook()
    page = book.add_sheet("成绩")
    for row, cells in enumerate(
        [["学号", "姓名", "PPT展示", "课程论文", "评语"]]
        + [[student, name, chance.randint(60, 98), chance.randint(45, 95), "好"] for student, name, _ in everybody]
    ):
        for column, value in enumerate(cells):
            page.write(row, column, value)
    book.save(str(path))
    return path
