"""Photos into the class gallery: whose each one is, what face ID makes of it, and what became of each."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from shared.passing import Passing
from shared.problems import Problem

from .recognising import FaceId, Vector
from .store import faces, scores
from .store.access import Desk

log = logging.getLogger(__name__)
_SEPARATORS = " _-.()（）"
_LONGEST_SIDE = 1600  # pixels; a face that fills a tenth of it is still large enough for any network


@dataclass(frozen=True)
class Outcome:
    """What became of one photo. student: his id, "" for nobody; problem: why it was not enrolled, None if it was."""

    name: str
    student: str
    problem: Problem | None


def whose(name: str, ids: Collection[str]) -> str:
    """The student whom a file is named after: "0001.jpg", "0001_2.jpg", "0001 王芳.png", "0001(3).jpg"; "" for none."""
    stem = PurePath(name.replace("\\", "/")).stem.strip()
    ends = [len(stem), *(at for at in range(len(stem) - 1, 0, -1) if stem[at] in _SEPARATORS)]
    return next((stem[:end] for end in ends if stem[:end] in ids), "")


def enrol(
    desk: Desk, course: int, face_id: FaceId, photos: Sequence[Passing], student: str = "",
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> list[Outcome]:  # fmt: skip
    """Enrol photos, each for whom it is named after, or all for `student`; one that fails keeps no other out.

    tell: is called with how many of how many are looked at. Raises NotAllowed, and Refused for a course whose grades are final.
    """
    desk.require(course, "instructor")  # before a network looks at anybody
    ids = set(scores.gradebook(desk, course).ids)
    outcomes: list[Outcome] = []
    good: list[tuple[int, str, Vector]] = []  # where in outcomes, whose, what
    for number, photo in enumerate(photos):
        tell(number, len(photos))
        owner = student or whose(photo.name, ids)
        problem, vector = _embed(face_id, photo, owner)
        if vector is not None:
            good.append((number, owner, vector))
        outcomes.append(Outcome(photo.name, owner, problem))
    _, refusals = faces.add_all(desk, course, face_id.engine, [(owner, vector) for _, owner, vector in good])
    for (number, owner, _vector), refused in zip(good, refusals, strict=True):
        outcomes[number] = Outcome(outcomes[number].name, owner, refused)
    return outcomes


def _embed(face_id: FaceId, photo: Passing, owner: str) -> tuple[Problem | None, Vector | None]:
    """What face ID keeps of a photo, or why it keeps nothing."""
    if not owner:
        return Problem("assessment_faces_no_student"), None
    try:
        return None, face_id.embed(photo.read(_LONGEST_SIDE))
    except Problem as problem:
        return problem, None
    except Exception as problem:  # one odd photo must not cost the other hundred
        log.error("face ID failed on a photo", exc_info=problem)
        return Problem("error_unexpected"), None
    finally:
        photo.forget()
