"""Findings name their place, can be accepted one by one, and have a sentence for every code."""

import re
from pathlib import Path

import pytest

from assessment.findings import Finding, cell_name, unsettled
from shared.language import texts

ASSESSMENT = Path(__file__).resolve().parents[2] / "assessment"
NAMED = re.compile(
    r'(?:(?:Finding|say|finding)\(\s*"(?:error|warning|info)",\s*|(?:UnreadableScore|BadId|Refused)\(\s*)"(\w+)"'
)


def test_every_finding_has_its_sentence_and_every_sentence_its_finding() -> None:
    files = [*(ASSESSMENT / "importing").glob("*.py"), ASSESSMENT / "scores.py"]
    named = {code for file in files for code in NAMED.findall(file.read_text(encoding="utf-8"))}
    written = {key.removeprefix("importing_") for key in texts() if key.startswith("importing_") and "_kind_" not in key}
    assert len(named) > 50
    assert named <= written
    source = "".join(file.read_text(encoding="utf-8") for file in ASSESSMENT.rglob("*.py"))
    assert not [code for code in written if f'"{code}"' not in source]


def test_every_sentence_that_the_code_names_exists() -> None:
    said = {"assessment": ("cli.py", "reports.py", "admin.py"), "exporting": ("table.py", "xlsx.py", "template.py")}
    for room, files in said.items():
        for name in files:
            source = next(ASSESSMENT.rglob(name)).read_text(encoding="utf-8")
            for key in re.findall(r"""\b(?:say|help_)\("(\w+)\"""", source):
                assert f"{room}_{key}" in texts() or f"{room}_help_{key}" in texts(), key
    for file in ASSESSMENT.rglob("*.py"):
        for key in re.findall(
            r"""(?:BadCommand|BadPolicy|NotWritten|BadAccount|LoginRefused|Refused|NotAllowed|NoBackup|NoDatabase|BadScore|Unsettled)\("(\w+)\"""",
            file.read_text(encoding="utf-8"),
        ):
            assert key in texts() or f"importing_{key}" in texts(), key


@pytest.mark.parametrize(
    ("row", "column", "name"), [(1, 1, "A1"), (7, 3, "C7"), (2, 26, "Z2"), (2, 27, "AA2"), (9, 703, "AAA9")]
)
def test_cells_are_named_as_excel_does(row: int, column: int, name: str) -> None:
    assert cell_name(row, column) == name


def test_errors_cannot_be_accepted() -> None:
    error, warning = Finding("error", "damaged", "a.csv"), Finding("warning", "map_unused", values={"header": "x"})
    info = Finding("info", "encoding", "a.csv", values={"encoding": "UTF-8", "delimiter": ","})
    assert unsettled([error, warning, info]) == [error, warning]
    assert unsettled([error, warning, info], [warning.id, error.id]) == [error]
    assert unsettled([error, warning, info], all_warnings=True) == [error]


def test_a_place_reads_like_a_person_wrote_it() -> None:
    assert Finding("error", "x", "a.xlsx", "Sheet1", 7, "实验1", "C7").where == "a.xlsx › Sheet1 › C7 (实验1)"
    assert Finding("error", "x", "a.csv", None, 7).where == "a.csv › #7"
    assert Finding("error", "x").where == ""
