"""Labeled Faces in the Wild, in its official layout: `<Person>/<Person>_0001.jpg` and `pairs.txt` (Huang et al. 2007)."""

from dataclasses import dataclass
from pathlib import Path

from shared.problems import Problem


class BadPairs(Problem):
    """The folder is no LFW, or its list of pairs cannot be read. The message can be shown."""


@dataclass(frozen=True)
class Pair:
    """Two pictures. same: whether they show one person; fold: the tenth, or fifth, of the test that they belong to."""

    first: Path
    second: Path
    same: bool
    fold: int


def pairs(folder: Path) -> list[Pair]:
    """The pairs that `folder/pairs.txt` lists, any number of folds.

    Its first line is "folds <TAB> n"; each fold has n lines "person a b" of one person and n lines "person a other b".
    Raises BadPairs, naming the line, if it is not there, is not that, or names a picture that is not there.
    """
    file = folder / "pairs.txt"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadPairs("faces_no_pairs", file=file) from None
    head = lines[0].split() if lines else []
    if len(head) != 2 or not all(part.isdecimal() and int(part) > 0 for part in head):
        raise BadPairs("faces_bad_pairs", file=file, line=1)
    folds, each = map(int, head)
    wanted = [(fold, same) for fold in range(folds) for same in (True, False) for _ in range(each)]
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, start=1) if number > 1 and line.strip()]
    if len(rows) != len(wanted):
        raise BadPairs("faces_bad_pairs", file=file, line=len(lines))
    found = []
    for (fold, same), (number, row) in zip(wanted, rows, strict=True):
        if len(row) != (3 if same else 4) or not row[1].isdecimal() or not row[-1].strip().isdecimal():
            raise BadPairs("faces_bad_pairs", file=file, line=number)
        first, second = _picture(folder, row[0], row[1]), _picture(folder, row[-2] if not same else row[0], row[-1])
        for picture in (first, second):
            if not picture.is_file():
                raise BadPairs("faces_missing_picture", file=picture, line=number)
        found.append(Pair(first, second, same, fold))
    return found


def _picture(folder: Path, person: str, number: str) -> Path:
    return folder / person / f"{person}_{int(number):04d}.jpg"
