"""What the command line prints: findings, grades, statistics, as text in the reader's language."""

from collections import Counter
from collections.abc import Iterator, Sequence

from shared.language import translate

from .cohort import ClassGrades
from .cutoffs import Cutoff
from .exporting.table import flags_text
from .findings import Finding
from .grades import grade_text
from .policy import Item, Policy
from .rounding import exact_text
from .statistics import FIGURES, Statistics, letter_counts
from .terminal import table
from .whatif import Need

_SHOWN = 20  # findings of one kind; a class with the wrong column has hundreds


def say(key: str, language: str, **values: object) -> str:
    """A sentence of `texts.toml`."""
    return translate(f"assessment_{key}", language, **values)


def findings(found: Sequence[Finding], language: str, *, infos: bool, everything: bool = False) -> str:
    """Every finding in one line: severity, place, sentence, and for a warning the id that accepts it.

    infos: whether those that need nothing are shown. everything: all of one kind, not only the first twenty.
    """
    lines: list[str] = []
    for severity in ("error", "warning", "info") if infos else ("error", "warning"):
        seen: Counter[str] = Counter()
        for finding in found:
            if finding.severity != severity:
                continue
            seen[finding.code] += 1
            if everything or seen[finding.code] <= _SHOWN:
                accept = f"  [{finding.id}]" if severity == "warning" else ""
                where = f"{finding.where}: " if finding.where else ""
                lines.append(f"{say(f'severity_{severity}', language)}  {where}{finding.message(language)}{accept}")
        lines += [say("more_findings", language, count=n - _SHOWN, code=code) for code, n in seen.items()
                  if n > _SHOWN and not everything]  # fmt: skip
    counts = Counter(finding.severity for finding in found)
    lines.append(say("finding_counts", language, errors=counts["error"], warnings=counts["warning"], infos=counts["info"]))
    return "\n".join(lines)


def grades(found: ClassGrades, language: str) -> str:
    """The class as a table: id, name, total, letter, so far, rank, what is odd."""
    names = ["id", "name", "total", *(["curved"] if found.policy.curve else []), "letter", "so_far", "rank", "flags"]
    rows = [[say(f"column_{name}", language) for name in names]]
    for one in found:
        curved = [grade_text(found.policy, one.curved) or "-"] if found.policy.curve else []
        letter = getattr(one.letter, language) if one.letter else "-"
        rows.append(
            [one.student_id, one.name, grade_text(found.policy, one.total) or "-", *curved, letter,
             grade_text(found.policy, one.so_far) or "-", str(one.rank or "-"),
             flags_text(one.flags, found.policy, language)]
        )  # fmt: skip
    return table(rows, right=[at for at, name in enumerate(names) if name in ("total", "curved", "so_far", "rank")])


def statistics(found: Sequence[Statistics], grades: ClassGrades, cutoffs: Sequence[Cutoff], language: str) -> str:
    """Figures, letters, and cut-offs that would leave nobody just below."""
    rows = [["", *(say(f"statistic_{name}", language) for name in FIGURES)]]
    for one in found:
        figures = [getattr(one, name) for name in FIGURES[1:]]
        rows.append(
            [one.name(grades.policy, language), str(one.n), *("-" if value is None else f"{value:.2f}" for value in figures)]
        )
    parts = [table(rows, right=range(1, len(FIGURES) + 1))]
    if any(one.n > 0 and one.mean is None for one in found):
        parts.append(say("statistics_few", language))
    letters = [
        [getattr(one, language), str(one.students), f"{one.percent:.1f}%"] for one in letter_counts(grades.policy, grades)
    ]
    parts.append(table([[say("column_letter", language), "n", "%"], *letters], right=(1, 2)))
    lines = [
        say("cutoff", language, letter=getattr(one.letter, language), declared=exact_text(one.declared),
            suggested=exact_text(one.suggested), moved=one.moved)
        for one in cutoffs if one.moved
    ]  # fmt: skip
    parts.append("\n".join(lines) or say("cutoffs_fine", language))
    return "\n\n".join(parts)


def needs(found: Sequence[Need], item: Item, policy: Policy, language: str) -> str:
    """One line for each target."""

    def lines() -> Iterator[str]:
        for need in found:
            values = {"target": exact_text(need.target), "item": item.name(language),
                      "maximum": exact_text(item.component.highest), "grade": grade_text(policy, need.grade) or "-",
                      "score": "-" if need.score is None else exact_text(need.score)}  # fmt: skip
            yield say(f"need_{need.outcome}", language, **values)

    return "\n".join(lines())
