"""The command line, as an instructor uses it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from assessment import cli, importing, policyfile
from tests.assessment import course
from tests.server import ROOT

SIXTY = "57,62,70,69,50,64,70,50,66,78,48"
HEADER = "学号,姓名,考勤,实验1,实验2,实验3,实验4,实验5,实验6,实验7,PPT展示,随堂测试,课程论文"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """run("grade", path, ...): (exit status, standard output, standard error), in English unless it says --lang."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def command(*arguments: object) -> tuple[int, str, str]:
        status = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def sixty(tmp_path: Path) -> Path:
    """One student whose exact total is 60."""
    path = tmp_path / "sixty.csv"
    path.write_text(f"{HEADER}\n0012,张三,{SIXTY}\n", encoding="utf-8")
    return path


def test_an_instructor_with_four_files_in_three_encodings(run: Run, tmp_path: Path) -> None:
    files = course.write(tmp_path)
    output = tmp_path / "grades.xlsx"
    status, _, told = run("grade", *files, "--output", output)
    assert (status, output.exists()) == (1, False), "warnings must be accepted first"
    assert "论文与展示.xls › 成绩 › E1 (评语)" in told, "an unknown column"
    assert "考勤表.xlsx › Sheet › B42 (学号)" in told and "not in quiz.tsv" in told, "a student who is not in one file"
    assert "accept the warnings" in told
    status, _, told = run("grade", *files, "--output", output, "--accept-warnings")
    assert status == 0, told
    page = openpyxl.load_workbook(output, data_only=True).worksheets[0]
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    first = next(row for row in cells if row[0] == "0020230001")
    assert first[1] == course.students(1)[0][1]
    assert sum(str(row[0]).startswith("00202300") for row in cells) == 40
    status, told, _ = run("check", *files, "--accept-warnings")
    assert status == 0
    for words in ("GB18030", "UTF-16 LE", "平均分", "Full marks are 20 here", "Sessions of the roll"):
        assert words in told


def test_warnings_are_accepted_one_by_one(run: Run, tmp_path: Path) -> None:
    files = course.write(tmp_path)
    found = importing.load(files, policyfile.read()).findings
    warnings = [finding.id for finding in found if finding.severity == "warning"]
    assert run("check", *files, "--accept", warnings[0])[0] == 1
    assert run("check", *files, *(part for one in warnings for part in ("--accept", one)))[0] == 0


def test_json_is_what_the_page_and_other_programs_read(run: Run, sixty: Path) -> None:
    status, out, _ = run("grade", sixty, "--json")
    found = json.loads(out)
    assert status == 0
    assert set(found) == {"policy", "students", "findings"}
    (student,) = found["students"]
    assert student["student_id"] == "0012"
    assert student["scores"]["attendance"] == "57" and student["scores"]["lab1"] == "62"
    expected = {"total": "60", "total_exact": "60", "so_far": "60", "letter": "及格", "flags": []}
    assert {key: student[key] for key in expected} == expected
    assert {finding["severity"] for finding in found["findings"]} == {"info"}


def test_errors_keep_everything_from_being_written(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text(f"{HEADER}\n0012,张三,{SIXTY}\n0013,李四,sheep{SIXTY[2:]}\n", encoding="utf-8")
    output = tmp_path / "grades.csv"
    status, out, err = run("grade", sheet, "--accept-warnings", "--output", output, "--json")
    found = json.loads(out)
    assert (status, output.exists(), found["students"]) == (1, False, [])
    (error,) = [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert (error["file"], error["sheet"], error["row"], error["column"], error["cell"]) == ("a.csv", None, 3, "考勤", "C3")
    assert set(error["message"]) == {"zh", "en"} and "sheep" in error["message"]["zh"]
    assert "mend the errors" in err


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_every_kind_of_output(run: Run, sixty: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"grades{suffix}"
    assert run("grade", sixty, "--output", output)[0] == 0
    assert output.stat().st_size > 100


def test_a_table_on_the_terminal(run: Run, sixty: Path) -> None:
    status, out, _ = run("grade", sixty, "--lang", "zh")
    assert (status, out.split()) == (
        0,
        ["学号", "姓名", "总评", "等级", "目前", "名次", "标记", "0012", "张三", "60", "及格", "60", "1"],
    )


def test_explain_stats_whatif(run: Run, sixty: Path) -> None:
    status, out, _ = run("explain", "0012", sixty)
    assert status == 0 and "× 30%" in out and "= 60" in out and "Letter: Pass" in out
    status, out, _ = run("stats", sixty, "--lang", "zh")
    assert status == 0 and "不足 5 个" in out
    status, out, _ = run("whatif", "0012", sixty, "--item", "课程论文", "--target", "60", "--target", "99")
    assert status == 0 and "46.34" in out and "out of reach" in out
    for command in (["explain", "0012"], ["stats"], ["whatif", "0012"], ["check"]):
        assert json.loads(run(*command, sixty, "--json")[1])["findings"]


def test_the_template_can_be_filled_in_and_read_back(run: Run, tmp_path: Path) -> None:
    template = tmp_path / "scores.xlsx"
    assert run("template", template, "--lang", "zh")[0] == 0
    book = openpyxl.load_workbook(template)
    page = book.worksheets[0]
    page["A2"] = "0012"
    for column, score in enumerate(SIXTY.split(","), start=4):
        page.cell(2, column, int(score))
    book.save(template)
    status, out, told = run("grade", template, "--json")
    assert status == 0, told
    assert json.loads(out)["students"][0]["total"] == "60"


def test_what_was_written_can_be_read_again(run: Run, tmp_path: Path) -> None:
    """Zeros stay zeros, missing stays missing, marks stay marks."""
    sheet = tmp_path / "a.csv"
    sheet.write_text(f"{HEADER}\n0012,张三,0,,缺考,免修,50,64,70,50,66,78,48\n0013,李四,{SIXTY}\n", encoding="utf-8")
    before = json.loads(run("grade", sheet, "--json")[1])["students"]
    for name in ("grades.csv", "grades.xlsx"):
        for language in ("zh", "en"):
            output = tmp_path / name
            assert run("grade", sheet, "--output", output, "--lang", language)[0] == 0
            status, out, told = run("grade", output, "--json")
            assert status == 0, told
            after = json.loads(out)["students"]
            assert after == before


def test_a_workbook_with_findings_can_be_read_again(run: Run, tmp_path: Path) -> None:
    files, output = course.write(tmp_path), tmp_path / "grades.xlsx"
    _, before, _ = run("grade", *files, "--accept-warnings", "--json", "--output", output)
    status, after, told = run("grade", output, "--json")
    assert status == 0, told
    assert json.loads(after)["students"] == json.loads(before)["students"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "{}", "--policy", "none.toml"], "does not exist"),
        (["grade", "{}", "--map", "成绩=lab9"], "the nearest key is lab"),
        (["grade", "{}", "--map", "lab1"], 'must read "Header=key"'),
        (["grade", "{}", "--output", "grades.pdf"], "to .xlsx, .csv or .json"),
        (["explain", "0021", "{}"], "There is no student 0021; the nearest id is 0012"),
        (["whatif", "0012", "{}", "--item", "exam"], "There is no item exam"),
        (["whatif", "0012", "{}", "--target", "A"], "is no number"),
        (["whatif", "0012", "{}", "--target", "1e9999999"], "is no number"),
        (["grade", "{}", "--id-width", "2000000000"], "from 0 to 32"),
        (["grade", "{}", "--accept", "deadbeef"], "no finding has this id"),
        (["grade", "{}", "--output", "{}"], "is one of the score sheets"),
        (["template", "{}"], "exists already"),
        (["grade", "{}", "--output", "none/grades.csv"], "folder does not exist"),
        (["grade"], "required"),
        (["sing"], "invalid choice"),
        ([], "required"),
    ],
)
def test_what_cannot_be_meant_is_said(run: Run, sixty: Path, arguments: list[str], says: str) -> None:
    status, out, err = run(*(argument.replace("{}", str(sixty)) for argument in arguments))
    assert (status, out) == (2, "")
    assert says in err and "Traceback" not in err


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    status, _, err = run("grade", tmp_path / "none.csv")
    assert status == 1 and "none.csv: There is no such file" in err


def test_as_its_own_process_in_both_languages(python: Callable[..., subprocess.CompletedProcess[str]], sixty: Path) -> None:
    done = python("-m", "assessment", "check", sixty, GALLERY_LANG="zh")
    assert (done.returncode, done.stderr) == (0, "")
    assert "错误 0 条" in done.stdout
    done = python("-m", "assessment", "--help", GALLERY_LANG="zh")
    assert done.returncode == 0 and "计算总评" in done.stdout


def test_the_gradebook_needs_no_gradio(python: Callable[..., subprocess.CompletedProcess[str]], sixty: Path) -> None:
    code = (
        "import sys; from assessment import cli; cli.main(sys.argv[1:]); print('gradio' in sys.modules, 'torch' in sys.modules)"
    )
    assert python("-c", code, "grade", sixty).stdout.splitlines()[-1] == "False False"


def test_accounts_backup_and_restore(python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    def run(*arguments: object, folder: str = "a", password: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GALLERY_DATA_DIR": str(tmp_path / folder), "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-m", "assessment", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=environment, input=password, capture_output=True, text=True, timeout=120)

    assert run("user", "add", "wang", "--owner", password="correct horse\n").returncode == 0
    assert run("user", "list").stdout == "wang\towner\n"
    short = run("user", "passwd", "wang", password="short\n")
    assert (short.returncode, short.stdout) == (2, "") and "10 to 256 characters" in short.stderr
    assert run("user", "remove", "wang").returncode == 2, "the last owner stays"
    backup = tmp_path / "all.zip"
    assert run("backup", backup).returncode == 0
    assert run("restore", backup, folder="b").returncode == 0
    assert run("user", "list", folder="b").stdout == "wang\towner\n"
    assert "not overwritten" in run("restore", backup, folder="b").stderr
