"""A4 paper to write PDF pages on, with a font that has Chinese: texts, lines of text, thin rules. Lengths are millimetres."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from shared import fonts

INK, QUIET, ACCENT, LINE = (27, 25, 23), (87, 80, 70), (0, 104, 166), (207, 198, 180)
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 210.0, 297.0, 20.0, 18.0, 278.0
RIGHT = WIDTH - LEFT
_POINT = 25.4 / 72
_LEADING = 1.42  # from line to line, in font sizes
_ALWAYS = "".join(map(chr, range(32, 127))) + fonts.RARE
_CHINESE = r"\u2e80-\u9fff\uf900-\uffef\U00020000-\U0003ffff"
# What a line may not be broken in: a Chinese character with the marks that may not begin a line, or a word.
_UNBROKEN = re.compile(rf"\s+|[{_CHINESE}][、，。；：！？）》」”]*|[^\s{_CHINESE}]+")

Colour = tuple[int, int, int]
Align = Literal["left", "right"]


@dataclass(frozen=True)
class Face:
    """A font: its file, and the characters (code points) that it has."""

    path: Path
    characters: frozenset[int]


@lru_cache(maxsize=1)
def whole_face() -> Face:
    """The font with all its characters."""
    return Face(fonts.chinese(), fonts.characters())


@contextmanager
def small_face(texts: Iterable[str]) -> Iterator[Face]:
    """The font with no more characters than these texts have: many documents are made much faster with it."""
    from fontTools import subset

    whole = whole_face()
    wanted = whole.characters & {ord(letter) for text in (*texts, _ALWAYS) for letter in fonts.plain(text)[0]}
    options = subset.Options(
        notdef_outline=True, desubroutinize=True, drop_tables=["GPOS", "GSUB", "GDEF", "BASE", "VORG", "vhea", "vmtx"]
    )
    font = subset.load_font(str(whole.path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "font.otf"
        subset.save_font(font, str(path), options)
        font.close()
        yield Face(path, frozenset(wanted))


class Paper:
    """A PDF in the making. dry: nothing is drawn, to see first how much room something takes."""

    def __init__(self, title: str, language: str, face: Face | None = None) -> None:
        from fpdf import FPDF, ViewerPreferences
        from fpdf.fonts import TTFFont

        self.pdf = FPDF(format="A4", unit="mm")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_title(title)
        self.pdf.set_lang("zh-CN" if language == "zh" else "en")
        self.pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.pdf.add_font("text", fname=(face or whole_face()).path)
        font = self.pdf.fonts["text"]
        assert isinstance(font, TTFFont)
        font.ttfont.recalcBBoxes = False  # the whole font's bounds hold for a part of it, and finding tighter ones takes long
        self.font = font
        self.dry = False
        self._state: tuple[float, Colour] | None = None

    def page(self) -> None:
        """Start a new page."""
        self.pdf.add_page()
        self._state = None

    def width(self, text: str, size: float) -> float:
        """How wide a text is. size: in points."""
        widths = self.font.cw
        return sum(widths[ord(letter)] for letter in fonts.plain(text)[0]) * size * _POINT / 1000

    def text(self, x: float, y: float, text: str, size: float, colour: Colour = INK, align: Align = "left") -> None:
        """One line. x: its left or its right end; y: its baseline; size: in points."""
        shown = fonts.plain(text)[0]
        if self.dry or not shown:
            return
        if self._state != (size, colour):
            self.pdf.set_font("text", size=size)
            self.pdf.set_text_color(*colour)
            self._state = (size, colour)
        self.pdf.text(x - self.width(shown, size) if align == "right" else x, y, shown)

    def lines(self, text: str, size: float, width: float) -> list[str]:
        """The text broken into lines no wider than `width`: between words, between Chinese characters, else anywhere."""
        found, line, used = [], "", 0.0
        for part in _UNBROKEN.findall(fonts.plain(text)[0]):
            room = self.width(part, size)
            if used + room <= width:
                line, used = line + part, used + room
                continue
            if line.strip():
                found.append(line.rstrip())
            line, used = part.lstrip(), 0.0
            while len(line) > 1 and self.width(line, size) > width:
                at = next(at for at in range(len(line), 0, -1) if at == 1 or self.width(line[:at], size) <= width)
                found.append(line[:at])
                line = line[at:]
            used = self.width(line, size)
        return [*found, line.rstrip()] if line.strip() or not found else found

    def block(
        self, x: float, y: float, lines: Iterable[str], size: float, colour: Colour = INK, align: Align = "left"
    ) -> float:  # fmt: skip
        """Lines of text below y; gives where they end."""
        for line in lines:
            y += leading(size)
            self.text(x, y - 0.3 * leading(size), line, size, colour, align)
        return y

    def number(self, x: float, y: float, text: str, size: float, colour: Colour = INK) -> None:
        """A number below y. x: where numbers above each other meet, at the point or at the end of the units."""
        self.block(x - self.width(split(text)[0], size), y, [text], size, colour)

    def rule(self, y: float, weight: float = 0.15, colour: Colour = LINE, left: float = LEFT, right: float = RIGHT) -> None:
        """A thin line across."""
        if not self.dry:
            self.pdf.set_draw_color(*colour)
            self.pdf.set_line_width(weight)
            self.pdf.line(left, y, right, y)

    def done(self) -> bytes:
        """The file."""
        data = bytes(self.pdf.output())
        self.font.close()
        return data


def split(number: str) -> tuple[str, str]:
    """("62", ".5%") of "62.5%": what stands left of where numbers in a column meet, and what stands right of it."""
    at = min((number.index(sign) for sign in ".%/" if sign in number), default=len(number))
    return number[:at], number[at:]


def leading(size: float) -> float:
    """The height of a line. size: in points."""
    return size * _POINT * _LEADING
