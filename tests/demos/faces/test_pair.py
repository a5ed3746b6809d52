"""Same person? The verdict, what a threshold means in people, and what is said when something is missing."""

import asyncio
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from demos.faces import charts, distributions, engine, model, page_pair, pairing, view_pair
from shared import weights
from shared.faces.detection import Array
from shared.visitor import Visitor
from tests.demos.faces import pictures

ENGLISH, CHINESE = Visitor("en"), Visitor("zh")
SAME = [("barack_obama_1", "barack_obama_2"), ("jacinda_ardern_1", "jacinda_ardern_2")]
OTHERS = [("barack_obama_1", "joe_biden"), ("grace_hopper", "eileen_collins")]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a handler to its end, in a thread of its own: a browser of another test may hold this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def compare(first: Path | None, second: Path | None, network: str = "sface", threshold: float = 0.365) -> list[Any]:
    """What the page's handler answers, step by step."""

    async def asked() -> list[Any]:
        files = [None if file is None else str(file) for file in (first, second)]
        return [said async for said in page_pair.compare(*files, network, threshold, None)]  # type: ignore[arg-type]

    said: list[Any] = run(asked())
    return said


@pytest.mark.parametrize(("names", "same"), [*((names, True) for names in SAME), *((names, False) for names in OTHERS)])
def test_the_examples_are_judged_right_at_the_threshold_the_room_starts_with(names: tuple[str, str], same: bool) -> None:
    pair = pairing.compare(*map(pictures.example, names), "sface")
    html = view_pair.answer(pair, engine.threshold(), ENGLISH)
    assert (pair.similarity >= engine.threshold()) is same
    assert ("Same person" in html) is same and ("Different people" in html) is not same
    assert f'<b class="number">{pair.similarity:.2f}</b>' in html
    assert pair.first.shape == pair.second.shape == (112, 112, 3)


def test_another_threshold_turns_the_verdict_without_embedding_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = pairing.compare(*map(pictures.example, SAME[0]), "sface")
    monkeypatch.setattr(engine, "subject", lambda *_, **__: pytest.fail("embedded again"))
    answer, meaning, chart = run(page_pair.judge(pair, "sface", 0.95, None))  # type: ignore[arg-type]
    assert "Different people" in answer and "below the threshold of 0.95" in answer
    assert "pairs of the same person would be refused" in meaning
    assert any(shape["x0"] == 0.95 for shape in chart.to_plotly_json()["layout"]["shapes"])


def test_a_threshold_means_what_was_measured() -> None:
    found = distributions.stored("sface")
    assert found is not None
    for rate in page_pair.RATES.values():
        limit = found.threshold_for(rate)
        here = charts.rates(found, limit)
        assert here.false_accept <= rate * 1.001 and here.false_accept > rate / 3
        assert sum(found.different) * here.false_accept == pytest.approx(
            sum(count for count, edge in zip(found.different, found.edges, strict=False) if edge >= limit - 1e-9), abs=1
        )
    assert charts.rates(found, -1) == charts.Rates(1.0, 0.0)
    assert charts.rates(found, 1) == charts.Rates(0.0, 1.0)


@pytest.mark.parametrize(("rate", "english", "chinese"), [
    (0.00094, "1 in 1,100 pairs", "每 1,100 对中有 1 对"), (0.0127, "1 in 79 pairs", "每 79 对中有 1 对"),
    (0.313, "31 in 100 pairs", "每 100 对中有 31 对"), (1, "100 in 100 pairs", "每 100 对中有 100 对"),
    (0, "None of the measured pairs", "测过的没有一对"),
])  # fmt: skip
def test_a_rate_in_words(rate: float, english: str, chinese: str) -> None:
    assert charts.one_in(rate, ENGLISH) == english
    assert charts.one_in(rate, CHINESE) == chinese


def test_the_figure_shows_both_distributions_the_threshold_and_the_pair() -> None:
    found = distributions.stored("sface")
    assert found is not None
    for counts in (found.same, found.different):
        places, heights = charts.density(counts, found.edges)
        assert heights.sum() * (places[1] - places[0]) == pytest.approx(1, abs=0.01)
    figure = charts.scores(found, 0.365, 0.7312, ENGLISH).to_plotly_json()
    curves = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert [trace["name"] for trace in curves] == ["Different people", "Same person"]
    assert all(trace["fill"] == "tozeroy" for trace in curves)
    labels = [note["text"] for note in figure["layout"]["annotations"]]
    assert labels == ["threshold 0.365", "<b>this pair 0.73</b>"]


def test_the_source_is_named() -> None:
    html = view_pair.meaning("sface", 0.365, ENGLISH)
    assert "LFW" in html and "4,414" in html and "7,255,541" in html


@pytest.mark.parametrize("place", ["first", "second"])
def test_a_photo_without_a_face_is_named(tmp_path: Path, place: str) -> None:
    files = [pictures.example("joe_biden"), pictures.without_a_face(tmp_path)]
    if place == "first":
        files.reverse()
    (said,) = compare(*files)
    assert said[0] is None and f"No face was found on the {place} photo" in said[1]
    assert "would pass" in said[2], "what a threshold means stays"


def test_missing_photos_are_asked_for() -> None:
    assert "Add two photos" in compare(None, None)[0][1]
    assert "One more photo is needed" in compare(pictures.example("joe_biden"), None)[0][1]


def test_other_faces_are_mentioned() -> None:
    pair = pairing.compare(*map(pictures.example, SAME[0]), "sface")
    crowded = pairing.Pair(pair.first, pair.second, pair.similarity, pair.engine, (0, 3))
    assert "Other faces on the second photo: 3" in view_pair.answer(crowded, 0.3, ENGLISH)


def test_similarity_and_threshold_can_be_told_apart() -> None:
    pair = pairing.compare(*map(pictures.example, SAME[0]), "sface")
    close = pairing.Pair(pair.first, pair.second, 0.3649, pair.engine, (0, 0))
    html = view_pair.answer(close, 0.365, ENGLISH)
    assert "Different people" in html and ">0.36<" in html and "0.365" in html


def test_a_network_that_cannot_be_fetched_gets_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def offline(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no internet")

    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(urllib.request, "urlopen", offline)
    said = compare(*map(pictures.example, SAME[0]), network="facenet-vggface2")
    assert "Fetching facenet-vggface2: 0 of 112 MB" in said[0][1]
    assert "20180402-114759-vggface2.pt" in said[-1][1] and "Traceback" not in said[-1][1]


class Endless:
    """A download that never ends by itself; closed is set once nobody reads on."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __enter__(self) -> "Endless":
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()

    def read(self, _: int) -> bytes:
        """A little more."""
        time.sleep(0.01)
        return b"0" * 1000


def test_a_fetch_that_nobody_waits_for_any_longer_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    download = Endless()
    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: download)

    async def leave() -> None:
        asked = page_pair.compare(*map(str, map(pictures.example, SAME[0])), "facenet-casia", 0.3, None)  # type: ignore[arg-type]
        for _ in range(2):
            said = await anext(asked)
        assert "Fetching facenet-casia" in said[1]
        await asked.aclose()
        assert await asyncio.to_thread(download.closed.wait, 20)

    run(leave())
    assert not list(tmp_path.rglob("*.part"))


class Loaded:
    """A network that nobody has measured."""

    name, dimension, side, cut = "facenet-casia", 512, 160, "cropped"

    def embed(self, faces: Array) -> Array:
        """Everybody looks the same."""
        import numpy as np

        return np.full((len(faces), 512), 512**-0.5, np.float32)


def test_an_unmeasured_network_says_so_and_still_compares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model._loaded, "facenet-casia", Loaded())
    monkeypatch.setattr(pairing, "is_here", lambda _: True)
    (said,) = compare(*map(pictures.example, OTHERS[0]), network="facenet-casia")
    assert '<b class="number">1.00</b>' in said[1]
    assert "Nobody has measured the scores of facenet-casia" in said[2]
    _, note = run(page_pair._preset(1e-3)("facenet-casia", None))
    assert "Nobody has measured" in note
