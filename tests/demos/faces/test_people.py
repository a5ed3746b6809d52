"""Whom somebody has enrolled: named when alike enough, unknown otherwise, saved without photos, and gone when deleted."""

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demos.faces import engine, model
from demos.faces.people import MOST_SAMPLES, BadGallery, People
from demos.faces.sessions import Sessions
from tests.clip import EXAMPLES


def photo(name: str) -> np.ndarray:
    return engine.read(EXAMPLES / f"{name}.jpg")


@pytest.fixture
def people() -> People:
    found = People()
    for name, file in {"Barack": "barack_obama_1", "Jacinda": "jacinda_ardern_1"}.items():
        found.add(name, engine.portrait_of(photo(file))[0])
    return found


def named(people: People, file: str) -> list[str]:
    return [one.name for one in engine.name_everyone(photo(file), people, engine.threshold())[1]]


def test_other_photos_of_the_same_people_are_named_and_others_are_unknown(people: People) -> None:
    assert named(people, "barack_obama_2") == ["Barack"]
    assert named(people, "jacinda_ardern_2") == ["Jacinda"]
    for stranger in ("grace_hopper", "rishi_sunak", "eileen_collins", "joe_biden"):
        assert named(people, stranger) == [""]


def test_who_is_deleted_is_not_named_any_more(people: People) -> None:
    assert people.remove("Barack") == 1
    assert named(people, "barack_obama_2") == [""] and list(people.names()) == ["Jacinda"]
    people.clear()
    assert named(people, "jacinda_ardern_2") == [""] and len(people) == 0


def test_a_portrait_is_as_good_as_the_photo_it_was_cut_from() -> None:
    for file in ("barack_obama_1", "grace_hopper", "joe_biden"):
        whole = engine.subject(photo(file)).vector
        (cut,) = model.recogniser("sface").embed(engine.portrait_of(photo(file))[0].cut(model.recogniser("sface")))
        assert whole @ cut > 0.97


def test_what_is_saved_comes_back_without_a_photo(people: People) -> None:
    people.prepare("sface")
    file = people.save()
    assert len(file) < 3000, "vectors alone are small"
    back = People()
    assert back.load(file) == 2
    assert named(back, "barack_obama_2") == ["Barack"]
    assert all(sample.portrait is None for samples in back.names().values() for sample in samples)
    assert back.without("facenet-casia") == ["Barack", "Jacinda"] and back.without("sface") == []


@pytest.mark.parametrize("file", [b"", b"\0" * 8, b"not a gallery at all", b"\xff" * 64, json.dumps({"a": 1}).encode()])
def test_a_file_that_is_no_gallery_is_refused_and_changes_nothing(people: People, file: bytes) -> None:
    with pytest.raises(BadGallery) as caught:
        people.load(file)
    assert caught.value.key == "faces_bad_file" and len(people) == 2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_gets_past_the_reader(data: st.DataObject) -> None:
    """Whatever a byte is changed to: a sentence, or people whose vectors are sound."""
    people = People()
    people.add("A", None, {"sface": np.eye(128, dtype=np.float32)[0]})
    file = bytearray(people.save())
    for _ in range(data.draw(st.integers(1, 3))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    other = People()
    try:
        other.load(bytes(file))
    except BadGallery:
        return
    for samples in other.names().values():
        for sample in samples:
            assert np.isfinite(sample.vectors["sface"]).all() and abs(np.linalg.norm(sample.vectors["sface"]) - 1) < 1e-2


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "two\nlines\x00"])
def test_a_name_that_is_none_is_refused(people: People, name: str) -> None:
    with pytest.raises(BadGallery) as caught:
        people.add(name, None)
    assert caught.value.key == "faces_bad_name" and len(people) == 2


def test_joined_letters_and_emoji_are_names() -> None:
    people = People()
    for name in ("👨\u200d👩\u200d👧 王", "می\u200cخواهم", "O'Neil-Ñandú"):
        people.add(name, None, {"sface": np.eye(128, dtype=np.float32)[0]})
    assert len(people) == 3
    with pytest.raises(BadGallery):
        people.add("\u202egnp.exe", None)


def test_names_are_tidied_so_that_a_space_makes_no_second_person(people: People) -> None:
    people.add("  Barack ", engine.portrait_of(photo("barack_obama_2"))[0])
    assert [len(samples) for samples in people.names().values()] == [2, 1]


def test_there_is_an_end_to_photos_of_one_person(people: People) -> None:
    portrait = engine.portrait_of(photo("barack_obama_1"))[0]
    for _ in range(MOST_SAMPLES - 1):
        people.add("Barack", portrait)
    with pytest.raises(BadGallery) as caught:
        people.add("Barack", portrait)
    assert caught.value.key == "faces_enough_photos"


def test_nobody_enrolled_means_nobody_named() -> None:
    assert named(People(), "barack_obama_1") == [""]


def test_sessions_are_apart_and_end() -> None:
    all_of_them = Sessions(grace_s=0.2)
    mine, yours = all_of_them.of("mine"), all_of_them.of("yours")
    mine.people.add("A", None, {"sface": np.eye(128, dtype=np.float32)[0]})
    assert all_of_them.of("mine") is mine and len(yours.people) == 0
    all_of_them.close("mine")
    assert all_of_them.of("mine") is mine and len(mine.people) == 1, "heard of again at once: the page is still open"
    time.sleep(0.4)
    assert len(mine.people) == 1
    all_of_them.close("mine")
    time.sleep(0.5)
    assert len(mine.people) == 0 and all_of_them.of("mine") is not mine
    assert all_of_them.of(None) is not all_of_them.of(None), "without a name nothing is kept"


def test_one_photo_stays_one_whatever_networks_have_seen_it() -> None:
    """Saved with the vectors of two networks, read back twice: still ten photos."""
    people, rng = People(), np.random.default_rng(0)
    for _ in range(MOST_SAMPLES):
        people.add("A", None, {name: model.unit(rng.normal(size=(1, size)))[0] for name, size in model.DIMENSIONS.items()})
    file = people.save()
    back = People()
    assert back.load(file) == back.load(file) == 1
    assert [len(samples) for samples in back.names().values()] == [MOST_SAMPLES]
    assert people.load(file) == 1 and len(people.names()["A"]) == MOST_SAMPLES
