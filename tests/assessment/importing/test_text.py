"""Text files as instructors' programs save them: every encoding, every delimiter, and no row lost to a stray quote."""

import csv
import io
from pathlib import Path

import pytest

from assessment.findings import Finding
from assessment.importing.reading import Sheet, read

ROWS = [["学号", "姓名", "实验1", "备注"], ["20230001", "张三", "85.5", "一班"], ["20230002", "李四", "", "二班"]]


def saved(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue()


def opened(path: Path, content: bytes | str) -> tuple[Sheet, Finding]:
    """The sheet of a file with this content, and what was told about its encoding."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    [sheet], [finding] = read(path)
    assert (finding.severity, finding.code) == ("info", "encoding")
    return sheet, finding


def refused(path: Path, content: bytes | str) -> Finding:
    """The one error that a file with this content gives."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    sheets, findings = read(path)
    [error] = [finding for finding in findings if finding.severity == "error"]
    assert not sheets
    assert error.message("zh") and error.message("en")
    return error


@pytest.mark.parametrize(
    ("codec", "bom", "name"),
    [
        ("gbk", b"", "GB18030 (GBK)"),  # "CSV" of Excel in Chinese
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8 with BOM"),  # its "CSV UTF-8"
        ("utf-16-le", b"\xff\xfe", "UTF-16 LE"),
        ("utf-16-be", b"\xfe\xff", "UTF-16 BE"),
        ("utf-16-le", b"", "UTF-16 LE"),
        ("utf-16-be", b"", "UTF-16 BE"),
    ],
)
@pytest.mark.parametrize(("delimiter", "shown"), [(",", ","), ("\t", "Tab"), (";", ";"), ("|", "|")])
def test_every_encoding_and_delimiter(tmp_path: Path, codec: str, bom: bytes, name: str, delimiter: str, shown: str) -> None:
    sheet, finding = opened(tmp_path / "实验.csv", bom + saved(ROWS, delimiter).encode(codec))
    assert sheet.rows == ROWS
    assert (sheet.file, sheet.name, sheet.ragged, sheet.hidden) == ("实验.csv", None, True, False)
    assert finding.values == {"encoding": name, "delimiter": shown}
    assert name in finding.message("zh") and shown in finding.message("en")
    assert finding.file == "实验.csv"


def test_a_rare_name_in_four_bytes(tmp_path: Path) -> None:
    content = saved([["学号", "姓名"], ["20230001", "𠮷㐂"]]).encode("gb18030")
    sheet, finding = opened(tmp_path / "a.csv", content)
    assert sheet.rows[1] == ["20230001", "𠮷㐂"]
    assert finding.values["encoding"] == "GB18030 (GBK)"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end_and_blank_lines_count(tmp_path: Path, end: str) -> None:
    sheet, _ = opened(tmp_path / "a.csv", end.join(["id,score", "", "1,2", ",,", ""]))
    assert sheet.rows == [["id", "score"], [], ["1", "2"]]


def test_decimal_commas_between_semicolons(tmp_path: Path) -> None:
    sheet, finding = opened(tmp_path / "a.csv", "id;name;lab\n1;Ann;85,5\n2;Bob;90,5\n3;Cy;77,5\n")
    assert sheet.rows[1] == ["1", "Ann", "85,5"]
    assert finding.values["delimiter"] == ";"


def test_short_rows_do_not_make_the_decimal_comma_a_delimiter(tmp_path: Path) -> None:
    sheet, _ = opened(tmp_path / "a.csv", "id;name;lab1;lab2\n1;Ann;85,5\n2;Bob;90,5\n3;Cy;77,5;60,5\n")
    assert sheet.rows[1] == ["1", "Ann", "85,5"]


def test_commas_inside_quoted_names(tmp_path: Path) -> None:
    sheet, finding = opened(tmp_path / "a.csv", 'Name,ID,Lab\n"Zhang, San",1,80\n"Li, ""Lee"" Si",2,90\n')
    assert sheet.rows[1:] == [["Zhang, San", "1", "80"], ['Li, "Lee" Si', "2", "90"]]
    assert finding.values["delimiter"] == ","


def test_commas_in_names_of_a_file_with_tabs(tmp_path: Path) -> None:
    sheet, _ = opened(tmp_path / "a.txt", "Last, First\tID\tLab\nZhang, San\t1\t80\nLi, Si\t2\t90\n")
    assert sheet.rows[1] == ["Zhang, San", "1", "80"]


def test_title_rows_above_the_header(tmp_path: Path) -> None:
    title = "机器学习，2026 春\n任课教师: 王老师, 李老师\n\n"
    sheet, finding = opened(tmp_path / "a.csv", title + "学号\t姓名\t成绩\n1\t张三\t85\n2\t李四\t90\n")
    assert sheet.rows[3:] == [["学号", "姓名", "成绩"], ["1", "张三", "85"], ["2", "李四", "90"]]
    assert finding.values["delimiter"] == "Tab"


def test_lists_in_a_column_do_not_win_over_commas(tmp_path: Path) -> None:
    sheet, _ = opened(tmp_path / "a.csv", "id,tags\n1,a|b|c|d\n2,a|b|c|d\n")
    assert sheet.rows[1] == ["1", "a|b|c|d"]


def test_one_column_is_a_sheet(tmp_path: Path) -> None:
    sheet, finding = opened(tmp_path / "a.csv", "学号\n20230001\n20230002\n")
    assert sheet.rows == [["学号"], ["20230001"], ["20230002"]]
    assert finding.values["delimiter"] == "—"


def test_the_line_that_tells_excel_the_delimiter_is_no_row(tmp_path: Path) -> None:
    sheet, finding = opened(tmp_path / "a.csv", "sep=;\r\nid;score\r\n1;85,5\r\n")
    assert sheet.rows == [["id", "score"], ["1", "85,5"]]
    assert finding.values["delimiter"] == ";"


def test_a_remark_of_several_lines_is_kept(tmp_path: Path) -> None:
    sheet, _ = opened(tmp_path / "a.csv", 'id,name,score,remark\n1,Ann,80,"late,\nbut good"\n2,Bob,90,\n')
    assert sheet.rows == [["id", "name", "score", "remark"], ["1", "Ann", "80", "late,\nbut good"], ["2", "Bob", "90"]]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ('id,name,score\n1,"Ann,80\n2,Bob,90\n', 2),  # never closed
        ('id,name,score\n1,"Ann" B,80\n', 2),  # text behind the quote
        ('id,name,score\n1,Ann,80\n2,"Bob,90\n3,"Cy,70\n', 3),
        ('id,name,score\n1,Ann,"80\n2,Bob,90\n3,Cy",70\n', 2),  # closed by accident: Bob would be gone
        ('id,name,score\n20230001,Ann,"80\n20230002,Bob"\n', 2),
    ],
)
def test_no_row_is_swallowed_by_a_stray_quote(tmp_path: Path, content: str, row: int) -> None:
    error = refused(tmp_path / "a.csv", content)
    assert (error.code, error.row, error.file) == ("bad_quotes", row, "a.csv")


@pytest.mark.parametrize(
    "content",
    [
        "id,name\n1,Müller\n2,José\n3,Gruß\n".encode("cp1252"),  # could be read as Chinese
        "學號,姓名,成績\n1,陳大文,80\n2,黃小明,90\n".encode("big5"),
        "学号,姓名\n1,张三\n".encode() + b"2,\xe6\x9d\xff\n",  # UTF-8 with a broken character
        "学号,姓名\n1,\ue5e5张三\n".encode("gb18030"),  # private use
        "学号,姓名\n1,张\x07三\n".encode("gb18030"),
        b"\xef\xbb\xbfid,name\n1,\xff\xff\n",
        b"\xff\xfei\x00d",  # half a character
    ],
)
def test_an_encoding_is_never_guessed(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "a.csv", content).code == "encoding_unknown"


def test_characters_of_gbk_that_look_like_utf_8_are_still_gbk(tmp_path: Path) -> None:
    """学 is D1 A7, which UTF-8 reads as one Cyrillic letter."""
    rows = [["学号", "姓名"], *([f"{number:04d}", f"学学{number}"] for number in range(300))]
    sheet, finding = opened(tmp_path / "a.csv", saved(rows, ",").encode("gbk"))
    assert sheet.rows == rows and finding.values["encoding"] == "GB18030 (GBK)"


def test_a_stray_nul_is_not_read_as_utf_16(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.csv", b"id,score\n1,85\x00\n2,90\n" * 3).code == "not_a_sheet"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b",,,\r\n,,\r\n"])
def test_a_file_without_content(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "a.csv", content).code == "file_empty"


@pytest.mark.parametrize("content", [b"," * 3_100_000, b"a\n" * 3_100_000, b"a," * 20_000, b"a\n" * 1_100_000])
def test_more_cells_than_a_sheet_can_have(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "a.csv", content).code == "too_many_cells"
