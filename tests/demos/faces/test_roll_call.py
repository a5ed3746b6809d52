"""The engine as the roll call takes it: students on a photo of several people, each named once, the likeliest first."""

import numpy as np
import pytest

from demos.faces import engine, view_people
from demos.faces.quality import NotEnrolled
from tests.clip import EXAMPLES

CALL = engine.RollCall()


def vector(file: str) -> np.ndarray:
    return CALL.embed(engine.read(EXAMPLES / f"{file}.jpg"))


def test_students_on_a_photo_of_many_are_named_and_strangers_are_not() -> None:
    known = {"01": np.stack([vector("barack_obama_1")]), "02": np.stack([vector("jacinda_ardern_1"), vector("grace_hopper")])}
    found = CALL.who(view_people.example("group"), known)
    assert sorted(one.student for one in found) == ["", "", "", "01", "02"]
    assert all(len(one.box_xyxy) == 4 and -1 <= one.similarity <= 1 for one in found)


def test_a_face_whose_likeliest_student_is_found_elsewhere_gets_the_next_one() -> None:
    """Two students who look alike: the vector of the second is nearly that of the first."""
    obama, other = vector("barack_obama_2"), vector("jacinda_ardern_2")
    alike = obama + 0.9 * other
    known = {"a": obama[None], "b": (alike / np.linalg.norm(alike))[None]}
    named = [one.student for one in CALL.who(view_people.example("group"), known) if one.student]
    assert sorted(named) == ["a", "b"]


def test_vectors_that_cannot_be_compared_name_nobody() -> None:
    picture = engine.read(EXAMPLES / "grace_hopper.jpg")
    for known in ({}, {"a": np.empty((0, 128), np.float32)}, {"a": np.ones((1, 512), np.float32)}):
        assert [one.student for one in CALL.who(picture, known)] == [""]
    assert CALL.who(np.full((50, 50, 3), 127, np.uint8), {"a": vector("grace_hopper")[None]}) == []


def test_a_bad_photo_enrols_nobody() -> None:
    with pytest.raises(NotEnrolled):
        CALL.embed(view_people.example("group"))
