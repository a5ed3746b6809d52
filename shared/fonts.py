"""The font that has Chinese, for what is drawn by the program itself: pages of a PDF, names on a video."""

import unicodedata
from functools import lru_cache
from pathlib import Path

RARE = "〓"  # what Chinese printers set for a character they have not got


def chinese() -> Path:
    """The file of Noto Sans SC, which comes with a package and needs no font on the machine."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.sans_path())


@lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """The characters (code points) that it has."""
    from fontTools.ttLib import TTFont

    with TTFont(chinese(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def plain(text: str) -> tuple[str, bool]:
    """The text as the font can draw it, and whether a character had to give way to `RARE`.

    Control characters become spaces; what has no shape of its own (a zero-width space, say) goes.
    """
    there = characters()
    if any(map(unicodedata.combining, text)):
        text = unicodedata.normalize("NFC", text)
    if all(ord(letter) in there for letter in text) and text.isprintable():
        return text, False
    spaced = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    shown = [letter for letter in spaced if unicodedata.category(letter) != "Cf"]
    return "".join(letter if ord(letter) in there else RARE for letter in shown), any(ord(one) not in there for one in shown)
