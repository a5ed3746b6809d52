"""Score sheets in, one gradebook and a list of everything odd out: `load(paths, policy)`.

reading    a file becomes grids of strings, whatever its format        text, xlsx, xls, ods, cells
layout     where the table stands in a grid                            headers, roll: what its columns mean
sheets     a grid becomes students and scores                          ids, preview
leaving    what a person has decided to leave out
merging    many sheets become one gradebook
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.language import LANGUAGES

from ..exporting.table import own_sheets
from ..findings import Finding, Spot
from ..gradebook import Gradebook
from ..policy import Policy
from . import leaving, merging, reading, sheets
from .headers import Vocabulary, plain
from .preview import Preview


@dataclass(frozen=True)
class Import:
    """What the files say. gradebook: of no use while a finding is an error. findings: in the order of the files. origins:
    item's key -> where its scores stood. previews: one for each sheet that was looked at.
    """

    gradebook: Gradebook
    findings: tuple[Finding, ...]
    origins: Mapping[str, merging.Origin]
    previews: tuple[Preview, ...] = ()


def load(
    paths: Sequence[Path],
    policy: Policy,
    *,
    mapping: Mapping[str, str] | None = None,
    id_width: int = 0,
    without: Sequence[Spot] = (),
    progress: Callable[[Sequence[Path]], Sequence[Path]] | None = None,
) -> Import:
    """Read score sheets (CSV, TSV, XLSX, XLS, ODS) and merge them on the student's id.

    mapping: header, "sheet!header", "file!header" or "file!sheet!header" -> item's key, "student_id", "name", "group",
    "lab1.days_late" or "ignore" (`Vocabulary.targets`). id_width: fill ids of digits up with zeros to so many. without:
    cells, rows and columns to leave out. progress: wraps the paths, to show how far it is. Never raises for what is in
    the files: that is what the findings are for.
    """
    vocabulary = Vocabulary(policy, mapping)
    findings: list[Finding] = []
    found: list[sheets.ScoreSheet] = []
    previews: list[Preview] = []
    for path in progress(paths) if progress else paths:
        before, useful = len(findings), 0
        grids, said = reading.read(path)
        findings += said
        for grid in grids:
            if not any(map(any, grid.rows)) or _is_own_report(grid):
                continue
            grid, said = leaving.leave_out(grid, without)
            findings += said
            table, said, shown = sheets.read(grid, vocabulary, id_width)
            if not grid.hidden:
                previews.append(shown)
            if grid.hidden:
                findings.append(Finding("warning" if table else "info", "sheet_hidden", grid.file, grid.name))
                continue
            findings += said
            if table is None and not any(one.severity == "error" for one in said):
                findings.append(Finding("warning", "sheet_without_ids", grid.file, grid.name))
            if table is not None:
                useful += 1
                found.append(table)
        if not useful and not any(one.severity == "error" for one in findings[before:]):
            findings.append(Finding("error", "file_without_ids", path.name))
    gradebook, origins, said = merging.merge(found, policy)
    unused = [header for header in mapping or {} if plain(header) not in vocabulary.used]
    said += [Finding("error", "map_unused", values={"header": header}) for header in unused]
    return Import(gradebook, (*findings, *said), origins, tuple(previews))


def _is_own_report(grid: reading.Sheet) -> bool:
    """Whether a sheet is one that we wrote beside the scores: statistics, findings, the policy, how to fill in.

    The list of findings names headers, and would be taken for a table of scores.
    """
    return any(grid.rows[0][: len(head)] == head for to in LANGUAGES for head in own_sheets(to))
