"""The roll call takes a `recognise` callable and works without one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assessment import page, policyfile
from assessment.door import Door
from assessment.store import accounts, courses, scores
from assessment.store.access import Desk


class Request:
    """What a handler asks a request for."""

    def __init__(self, username: str) -> None:
        self.username, self.headers, self.cookies = username, {"accept-language": "en"}, dict[str, str]()


def camera(blocks: Any) -> Any:
    return next((one for one in blocks.blocks.values() if getattr(one, "elem_id", None) == "roll-camera"), None)


def test_without_face_id_there_is_no_camera(tmp_path: Path) -> None:
    assert camera(page.build(Door(f"sqlite:///{tmp_path / 'a.sqlite3'}"))) is None


def test_who_is_recognised_and_in_the_class_is_told_to_the_list(tmp_path: Path) -> None:
    door = Door(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    owner = Desk(door.database, accounts.add(door.database, "wang", "correct horse battery", owner=True))
    viewer = accounts.add(door.database, "viewer", "correct horse battery")
    course = courses.create(owner, "Course", "2026", policyfile.DEFAULT.read_text(encoding="utf-8"))
    courses.let_in(owner, course, viewer.username, "viewer")
    scores.write(owner, course, "import", [], roster={"0001": ("王", ""), "0002": ("李", "")})
    blocks = page.build(door, recognise=lambda picture: ["0002", "9999"] if picture.any() else [])
    shown = camera(blocks)
    assert shown is not None
    [look] = [one for one in blocks.fns.values() if any(at == shown._id and name == "stream" for at, name in one.targets)]
    white = np.full((4, 4, 3), 255, np.uint8)
    answer = look.fn(white, course, Request("wang"))
    assert '"seen": ["0002"]' in str(answer.seen if hasattr(answer, "seen") else answer.props)
    with pytest.raises(Exception, match="role"):
        look.fn(white, course, Request("viewer"))
    door.database.close()
