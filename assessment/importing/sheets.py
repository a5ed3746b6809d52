"""One sheet of one file: its students and their scores, and everything in it that is odd, with its cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path

from ..findings import Finding, Severity, Spot, cell_name
from ..scores import mark_in
from . import ids, layout, preview
from . import rows as row_kinds
from .columns import Found, Page, Sessions, add_days_late, add_roll, read_scores
from .headers import REMARKS, Meaning, Vocabulary, plain
from .preview import Preview
from .reading import Sheet


@dataclass(frozen=True)
class ScoreSheet:
    """What one sheet says. ids, names, groups, rows (as Excel counts): one each student; columns: item's key -> (the header
    it stood under, the number of its column from 1, the scores in the students' order); sessions: of a roll, header -> each
    student's credit; maxima: each item's full marks; header_row: as Excel counts.
    """

    file: str
    sheet: str | None
    id_header: str
    id_column: int
    ids: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[int, ...]
    columns: dict[str, Found]
    sessions: Sessions = field(default_factory=dict)
    maxima: dict[str, Fraction] = field(default_factory=dict)
    header_row: int = 1

    def finding(self, severity: Severity, code: str, student: int, values: Mapping[str, object]) -> Finding:
        """A finding about one of its students, at the cell with his id."""
        row = self.rows[student]
        return Finding(severity, code, self.file, self.sheet, row, self.id_header, cell_name(row, self.id_column), values)


@dataclass
class _Reader(Page):
    """Reads one sheet."""

    id_width: int = 0
    chosen: dict[str, int] = field(default_factory=dict)

    def read(self) -> ScoreSheet | None:
        """The sheet's scores, None if it has no table of students."""
        for other in self.layout.others:
            self.say("error", "two_tables", other + 1)
        if self.layout.titles:
            self.say("info", "title_rows", self.layout.header + 1, count=self.layout.titles)
        chosen = self.chosen = self.choose_columns()
        if "id" not in chosen:
            return None
        self.unmerge(chosen)
        rows, clean = self.students(chosen["id"])
        upright = list(zip_longest(*self.sheet.rows, fillvalue=""))
        unbroken = bool(rows) and rows[-1] - rows[0] + 1 == len(rows)

        def pick(column: int) -> Sequence[str]:
            whole = upright[column] if column < len(upright) else ("",) * len(self.sheet.rows)
            return whole[rows[0] : rows[-1] + 1] if unbroken else [whole[row] for row in rows]

        items = [item.key for item in self.vocabulary.policy.items if item.key in chosen]
        scores = {key: read_scores(self, key, chosen[key], pick(chosen[key]), rows) for key in items}
        add_days_late(self, chosen, scores, pick, rows)
        sessions = add_roll(self, scores, pick, rows)
        names, groups = self.texts(chosen, "name", pick, rows), self.texts(chosen, "group", pick, rows)
        return ScoreSheet(
            self.sheet.file, self.sheet.name, self.layout.headers[chosen["id"]], chosen["id"] + 1, tuple(clean), names, groups,
            tuple(row + 1 for row in rows), scores, sessions, self.maxima, self.layout.header + 1,
        )  # fmt: skip

    def choose_columns(self) -> dict[str, int]:
        """What to read from which column: "id", "name", "group", item's key, "lab1.days_late" -> 0-based column."""
        chosen: dict[str, int] = {}
        exact = {meaning.item for meaning in self.layout.meanings if meaning.kind == "score" and not meaning.loose}
        for column, meaning in enumerate(self.layout.meanings):
            key = {"score": meaning.item, "days_late": f"{meaning.item}.days_late"}.get(meaning.kind, meaning.kind)
            if meaning.kind in ("session", "unknown", "ignored", "computed", "maximum") or (
                meaning.loose and meaning.item in exact
            ):
                self.explain_unused(column, meaning)
                continue
            assert key is not None
            if key in chosen:
                self.twice(key, column, chosen)
                continue
            chosen[key] = column
            if meaning.loose:
                self.say("warning", "column_loose", self.layout.header + 1, column, meaning=self.named(key))
            if meaning.implausible and not self.layout.maxima[column]:
                self.say("warning", "maximum_implausible", self.layout.header + 1, column, meaning=self.named(key))
        return chosen

    def twice(self, key: str, column: int, chosen: dict[str, int]) -> None:
        """A second column with the same meaning. A second class or name is no harm; of two ids the one that says whose wins,
        since platforms have numbers of their own.
        """
        row = self.layout.header + 1
        if key == "id":
            bare = [plain(self.layout.headers[at]) == "id" for at in (chosen[key], column)]
            if sum(bare) == 1:
                loser = chosen[key] if bare[0] else column
                chosen[key] = column if bare[0] else chosen[key]
                self.say("warning", "column_id_other", row, loser, other=cell_name(row, chosen[key] + 1))
                return
        severity: Severity = "warning" if key in ("name", "group") else "error"
        at_odds = Spot(self.sheet.file, self.sheet.name, None, chosen[key] + 1)
        values = {"meaning": self.named(key), "other": cell_name(row, chosen[key] + 1)}
        self.add(severity, "column_twice", row, column, values, at_odds)

    def explain_unused(self, column: int, meaning: Meaning) -> None:
        """Say why a column is not read: none is left out in silence."""
        row = self.layout.header + 1
        if not self.layout.headers[column]:
            if any(len(line) > column and line[column] for line in self.sheet.rows[self.layout.first :]):
                self.say("warning", "column_without_header", row, column)
        elif meaning.kind == "maximum":
            self.say("info", "column_maximum", row, column)
        elif meaning.kind == "computed":
            self.say("info", "column_computed", row, column)
        elif meaning.kind == "ignored":
            self.say("info", "column_ignored", row, column)
            if plain(self.layout.headers[column]) in REMARKS:
                self.look_for_marks(column)
        elif len(meaning.candidates) > 1:
            self.say(
                "error", "column_ambiguous", row, column, candidates=self.vocabulary.policy.named(meaning.candidates, True)
            )
        elif meaning.loose:
            self.say("warning", "column_unknown", row, column)
        elif meaning.kind == "unknown":
            hint = self.vocabulary.hint(self.layout.headers[column], self.sheet.name, Path(self.sheet.file).stem)
            nearest = hint or next(iter(meaning.candidates), None)
            if nearest:
                self.say("warning", "column_unknown_near", row, column, nearest=self.named(nearest))
            else:
                self.say("warning", "column_unknown", row, column)

    def look_for_marks(self, column: int) -> None:
        """A mark among the remarks may be meant for a score, and would go unnoticed there."""
        for row, cells in enumerate(self.sheet.rows[self.layout.first :], start=self.layout.first + 1):
            if len(cells) > column and (mark := mark_in(cells[column])):
                self.say("warning", "remark_mark", row, column, text=cells[column], mark=mark)

    def unmerge(self, chosen: Mapping[str, int]) -> None:
        """A merged cell says the same for all of its rows and columns: a team's score, a class's name, two labs excused."""
        read = {column: key for key, column in chosen.items()}
        rows = self.sheet.rows
        for top, left, bottom, right in self.sheet.merged:
            if top < self.layout.first or top >= len(rows):
                continue
            covered = [key for column, key in read.items() if left <= column <= right and key not in ("id", "name", "group")]
            starts_at_score = left in read and read[left] not in ("id", "name", "group")
            if covered and not starts_at_score and not row_kinds.is_footer(rows[top], chosen["id"]):
                self.say("error", "merged_across", top + 1, left, first=cell_name(top + 1, left + 1),
                         last=cell_name(bottom + 1, right + 1))  # fmt: skip
                continue
            if left not in read:
                continue
            text = rows[top][left] if left < len(rows[top]) else ""
            is_score = read[left] not in ("id", "name", "group")
            columns = range(left, right + 1) if is_score else range(left, left + 1)
            for row in range(top, min(bottom + 1, len(rows))):
                rows[row] += [""] * (columns.stop - len(rows[row]))
                for column in columns:
                    rows[row][column] = text
            if text and is_score:
                last = cell_name(bottom + 1, right + 1)
                self.say("warning", "merged_score", top + 1, left, text=text, first=cell_name(top + 1, left + 1), last=last)

    def students(self, id_column: int) -> tuple[list[int], list[str]]:
        """(0-based rows that are students, their ids)."""
        letters_are_ids = self.ids_are_letters(id_column)
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
                if row_kinds.is_footer(cells, id_column):
                    if not rows and row_kinds.has_numbers(cells):
                        self.say("error", "summary_first", row + 1, id_column)
                    self.say("info", "footer", row + 1, id_column, label=next(cell for cell in cells if cell.strip()))
                    left_out += 1
                    continue
                if layout.is_repeated_header(cells, self.layout):
                    self.say("info", "header_again", row + 1)
                    left_out += 1
                    continue
                named = zip(cells, self.layout.headers, strict=False)
                if not text.strip() and not any(cell.strip() for cell, header in named if header):
                    continue  # something beside the table, of which a finding about its column tells
                if not text.strip():
                    self.say("error", "id_missing", row + 1, id_column)
                    continue
            if self.sheet.ragged and len(cells) > width and any(cells[width:]):
                self.say("error", "row_too_long", row + 1, None, cells=len(cells), width=width)
            try:
                student = ids.clean(text, self.id_width)
                if not letters_are_ids and not any(map(str.isdigit, student)):
                    raise ids.BadId("id_unreadable")
            except ids.BadId as problem:
                self.say("error", problem.code, row + 1, id_column, text=text)
                continue
            if student != text:
                repaired.append(row + 1)
            if student in first_row:
                same = self.same_row(first_row[student], row)
                at_odds = Spot(self.sheet.file, self.sheet.name, first_row[student] + 1)
                values = {"id": student, "first": at_odds.row}
                code = "duplicate_row" if same else "duplicate_id"
                self.add("warning" if same else "error", code, row + 1, id_column, values, at_odds)
                left_out += 1
                continue
            first_row[student] = row
            rows.append(row)
            clean.append(student)
        if repaired:
            self.say("info", "ids_repaired", repaired[0], id_column, count=len(repaired))
        self.say("info", "rows_read", None, None, students=len(rows), left_out=left_out)
        return rows, clean

    def ids_are_letters(self, id_column: int) -> bool:
        """Whether most ids of the column are names of accounts, without digits; then one more is no surprise."""
        texts = [cells[id_column] for cells in self.sheet.rows[self.layout.first :] if len(cells) > id_column]
        return 2 * sum(text.isalpha() and text.isascii() for text in texts) > len([text for text in texts if text.strip()])

    def same_row(self, one: int, other: int) -> bool:
        """Whether two rows say the same."""
        return [cell.strip() for cell in self.sheet.rows[one]] == [cell.strip() for cell in self.sheet.rows[other]]

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


def read(sheet: Sheet, vocabulary: Vocabulary, id_width: int = 0) -> tuple[ScoreSheet | None, list[Finding], Preview]:
    """The students and scores of a sheet, its findings, and what was made of its columns; None for the first if it has no
    column of student ids.
    """
    found = layout.find(sheet, vocabulary)
    if found is None:
        return None, [], preview.of(sheet, None, {}, 0)
    reader = _Reader(sheet, vocabulary, found, id_width=id_width)
    table = reader.read()
    return table, reader.findings, preview.of(sheet, found, reader.chosen, len(table.ids) if table else 0)
