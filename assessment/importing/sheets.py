"""One sheet of one file: its students and their scores, and everything in it that is odd, with its cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest

import numpy as np

from shared.language import LANGUAGES, translate

from ..findings import Finding, Severity, cell_name
from ..gradebook import Column
from ..policy import Component, Item
from ..rounding import exact_text
from ..scores import MISSING, Score, UnreadableScore, read_days_late, read_score, residue, uses_decimal_comma
from . import ids, layout, roll
from .headers import Meaning, Vocabulary, plain
from .layout import Layout
from .reading import Sheet


@dataclass(frozen=True)
class ScoreSheet:
    """What one sheet says. ids, names, groups, rows (as Excel counts): one each student; columns: item's key -> (the header
    it stood under, the number of its column from 1, the scores in the students' order).
    """

    file: str
    sheet: str | None
    id_header: str
    id_column: int
    ids: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[int, ...]
    columns: dict[str, tuple[str, int, Column]]
    mapped: frozenset[str] = frozenset()

    def finding(self, severity: Severity, code: str, student: int, values: Mapping[str, object]) -> Finding:
        """A finding about one of its students, at the cell with his id."""
        row = self.rows[student]
        return Finding(severity, code, self.file, self.sheet, row, self.id_header, cell_name(row, self.id_column), values)


@dataclass
class _Reader:
    """Reads one sheet. say: adds a finding about this sheet."""

    sheet: Sheet
    vocabulary: Vocabulary
    id_width: int
    layout: Layout
    findings: list[Finding] = field(default_factory=list)

    def say(
        self, severity: Severity, code: str, row: int | None = None, column: int | None = None, **values: object
    ) -> None:  # fmt: skip
        """A finding. row: as Excel counts; column: 0-based."""
        header = None if column is None or column >= len(self.layout.headers) else self.layout.headers[column]
        cell = cell_name(row, column + 1) if row and column is not None else None
        self.findings.append(Finding(severity, code, self.sheet.file, self.sheet.name, row, header, cell, values))

    def read(self) -> ScoreSheet | None:
        """The sheet's scores, None if it has no table of students."""
        if self.layout.titles:
            self.say("info", "title_rows", self.layout.header + 1, count=self.layout.titles)
        chosen = self.choose_columns()
        if "id" not in chosen:
            return None
        rows, clean = self.students(chosen["id"])
        columns = list(zip_longest(*self.sheet.rows, fillvalue=""))
        unbroken = bool(rows) and rows[-1] - rows[0] + 1 == len(rows)

        def pick(column: int) -> Sequence[str]:
            whole = columns[column] if column < len(columns) else ("",) * len(self.sheet.rows)
            return whole[rows[0] : rows[-1] + 1] if unbroken else [whole[row] for row in rows]

        scores = {key: self.scores(key, column, pick(column), rows) for key, column in self.score_columns(chosen).items()}
        self.days_late(chosen, scores, pick, rows)
        self.roll(scores, pick, rows)
        names, groups = self.texts(chosen, "name", pick, rows), self.texts(chosen, "group", pick, rows)
        mapped = {plain(self.layout.headers[at]) for at, meaning in enumerate(self.layout.meanings) if meaning.mapped}
        return ScoreSheet(
            self.sheet.file, self.sheet.name, self.layout.headers[chosen["id"]], chosen["id"] + 1, tuple(clean), names, groups,
            tuple(row + 1 for row in rows), scores, frozenset(mapped),
        )  # fmt: skip

    def choose_columns(self) -> dict[str, int]:
        """What to read from which column: "id", "name", "group", item's key, "lab1.days_late" -> 0-based column."""
        chosen: dict[str, int] = {}
        exact = {meaning.item for meaning in self.layout.meanings if meaning.kind == "score" and not meaning.loose}
        for column, meaning in enumerate(self.layout.meanings):
            key = {"score": meaning.item, "days_late": f"{meaning.item}.days_late"}.get(meaning.kind, meaning.kind)
            if meaning.kind in ("session", "unknown", "ignored", "computed") or (meaning.loose and meaning.item in exact):
                self.explain_unused(column, meaning)
                continue
            assert key is not None
            if key in chosen:
                other = cell_name(self.layout.header + 1, chosen[key] + 1)
                self.say("error", "column_twice", self.layout.header + 1, column, meaning=self.named(key), other=other)
                continue
            chosen[key] = column
            if meaning.loose:
                self.say("warning", "column_loose", self.layout.header + 1, column, meaning=self.named(key))
            if meaning.implausible:
                self.say("warning", "maximum_implausible", self.layout.header + 1, column, meaning=self.named(key))
        return chosen

    def explain_unused(self, column: int, meaning: Meaning) -> None:
        """Say why a column is not read: none is left out in silence."""
        row = self.layout.header + 1
        if not self.layout.headers[column]:
            if any(len(line) > column and line[column] for line in self.sheet.rows[self.layout.first :]):
                self.say("warning", "column_without_header", row, column)
        elif meaning.kind == "computed":
            self.say("info", "column_computed", row, column)
        elif meaning.kind == "ignored":
            self.say("info", "column_ignored", row, column)
        elif len(meaning.candidates) > 1:
            self.say(
                "error", "column_ambiguous", row, column, candidates=self.vocabulary.policy.named(meaning.candidates, True)
            )
        elif meaning.loose:
            self.say("warning", "column_unknown_near", row, column, nearest=self.named(str(meaning.item)))
        elif meaning.kind == "unknown":
            if meaning.candidates:
                self.say("warning", "column_unknown_near", row, column, nearest=self.named(meaning.candidates[0]))
            else:
                self.say("warning", "column_unknown", row, column)

    def students(self, id_column: int) -> tuple[list[int], list[str]]:
        """(0-based rows that are students, their ids)."""
        rows: list[int] = []
        clean: list[str] = []
        first_row: dict[str, int] = {}
        repaired: list[int] = []
        left_out = 0
        width = len(self.layout.headers)
        for row in range(self.layout.first, len(self.sheet.rows)):
            cells = self.sheet.rows[row]
            text = cells[id_column] if id_column < len(cells) else ""
            if not (text.isascii() and text.isalnum() and not text.isalpha()):
                if not any(map(str.strip, cells)):
                    continue
                if layout.is_footer(cells, text):
                    self.say("info", "footer", row + 1, id_column, label=next(cell for cell in cells if cell.strip()))
                    left_out += 1
                    continue
                if layout.is_repeated_header(cells, self.layout):
                    self.say("info", "header_again", row + 1)
                    left_out += 1
                    continue
                if not text.strip():
                    self.say("error", "id_missing", row + 1, id_column)
                    continue
            if self.sheet.ragged and len(cells) > width and any(cells[width:]):
                self.say("error", "row_too_long", row + 1, None, cells=len(cells), width=width)
            try:
                student = ids.clean(text, self.id_width)
            except ids.BadId as problem:
                self.say("error", problem.code, row + 1, id_column, text=text)
                continue
            if student != text:
                repaired.append(row + 1)
            if student in first_row:
                severity: Severity = "warning" if self.same_row(first_row[student], row) else "error"
                self.say(severity, "duplicate_id", row + 1, id_column, id=student, first=first_row[student] + 1)
                left_out += 1
                continue
            first_row[student] = row
            rows.append(row)
            clean.append(student)
        if repaired:
            self.say("info", "ids_repaired", repaired[0], id_column, count=len(repaired))
        self.say("info", "rows_read", None, None, students=len(rows), left_out=left_out)
        return rows, clean

    def same_row(self, one: int, other: int) -> bool:
        """Whether two rows say the same."""
        return [cell.strip() for cell in self.sheet.rows[one]] == [cell.strip() for cell in self.sheet.rows[other]]

    def score_columns(self, chosen: dict[str, int]) -> dict[str, int]:
        """Of the chosen columns those with scores."""
        return {item.key: chosen[item.key] for item in self.vocabulary.policy.items if item.key in chosen}

    def named(self, key: str) -> dict[str, str]:
        """What a column means, in words: an item with its key, or "学号"."""
        item, _, days = key.partition(".")
        if item in {one.key for one in self.vocabulary.policy.items}:
            names = self.vocabulary.policy.named([item], with_keys=True)
            return {to: translate("exporting_days_late", to, item=name) for to, name in names.items()} if days else names
        return {to: translate(f"importing_kind_{key}", to) for to in LANGUAGES}

    def item(self, key: str) -> Item:
        """The policy's item of that key."""
        return next(item for item in self.vocabulary.policy.items if item.key == key)

    def maximum(self, column: int, part: Component) -> Fraction:
        """Full marks of a column: from a row of their own, from the header, or the policy's."""
        meaning, own = self.layout.meanings[column], self.layout.maxima[column]
        row = self.layout.header + 1
        if own is not None and meaning.maximum is not None and own != meaning.maximum:
            self.say("error", "maximum_twice", row, column, one=exact_text(meaning.maximum), other=exact_text(own))
        maximum = own or meaning.maximum or part.maximum
        if maximum != part.maximum:
            self.say("info", "maximum_other", row, column, maximum=exact_text(maximum), policy=exact_text(part.maximum))
        return maximum

    def scores(self, key: str, column: int, texts: Sequence[str], rows: Sequence[int]) -> tuple[str, int, Column]:
        """One column of scores, each distinct text parsed once."""
        policy, part = self.vocabulary.policy, self.item(key).component
        weight = self.layout.meanings[column].weight
        if weight is not None and weight not in (part.weight, part.weight / part.count):
            own = exact_text(part.weight / part.count)
            self.say("warning", "weight_differs", self.layout.header + 1, column, weight=exact_text(weight), policy=own)
        maximum = self.maximum(column, part)
        distinct = dict.fromkeys(texts)
        comma = uses_decimal_comma(set(distinct))
        if comma:
            self.say("info", "decimal_comma", self.layout.header + 1, column)
        numbers: dict[str, int] = {}
        values: list[Score] = []
        wrong: dict[str, UnreadableScore] = {}
        odd: dict[str, str] = {}
        for text in distinct:
            try:
                value = read_score(
                    text, maximum, highest=part.highest / part.maximum * maximum, letters=policy.letter_scores,
                    words=policy.marks, decimal_comma=comma,
                )  # fmt: skip
            except UnreadableScore as problem:
                wrong[text], value = problem, MISSING
            if shown := residue(text):
                odd[text] = shown
            numbers[text] = len(values)
            values.append(value)
        if wrong or odd:
            for row, text in zip(rows, texts, strict=True):
                if text in wrong:
                    self.say("error", wrong[text].code, row + 1, column, **wrong[text].values)
                elif text in odd:
                    self.say("warning", "score_residue", row + 1, column, text=text, value=odd[text])
        self.formulas(column, rows)
        codes = np.fromiter(map(numbers.__getitem__, texts), np.int32, len(texts))
        return self.layout.headers[column], column + 1, Column(tuple(values), codes)

    def formulas(self, column: int, rows: Sequence[int]) -> None:
        """Say which scores a formula computed, and refuse those whose result was never saved."""
        if unsaved := self.sheet.unsaved_formulas:
            for row in rows:
                if (row, column) in unsaved:
                    self.say("error", "formula_unsaved", row + 1, column)
        if self.sheet.formulas:
            count = sum((row, column) in self.sheet.formulas for row in rows)
            if count:
                self.say("info", "formula_column", self.layout.header + 1, column, count=count)

    def days_late(
        self, chosen: dict[str, int], scores: dict[str, tuple[str, int, Column]], pick: Callable[[int], Sequence[str]],
        rows: Sequence[int],
    ) -> None:  # fmt: skip
        """Give the scores their days of delay."""
        for item in self.vocabulary.policy.items:
            column = chosen.get(f"{item.key}.days_late")
            if column is None:
                continue
            if item.component.late is None:
                self.say("warning", "late_without_rule", self.layout.header + 1, column)
                continue
            if item.key not in scores:
                self.say("error", "late_without_score", self.layout.header + 1, column, item=self.named(item.key))
                continue
            header, number, found = scores[item.key]
            late: list[Score] = []
            for row, text, score in zip(rows, pick(column), found, strict=True):
                try:
                    days = read_days_late(text)
                except UnreadableScore as problem:
                    self.say("error", problem.code, row + 1, column, **problem.values)
                    days = 0
                late.append(Score(score.share, score.mark, score.text, days) if days else score)
            scores[item.key] = header, number, Column.of(late)

    def roll(
        self, scores: dict[str, tuple[str, int, Column]], pick: Callable[[int], Sequence[str]], rows: Sequence[int]
    ) -> None:
        """Turn session columns into the score of the component that has a roll."""
        part = next((part for part in self.vocabulary.policy.components if part.roll), None)
        columns = [column for column, meaning in enumerate(self.layout.meanings) if meaning.kind == "session"]
        if part is None or part.roll is None or not columns:
            return
        texts = {column: pick(column) for column in columns}
        head = self.layout.header + 1
        for column in columns:
            if any(map(str.strip, texts[column])) and not roll.looks_like_roll(texts[column]):
                self.say("error", "session_unlike", head, column)
                return
        if part.key in scores:
            self.say("error", "roll_and_score", head, columns[0], other=scores[part.key][0])
            return
        credits: list[list[Fraction | None]] = [[] for _ in rows]
        for column in columns:
            blanks = 0
            for place, (row, text) in enumerate(zip(rows, texts[column], strict=True)):
                try:
                    credits[place].append(roll.read_session(text, part.roll))
                except UnreadableScore as problem:
                    self.say("error", problem.code, row + 1, column, **problem.values)
                    continue
                blanks += credits[place][-1] is None
            if blanks:
                self.say("warning", "roll_blank", head, column, count=blanks)
        self.say(
            "info", "roll_read", head, columns[0], sessions=len(columns), item=self.vocabulary.policy.named([part.items[0].key])
        )
        scores[part.items[0].key] = (
            self.layout.headers[columns[0]],
            columns[0] + 1,
            Column.of([roll.attendance(one) for one in credits]),
        )

    def texts(
        self, chosen: dict[str, int], kind: str, pick: Callable[[int], Sequence[str]], rows: Sequence[int]
    ) -> tuple[str, ...]:
        """Names or groups; a first and a last name make a name."""
        if kind in chosen:
            return tuple(map(str.strip, pick(chosen[kind])))
        parts = [pick(chosen[key]) for key in ("first_name", "last_name") if kind == "name" and key in chosen]
        if not parts:
            return ("",) * len(rows)
        return tuple(" ".join(filter(None, map(str.strip, both))) for both in zip(*parts, strict=True))


def read(sheet: Sheet, vocabulary: Vocabulary, id_width: int = 0) -> tuple[ScoreSheet | None, list[Finding]]:
    """The students and scores of a sheet, and its findings; None if it has no column of student ids."""
    found = layout.find(sheet, vocabulary)
    if found is None:
        return None, []
    reader = _Reader(sheet, vocabulary, id_width, found)
    return reader.read(), reader.findings
