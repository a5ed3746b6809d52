"""Live races: one at a time, the others in line, each stopped at any moment, and none outlives the server."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

import pytest

from demos.faces import racing
from demos.faces.racing import Races, Wish

QUICK = Wish(128, 20, ("numpy", "faiss_flat"), (1_000, 3_000))
LONG = Wish(512, 60, ("hnsw",), (100_000,))  # a minute and more in a single call of a library


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_race_measures_every_method_at_every_size() -> None:
    race = Races().submit(QUICK)
    assert race.wait(90) and race.state == "done"
    assert [(row.method, row.size) for row in race.results] == QUICK.steps
    assert all(row.dimension == 128 and row.recall_at_1 == 1 for row in race.rows())


def test_one_at_a_time_and_a_stopped_one_makes_room_at_once() -> None:
    races = Races()
    first, second, third = races.submit(LONG), races.submit(QUICK), races.submit(QUICK)
    assert wait_for(lambda: first.state == "running")
    assert (races.ahead_of(first), races.ahead_of(second), races.ahead_of(third)) == (0, 1, 2)
    assert first.under_way() == ("hnsw", 100_000)
    second.stop()
    assert races.ahead_of(third) == 1, "one that was stopped in line holds nobody up"
    first.stop()
    assert first.wait(10) and first.state == "stopped" and first.results == []
    assert second.wait(10) and second.state == "stopped" and second.results == [], "it never starts"
    assert third.wait(90) and third.state == "done"


def test_a_program_that_breaks_off_is_said_to_have_failed_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(wish: Wish) -> "subprocess.Popen[str]":
        say = "import sys; print('{\"ready\": true}'); sys.exit(3)"
        return subprocess.Popen([sys.executable, "-c", say], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    races = Races()
    with monkeypatch.context() as patch:
        patch.setattr(racing, "_start", broken)
        race = races.submit(QUICK)
        assert race.wait(30) and race.state == "failed"
    again = races.submit(QUICK)
    assert again.wait(90) and again.state == "done"


def test_a_race_ends_when_the_server_is_gone() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "demos.faces.racer", json.dumps(asdict(LONG))],
        cwd=racing._ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None and process.stdin is not None
        assert json.loads(process.stdout.readline()) == {"ready": True}
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    "wish",
    [
        {"dimension": 300, "budget_s": 5, "methods": ("numpy",)},
        {"dimension": 128, "budget_s": 600, "methods": ("numpy",)},
        {"dimension": 128, "budget_s": 5, "methods": ()},
        {"dimension": 128, "budget_s": 5, "methods": ("guess",)},
        {"dimension": 128, "budget_s": 5, "methods": ("numpy",), "sizes": (1_000_000,)},
    ],
)
def test_what_is_not_offered_cannot_be_asked_for(wish: dict) -> None:
    with pytest.raises(ValueError):
        Wish(**wish)


def test_a_small_machine_gets_smaller_galleries() -> None:
    assert racing.sizes_that_fit(512, 16 * 10**9) == racing.LIVE_SIZES
    assert racing.sizes_that_fit(512, 2 * 10**9) == (1_000, 3_000, 10_000, 30_000)
    assert racing.sizes_that_fit(512, 0) == (1_000,)
