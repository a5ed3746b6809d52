"""Grades on paper: a student's report on one page, and the class as a list, both as PDF with their font inside."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared import fonts

from ..cohort import ClassGrades
from ..grades import StudentGrade, grade_text
from ..rounding import exact_text
from . import report_pdf, table, xlsx
from .paper import ACCENT, BOTTOM, INK, LEFT, QUIET, RIGHT, TOP, Paper, leading, split
from .report import Cover, content
from .table import say

_SIZE, _SMALL, _GAP = 9.5, 8.5, 4.0
_MOST = {"student_id": 36.0, "name": 34.0, "group": 34.0}  # widths beyond which a text goes on in the next line
_NUMBERS = ("total", "curved", "grade_points")


def report(cover: Cover, grades: ClassGrades, student: int, language: str) -> bytes:
    """The report of `grades[student]`, always one page; where there is much to say it says it in smaller letters.

    language: "zh" or "en". Raises IndexError for a student who is not there.
    """
    return report_pdf.draw(content(cover, grades, student, language), language)


def class_list(cover: Cover, grades: ClassGrades, language: str) -> bytes:
    """Everybody in the gradebook's order, with the header on every page and what it all means at the end.

    language: "zh" or "en".
    """
    return _List(cover, grades, language).draw()


@dataclass(frozen=True)
class _Column:
    """key: as in `table.Column`; x, width: where it stands; tail: the room right of where numbers meet."""

    key: str
    title: str
    x: float
    width: float
    tail: float = 0.0


class _List:
    """A class list in the making."""

    def __init__(self, cover: Cover, grades: ClassGrades, language: str) -> None:
        self.cover, self.grades, self.policy, self.language = cover, grades, grades.policy, language
        self.sheet = Paper(" · ".join(filter(None, (cover.course, cover.term, say("list_title", language)))), language)
        rows = [self.cells(grade) for grade in grades]
        self.columns = self.laid_out(rows)
        sheet = self.sheet
        self.rows = [list(map(self.broken, self.columns, row)) for row in rows]
        rare = any(fonts.plain(text)[1] for row in (*rows, (cover.course, cover.term)) for text in row)
        self.notes = [part for note in self.legend(rare) for part in sheet.lines(note, _SMALL, RIGHT - LEFT)]

    def broken(self, column: _Column, text: str) -> list[str]:
        """A cell's text in lines."""
        return [text] if column.key in _NUMBERS else self.sheet.lines(text, _SIZE, column.width)

    def cells(self, grade: StudentGrade) -> list[str]:
        """A student's row."""
        withheld = say("withheld", self.language)
        totals = [grade_text(self.policy, grade.total) or ""]
        if self.policy.curve:
            totals.append(grade_text(self.policy, grade.curved) or "")
        letter = getattr(grade.letter, self.language) if grade.letter else withheld
        points = exact_text(grade.letter.points) if grade.letter else ""
        flags = table.flags_text([flag for flag in grade.flags if flag != "withheld"], self.policy, self.language)
        return [grade.student_id, grade.name, grade.group, *totals, letter, points, flags]

    def laid_out(self, rows: Sequence[Sequence[str]]) -> list[_Column]:
        """The columns, as wide as what stands in them, the last with what is left."""
        curved = ["curved"] if self.policy.curve else []
        keys = ["student_id", "name", "group", "total", *curved, "letter", "grade_points", "flags"]
        found, x, sheet = [], LEFT, self.sheet
        for at, key in enumerate(keys):
            title, cells = say(key, self.language), {row[at] for row in rows}
            tail = 0.0
            if key in _NUMBERS:
                halves = [split(cell) for cell in cells]
                tail = max((sheet.width(right, _SIZE) for _, right in halves), default=0)
                width = max((sheet.width(left, _SIZE) for left, _ in halves), default=0) + tail
            else:
                width = max((sheet.width(cell, _SIZE) for cell in cells), default=0)
            width = min(max(width + 0.1, sheet.width(title, _SMALL)), _MOST.get(key, 40.0))
            if key == "flags":
                width = RIGHT - x
            found.append(_Column(key, title, x, width, tail))
            x += width + _GAP
        return found

    def legend(self, rare: bool) -> list[str]:
        """What the letters and the rules are."""
        letters = [
            say("list_letter", self.language, letter=getattr(one, self.language), at_least=exact_text(one.at_least),
                points=exact_text(one.points))
            for one in self.policy.letters
        ]  # fmt: skip
        stop = "；" if self.language == "zh" else "; "
        rules = stop.join(xlsx.rules(self.policy, self.language))
        notes = [stop.join(letters), rules[:1].upper() + rules[1:]]
        if self.grades.graded < len(self.grades):
            notes.append(say("list_withheld", self.language))
        return [*notes, *([say("report_rare", self.language, sign=fonts.RARE)] if rare else [])]

    def draw(self) -> bytes:
        """The file."""
        pages = self.paginated()
        for number, rows in enumerate(pages, start=1):
            self.sheet.page()
            y = self.column_heads(self.head(number == 1))
            for row in rows:
                y = self.row(y, row)
            if number == len(pages):
                self.notes_below(y)
            foot = " · ".join(self.cover.foot(self.language))
            self.sheet.text(LEFT, 286, foot, _SMALL, QUIET)
            count = say("list_page", self.language, page=number, pages=len(pages))
            self.sheet.text(RIGHT, 286, count, _SMALL, QUIET, "right")
        return self.sheet.done()

    def paginated(self) -> list[list[list[list[str]]]]:
        """The rows of each page; the last page has room for the notes, even if it has no row left."""
        self.sheet.dry = True
        first, later = (self.column_heads(self.head(one)) for one in (True, False))
        pages: list[list[list[list[str]]]] = [[]]
        y = first
        for row in self.rows:
            height = self.row(0, row)
            if y + height > BOTTOM:
                pages.append([])
                y = later
            pages[-1].append(row)
            y += height
        if self.notes_below(y) > BOTTOM:
            pages.append([])
        self.sheet.dry = False
        return pages

    def head(self, first: bool) -> float:
        """Course and term, large on the first page; gives where they end."""
        sheet, cover = self.sheet, self.cover
        if not first:
            title = " · ".join(filter(None, (cover.course, cover.term)))
            return sheet.block(LEFT, TOP - 4, sheet.lines(title, _SMALL, RIGHT - LEFT)[:1], _SMALL, QUIET) + 3
        y = sheet.block(LEFT, TOP - 2, [say("list_title", self.language)], 10, ACCENT)
        y = sheet.block(LEFT, y, sheet.lines(cover.course, 20, RIGHT - LEFT), 20)
        count = [say("list_students", self.language, n=len(self.grades))]
        if self.grades.graded < len(self.grades):
            count.append(say("list_graded", self.language, n=self.grades.graded))
        about = " · ".join(filter(None, [cover.term, *count]))
        return sheet.block(LEFT, y + 0.5, sheet.lines(about, 10.5, RIGHT - LEFT), 10.5, QUIET) + 6

    def column_heads(self, y: float) -> float:
        """The header row below y; gives where it ends."""
        for one in self.columns:
            right = one.key in _NUMBERS
            self.sheet.text(
                one.x + one.width if right else one.x, y + 4, one.title, _SMALL, QUIET, "right" if right else "left"
            )
        self.sheet.rule(y + 6, 0.35, INK)
        return y + 6

    def row(self, y: float, cells: Sequence[Sequence[str]]) -> float:
        """A student's row below y; gives where it ends."""
        for one, lines in zip(self.columns, cells, strict=True):
            if one.key in _NUMBERS:
                self.sheet.number(one.x + one.width - one.tail, y + 0.7, lines[0], _SIZE)
            else:
                self.sheet.block(one.x, y + 0.7, lines, _SIZE, QUIET if one.key in ("group", "flags") else INK)
        y += 1.4 + leading(_SIZE) * max(map(len, cells))
        self.sheet.rule(y)
        return y

    def notes_below(self, y: float) -> float:
        """The legend below y; gives where it ends."""
        y = self.sheet.block(LEFT, y + 5, [say("list_legend", self.language)], _SMALL, ACCENT)
        return self.sheet.block(LEFT, y, self.notes, _SMALL, QUIET)
