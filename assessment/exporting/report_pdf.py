"""A student's report drawn on one sheet of A4."""

from shared import fonts

from . import paper
from .paper import ACCENT, INK, LEFT, QUIET, RIGHT, TOP, WIDTH, Face, Paper, leading, split
from .report import NUMBERS, Content
from .table import say

_FOOT = 280.0  # the rule above the footer
_GAP = 5.0  # between columns


def draw(one: Content, language: str, face: Face | None = None) -> bytes:
    """The report as a PDF of one page. language: "zh" or "en"; face: the font to embed a part of, the whole one if None."""
    kind = say("report_title", language)
    title = " · ".join(filter(None, (one.cover.course, kind, one.name or one.student_id)))
    sheet = Paper(title, language, face)
    page = _Page(sheet, one, language)
    sheet.dry = True
    while (end := page.draw()) > page.floor():
        # Letters shrink in both directions, so what they need goes down with the square.
        page.scale *= min(0.97, ((page.floor() - TOP) / (end - TOP)) ** 0.5)
    sheet.dry = False
    sheet.page()
    page.draw()
    page.foot()
    return sheet.done()


class _Page:
    """The page in the making. scale: of all letters and distances, 1 where everything fits."""

    def __init__(self, sheet: Paper, one: Content, language: str) -> None:
        self.sheet, self.one, self.language, self.scale = sheet, one, language, 1.0
        self.rare = any(fonts.plain(text)[1] for text in one.texts())

    def draw(self) -> float:
        """Everything but the footer; gives where it ends."""
        y = self.result(self.head())
        y = self.table(y + 7 * self.scale)
        y = self.steps(y + 6 * self.scale)
        return self.around(y + 6 * self.scale)

    def floor(self) -> float:
        """How far down the page may go."""
        return _FOOT - 5 - (len(self.note()) * leading(8.5) if self.rare else 0)

    def note(self) -> list[str]:
        """What is to be said about rare characters."""
        return self.sheet.lines(say("report_rare", self.language, sign=fonts.RARE), 8.5, RIGHT - LEFT)

    def words(self, y: float, text: str, size: float, colour: paper.Colour = INK, width: float = RIGHT - LEFT) -> float:
        """A text from the left margin, in as many lines as it needs; gives where it ends."""
        size *= self.scale
        return self.sheet.block(LEFT, y, self.sheet.lines(text, size, width), size, colour) if text else y

    def head(self) -> float:
        """Course and term."""
        y = self.words(TOP - 2, say("report_title", self.language), 10, ACCENT)
        y = self.words(y + 0.5, self.one.cover.course, 21)
        y = self.words(y + 0.5, self.one.cover.term, 10.5, QUIET) + 4 * self.scale
        self.sheet.rule(y)
        return y + 4 * self.scale

    def result(self, y: float) -> float:
        """Who, on the left; the grade, on the right."""
        one, scale, half = self.one, self.scale, (RIGHT - LEFT) / 2 - 4
        who = " · ".join(filter(None, (f"{say('student_id', self.language)} {one.student_id}", one.group)))
        left = self.words(self.words(y, one.name, 15, width=half), who, 10, QUIET, half)
        text, size = (one.grade, 40.0) if one.grade else (say("withheld", self.language), 22.0)
        size *= scale * min(1, half / max(1, self.sheet.width(text, size * scale)))
        right = y + leading(size) * (0.8 if one.grade else 1.0)
        self.sheet.text(RIGHT, right - 0.1 * leading(size), text, size, ACCENT, "right")
        lines = self.sheet.lines(one.verdict, 11 * scale, half)
        return max(left, self.sheet.block(RIGHT, right, lines, 11 * scale, INK, "right"))

    def table(self, y: float) -> float:
        """Every score."""
        sheet, one, size, small = self.sheet, self.one, 9.5 * self.scale, 8.5 * self.scale
        columns = list(zip(*(row.cells for row in one.rows), strict=True))
        tails = [max(sheet.width(split(cell)[1], size) for cell in column) for column in columns]
        lefts = [max(sheet.width(split(cell)[0], size) for cell in column) for column in columns]
        widths = [max(left + tail, sheet.width(head, small)) for left, tail, head in zip(lefts, tails, one.heads, strict=True)]
        room = RIGHT - LEFT - 4 * _GAP - sum(widths[at] for at in NUMBERS)
        longest = max((sheet.width(text, small) for text in (one.heads[4], *columns[4])), default=0) + 0.1
        widths[4] = max(room * 0.5, min(longest, room * 0.65))
        widths[0] = room - widths[4]
        starts = [LEFT + sum(widths[:at]) + at * _GAP for at in range(len(widths))]
        for at, head in enumerate(one.heads):
            right = at in NUMBERS
            x = starts[at] + (widths[at] if right else 0)
            sheet.text(x, y + leading(small) * 0.7, head, small, QUIET, "right" if right else "left")
        y += leading(small) + 1.2 * self.scale
        sheet.rule(y, 0.35, INK)
        for row in one.rows:
            colour, high = INK if row.counts else QUIET, y + 0.9 * self.scale
            ends = [sheet.block(starts[0], high, sheet.lines(row.cells[0], size, widths[0]), size, colour)]
            for at in NUMBERS:
                sheet.number(starts[at] + widths[at] - tails[at], high, row.cells[at], size, colour)
            # The remark is smaller, and stands on the same line.
            lower = high + 0.7 * (leading(size) - leading(small))
            ends.append(sheet.block(starts[4], lower, sheet.lines(row.cells[4], small, widths[4]), small, QUIET))
            y = max(ends) + 0.9 * self.scale
            sheet.rule(y)
        return y

    def steps(self, y: float) -> float:
        """From the contributions to the letter."""
        if not self.one.steps:
            return y
        y = self.words(y, say("report_steps", self.language), 9.5, ACCENT) + 0.5 * self.scale
        for step in self.one.steps:
            y = self.words(y, step, 9.5)
        return y

    def around(self, y: float) -> float:
        """The class's figures side by side."""
        if not self.one.class_figures:
            return y
        y = self.words(y, self.one.class_title, 9.5, ACCENT) + 0.5 * self.scale
        each, end = (WIDTH - 2 * LEFT) / len(self.one.class_figures), y
        for at, (label, figure) in enumerate(self.one.class_figures):
            below = self.sheet.block(LEFT + at * each, y, [label], 8.5 * self.scale, QUIET)
            end = self.sheet.block(LEFT + at * each, below, [figure], 13 * self.scale)
        return end

    def foot(self) -> None:
        """Final or not, when, and under which policy; and what became of rare characters."""
        if self.rare:
            self.sheet.block(LEFT, self.floor() + 3, self.note(), 8.5, QUIET)
        self.sheet.rule(_FOOT)
        first, *others = self.one.foot
        self.sheet.text(LEFT, _FOOT + 5, first, 8.5, QUIET)
        self.sheet.text(RIGHT, _FOOT + 5, " · ".join(others), 8.5, QUIET, "right")
