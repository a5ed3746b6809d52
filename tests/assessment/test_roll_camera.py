"""The roll call takes a face ID and works without one; a camera's pictures are looked at and kept nowhere."""

import json
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from assessment import page, policyfile
from assessment.door import Door
from assessment.store import accounts, courses, faces, scores
from assessment.store.access import Desk
from shared import images
from tests.assessment.fake_faces import FakeFaces


class Request:
    """What a handler asks a request for."""

    def __init__(self, username: str) -> None:
        self.username, self.headers, self.cookies = username, {"accept-language": "en"}, dict[str, str]()


def part(blocks: Any, name: str) -> Any:
    return next((one for one in blocks.blocks.values() if getattr(one, "elem_id", None) == name), None)


def test_without_face_id_there_is_no_camera(tmp_path: Path) -> None:
    blocks = page.build(Door(f"sqlite:///{tmp_path / 'a.sqlite3'}"))
    for name in ("roll-camera", "roll-photo", "faces-gallery"):
        assert part(blocks, name) is None
    assert part(blocks, "roll-sheet") is not None


def test_who_is_recognised_and_in_the_class_is_told_to_the_list(tmp_path: Path) -> None:
    door = Door(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    owner = Desk(door.database, accounts.add(door.database, "wang", "correct horse battery", owner=True))
    viewer = accounts.add(door.database, "viewer", "correct horse battery")
    course = courses.create(owner, "Course", "2026", policyfile.DEFAULT.read_text(encoding="utf-8"))
    courses.let_in(owner, course, viewer.username, "viewer")
    scores.write(owner, course, "import", [], roster={"0001": ("王", ""), "0002": ("李", "")})
    blocks = page.build(door, FakeFaces())
    camera = part(blocks, "roll-camera")
    [look] = [one for one in blocks.fns.values() if any(at == camera._id and name == "input" for at, name in one.targets)]
    red = np.zeros((40, 80, 3), np.uint8)
    red[:, 20:40] = (200, 0, 0)
    frame = gr.EventData(None, {"picture": images.to_data_url(red)})

    drawn, _, said = look.fn(course, frame, Request("wang"))
    assert json.loads(drawn.props["found"])["stop"], "nothing to look for: the camera is closed"
    assert "Nobody is enrolled yet" in said
    faces.add(owner, course, "0002", FakeFaces.engine, FakeFaces().embed(red[:, 20:40]))
    faces.add(owner, course, "0001", "another network", FakeFaces().embed(red[:, 20:40]))
    drawn, told, said = look.fn(course, frame, Request("wang"))
    assert [face["label"] for face in json.loads(drawn.props["found"])["faces"]] == ["李"]
    assert '"seen": ["0002"]' in str(told.props) and f'"course": {course}' in str(told.props)
    assert "Recognised 1: 李" in said
    _, told, said = look.fn(course, frame, Request("viewer"))
    assert "role" in said and "0002" not in str(told) + said
    door.database.close()
