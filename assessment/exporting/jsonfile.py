"""Grades as JSON, for other programs. Numbers that are grades are strings: a float would spoil them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..cohort import ClassGrades
from ..findings import Finding
from ..grades import Line, StudentGrade, grade_text
from ..policy import Policy
from ..rounding import exact_text, round_exactly
from . import table

Progress = Callable[[Iterable[Any]], Iterable[Any]]


def as_json(grades: ClassGrades, findings: Sequence[Finding], progress: Progress | None = None) -> dict[str, Any]:
    """{"policy": ..., "students": [...], "findings": [...]}. progress: wraps the students, to show how far it is."""
    students = range(len(grades))
    return {
        "policy": grades.policy.as_json(),
        "students": [student(grades[at], grades.policy) for at in (progress(students) if progress else students)],
        "findings": [finding.as_json() for finding in findings],
    }


def student(grade: StudentGrade, policy: Policy) -> dict[str, Any]:
    """One student. scores: on the component's scale, before any late penalty; null for missing, deferred and excused."""
    return {
        "student_id": grade.student_id,
        "name": grade.name,
        "group": grade.group,
        "scores": {line.item.key: _score(line) for line in grade.lines},
        "total": grade_text(policy, grade.total),
        "total_exact": None if grade.exact is None else exact_text(grade.exact),
        "so_far": grade_text(policy, grade.so_far),
        **({"curved": grade_text(policy, grade.curved)} if policy.curve else {}),
        "letter": grade.letter.zh if grade.letter else None,
        "points": exact_text(grade.letter.points) if grade.letter else None,
        "rank": grade.rank,
        "percentile": None if grade.percentile is None else exact_text(round_exactly(grade.percentile, "half_up", 2)),
        "flags": list(grade.flags),
    }


def _score(line: Line) -> str | None:
    return None if line.value is None else exact_text(line.value)


def dumps(found: Mapping[str, Any]) -> str:
    """A report as JSON text: readable, each element of a list in a line of its own, and a new line at the end.

    json's own indentation would take five times as long for a large class.
    """

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    parts = []
    for key, value in found.items():
        rows = ",\n".join(map(line, value)) if isinstance(value, list) and value else None
        parts.append(f"{line(key)}: [\n{rows}\n]" if rows else f"{line(key)}: {line(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def write(path: Path, grades: ClassGrades, findings: Sequence[Finding], progress: Progress | None = None) -> None:
    """`as_json` in a file, UTF-8. Raises NotWritten."""
    with table.atomically(path) as draft:
        draft.write_text(dumps(as_json(grades, findings, progress)), encoding="utf-8")
