"""A score sheet's file as grids of text, just as the sheet shows them. Knows nothing of scores or students.

What a file is is told by its content: learning platforms name HTML tables `.xls`, and people rename files.
"""

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from ..findings import Finding

MAX_BYTES = 64 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20
MAX_CELLS = 3_000_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # those of Excel

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAGIC = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7Z",
    b"Rar!": "RAR",
    b"SQLite format 3": "SQLite",
}
_ZIPPED = {"xl/workbook.bin": "XLSB", "word/": "DOCX", "ppt/": "PPTX", "Index/": "Apple Numbers"}
_HTML = re.compile(rb"<(!doctype\s+html|html|head|meta|title|body|table|style|div)\b|^mime-version:", re.IGNORECASE)
_MARKUP = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<[?!a-z]|mime-version:", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, or the whole of a text file.

    file: name without folders; name: None for text files. rows: as displayed, "" = blank, rows[0] is row 1; without blank
    cells at the end of a row and blank rows at the end. merged: (top, left, bottom, right), counted from 0, inclusive.
    formulas: (row, column), from 0, of cells that a formula computed; unsaved_formulas: those of them that have no result
    because a program wrote the file and nobody opened it since: their text is "", yet they are not blank. hidden: the
    sheet is not shown. ragged: a row longer than the header means shifted columns, as it does in text files.
    """

    file: str
    name: str | None
    rows: list[list[str]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    unsaved_formulas: frozenset[tuple[int, int]] = frozenset()
    hidden: bool = False
    ragged: bool = False


class Refused(Exception):
    """A file cannot be read. Becomes the finding `code` with the gaps `values`; raised by the readers, caught by `read`."""

    def __init__(self, code: str, *, sheet: str | None = None, row: int | None = None, **values: object) -> None:
        super().__init__(code)
        self.code, self.sheet, self.row, self.values = code, sheet, row, values


class Grid:
    """The rows of one sheet as they come in. Raises Refused as soon as they pass the limits.

    spent: the cells that the file's sheets before this one hold.
    """

    def __init__(self, sheet: str | None, spent: int = 0) -> None:
        self.rows: list[list[str]] = []
        self.cells = spent
        self._sheet, self._blank = sheet, 0

    def add(self, row: list[str], times: int = 1) -> None:
        """The next row, `times` times. It is kept, and its trailing blanks are taken off."""
        while row and not row[-1]:
            row.pop()
        if not row:
            self._blank += times
            return
        # Blank rows count, and cost, only once something stands below them.
        self._spend(self._blank + times * len(row), len(self.rows) + self._blank + times, len(row))
        self.rows.extend([] for _ in range(self._blank))
        self._blank = 0
        self.rows.append(row)
        self.rows.extend(list(row) for _ in range(times - 1))

    def reach(self, places: Iterable[tuple[int, int]]) -> None:
        """Make the grid so large that it has these cells, (row, column) from 0, which only look blank."""
        for row, column in places:
            self._spend(max(0, row + 1 - len(self.rows)), row + 1, column + 1)
            self.rows.extend([] for _ in range(row + 1 - len(self.rows)))
            missing = max(0, column + 1 - len(self.rows[row]))
            self._spend(missing, row + 1, column + 1)
            self.rows[row] += [""] * missing

    def check(self, cells: int = 0, row: int = 0, column: int = 0) -> None:
        """Raises Refused if `cells` more, or a cell in this row and column (counted from 1), would pass the limits."""
        if self.cells + cells > MAX_CELLS or row > MAX_ROWS or column > MAX_COLUMNS:
            raise too_many(self._sheet)

    def _spend(self, cells: int, row: int, column: int) -> None:
        self.check(cells, row, column)
        self.cells += cells


def too_many(sheet: str | None = None) -> Refused:
    """What to raise for a sheet beyond the limits."""
    return Refused("too_many_cells", sheet=sheet, cells=MAX_CELLS, rows=MAX_ROWS, columns=MAX_COLUMNS)


def read(path: Path) -> tuple[list[Sheet], list[Finding]]:
    """All sheets of a CSV, TSV, XLSX, XLS or ODS file, in their order, and what there is to say about the file.

    Never raises, whatever the path or the content: a file that cannot be read gives no sheets and one error.
    """
    # A name in another encoding than the system's holds lone surrogates, which no terminal prints.
    file = (path.name or str(path)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    findings: list[Finding] = []
    try:
        # Libraries warn about styles and extensions they do not know: nothing that an instructor could act on.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheets = _dispatch(path, file, findings)
        if not any(sheet.rows for sheet in sheets):
            raise Refused("file_empty")
    except Refused as refused:
        found = Finding("error", refused.code, file, refused.sheet, refused.row, values=refused.values)
        return [], [*findings, found]
    except Exception:
        # On damaged content the libraries raise whatever their code trips over: zlib.error, KeyError, AssertionError,
        # struct.error, RecursionError, MemoryError. To the reader it is all the same.
        return [], [*findings, Finding("error", "damaged", file)]
    return sheets, findings


def _dispatch(path: Path, file: str, findings: list[Finding]) -> list[Sheet]:
    """The sheets, by the reader for what the file is. Raises Refused, and anything else on damaged content."""
    # Each reader is imported where it is needed: it needs this module, and a CSV should not have to wait for openpyxl.
    size = _size(path)
    if not size:
        raise Refused("file_empty")
    if size > MAX_BYTES:
        raise Refused("file_too_large", size=-(-size // 2**20), most=MAX_BYTES // 2**20)
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        raise Refused("file_unreadable") from None
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            raise Refused("not_a_sheet", found=kind)
    if head.startswith(b"PK\x03\x04"):
        if _zip_kind(path) == "XLSX":
            from . import xlsx

            sheets = xlsx.read(path, file)
            if count := xlsx.comments(path):
                findings.append(Finding("warning", "comments", file, values={"count": count}))
            return sheets
        from . import ods

        return ods.read(path, file)
    if head.startswith(_OLE):
        from . import xls

        return xls.read(path, file)
    bare = head.replace(b"\0", b"")  # so that UTF-16 looks like ASCII
    if _MARKUP.match(bare):
        if _HTML.search(bare):
            raise Refused("is_html")
        raise Refused("not_a_sheet", found="XML")
    from . import text

    return text.read(path, file, findings)


def _size(path: Path) -> int:
    """In bytes. Raises Refused for a missing file and for what is no file: a folder, or a pipe that would block."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise Refused("file_missing") from None
    except (OSError, ValueError):  # ValueError: a NUL in the path
        raise Refused("file_unreadable") from None
    if not S_ISREG(status.st_mode):
        raise Refused("file_unreadable")
    return status.st_size


def _zip_kind(path: Path) -> str:
    """Either "XLSX" or "ODS". Raises Refused for other ZIP files, for encrypted ones and for what unpacks to too much."""
    with path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused("password")
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise Refused("unpacks_too_large", most=MAX_UNPACKED_BYTES // 2**20)
        # zipfile never yields more than these declared sizes, but a plain read() unpacks everything before it cuts.
        for entry in entries:
            _check_size(stream, entry)
        names = {entry.filename for entry in entries}
        if "[Content_Types].xml" in names and any(re.fullmatch(r"xl/workbook\w*\.xml", name) for name in names):
            return "XLSX"
        if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Refused("password")
            return "ODS"
    starts = (kind for start, kind in _ZIPPED.items() if any(name.startswith(start) for name in names))
    raise Refused("not_a_sheet", found=next(starts, "ZIP"))


def _check_size(stream: BinaryIO, entry: zipfile.ZipInfo) -> None:
    """Unpack an entry piece by piece and keep nothing. Raises Refused if it holds more than it declares."""
    if entry.compress_type == zipfile.ZIP_STORED:
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:  # nothing else is allowed in an XLSX or ODS (ISO/IEC 29500-2, annex B)
        raise Refused("damaged")
    # The local header (APPNOTE 4.3.7): 30 bytes, the last four of them the lengths of the name and of the extra field.
    stream.seek(entry.header_offset + 26)
    name, extra = struct.unpack("<HH", stream.read(4))
    stream.seek(name + extra, 1)
    unpacker, unpacked, packed = zlib.decompressobj(-zlib.MAX_WBITS), 0, entry.compress_size
    while not unpacker.eof:
        piece = unpacker.unconsumed_tail or stream.read(min(packed, 2**16))
        packed -= 0 if unpacker.unconsumed_tail else len(piece)
        new = len(unpacker.decompress(piece, 2**20))
        unpacked += new
        if unpacked > entry.file_size or not (piece or new):
            raise Refused("damaged")
