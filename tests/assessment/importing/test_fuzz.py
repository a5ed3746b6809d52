"""Whatever bytes a file holds: sheets or an error, never an exception, never neither."""

import csv
import datetime
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf import table as odf_table
from odf import text as odf_text
from odf.opendocument import OpenDocumentSpreadsheet

from assessment.importing.reading import read

ROWS = [["学号", "姓名", "实验1"], *([f"2023{n:04}", f"学生{n}", n + 0.5] for n in range(8))]
FUZZ = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _csv() -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([*ROWS, ["a, b", 'c"d', "e\nf"]])
    return stream.getvalue().encode("gbk")


def _xlsx() -> bytes:
    made = openpyxl.Workbook()
    for row in ROWS:
        made.active.append(row)
    made.active["D2"], made.active["E2"] = "=C2*2", datetime.date(2026, 7, 20)
    made.active.merge_cells("A12:C12")
    made.save(stream := io.BytesIO())
    return stream.getvalue()


def _xls() -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("成绩")
    for row, cells in enumerate(ROWS):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    sheet.write_merge(12, 12, 0, 2, "合并")
    made.save(stream := io.BytesIO())
    return stream.getvalue()


def _ods() -> bytes:
    made = OpenDocumentSpreadsheet()
    sheet = odf_table.Table(name="成绩")
    for cells in ROWS:
        row = odf_table.TableRow()
        for value in cells:
            cell = odf_table.TableCell(valuetype="string")
            cell.addElement(odf_text.P(text=str(value)))
            row.addElement(cell)
        sheet.addElement(row)
    made.spreadsheet.addElement(sheet)
    made.save(stream := io.BytesIO())
    return stream.getvalue()


def check(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    sheets, findings = read(path)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert bool(sheets) != bool(errors)
    for finding in findings:
        assert finding.message("zh") and finding.message("en")
    for sheet in sheets:
        assert all(isinstance(cell, str) for row in sheet.rows for cell in row)
        assert sheet.unsaved_formulas <= sheet.formulas
        assert all(not row or row[-1] or (n, len(row) - 1) in sheet.unsaved_formulas for n, row in enumerate(sheet.rows))
        assert not sheet.rows or sheet.rows[-1]


@FUZZ
@given(st.binary(max_size=3000))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    check(tmp_path / "a.csv", content)


@FUZZ
@given(st.text(st.sampled_from('学a1 ,;|\t"\r\n.'), max_size=300), st.sampled_from(["utf-8", "gbk", "utf-16", "utf-16-le"]))
def test_any_text(tmp_path: Path, content: str, codec: str) -> None:
    check(tmp_path / "a.csv", content.encode(codec))


@pytest.mark.parametrize("make", [_csv, _xlsx, _xls, _ods])
@FUZZ
@given(st.data())
def test_damaged_copies(tmp_path: Path, make: Callable[[], bytes], data: st.DataObject) -> None:
    content = bytearray(_made(make))
    places = st.integers(0, len(content) - 1)
    for place, bit in data.draw(st.lists(st.tuples(places, st.integers(0, 7)), max_size=12)):
        content[place] ^= 1 << bit
    if data.draw(st.booleans()):
        del content[data.draw(places) :]
    check(tmp_path / "a.bin", bytes(content))


@pytest.mark.parametrize("make", [_xlsx, _ods])
@FUZZ
@given(st.data())
def test_damaged_parts_in_a_sound_zip(tmp_path: Path, make: Callable[[], bytes], data: st.DataObject) -> None:
    """Bits flipped inside the parts, so that no checksum catches them first."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(_made(make))) as old, zipfile.ZipFile(stream := io.BytesIO(), "w") as new:
        hurt = data.draw(st.sampled_from(sorted(name for name in old.namelist() if old.read(name))))
        for name in old.namelist():
            part = bytearray(old.read(name))
            if name == hurt:
                for place in data.draw(st.lists(st.integers(0, len(part) - 1), min_size=1, max_size=4)):
                    part[place] ^= 1 << data.draw(st.integers(0, 6))
            new.writestr(name, bytes(part))
    check(tmp_path / "a.bin", stream.getvalue())


_cache: dict[Callable[[], bytes], bytes] = {}


def _made(make: Callable[[], bytes]) -> bytes:
    if make not in _cache:
        _cache[make] = make()
    return _cache[make]
