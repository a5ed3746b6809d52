"""100,000 students with eleven scores: exact grades beside a plain pandas float computation and beside gradelib.

gradelib is on no package registry; where it is not installed from its repository (eldridgejm/gradelib), its rows are left out.
"""

import importlib.util
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from assessment import importing, policyfile
from assessment.cohort import ClassGrades, grade_class
from assessment.policy import Policy

from .row import Row

STUDENTS = 100_000
_ROUNDS = 7
_CUTS, _LETTERS = [-1, 60, 70, 80, 90, 1000], ["不及格", "及格", "中等", "良好", "优秀"]
_Table = Any  # a pandas.DataFrame, which has no types of its own


def measure() -> Iterator[Row]:
    """Medians over rounds in which all contenders take turns; wrong grades are counted against the exact ones."""
    import pandas as pd

    policy = policyfile.read()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        path.write_text(_csv(policy), encoding="utf-8")
        gradebook = importing.load([path], policy).gradebook
        table = pd.read_csv(path, dtype={"学号": str, "姓名": str})
        contenders: dict[str, Callable[[], Any]] = {
            "ours": lambda: grade_class(policy, gradebook),
            "pandas": lambda: _plain(table, policy),
            "ours, from CSV": lambda: grade_class(policy, importing.load([path], policy).gradebook),
            "pandas, from CSV": lambda: _plain(pd.read_csv(path, dtype={"学号": str, "姓名": str}), policy),
        }
        if importlib.util.find_spec("gradelib"):
            contenders["gradelib"] = _gradelib(table, policy)
        seconds, answers = _take_turns(contenders)
    right = answers["ours"]
    ours = f"{seconds['ours'] * 1000:.1f} ms, 0 wrong grades"
    what = f"{STUDENTS:,} students x 11 scores to grades"
    for name, against in (("pandas", "a plain pandas float computation"), ("gradelib", "gradelib")):
        if name in seconds:
            it = f"{seconds[name] * 1000:.1f} ms, {_wrong(answers[name], right):,} wrong grades"
            yield Row(what, ours, against, it, seconds["ours"] / seconds[name])
    yield Row(
        "the same from a CSV file, every cell checked",
        f"{seconds['ours, from CSV']:.2f} s",
        "pandas.read_csv and the plain computation",
        f"{seconds['pandas, from CSV']:.2f} s",
        seconds["ours, from CSV"] / seconds["pandas, from CSV"],
    )


def _take_turns(contenders: dict[str, Callable[[], Any]]) -> tuple[dict[str, float], dict[str, Any]]:
    """Median seconds and the last answer of each."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    answers = {}
    for _ in range(_ROUNDS):
        for name, run in contenders.items():
            started = time.perf_counter()
            answers[name] = run()
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(each) for name, each in times.items()}, answers


def _csv(policy: Policy) -> str:
    scores = np.random.default_rng(0).integers(0, 101, (STUDENTS, len(policy.items)))
    rows = (f"{number:08d},学生{number},{','.join(map(str, row))}" for number, row in enumerate(scores.tolist()))
    header = ",".join(["学号", "姓名", *(item.name("zh") for item in policy.items)])
    return "\n".join([header, *rows, ""])


def _plain(table: _Table, policy: Policy) -> _Table:
    """What one writes without thinking: weights as floats, rounded half up, letters by cutting."""
    import pandas as pd

    weights = {item.name("zh"): float(item.weight) / 100 for item in policy.items}
    total = (table[list(weights)] * pd.Series(weights)).sum(axis=1)
    rounded = np.floor(total + 0.5)
    return pd.DataFrame({"total": rounded, "letter": pd.cut(rounded, _CUTS, right=False, labels=_LETTERS)})


def _gradelib(table: _Table, policy: Policy) -> Callable[[], _Table]:
    """gradelib's overall scores, rounded half up as ours are, and its letters. Building its gradebook is not timed.

    Its scale must have all letters from A+ to F; the first of "B-" is what a scale of five would give.
    """
    import gradelib
    import pandas as pd

    keys = [item.key for item in policy.items]
    points = table[[item.name("zh") for item in policy.items]].set_axis(keys, axis=1).set_axis(table["学号"], axis=0)
    book = gradelib.Gradebook(points, pd.Series(100, index=keys))
    book.grading_groups = {
        part.key: gradelib.GradingGroup.with_equal_weights([item.key for item in part.items], float(part.weight) / 100)
        for part in policy.components
    }

    def run() -> _Table:
        overall = book.overall_score
        letters = gradelib.scales.map_scores_to_letter_grades(overall, book.scale)
        return pd.DataFrame({"total": np.floor(overall * 100 + 0.5), "letter": letters})

    return run


def _wrong(answer: _Table, right: ClassGrades) -> int:
    """How many totals differ from the exact ones."""
    return int((answer["total"].to_numpy().astype(np.int64) != right.rounded.astype(np.int64)).sum())
