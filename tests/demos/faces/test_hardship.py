"""Hardship counted: on a small LFW made from the example photos, and what the kept counts say about sureness and breaking."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from demos.faces import engine, hardship, toll, trial
from demos.faces.conditions import CONDITIONS, Condition
from demos.faces.toll import Row, Share, Step, Toll
from shared.faces import detection

EXAMPLES = Path(engine.__file__).parent / "examples"


@pytest.fixture(scope="module")
def lfw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One fold with the two people of whom there are two photos."""
    folder = tmp_path_factory.mktemp("lfw")
    for who in ("barack_obama", "jacinda_ardern"):
        (folder / who).mkdir()
        for number in (1, 2):
            shutil.copy(EXAMPLES / f"{who}_{number}.jpg", folder / who / f"{who}_{number:04d}.jpg")
    lines = ["1\t2", "barack_obama\t1\t2", "jacinda_ardern\t1\t2"]
    lines += ["barack_obama\t1\tjacinda_ardern\t1", "barack_obama\t2\tjacinda_ardern\t2"]
    (folder / "pairs.txt").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two strengths of three conditions are enough to test with."""
    few = {"small": (64.0, 8.0), "dark": (1.0, 10.0), "rotated": (10.0, 90.0)}
    kept = {key: replace(CONDITIONS[key], measured=strengths) for key, strengths in few.items()}
    monkeypatch.setattr(hardship, "CONDITIONS", kept)


def test_easy_photos_are_found_and_recognised_and_hopeless_ones_are_not(lfw: Path, quick: None) -> None:
    found = hardship.measure(lfw, quiet=True)
    rows = {(row.condition, row.strength): row for row in found.rows}
    assert len(rows) == 7 and found.pairs == 2 and found.threshold == engine.threshold()
    for easy in (("normal", 0.0), ("small", 64.0), ("dark", 1.0), ("rotated", 10.0)):
        assert rows[easy].accepted == Share(2, 2)
        assert rows[easy].found == dict.fromkeys(detection.DETECTORS, Share(2, 2))
        assert rows[easy].strangers == Share(0, 2)
    for hopeless in (("small", 8.0), ("dark", 10.0)):
        assert rows[hopeless].accepted == Share(0, 2) and rows[hopeless].found["centerface"] == Share(0, 2)
    assert sum(step.accepted.total for step in found.steps) == 2
    lines = "\n".join(hardship.table(found))
    assert "| small | 64 | 100.0 % | 100.0 % | 100.0 %" in lines and "| turned | pairs |" in lines


def test_the_command_keeps_what_it_measured(
    lfw: Path, quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "measured" / "hardship.json"
    monkeypatch.setattr(toll, "STORED", kept)
    monkeypatch.setattr(hardship.toll, "save", lambda found, save=toll.save: save(found, kept))
    assert hardship.main(["--lfw", str(lfw), "--pairs", "1", "--save"]) == 0
    found = toll.stored(kept)
    assert found.pairs == 1 and found.rows[0].accepted == Share(1, 1)
    assert "--pairs 1" in found.command and found.machine and len(found.date) == 10
    assert "| normal | 0 |" in capsys.readouterr().out
    assert hardship.main(["--lfw", str(tmp_path)]) == 1
    assert "pairs.txt" in capsys.readouterr().err


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        toll.stored(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text('{"rows": [{"condition": "small"}], "steps": []}')
    with pytest.raises(ValueError, match=r"bad\.json"):
        toll.stored(tmp_path / "bad.json")


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_wilsons_interval(count: int, total: int, low: float, high: float) -> None:
    assert Share(count, total).interval == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def made(*accepted: float) -> Toll:
    """A toll of blur whose shares of 100 are given from the photo as it is on, at strengths 1, 2, …"""
    shares = [Share(round(share * 100), 100) for share in accepted]
    rows = [Row("blurred" if n else toll.NORMAL, float(n), {}, share, Share(0, 1)) for n, share in enumerate(shares)]
    step = Step(0, 1, Share(1, 1))
    return Toll(tuple(rows), (step,), 100, "sface", "centerface", 0.4, 1e-3, 20, "made up", "", "2026-01-01", "")


def test_where_it_breaks_lies_between_the_two_measured_strengths() -> None:
    assert made(1, 0.95, 0.85).breaks_at("blurred") == pytest.approx(1.5)
    assert made(1, 1, 1).breaks_at("blurred") is None
    assert made(0.8, 0.7).breaks_at("blurred") == 0, "broken before anything was done"


def test_what_ships_was_measured_with_this_rooms_network_and_threshold() -> None:
    found = toll.stored()
    assert (found.engine, found.detector) == (engine.ENGINE, engine.DETECTOR)
    assert found.threshold == engine.threshold() and found.min_face == engine.MIN_FACE
    assert {row.condition for row in found.rows} == {toll.NORMAL, *CONDITIONS}
    for key, kind in CONDITIONS.items():
        assert isinstance(kind, Condition)
        assert [row.strength for row in found.curve(key)] == [kind.mild, *kind.measured]
    assert all(row.accepted.count <= row.found[found.detector].count for row in found.rows)


def test_a_face_elsewhere_is_not_taken_for_the_one_that_is_looked_for() -> None:
    wanted = detection.Faces(np.array([[10, 10, 50, 50]], np.float32), np.ones(1), np.zeros((1, 5, 2)))
    boxes = np.array([[80, 10, 120, 50], [14, 12, 52, 54]], np.float32)
    both = detection.Faces(boxes, np.ones(2), np.zeros((2, 5, 2)))
    assert (trial.here(both, wanted).boxes_xyxy == boxes[1]).all()
    assert len(trial.here(both[:1], wanted)) == 0
    assert len(trial.here(both[:0], wanted)) == 0


def test_a_visitors_face_is_lost_when_it_is_made_small_enough() -> None:
    original = trial.prepare(EXAMPLES / "jacinda_ardern_2.jpg")
    good, bad = (trial.worsen(original, "small", share) for share in (0.0, 1.0))
    assert good.similarity is not None and good.similarity > 0.9
    assert good.second is not None and good.second > good.threshold, "the other photo of the same person"
    assert bad.similarity is None and bad.second is None and not any(map(len, bad.found.values()))
    assert trial.prepare(EXAMPLES / "grace_hopper.jpg").second is None
