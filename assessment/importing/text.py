"""CSV and its kin: which encoding, which delimiter, and the rows. Whatever is decided here is told in a finding."""

import csv
import io
import re
import unicodedata
from collections import Counter
from itertools import islice
from pathlib import Path

from ..findings import Finding
from .reading import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Refused, Sheet, too_many

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8 with BOM"),
    (b"\xff\xfe", "utf-16-le", "UTF-16 LE"),
    (b"\xfe\xff", "utf-16-be", "UTF-16 BE"),
)
_DELIMITERS = ("\t", ";", "|", ",")  # where two split a file equally well: the one that text and numbers hold less often
_SAMPLE_RECORDS, _SAMPLE_CHARACTERS = 100, 200_000
_NUMBERED = re.compile(r'\s*"?[A-Za-z]{0,3}\d{4,}')


def read(path: Path, file: str, findings: list[Finding]) -> list[Sheet]:
    """The one sheet of a text file. Appends an `encoding` finding to `findings`.

    Raises Refused: not_a_sheet, encoding_unknown, bad_quotes, too_many_cells.
    """
    text, encoding = decode(path.read_bytes())
    # Excel's own hint. Excel follows it and does not show the line, so row 1 is the one after it.
    hint = re.match(r'sep=([^"\r\n])(\r\n|\r|\n)', text, re.IGNORECASE)
    if hint:
        text = text[hint.end() :]
    sample = _sample(text)
    delimiter = hint[1] if hint else sniff(sample)
    shown = {"\t": "Tab", None: "—"}.get(delimiter, delimiter)
    findings.append(Finding("info", "encoding", file, values={"encoding": encoding, "delimiter": shown}))
    return [Sheet(file, None, _rows(text, delimiter or ",", sample), ragged=True)]


def decode(data: bytes) -> tuple[str, str]:
    """A text file's text and the name of its encoding. Raises Refused where no encoding fits beyond doubt."""
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            text = _strictly(data[len(bom) :], codec)
            if codec != "utf-8":
                _check(set(text))
            elif "\0" in text:
                raise Refused("not_a_sheet", found="?")
            return text, name
    if b"\0" in data:
        return _without_bom(data)
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    # Nearly every pair of bytes is something in GB18030, so that it fits says little. It must not be UTF-8 with a few bad
    # bytes, and, unless it is Western or Big5 text, most of it lies in the GB 2312 part: the characters in daily use.
    as_utf8 = data.decode("utf-8", "replace")
    broken = as_utf8.count("�")
    # Two bytes of GBK are often a letter of UTF-8 by chance, 学 for one; three in a row that make a Chinese one seldom are.
    if sum(character >= "\u0800" for character in as_utf8) - broken > broken:
        raise Refused("encoding_unknown")
    text = _strictly(data, "gb18030")
    characters = set(text)
    _check(characters)
    foreign = {character for character in characters if character > "\x7f"}
    if 2 * sum(not _in_gb2312(character) for character in foreign) > len(foreign):
        raise Refused("encoding_unknown")
    return text, "GB18030 (GBK)"


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _strictly(data: bytes, codec: str) -> str:
    """Decoded. Raises Refused if it does not fit."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise Refused("encoding_unknown") from None


def _check(characters: set[str]) -> None:
    """Raises Refused for characters that no score sheet holds."""
    if "\0" in characters:
        raise Refused("not_a_sheet", found="?")
    # Cc: control, Cn: unassigned, Co: private use
    if any(unicodedata.category(character) in ("Cc", "Cn", "Co") for character in characters - set("\t\r\n")):
        raise Refused("encoding_unknown")


def _without_bom(data: bytes) -> tuple[str, str]:
    """UTF-16 by where its NULs stand: digits, delimiters and line breaks have one each, in the second byte or the first.

    Raises Refused for other files with NULs. The rarer side may have some too: 一 is U+4E00. At least one character in
    four must have one, or any file with a stray NUL would be taken for two bytes a character.
    """
    first, second = data[0::2].count(0), data[1::2].count(0)
    codec, name = ("utf-16-le", "UTF-16 LE") if second > first else ("utf-16-be", "UTF-16 BE")
    if max(first, second) < max(4 * min(first, second), len(data) // 8):
        raise Refused("not_a_sheet", found="?")
    try:
        text = _strictly(data, codec)
        _check(set(text))
    except Refused:
        raise Refused("not_a_sheet", found="?") from None
    return text, name


def _sample(text: str) -> str:
    """The first characters of a text, up to a line's end."""
    if len(text) <= _SAMPLE_CHARACTERS:
        return text
    start = text[:_SAMPLE_CHARACTERS]
    return start[: max(start.rfind("\n"), start.rfind("\r")) + 1] or start


def _counts(sample: str, delimiter: str) -> list[int]:
    """How many fields each of the first records that are not blank has."""
    counts = []
    try:
        for record in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), _SAMPLE_RECORDS):
            if any(record):
                counts.append(len(record))
    except csv.Error:  # a field without end; `_rows` will say so
        pass
    return counts


def sniff(sample: str) -> str | None:
    """The delimiter that splits most records, then the one with the steadiest number of fields, then with the most.

    So no decimal comma wins in a file with ";": the header has none. Title rows split under no delimiter and change nothing.
    None if nothing splits any record: one column.
    """
    best: tuple[tuple[float, float, int], str | None] = ((0, 0, 0), None)
    for delimiter in _DELIMITERS:
        counts = _counts(sample, delimiter)
        several = [count for count in counts if count > 1]
        if several:
            width, times = Counter(several).most_common(1)[0]
            score = (len(several) / len(counts), times / len(several), width)
            if score > best[0]:
                best = (score, delimiter)
    return best[1]


def _rows(text: str, delimiter: str, sample: str) -> list[list[str]]:
    """All records; a row's number is its record's, blank lines count. Raises Refused: bad_quotes, too_many_cells."""
    lines = max(text.count("\n"), text.count("\r"))
    if lines + text.count(delimiter) > MAX_CELLS:  # before one line of commas becomes a list
        raise too_many()
    width = max(Counter(_counts(sample, delimiter)).items(), key=lambda item: item[1], default=(1, 0))[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    # `Grid` does the same, but its call for each row would take as long as the reading itself.
    rows: list[list[str]] = []
    line = 0
    try:
        for record in reader:
            if reader.line_num > line + 1 and _has_swallowed(record, delimiter, width):
                raise Refused("bad_quotes", row=len(rows) + 1)
            line = reader.line_num
            while record and not record[-1]:
                record.pop()
            rows.append(record)
    except csv.Error:
        raise Refused("bad_quotes", row=len(rows) + 1) from None
    while rows and not rows[-1]:
        rows.pop()
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise too_many()
    return rows


def _has_swallowed(record: list[str], delimiter: str, width: int) -> bool:
    """Whether a record over several lines is rather several rows, swallowed by two stray quotes.

    It is if it has as many delimiters as that many rows would have, or if a line in a cell begins as a row does, with a
    number. A remark of several lines has neither.
    """
    inside = [re.split(r"\r\n|\r|\n", cell) for cell in record]
    later = [line for lines in inside for line in lines[1:]]
    delimiters = len(record) - 1 + sum(cell.count(delimiter) for cell in record)
    if any(delimiter in cell for cell in record) and delimiters >= (len(later) + 1) * (width - 1):
        return True
    return any(delimiter in line and _NUMBERED.match(line.split(delimiter)[0]) for line in later)
