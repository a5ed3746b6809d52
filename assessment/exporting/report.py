"""The one-page report of a student's grade, for the student: what stands on it, and the page as HTML."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.language import translate

from .. import explaining, statistics, terminal
from ..cohort import ClassGrades
from ..grades import grade_text
from ..rounding import exact_text
from .paper import split
from .table import say

HEADS = ("item", "report_score", "report_weight", "report_contribution", "report_remark")
NUMBERS = range(1, 4)  # the columns that hold numbers


@dataclass(frozen=True)
class Cover:
    """What stands at the head and the foot of what is printed.

    final: whether the grades are final, else provisional; date: as it is to be read, "2026-01-15"; policy_number: the
    version of the grading policy, from 1.
    """

    course: str
    term: str
    final: bool
    date: str
    policy_number: int

    def foot(self, language: str) -> list[str]:
        """Final or provisional, the date, the policy's version."""
        return [
            say("report_final" if self.final else "report_provisional", language),
            *filter(None, [self.date]),
            say("report_policy", language, number=self.policy_number),
        ]


@dataclass(frozen=True)
class Row:
    """One score. cells: item, score, weight, contribution, remark; counts: whether it bears on the grade."""

    cells: tuple[str, str, str, str, str]
    counts: bool


@dataclass(frozen=True)
class Content:
    """All that a report says, the same on paper and on the screen.

    grade: the one that is handed in, None if it is withheld; verdict: letter and points, or that it is withheld; class_title,
    class_figures: (label, number) about the class, empty where that would be about persons.
    """

    cover: Cover
    student_id: str
    name: str
    group: str
    grade: str | None
    verdict: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    steps: tuple[str, ...]
    class_title: str
    class_figures: tuple[tuple[str, str], ...]
    foot: tuple[str, ...]

    def texts(self) -> Iterator[str]:
        """Every text of it."""
        yield from (self.cover.course, self.cover.term, self.student_id, self.name, self.group, self.grade or "", self.verdict)
        yield from (*self.heads, *self.steps, self.class_title, *self.foot)
        for one in (*(row.cells for row in self.rows), *self.class_figures):
            yield from one


def content(cover: Cover, grades: ClassGrades, student: int, language: str) -> Content:
    """What the report of `grades[student]` says. language: "zh" or "en". Raises IndexError for a student who is not there."""
    grade, policy = grades[student], grades.policy
    rows = []
    for line in grade.lines:
        cells = (line.item.name(language), *explaining.arithmetic(line), explaining.remark(line, policy, language))
        rows.append(Row(cells, bool(line.weight)))
    steps = explaining.steps(grade, policy, language)
    verdict = "".join(steps)
    if grade.letter:
        points = say("report_points", language, points=exact_text(grade.letter.points))
        verdict = f"{getattr(grade.letter, language)} · {points}"
    else:
        steps = []
    stands = explaining.so_far(grade, policy, language)
    if stands and grade.so_far_exact != grade.exact:
        steps.append(stands)
    final = grade.total if grade.curved is None else grade.curved
    heads = tuple(say(key, language) for key in HEADS)
    around = _around(grades, language)
    return Content(
        cover, grade.student_id, grade.name, grade.group, grade_text(policy, final), verdict,
        heads, tuple(rows), tuple(steps), *around, tuple(cover.foot(language)),
    )  # fmt: skip


def _around(grades: ClassGrades, language: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The class's totals: a title and (label, number); both empty with fewer than `statistics.FEWEST` grades."""
    found = statistics.describe_totals(grades)
    names = ("mean", "quartile_1", "median", "quartile_3")
    values = [(name, getattr(found, name)) for name in names]
    if any(value is None for _, value in values):
        return "", ()
    digits = max(1, grades.policy.rounding.digits)
    title = say("report_class_curved" if grades.policy.curve else "report_class", language, n=found.n)
    return title, tuple((translate(f"assessment_statistic_{name}", language), f"{value:.{digits}f}") for name, value in values)


def page(cover: Cover, grades: ClassGrades, student: int, language: str) -> str:
    """The report of `grades[student]` as a page of HTML that needs nothing else, prints on A4 and reads on a phone.

    language: "zh" or "en". Raises IndexError for a student who is not there.
    """
    return as_html(content(cover, grades, student, language), language)


def as_html(one: Content, language: str) -> str:
    """A report's content as that page."""
    escape, cover = html.escape, one.cover
    kind = escape(say("report_title", language))
    title = escape(" · ".join(filter(None, (one.name or one.student_id, cover.course))))
    who = " · ".join(filter(None, (f"{say('student_id', language)} {one.student_id}", one.group)))
    grade = (
        f'<p class="grade">{escape(one.grade)}</p>' if one.grade else f'<p class="none">{escape(say("withheld", language))}</p>'
    )
    steps = "".join(f"<li>{escape(step)}</li>" for step in one.steps)
    steps = f"<section><h2>{escape(say('report_steps', language))}</h2><ol>{steps}</ol></section>" if steps else ""
    around = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(figure)}</dd></div>" for label, figure in one.class_figures)
    around = f"<section><h2>{escape(one.class_title)}</h2><dl>{around}</dl></section>" if around else ""
    foot = "".join(f"<span>{escape(part)}</span>" for part in one.foot)
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<title>{title}</title><style>{_STYLE}</style><main style="--print: {_print_size(one):.2f}pt">'
        f'<header><p class="kind">{kind}</p><h1>{escape(cover.course)}</h1><p class="quiet">{escape(cover.term)}</p></header>'
        f'<div class="who"><div><p class="name">{escape(one.name)}</p><p class="quiet">{escape(who)}</p></div>'
        f'<div class="result"><p class="{"grade" if one.grade else "none"}">{grade}</p><p>{escape(one.verdict)}</p></div></div>'
        f"{_table(one)}{steps}{around}<footer>{foot}</footer></main></html>\n"
    )


def _print_size(one: Content) -> float:
    """The size of letters, in points, with which all of it goes on one printed page: 10 unless there is much."""
    rows = sum(max(1, -(-terminal.width(row.cells[4]) // 40), -(-terminal.width(row.cells[0]) // 40)) for row in one.rows)
    lines = sum(-(-terminal.width(step) // 80) for step in one.steps)
    return min(10.0, 720 / (36 + 2 * rows + 1.5 * lines))


def _table(one: Content) -> str:
    """The scores, numbers meeting at their points. (Roles, because a phone lays the rows out as grids.)"""
    escape = html.escape
    right = [max((len(split(row.cells[at])[1]) for row in one.rows), default=0) for at in range(len(HEADS))]

    def cell(at: int, text: str) -> str:
        if at not in NUMBERS:
            return f'<td role="cell"{"" if at else " class=item"}>{escape(text)}</td>'
        left, rest = split(text)
        return f'<td role="cell" class="number">{escape(left)}<span style="min-width:{right[at]}ch">{escape(rest)}</span></td>'

    def row(cells: Sequence[str], counts: bool) -> str:
        return f'<tr role="row"{"" if counts else " class=quiet"}>{"".join(cell(*pair) for pair in enumerate(cells))}</tr>'

    heads = "".join(
        f'<th role="columnheader" scope="col"{" class=number" if at in NUMBERS else ""}>{escape(head)}</th>'
        for at, head in enumerate(one.heads)
    )
    body = "".join(row(each.cells, each.counts) for each in one.rows)
    return f'<table role="table"><thead><tr role="row">{heads}</tr></thead><tbody>{body}</tbody></table>'


_STYLE = """
@page { size: A4; margin: 18mm 20mm; }
:root { color-scheme: light; --paper: #fbf9f4; --ink: #1b1917; --quiet: #575046; --line: #cfc6b4; --accent: #0068a6; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%;
  font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 50em; margin: 0 auto; padding: clamp(1.25em, 5vw, 4em); overflow-wrap: anywhere; }
p, h1, h2, dl, dd, ol { margin: 0; }
h1 { font-size: clamp(1.6em, 5vw, 2.1em); line-height: 1.25; font-weight: 600; }
h2 { margin-bottom: .4em; font-size: .9em; font-weight: 600; color: var(--accent); }
.kind { margin-bottom: .35em; font-size: .9em; font-weight: 600; letter-spacing: .06em; color: var(--accent); }
.quiet { color: var(--quiet); }
.who { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: end; gap: 1em 2em; margin: 1.5em 0 2em;
  padding-top: 1.25em; border-top: 1px solid var(--line); }
.name { font-size: 1.35em; font-weight: 600; }
.result { margin-left: auto; max-width: 24em; text-align: right; }
.grade { font-size: 3.6em; line-height: 1; color: var(--accent); }
.none { font-size: 1.8em; line-height: 1.2; color: var(--accent); }
table { width: 100%; border-collapse: collapse; font-size: .95em; }
th { padding: 0 .9em .4em 0; font-size: .85em; font-weight: 400; text-align: left; vertical-align: bottom;
  color: var(--quiet); border-bottom: 1.5px solid var(--ink); white-space: nowrap; }
td { padding: .34em .9em .34em 0; vertical-align: baseline; border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
.number span { display: inline-block; text-align: left; }
td:last-child, th:last-child { padding-right: 0; padding-left: 1em; }
td:last-child { font-size: .88em; color: var(--quiet); }
section { margin-top: 1.75em; break-inside: avoid; }
ol { padding: 0; list-style: none; }
li { padding: .1em 0; }
dl { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1em; }
dt { font-size: .85em; color: var(--quiet); }
dd { font-size: 1.25em; }
footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25em 2em; margin-top: 2.25em;
  padding-top: .6em; font-size: .85em; color: var(--quiet); border-top: 1px solid var(--line); }
@media screen and (max-width: 38rem) {
  table, thead, tbody { display: block; }
  tr { display: grid; grid-template-columns: 1fr 4.5rem 4.5rem 5.5rem; align-items: baseline; padding: .4rem 0;
    border-bottom: 1px solid var(--line); }
  td, td:last-child, th, th:last-child { padding: 0; border: 0; }
  thead tr { border-bottom: 1.5px solid var(--ink); }
  th:last-child, td:last-child:empty { display: none; }
  td:last-child { grid-column: 1 / -1; }
  dl { grid-template-columns: repeat(2, 1fr); }
}
@media print {
  body { background: none; }
  main { max-width: none; padding: 0; font-size: var(--print); line-height: 1.4; }
  h1 { font-size: 2.1em; }
  td { padding-top: .25em; padding-bottom: .25em; }
  .who, section, footer { margin-top: 1.5em; margin-bottom: 1.5em; padding-top: 1em; }
  section { margin-bottom: 0; padding-top: 0; }
}
"""
