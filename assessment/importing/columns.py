"""The columns of a sheet: scores, days late, sessions of a roll. Every distinct text is parsed once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from shared.language import LANGUAGES, translate

from ..findings import Finding, Severity, Spot, cell_name
from ..gradebook import Column
from ..policy import Component
from ..rounding import exact_text
from ..scores import (
    MISSING,
    Score,
    UnreadableScore,
    look_like_shares,
    read_days_late,
    read_score,
    residue,
    tidy,
    uses_decimal_comma,
)
from . import roll
from .headers import Vocabulary, plain
from .layout import Layout
from .reading import Sheet

Sessions = dict[str, list[Fraction | None]]
_FULL_MARKS = re.compile(r"(?:/|满分:?|outof|max\.?:?)?([0-9]+(?:\.[0-9]+)?)(?:分|points?|pts?\.?)?")
Found = tuple[str, int, Column]  # the header, the column's number from 1, the scores in the students' order


@dataclass
class Page:
    """A sheet while it is read: its grid, what its headers mean, what there is to say about it so far, and each item's full
    marks in it.
    """

    sheet: Sheet
    vocabulary: Vocabulary
    layout: Layout
    findings: list[Finding] = field(default_factory=list)
    maxima: dict[str, Fraction] = field(default_factory=dict)

    def say(
        self, severity: Severity, code: str, row: int | None = None, column: int | None = None, **values: object
    ) -> None:  # fmt: skip
        """A finding. row: as Excel counts; column: 0-based."""
        self.add(severity, code, row, column, values)

    def add(
        self, severity: Severity, code: str, row: int | None, column: int | None, values: Mapping[str, object],
        other: Spot | None = None,
    ) -> None:  # fmt: skip
        """A finding that may be at odds with another place."""
        header = None if column is None or column >= len(self.layout.headers) else self.layout.headers[column]
        cell = cell_name(row, column + 1) if row and column is not None else None
        self.findings.append(Finding(severity, code, self.sheet.file, self.sheet.name, row, header, cell, values, other))

    def named(self, key: str) -> dict[str, str]:
        """What a column means, in words: an item with its key, or "学号"."""
        item, _, days = key.partition(".")
        if item in {one.key for one in self.vocabulary.policy.items}:
            names = self.vocabulary.policy.named([item], with_keys=True)
            return {to: translate("exporting_days_late", to, item=name) for to, name in names.items()} if days else names
        return {to: translate(f"importing_kind_{key}", to) for to in LANGUAGES}


def read_scores(page: Page, key: str, column: int, texts: Sequence[str], rows: Sequence[int]) -> Found:
    """One column of scores, each distinct text parsed once."""
    policy = page.vocabulary.policy
    part = next(item for item in policy.items if item.key == key).component
    weight = _weight(page, column)
    if weight is not None and weight not in (part.weight, part.weight / part.count):
        own = exact_text(part.weight / part.count)
        page.say("warning", "weight_differs", page.layout.header + 1, column, weight=exact_text(weight), policy=own)
    maximum = page.maxima[key] = _maximum(page, column, part, key)
    distinct = dict.fromkeys(texts)
    comma = uses_decimal_comma(set(distinct))
    if comma:
        page.say("info", "decimal_comma", page.layout.header + 1, column)
    if maximum > 2 and look_like_shares(set(distinct)):
        page.say("warning", "scores_tiny", page.layout.header + 1, column, maximum=exact_text(maximum))
    if maximum == part.maximum and not _says_maximum(page, column, key):
        plain_numbers = [Fraction(found[0]) for text in distinct if (found := re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", tidy(text)))]
        if plain_numbers and 1 < max(plain_numbers) <= maximum / 4 and len(texts) > 1:
            best = exact_text(max(plain_numbers))
            page.say("warning", "scores_low", page.layout.header + 1, column, best=best, maximum=exact_text(maximum))
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
                page.say("error", wrong[text].code, row + 1, column, **wrong[text].values)
            elif text in odd:
                page.say("warning", "score_residue", row + 1, column, text=text, value=odd[text])
    check_formulas(page, column, rows)
    codes = np.fromiter(map(numbers.__getitem__, texts), np.int32, len(texts))
    return page.layout.headers[column], column + 1, Column(tuple(values), codes)


def _weight(page: Page, column: int) -> Fraction | None:
    """The weight in percent that the header or a row of weights gives a column."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(%?)", plain(page.layout.weights[column]))
    if not found:
        return page.layout.meanings[column].weight
    value = Fraction(found[1])
    return value * 100 if value < 1 and not found[2] else value


def _says_maximum(page: Page, column: int, key: str) -> bool:
    """Whether the sheet itself says what full marks of a column are."""
    others = any(one.kind == "maximum" and one.item == key for one in page.layout.meanings)
    return others or page.layout.meanings[column].maximum is not None or bool(page.layout.maxima[column])


def _maximum(page: Page, column: int, part: Component, key: str) -> Fraction:
    """Full marks of a column: from a row of their own, a column of their own, the header, or the policy's."""
    meaning, text = page.layout.meanings[column], plain(page.layout.maxima[column])
    row = page.layout.header + 1
    if not text:
        scored = [at for at, one in enumerate(page.layout.meanings) if one.kind == "score"]
        if meaning.maximum is None and any(page.layout.maxima[at] for at in scored):
            page.say("warning", "maximum_missing", row, column, maximum=exact_text(part.maximum))
        text = _column_of_maxima(page, key)
    found = _FULL_MARKS.fullmatch(text)
    own = Fraction(found[1]) if found else None
    if text and not own:
        page.say("error", "maximum_unreadable", row, column, text=page.layout.maxima[column] or text)
        own = None
    if own is not None and meaning.maximum is not None and own != meaning.maximum:
        page.say("error", "maximum_twice", row, column, one=exact_text(meaning.maximum), other=exact_text(own))
    maximum = own or meaning.maximum or part.maximum
    if maximum != part.maximum:
        page.say("info", "maximum_other", row, column, maximum=exact_text(maximum), policy=exact_text(part.maximum))
    return maximum


def _column_of_maxima(page: Page, key: str) -> str:
    """What a column such as "Lab 1 - Max Points" says for everybody; "" if there is none."""
    for column, meaning in enumerate(page.layout.meanings):
        if meaning.kind == "maximum" and meaning.item == key:
            below = [row[column] for row in page.sheet.rows[page.layout.first :] if len(row) > column and row[column].strip()]
            said = {exact_text(Fraction(text)) for text in below if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text.strip())}
            if len(said) == 1:
                return said.pop()
            page.say("error", "maximum_varies", page.layout.header + 1, column)
    return ""


def check_formulas(page: Page, column: int, rows: Sequence[int]) -> None:
    """Say which scores a formula computed, and refuse those whose result was never saved."""
    if unsaved := page.sheet.unsaved_formulas:
        for row in rows:
            if (row, column) in unsaved:
                page.say("error", "formula_unsaved", row + 1, column)
    if page.sheet.formulas:
        count = sum((row, column) in page.sheet.formulas for row in rows)
        if count:
            page.say("info", "formula_column", page.layout.header + 1, column, count=count)


def add_days_late(
    page: Page, chosen: dict[str, int], scores: dict[str, Found], pick: Callable[[int], Sequence[str]],
    rows: Sequence[int],
) -> None:  # fmt: skip
    """Give the scores their days of delay."""
    for item in page.vocabulary.policy.items:
        column = chosen.get(f"{item.key}.days_late")
        if column is None:
            continue
        if item.component.late is None:
            page.say("warning", "late_without_rule", page.layout.header + 1, column)
            continue
        if item.key not in scores:
            page.say("error", "late_without_score", page.layout.header + 1, column, item=page.named(item.key))
            continue
        check_formulas(page, column, rows)
        header, number, found = scores[item.key]
        late: list[Score] = []
        for row, text, score in zip(rows, pick(column), found, strict=True):
            try:
                days = read_days_late(text)
            except UnreadableScore as problem:
                page.say("error", problem.code, row + 1, column, **problem.values)
                days = 0
            late.append(Score(score.share, score.mark, score.text, days) if days else score)
        scores[item.key] = header, number, Column.of(late)


def add_roll(page: Page, scores: dict[str, Found], pick: Callable[[int], Sequence[str]], rows: Sequence[int]) -> Sessions:
    """Turn session columns into the score of the component that has a roll. Returns the sessions."""
    part = next((part for part in page.vocabulary.policy.components if part.roll), None)
    columns = [column for column, meaning in enumerate(page.layout.meanings) if meaning.kind == "session"]
    if part is None or part.roll is None or not columns:
        return {}
    texts = {column: pick(column) for column in columns}
    head = page.layout.header + 1
    for column in columns:
        if any(map(str.strip, texts[column])) and not roll.looks_like_roll(texts[column]):
            page.say("error", "session_unlike", head, column)
            return {}
    if part.items[0].key in scores:
        page.say("error", "roll_and_score", head, columns[0], other=scores[part.items[0].key][0])
        return {}
    found: Sessions = {}
    for column in columns:
        check_formulas(page, column, rows)
        credits: list[Fraction | None] = []
        for row, text in zip(rows, texts[column], strict=True):
            try:
                credits.append(roll.read_session(text, part.roll))
            except UnreadableScore as problem:
                page.say("error", problem.code, row + 1, column, **problem.values)
                credits.append(None)
        if page.layout.headers[column] in found:
            page.say("error", "session_twice", head, column)
        found[page.layout.headers[column]] = credits
        blanks = sum(not tidy(text) for text in texts[column])
        if blanks:
            page.say("warning", "roll_blank", head, column, count=blanks)
    key = part.items[0].key
    page.say("info", "roll_read", head, columns[0], sessions=len(columns), item=page.vocabulary.policy.named([key]))
    score = Column.of([roll.attendance(one) for one in zip(*found.values(), strict=True)])
    scores[key] = page.layout.headers[columns[0]], columns[0] + 1, score
    return found
