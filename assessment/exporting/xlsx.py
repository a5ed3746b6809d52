"""Grades as a workbook that can be handed in: grades with live totals, statistics, what was odd, and the policy."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from shared.language import translate

from .. import statistics
from ..cohort import ClassGrades
from ..findings import Finding, cell_name
from ..grades import StudentGrade
from ..policy import Policy
from ..rounding import exact_text, round_exactly
from . import formulas, table
from .table import say

Progress = Callable[[Iterable[Any]], Iterable[Any]]
_FIRST_ITEM = 3  # columns before the scores: id, name, class
_HEAD = 2  # rows before the students: headers, weights
_DIGITS = 15  # significant ones that a spreadsheet keeps


def write(
    path: Path, grades: ClassGrades, findings: Sequence[Finding], language: str, progress: Progress | None = None
) -> None:  # fmt: skip
    """Write the workbook. language: "zh" or "en". progress: wraps the students, to show how far it is. Raises NotWritten."""
    with table.workbook(path) as book:
        writer = _Writer(book, grades, language)
        writer.grades_sheet(progress)
        writer.statistics_sheet()
        writer.findings_sheet(findings)
        writer.policy_sheet()


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: Any, grades: ClassGrades, language: str) -> None:
        self.book, self.grades, self.policy, self.language = book, grades, grades.policy, language
        book.formats[0].set_font_size(11)
        line = {"bottom": 1, "bottom_color": "#B8C2CC"}
        self.head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "vcenter", **line})
        self.light = book.add_format({"font_color": "#5B6770", "italic": True, "align": "center", **line})
        self.centre = book.add_format({"align": "center"})
        self.centred_head = book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "vcenter", "align": "center", **line}
        )
        self.mark = book.add_format({"bg_color": "#FFF4D6", "align": "center"})
        self.strong = book.add_format({"bold": True, "align": "center"})
        self.fail = book.add_format({"bg_color": "#FBE3E0", "font_color": "#8C1D18"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.figure = book.add_format({"num_format": "0.00", "align": "center"})

    def sheet(
        self,
        key: str,
        headers: Sequence[str],
        widths: Sequence[int],
        frozen: tuple[int, int] = (1, 0),
        centred: range = range(0),
    ) -> Any:
        """A new sheet with a frozen header, printed on landscape pages as wide as the sheet. centred: columns."""
        sheet = self.book.add_worksheet(say(f"sheet_{key}", self.language))
        for at, (header, width) in enumerate(zip(headers, widths, strict=True)):
            sheet.set_column(at, at, width, self.centre if at in centred else None)
            sheet.write_string(0, at, table.safe(header), self.centred_head if at in centred else self.head)
        sheet.freeze_panes(*frozen)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def grades_sheet(self, progress: Progress | None) -> None:
        """One row a student."""
        columns = table.columns(self.policy, self.language)
        headers = [column.title for column in columns]
        sample = [table.cells(self.grades[at], self.policy, self.language) for at in range(min(len(self.grades), 300))]
        centred = range(_FIRST_ITEM, len(columns) - 1)
        sheet = self.sheet("grades", headers, table.widths([headers, *sample]), (_HEAD, 2), centred)
        sheet.write_string(1, 0, say("weight_row", self.language), self.light)
        for at in range(1, len(columns)):
            item = at - _FIRST_ITEM
            if 0 <= item < len(self.policy.items):
                self.number(sheet, 1, at, self.policy.items[item].weight, self.light)
            else:
                sheet.write_blank(1, at, None, self.light)
        students = range(len(self.grades))
        for at in progress(students) if progress else students:
            self.student(sheet, _HEAD + at, self.grades[at], [column.key for column in columns])
        last = max(_HEAD, _HEAD + len(self.grades) - 1)
        sheet.autofilter(1, 0, last, len(columns) - 1)
        keys = [column.key for column in columns]
        worst = getattr(self.policy.letters[-1], self.language)
        letter = cell_name(_HEAD + 1, keys.index("letter") + 1)
        rule = {"type": "formula", "criteria": f"=${letter}={_quoted(worst)}", "format": self.fail}
        for key in ("total", "letter"):
            sheet.conditional_format(_HEAD, keys.index(key), last, keys.index(key), rule)

    def student(self, sheet: Any, row: int, grade: StudentGrade, keys: Sequence[str]) -> None:
        """One student's row."""
        texts = dict(zip(keys, table.cells(grade, self.policy, self.language), strict=True))
        for at, key in enumerate(keys):
            if key in ("total", "curved", "letter", "grade_points"):
                continue
            line = grade.lines[at - _FIRST_ITEM] if 0 <= at - _FIRST_ITEM < len(grade.lines) else None
            if line is not None and formulas.is_plain(line):
                assert line.value is not None
                sheet.write_number(row, at, float(line.value))
            elif key in ("so_far", "rank", "exact_total") and _is_kept(texts[key]):
                sheet.write_number(row, at, float(texts[key]))
            elif texts[key]:
                sheet.write_string(row, at, table.safe(texts[key]), self.mark if line is not None else None)
        self.totals(sheet, row, grade, texts, keys)

    def totals(self, sheet: Any, row: int, grade: StudentGrade, texts: dict[str, str], keys: Sequence[str]) -> None:
        """Total, curved total, letter and points: formulas with the right answers already in them."""
        total = keys.index("total")
        if grade.exact is None or grade.total is None or grade.letter is None:
            sheet.write_string(row, total, say("withheld", self.language), self.mark)
            return
        place = (row + 1, _FIRST_ITEM, _HEAD)
        final = total
        self.formula(sheet, row, total, formulas.total(grade, self.policy, *place), texts["total"])
        if grade.curved is not None:
            final = keys.index("curved")
            self.formula(sheet, row, final, formulas.curved(grade, self.policy, *place), texts["curved"])
        letter, points = keys.index("letter"), keys.index("grade_points")
        shown = round_exactly(grade.total if grade.curved is None else grade.curved, "half_up", 9)
        if self.policy.letter(shown) != grade.letter:  # a grade that is not rounded, less than 10^-9 below a letter
            sheet.write_string(row, letter, table.safe(texts["letter"]))
            sheet.write_number(row, points, float(grade.letter.points))
            return
        cell = cell_name(row + 1, final + 1)
        names = [_quoted(getattr(one, self.language)) for one in self.policy.letters]
        worth = [exact_text(one.points) for one in self.policy.letters]
        sheet.write_formula(row, letter, formulas.lookup(cell, self.policy, names), None, texts["letter"])
        sheet.write_formula(row, points, formulas.lookup(cell, self.policy, worth), None, float(grade.letter.points))

    def formula(self, sheet: Any, row: int, column: int, formula: str | None, value: str) -> None:
        """A formula and what it gives; the number alone where no formula is sure to give it."""
        if "/" in value:
            value = str(float(_fraction(value)))
        if formula is None:
            sheet.write_number(row, column, float(value), self.strong)
        else:
            sheet.write_formula(row, column, formula, self.strong, float(value))

    def number(self, sheet: Any, row: int, column: int, value: Any, style: Any = None) -> None:
        """A number, or the division that gives it where its decimals do not end."""
        text = exact_text(value)
        if "/" in text:
            sheet.write_formula(row, column, f"={text}", style, float(value))
        else:
            sheet.write_number(row, column, float(text), style)

    def statistics_sheet(self) -> None:
        """Figures for every item, and how many have which letter, drawn too."""
        names = statistics.FIGURES
        headers = [say("item", self.language), *(translate(f"assessment_statistic_{name}", self.language) for name in names)]
        found = statistics.describe(self.grades)
        sheet = self.sheet("statistics", headers, [16, *[12] * len(names)], (1, 1), range(1, 99))
        for row, one in enumerate(found, start=1):
            sheet.write_string(row, 0, table.safe(one.name(self.policy, self.language)))
            for at, name in enumerate(names, start=1):
                value = getattr(one, name)
                if value is not None:
                    sheet.write_number(row, at, value, None if name == "n" else self.figure)
        counts = statistics.letter_counts(self.policy, self.grades)
        top = len(found) + 3
        for at, header in enumerate((say("letter", self.language), say("students", self.language), "%")):
            sheet.write_string(top, at, header, self.head)
        for row, count in enumerate(counts, start=top + 1):
            sheet.write_string(row, 0, table.safe(getattr(count, self.language)))
            sheet.write_number(row, 1, count.students)
            sheet.write_number(row, 2, count.percent, self.figure)
        chart = self.book.add_chart({"type": "column"})
        name = say("sheet_statistics", self.language)
        chart.add_series(
            {"categories": [name, top + 1, 0, top + len(counts), 0], "values": [name, top + 1, 1, top + len(counts), 1],
             "fill": {"color": "#3B6EA5"}, "gap": 60, "data_labels": {"value": True}}
        )  # fmt: skip
        chart.set_title({"name": say("letter", self.language), "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"major_gridlines": {"visible": False}, "visible": False})
        sheet.insert_chart(top, 4, chart, {"x_scale": 1.0, "y_scale": 0.9})

    def findings_sheet(self, findings: Sequence[Finding]) -> None:
        """Everything that was odd, and was accepted."""
        headers = [say(key, self.language) for key in table.FINDING_COLUMNS]
        sheet = self.sheet("findings", headers, [10, 24, 16, 10, 20, 100])
        order = {"error": 0, "warning": 1, "info": 2}
        for row, one in enumerate(sorted(findings, key=lambda finding: order[finding.severity]), start=1):
            place = one.cell or (f"#{one.row}" if one.row else "")
            cells = [say(f"severity_{one.severity}", self.language), one.file or "", one.sheet or "", place, one.column or ""]
            for at, text in enumerate(cells):
                sheet.write_string(row, at, table.safe(text))
            sheet.write_string(row, len(cells), table.safe(one.message(self.language)), self.wrap)

    def policy_sheet(self) -> None:
        """How the grades came about."""
        keys = ("item", "weight", "maximum", "count", "drop_lowest", "extra_credit")
        sheet = self.sheet("policy", [say(key, self.language) for key in keys], [30, 12, 12, 12, 16, 14], centred=range(1, 6))
        for row, part in enumerate(self.policy.components, start=1):
            sheet.write_string(row, 0, table.safe(part.name(self.language)))
            self.number(sheet, row, 1, part.weight)
            self.number(sheet, row, 2, part.maximum)
            sheet.write_number(row, 3, part.count)
            sheet.write_number(row, 4, part.drop_lowest)
            sheet.write_string(row, 5, "√" if part.extra_credit else "")
        top = len(self.policy.components) + 2
        for at, key in enumerate(("letter", "at_least", "grade_points")):
            sheet.write_string(top, at, say(key, self.language), self.head)
        for row, letter in enumerate(self.policy.letters, start=top + 1):
            sheet.write_string(row, 0, table.safe(getattr(letter, self.language)))
            self.number(sheet, row, 1, letter.at_least)
            self.number(sheet, row, 2, letter.points)
        top += len(self.policy.letters) + 2
        sheet.write_string(top, 0, say("rule", self.language), self.head)
        for row, rule in enumerate(rules(self.policy, self.language), start=top + 1):
            sheet.write_string(row, 0, table.safe(rule))


def rules(policy: Policy, language: str) -> list[str]:
    """The policy's rules in sentences."""
    found = [
        say(f"rounding_{policy.rounding.mode}", language, digits=policy.rounding.digits),
        say(f"missing_{policy.missing}", language),
        say(f"pending_{policy.pending}", language),
    ]
    if policy.cap is not None:
        found.append(say("cap", language, cap=exact_text(policy.cap)))
    if curve := policy.curve:
        values = {name: exact_text(getattr(curve, name)) for name in ("factor", "offset", "target")}
        found.append(say(f"curve_{curve.kind}", language, **values))
    for part in policy.components:
        if late := part.late:
            values = {"per_day": exact_text(late.per_day), "floor": exact_text(late.floor), "item": part.name(language)}
            found.append(say("late_rule", language, unit=say(f"unit_{late.unit}", language), grace=late.grace_days, **values))
    return found


def _is_kept(text: str) -> bool:
    """Whether a spreadsheet keeps the number that this text is."""
    return text != "" and "/" not in text and len(text.replace(".", "").lstrip("0")) <= _DIGITS


def _quoted(text: str) -> str:
    """A text in a formula."""
    return '"' + text.replace('"', '""') + '"'


def _fraction(text: str) -> float:
    above, _, below = text.partition("/")
    return int(above) / int(below)
