"""Workbooks as instructors save them, and everything that is none: what a sheet shows, or one clear error."""

import datetime
import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf import style as odf_style
from odf import table as odf_table
from odf import text as odf_text
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.worksheet.formula import ArrayFormula

from assessment.findings import Finding
from assessment.importing import reading
from assessment.importing.cells import number_text, percent_text
from assessment.importing.reading import Sheet, read
from shared import language

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def opened(path: Path) -> list[Sheet]:
    sheets, findings = read(path)
    assert not findings
    return sheets


def refused(path: Path) -> Finding:
    """The one error that a file gives."""
    sheets, [finding] = read(path)
    assert not sheets
    assert finding.severity == "error"
    assert finding.message("zh") and finding.message("en")
    return finding


def book(path: Path, fill: Callable[[openpyxl.Workbook], None]) -> Path:
    made = openpyxl.Workbook()
    fill(made)
    made.save(path)
    return path


def rewritten(source: Path, target: Path, change: dict[str, Callable[[bytes], bytes]], leave_out: str = "") -> Path:
    """A copy of a ZIP file with some of its parts changed, or one left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != leave_out:
                new.writestr(name, change.get(name, bytes)(old.read(name)))
    return target


# --- XLSX


def test_a_cell_becomes_the_text_that_the_sheet_shows(tmp_path: Path) -> None:
    shown: list[tuple[object, str, str]] = [
        ("张三 ", "General", "张三 "),
        ("0012", "@", "0012"),
        (85, "General", "85"),
        (85.0, "0.00", "85"),
        (59.5, "General", "59.5"),
        (59.99999999999999, "General", "60"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (123456789012345, "General", "123456789012345"),
        (2023012345678901, "General", "2.02301234567890E+15"),
        (0.85, "0%", "85%"),
        (0.855, "0%", "85.5%"),
        (1, "0.00%", "100%"),
        (120345, "00000000", "00120345"),
        (42, '"第"00"号"', "42"),
        (7, '0"分"', "7分"),
        (17, '0"/20"', "17/20"),
        (12.5, "000", "12.5"),
        (datetime.date(2026, 7, 20), "yyyy-mm-dd", "2026-07-20"),
        (datetime.datetime(2026, 7, 20, 14, 30), "yyyy-mm-dd h:mm", "2026-07-20 14:30:00"),
        (datetime.time(9, 5), "h:mm", "09:05:00"),
        (datetime.timedelta(hours=26, minutes=30), "[h]:mm", "26:30:00"),
        (True, "General", "TRUE"),
        ("#DIV/0!", "General", "#DIV/0!"),
        (CellRichText("甲", TextBlock(InlineFont(b=True), "乙")), "General", "甲乙"),
        ("一\n二", "General", "一\n二"),
    ]

    def fill(made: openpyxl.Workbook) -> None:
        for row, (value, number_format, _) in enumerate(shown, 1):
            cell = made.active.cell(row, 2, value)
            cell.number_format = number_format

    [sheet] = opened(book(tmp_path / "a.xlsx", fill))
    assert sheet.rows == [["", text] for _, _, text in shown]
    assert (sheet.file, sheet.name, sheet.hidden, sheet.ragged) == ("a.xlsx", "Sheet", False, False)


def test_dates_that_only_excel_in_chinese_knows(tmp_path: Path) -> None:
    """Its 7月20日 is format 58, which stands in no file."""

    def fill(made: openpyxl.Workbook) -> None:
        made.active["A1"] = datetime.date(2026, 7, 20)

    plain = book(tmp_path / "plain.xlsx", fill)
    chinese = {
        "xl/styles.xml": lambda xml: xml.replace(b'numFmtId="14"', b'numFmtId="58"').replace(
            b'numFmtId="164"', b'numFmtId="58"'
        )
    }
    [sheet] = opened(rewritten(plain, tmp_path / "a.xlsx", chinese))
    assert sheet.rows == [["2026-07-20"]]


def test_blank_rows_and_cells_inside_stay_and_those_at_the_end_go(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["B2"], made.active["D4"], made.active["F9"] = "a", 1, None
        made.active["G9"].number_format = "0%"

    [sheet] = opened(book(tmp_path / "a.xlsx", fill))
    assert sheet.rows == [[], ["", "a"], [], ["", "", "", "1"]]


def test_formulas_that_excel_saved_and_those_that_nobody_computed(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as made:
        sheet = made.add_worksheet()
        sheet.write_row("A1", ["学号", "总分"])
        sheet.write_formula("B2", "=40+45", value=85)
        sheet.write_formula("B3", '=IF(A3="","",1)', value="")
        sheet.write_formula("B4", "=1/0", value="#DIV/0!")
        sheet.write_formula("B5", "=1-1")  # XlsxWriter's placeholder
        sheet.write_number("C5", 0)
    # XlsxWriter does not mark an empty text as saved, Excel does.
    as_excel = {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b'<c r="B3">', b'<c r="B3" t="str">')}
    [sheet] = opened(rewritten(tmp_path / "made.xlsx", tmp_path / "a.xlsx", as_excel))
    assert sheet.rows == [["学号", "总分"], ["", "85"], [], ["", "#DIV/0!"], ["", "", "0"]]
    assert sheet.formulas == {(1, 1), (2, 1), (3, 1), (4, 1)}
    assert sheet.unsaved_formulas == {(4, 1)}


def test_a_zero_that_excel_computed_is_a_zero(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as made:
        made.add_worksheet().write_formula("A1", "=1-1")
    by_excel = {"xl/workbook.xml": lambda xml: xml.replace(b' fullCalcOnLoad="1"', b"")}
    [sheet] = opened(rewritten(tmp_path / "made.xlsx", tmp_path / "a.xlsx", by_excel))
    assert (sheet.rows, sheet.formulas, sheet.unsaved_formulas) == ([["0"]], {(0, 0)}, frozenset())


def test_a_formula_without_result_is_no_blank_cell(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active.append(["a", 1, "=B1*2"])
        made.active["C3"] = ArrayFormula("C3:C4", "=B1:B2*2")

    [sheet] = opened(book(tmp_path / "a.xlsx", fill))
    assert sheet.rows == [["a", "1", ""], [], ["", "", ""], ["", "", ""]]
    assert sheet.formulas == sheet.unsaved_formulas == {(0, 2), (2, 2), (3, 2)}


def test_cells_without_references_are_counted(tmp_path: Path) -> None:
    """As some export programs write them."""
    rows = b'<row><c><v>1</v></c><c r="C1"><v>2</v></c><c><f>1+1</f><v>3</v></c></row><row><c/><c><f>2</f></c></row>'
    plain = book(tmp_path / "plain.xlsx", lambda made: None)
    part = {
        "xl/worksheets/sheet1.xml": lambda _: f"<worksheet {MAIN}><sheetData>".encode() + rows + b"</sheetData></worksheet>"
    }
    [sheet] = opened(rewritten(plain, tmp_path / "a.xlsx", part))
    assert sheet.rows == [["1", "", "2", "3"], ["", ""]]
    assert (sheet.formulas, sheet.unsaved_formulas) == ({(0, 3), (1, 1)}, {(1, 1)})


def test_merged_cells_hidden_sheets_and_no_charts(tmp_path: Path) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["A1"] = "机器学习"
        made.active.merge_cells("A1:D2")
        made.active.merge_cells("B3:B5")
        made.create_chartsheet("图").add_chart(BarChart())
        for state in ("hidden", "veryHidden"):
            sheet = made.create_sheet(state)
            sheet["A1"] = 1
            sheet.sheet_state = state

    first, *others = opened(book(tmp_path / "a.xlsx", fill))
    assert set(first.merged) == {(0, 0, 1, 3), (2, 1, 4, 1)}
    assert first.rows == [["机器学习"]]
    assert [(sheet.name, sheet.hidden) for sheet in others] == [("hidden", True), ("veryHidden", True)]


def test_wrong_dimensions_hide_nothing(tmp_path: Path) -> None:
    plain = book(tmp_path / "plain.xlsx", lambda made: made.active.append([1, 2, 3]))
    wrong = {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b'ref="A1:C1"', b'ref="A1"')}
    assert opened(rewritten(plain, tmp_path / "a.xlsx", wrong))[0].rows == [["1", "2", "3"]]


def test_a_sheet_whose_part_is_missing_is_missed(tmp_path: Path) -> None:
    plain = book(tmp_path / "plain.xlsx", lambda made: made.create_sheet("2").append([1]))
    copy = rewritten(plain, tmp_path / "a.xlsx", {}, leave_out="xl/worksheets/sheet2.xml")
    assert refused(copy).code == "damaged"


def test_the_name_of_the_file_says_nothing(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", lambda made: made.active.append([1]))
    assert opened(plain.rename(tmp_path / "a.csv"))[0].rows == [["1"]]


# --- XLS


def test_an_old_workbook(tmp_path: Path) -> None:
    made = xlwt.Workbook(encoding="utf-8")
    sheet = made.add_sheet("成绩")
    shown: list[tuple[object, str, str]] = [
        ("张三", "General", "张三"),
        (85, "General", "85"),
        (59.99999999999999, "General", "60"),
        (0.855, "0%", "85.5%"),
        (120345, "00000000", "00120345"),
        (datetime.date(2026, 7, 20), "yyyy-mm-dd", "2026-07-20"),
        (datetime.datetime(2026, 7, 20, 14, 30), "yyyy-mm-dd h:mm", "2026-07-20 14:30:00"),
        (0.5, "h:mm", "12:00:00"),
        (1.25, "[h]:mm", "30:00:00"),
        (True, "General", "TRUE"),
    ]
    for row, (value, number_format, _) in enumerate(shown):
        sheet.write(row, 1, value, xlwt.easyxf(num_format_str=number_format))
    sheet.row(len(shown)).set_cell_error(1, "#DIV/0!")
    sheet.write_merge(20, 21, 0, 2, "合并")
    sheet.write(30, 5, "", xlwt.easyxf(num_format_str="0%"))
    made.add_sheet("2").visibility = 1
    made.save(str(tmp_path / "a.xls"))
    first, second = opened(tmp_path / "a.xls")
    assert first.rows[:11] == [*(["", text] for _, _, text in shown), ["", "#DIV/0!"]]
    assert (len(first.rows), first.rows[20]) == (21, ["合并"])
    assert first.merged == ((20, 0, 21, 2),)
    assert (first.name, first.hidden, second.hidden) == ("成绩", False, True)


# --- ODS


def odf_cell(*paragraphs: str, **attributes: object) -> odf_table.TableCell:
    cell = odf_table.TableCell(**attributes)
    for paragraph in paragraphs:
        cell.addElement(odf_text.P(text=paragraph))
    return cell


def ods(path: Path, *rows: list[odf_table.TableCell], hidden: bool = False) -> Path:
    made = OpenDocumentSpreadsheet()
    style = odf_style.Style(name="ta1", family="table")
    style.addElement(odf_style.TableProperties(display=not hidden))
    made.automaticstyles.addElement(style)
    sheet = odf_table.Table(name="成绩", stylename="ta1")
    for cells in rows:
        row = odf_table.TableRow()
        for cell in cells:
            row.addElement(cell)
        sheet.addElement(row)
    made.spreadsheet.addElement(sheet)
    made.save(str(path))
    return path


def test_an_open_document(tmp_path: Path) -> None:
    remark = odf_cell("李四")
    remark.addElement(Annotation())
    remark.childNodes[-1].addElement(odf_text.P(text="转专业"))
    spaced = odf_table.TableCell(valuetype="string")
    paragraph = odf_text.P(text="a")
    paragraph.addElement(odf_text.S(c=3))
    paragraph.addElement(odf_text.Span(text="b"))
    spaced.addElement(paragraph)
    cells = [
        (odf_cell("张三", valuetype="string"), "张三"),
        (odf_cell("一", "二", valuetype="string"), "一\n二"),
        (remark, "李四"),
        (spaced, "a   b"),
        (odf_cell("60.00", valuetype="float", value=59.99999999999999), "60"),
        (odf_cell("85.00", valuetype="float", value=85), "85"),
        (odf_cell("0012", valuetype="float", value=12), "0012"),
        (odf_cell("86%", valuetype="percentage", value=0.855), "85.5%"),
        (odf_cell("20.07.26", valuetype="date", datevalue="2026-07-20"), "2026-07-20"),
        (odf_cell("x", valuetype="date", datevalue="2026-07-20T14:30:00"), "2026-07-20 14:30:00"),
        (odf_cell("x", valuetype="time", timevalue="PT26H30M00S"), "26:30:00"),
        (odf_cell("WAHR", valuetype="boolean", booleanvalue="true"), "TRUE"),
        (odf_cell("#DIV/0!", valuetype="string", stringvalue=""), "#DIV/0!"),
    ]
    [sheet] = opened(ods(tmp_path / "a.ods", *([cell] for cell, _ in cells)))
    assert sheet.rows == [[text] for _, text in cells]
    assert (sheet.name, sheet.hidden) == ("成绩", False)


def test_repeated_and_merged_cells_of_an_open_document(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "a.ods",
        [
            odf_cell("标题", numbercolumnsspanned=3, numberrowsspanned=2),
            odf_table.CoveredTableCell(numbercolumnsrepeated=2),
            odf_cell("x"),
            odf_cell(numbercolumnsrepeated=16380),
        ],
        [odf_cell(), odf_cell("1", valuetype="float", value=1, numbercolumnsrepeated=3)],
    )
    blank = {
        "content.xml": lambda xml: xml.replace(
            b"</table:table>",
            b'<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row></table:table>',
        )
    }
    [sheet] = opened(rewritten(path, tmp_path / "b.ods", blank))
    assert sheet.rows == [["标题", "", "", "x"], ["", "1", "1", "1"]]
    assert sheet.merged == ((0, 0, 1, 2),)


def test_formulas_of_an_open_document(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "a.ods",
        [odf_cell("3", formula="of:=1+2", valuetype="float", value=3), odf_cell(formula="of:=1+2")],
        [odf_cell("", formula='of:=""', valuetype="string", stringvalue="")],
        hidden=True,
    )
    [sheet] = opened(path)
    assert sheet.rows == [["3", ""]]
    assert (sheet.formulas, sheet.unsaved_formulas) == ({(0, 0), (0, 1), (1, 0)}, {(0, 1)})
    assert sheet.hidden


@pytest.mark.parametrize("repeats", ['columns-repeated="16385"', 'rows-repeated="1048577"', 'rows-repeated="99999999999999"'])
def test_a_few_bytes_do_not_become_millions_of_cells(tmp_path: Path, repeats: str) -> None:
    path = ods(tmp_path / "a.ods", [odf_cell("x")])
    tag = "table-cell" if "columns" in repeats else "table-row"
    more = {
        "content.xml": lambda xml: xml.replace(f"<table:{tag}".encode(), f"<table:{tag} table:number-{repeats}".encode(), 1)
    }
    assert refused(rewritten(path, tmp_path / "b.ods", more)).code == "too_many_cells"


# --- what cannot be read


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"<html><body><table><tr><td>85</td></tr></table>", "is_html"),
        ("\ufeff<!DOCTYPE html>\n<table>".encode(), "is_html"),
        ("\ufeff  <table border=1>".encode("utf-16-le"), "is_html"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">', "is_html"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "is_html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "not_a_sheet"),
        (b"%PDF-1.7\n...", "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n", "not_a_sheet"),
        (b"\xff\xd8\xff\xe0", "not_a_sheet"),
        (bytes(range(256)) * 20, "not_a_sheet"),
        (b"PK\x03\x04 and no more", "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_is_no_sheet_is_said_so(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "成绩.xls"
    path.write_bytes(content)
    error = refused(path)
    assert (error.code, error.file) == (code, "成绩.xls")


@pytest.mark.parametrize(
    ("name", "found"),
    [("xl/workbook.bin", "XLSB"), ("word/document.xml", "DOCX"), ("Index/Document.iwa", "Apple Numbers"), ("a", "ZIP")],
)
def test_other_zip_files_are_named(tmp_path: Path, name: str, found: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, "x")
    error = refused(tmp_path / "a.xlsx")
    assert (error.code, error.values) == ("not_a_sheet", {"found": found})


def test_strict_open_xml_is_not_taken_for_an_empty_file(tmp_path: Path) -> None:
    plain = book(tmp_path / "plain.xlsx", lambda made: made.active.append([1]))
    strict = {
        "xl/workbook.xml": lambda xml: xml.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
    }
    error = refused(rewritten(plain, tmp_path / "a.xlsx", strict))
    assert (error.code, error.values["found"]) == ("not_a_sheet", "Strict Open XML")


def test_an_encrypted_open_document(tmp_path: Path) -> None:
    plain = ods(tmp_path / "plain.ods", [odf_cell("x")])
    locked = {"META-INF/manifest.xml": lambda xml: xml + b"<!-- <manifest:encryption-data> -->"}
    assert refused(rewritten(plain, tmp_path / "a.ods", locked)).code == "password"


def test_paths_that_are_no_readable_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(tmp_path / "none.csv").code == "file_missing"
    assert refused(tmp_path).code == "file_unreadable"
    assert refused(tmp_path / "a\0b").code == "file_unreadable"
    assert refused(tmp_path / ("x" * 5000)).code == "file_unreadable"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        assert refused(tmp_path / "pipe.csv").code == "file_unreadable"
    (tmp_path / "mine.csv").write_text("a")

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", forbidden)
    assert refused(tmp_path / "mine.csv").code == "file_unreadable"


def test_a_workbook_without_cells(tmp_path: Path) -> None:
    assert refused(book(tmp_path / "a.xlsx", lambda made: None)).code == "file_empty"


# --- limits


@pytest.fixture
def light() -> Callable[[Path], Finding]:
    """`refused`, and that it took little memory."""

    def check(path: Path) -> Finding:
        read(path.parent / "no file at all")  # so that imports do not count
        tracemalloc.start()
        try:
            finding = refused(path)
            assert tracemalloc.get_traced_memory()[1] < 60 * 2**20
        finally:
            tracemalloc.stop()
        return finding

    return check


def test_a_file_that_is_too_large(tmp_path: Path, light: Callable[[Path], Finding]) -> None:
    with (tmp_path / "a.csv").open("wb") as stream:
        stream.truncate(65 * 2**20)
    finding = light(tmp_path / "a.csv")
    assert (finding.code, finding.values) == ("file_too_large", {"size": 65, "most": 64})


def bomb(path: Path, part: str, start: bytes, piece: bytes, pieces: int) -> Path:
    """A real workbook with one part in place of its own: `start`, then `piece` many times."""
    plain = book(path.with_name("plain.xlsx"), lambda made: made.active.append([1]))
    rewritten(plain, path, {}, leave_out=part)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open(part, "w") as stream:
        stream.write(start)
        for _ in range(pieces):
            stream.write(piece)
    return path


def test_a_zip_bomb(tmp_path: Path, light: Callable[[Path], Finding]) -> None:
    path = bomb(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", b"", b" " * 2**20, 1024)
    assert path.stat().st_size < 10 * 2**20
    finding = light(path)
    assert (finding.code, finding.values) == ("unpacks_too_large", {"most": 256})


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path, light: Callable[[Path], Finding]) -> None:
    part = "[Content_Types].xml"  # which openpyxl reads whole
    path = bomb(tmp_path / "a.xlsx", part, b"", b" " * 2**20, 1024)
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(part).file_size
    content = path.read_bytes()
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(part).file_size == 1000
    assert light(path).code == "damaged"


def test_a_row_of_millions_of_cells(tmp_path: Path, light: Callable[[Path], Finding]) -> None:
    start = f"<worksheet {MAIN}><sheetData><row>".encode()
    path = bomb(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", start, b"<c/>" * 2**18, 40)
    assert light(path).code == "too_many_cells"


def test_a_billion_laughs(tmp_path: Path) -> None:
    plain = book(tmp_path / "plain.xlsx", lambda made: made.active.append([1]))
    laughs = {
        "xl/worksheets/sheet1.xml": lambda xml: (
            b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + xml[xml.index(b"<worksheet") :]
        )
    }
    assert refused(rewritten(plain, tmp_path / "a.xlsx", laughs)).code == "damaged"


@pytest.mark.parametrize("cell", ["A1048577", "XFE1", "ZZZZ1"])
def test_a_cell_where_no_sheet_has_one(tmp_path: Path, cell: str) -> None:
    plain = book(tmp_path / "plain.xlsx", lambda made: None)
    row = "".join(filter(str.isdigit, cell))
    xml = f'<worksheet {MAIN}><sheetData><row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>'
    path = rewritten(plain, tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": lambda _: xml.encode()})
    assert refused(path).code in ("too_many_cells", "damaged")


def test_all_sheets_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(made: openpyxl.Workbook) -> None:
        for sheet in (made.active, made.create_sheet("2")):
            for _ in range(6):
                sheet.append([1] * 10)

    path = book(tmp_path / "a.xlsx", fill)
    assert len(opened(path)) == 2
    monkeypatch.setattr(reading, "MAX_CELLS", 100)
    finding = refused(path)
    assert (finding.code, finding.sheet) == ("too_many_cells", "2")


# --- numbers and sentences


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-2.5, "-2.5"),
        (1e14, "100000000000000"),
        (2.02012345678901e17, "2.02012345678901E+17"),
        (float("nan"), "#NUM!"),
    ],
)
def test_numbers_have_no_exponent(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0%"), (0.285, "28.5%"), (1.0, "100%"), (10.0, "1000%"), (1e-9, "0.0000001%")]
)
def test_percentages_are_exact(value: float, text: str) -> None:
    assert percent_text(value) == text


def test_every_code_has_its_sentence() -> None:
    folder = Path(reading.__file__).parent
    code = "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("reading.py", "text.py", "xls.py", "xlsx.py", "ods.py")
    )
    used = set(re.findall(r'(?:Refused\(|Finding\("\w+", )"(\w+)"', code))
    assert len(used) >= 12
    assert {f"importing_{name}" for name in used} <= set(language.texts())
