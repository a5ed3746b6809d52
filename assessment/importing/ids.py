"""Student ids are strings. What spreadsheets do to them is undone where that is certain, and refused where it is not."""

import re
import unicodedata

_GOOD = re.compile(r"[0-9A-Za-z]+(?:[-_.][0-9A-Za-z]+)*")
_FLOAT = re.compile(r"([0-9]+)\.0+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,2}")
_QUOTED = re.compile(r'="?([^"]*)"?')


class BadId(ValueError):
    """A text that cannot be a student id. `code` is the finding that says so."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean(text: str, width: int = 0) -> str:
    """The id that a cell means.

    Leading zeros stay; full-width digits are narrowed (NFKC), spaces and invisible characters go, "20230001.0" becomes
    20230001, and ="0012" or '0012, the tricks that keep Excel from eating zeros, become 0012. width: ids of digits alone
    are filled up with zeros to so many digits.
    Raises BadId: "id_lost_digits" for 2.0230001E+07 and for numbers that Excel has cut to 15 digits, "id_unreadable" for
    what is no id at all.
    """
    found = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not found.isalnum():
        # Spaces inside stay, and make it unreadable: two ids in one cell must not become one.
        found = "".join(letter for letter in found.strip() if unicodedata.category(letter) != "Cf")
        if quoted := _QUOTED.fullmatch(found):
            found = quoted[1]
        found = found.lstrip("'")
        if whole := _FLOAT.fullmatch(found):
            found = whole[1]
        if _SCIENTIFIC.fullmatch(found):
            raise BadId("id_lost_digits")
    if not _GOOD.fullmatch(found):
        raise BadId("id_unreadable")
    return found.zfill(width) if width and found.isdecimal() else found


def likeness(student_id: str) -> str:
    """Equal for ids that only differ in leading zeros or in capital letters: the same student, most likely."""
    return student_id.casefold().lstrip("0")
