"""Videos are done one after the other; whoever cancels keeps the upload, whoever leaves leaves nothing."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from demos.faces import live, video, videojob
from demos.faces.people import People

DONE = video.Annotated(1, 1.0, 1.0, dict.fromkeys(video.STEPS, 1.0), {}, (16, 16), "none", False, False)


@pytest.fixture
def until(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every video takes until this is set, or until it is stopped."""
    event = threading.Event()

    def annotate(source: Path, target: Path, people: Any, options: Any, progress: Any, stop: Callable[[], bool], _: str) -> Any:
        target.write_bytes(b"half")
        progress(0.5)
        while not event.wait(0.01):
            if stop():
                raise video.Stopped
        target.write_bytes(b"whole")
        return DONE

    monkeypatch.setattr(video, "annotate", annotate)
    yield event
    event.set()


def job(folder: Path, name: str) -> videojob.Job:
    source = folder / f"{name}_in" / "clip.mp4"
    source.parent.mkdir()
    source.write_bytes(b"clip")
    return videojob.submit(videojob.Job(source, folder / f"{name}_out" / "out.mp4", People(), live.Options(0.4), "?"))


def wait(one: videojob.Job, state: str) -> None:
    for _ in range(1000):
        if one.state == state:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{one.state}, not {state}")


def test_one_after_the_other_and_the_upload_goes(tmp_path: Path, until: threading.Event) -> None:
    first, second, third = (job(tmp_path, name) for name in "abc")
    wait(first, "working")
    assert [one.ahead() for one in (first, second, third)] == [0, 1, 2]
    until.set()
    for one in (first, second, third):
        wait(one, "done")
        assert one.target.read_bytes() == b"whole" and not one.source.parent.exists()


def test_cancelled_the_upload_stays_and_nothing_else(tmp_path: Path, until: threading.Event) -> None:
    one, waiting = job(tmp_path, "a"), job(tmp_path, "b")
    wait(one, "working")
    waiting.stop()
    assert waiting.is_over, "its turn need not come first"
    one.stop()
    wait(one, "stopped")
    last = job(tmp_path, "c")
    until.set()
    wait(last, "done")
    for stopped in (one, waiting):
        assert stopped.source.exists() and not stopped.target.parent.exists() and stopped.state == "stopped"


def test_given_up_nothing_stays(tmp_path: Path, until: threading.Event) -> None:
    one, waiting = job(tmp_path, "a"), job(tmp_path, "b")
    wait(one, "working")
    waiting.give_up()
    one.give_up()
    wait(one, "stopped")
    last = job(tmp_path, "c")
    until.set()
    wait(last, "done")
    last.give_up()
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
