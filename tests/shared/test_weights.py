"""A weight file is found, fetched, checked; and where it cannot be had, one sentence says what to do."""

import hashlib
from pathlib import Path

import pytest

from shared import language, settings, weights

GOOD = b"these are weights" * 1000


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a weights.toml with one entry, and give the user a fresh cache; returns the house's root."""

    def write(**changes: object) -> Path:
        entry = {
            "sha256": hashlib.sha256(GOOD).hexdigest(), "bytes": len(GOOD), "source": "a test", "licence": "CC0",
            "trained_on": "nothing", "changes": "none",
        } | changes  # fmt: skip
        folder = tmp_path / "demos" / "painting" / "weights"
        folder.mkdir(parents=True, exist_ok=True)
        lines = "\n".join(f"{key} = {value!r}".replace("'", '"') for key, value in entry.items() if value is not None)
        (folder / "weights.toml").write_text(f'["net.bin"]\n{lines}\n', encoding="utf-8")
        return tmp_path

    cache = settings.Settings(data_dir=tmp_path / "cache")
    monkeypatch.setattr(settings, "current", lambda: cache)
    weights.catalogue.cache_clear()
    yield write
    weights.catalogue.cache_clear()


def test_a_file_in_the_room_comes_first(room) -> None:
    root = room()
    home = root / "demos" / "painting" / "weights" / "net.bin"
    home.write_bytes(GOOD)
    assert weights.path("net.bin", root=root) == home


def test_a_file_elsewhere_is_fetched_once_and_checked(room, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere.bin"
    source.write_bytes(GOOD)
    root, seen = room(url=source.as_uri()), []
    found = weights.path("net.bin", root=root, progress=lambda done, total: seen.append((done, total)))
    assert found.read_bytes() == GOOD
    assert seen[-1] == (len(GOOD), len(GOOD))
    source.unlink()
    assert weights.path("net.bin", root=root) == found, "the second time it comes from the cache"


def test_a_damaged_file_never_enters_the_cache(room, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere.bin"
    source.write_bytes(GOOD[:-1] + b"!")
    with pytest.raises(weights.WeightsUnavailable) as caught:
        weights.path("net.bin", root=room(url=source.as_uri()))
    assert caught.value.key == "weights_damaged"
    assert not [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]


def test_a_digest_that_nobody_published_is_written_down_once_and_checked_from_then_on(room, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere.bin"
    source.write_bytes(GOOD)
    root = room(url=source.as_uri(), sha256="")
    found = weights.path("net.bin", root=root)
    entry = weights.catalogue(root)["net.bin"]
    assert weights.verify(entry) == "ok"
    found.write_bytes(GOOD + b"!")
    assert weights.verify(entry) == "damaged"
    found.unlink()
    source.write_bytes(GOOD + b"!")
    with pytest.raises(weights.WeightsUnavailable) as caught:
        weights.path("net.bin", root=root)
    assert caught.value.key == "weights_damaged"


@pytest.mark.parametrize("url", [None, "file:///nowhere/at/all.bin", "http://127.0.0.1:9/net.bin"])
def test_a_file_that_cannot_be_had_says_which_and_what_to_do(room, url: str | None) -> None:
    with pytest.raises(weights.WeightsUnavailable) as caught:
        weights.path("net.bin", root=room(url=url))
    for to in language.LANGUAGES:
        sentence = language.translate(caught.value.key, to, **caught.value.values)
        assert "net.bin" in sentence
        assert "python -m shared.weights pull net.bin" in sentence
        assert str(Path("demos", "painting", "weights", "net.bin")) in sentence


def test_an_entry_with_a_field_missing_is_refused_by_name(room) -> None:
    with pytest.raises(ValueError, match=r"\[net\.bin\].*licence"):
        weights.path("net.bin", root=room(licence=None))


def test_every_file_of_the_house_is_as_its_entry_says(python) -> None:
    ships = [entry.name for entry in weights.catalogue().values() if not entry.url]
    done = python("-m", "shared.weights", "verify", *ships)
    assert done.returncode == 0, done.stdout + done.stderr
    states = [line.split()[0] for line in done.stdout.splitlines()]
    assert len(states) == len(ships) >= 6 and set(states) == {"ok"}


def test_every_weight_file_is_listed_with_its_true_size() -> None:
    listed = weights.catalogue()
    root = Path(__file__).resolve().parents[2]
    for file in [file for kind in ("safetensors", "onnx", "npz") for file in root.glob(f"*/*/weights/*.{kind}")]:
        assert listed[file.name].bytes == file.stat().st_size, file


def test_an_unknown_name_is_refused_with_the_names_there_are(python) -> None:
    done = python("-m", "shared.weights", "pull", "nonsense.bin")
    assert done.returncode == 2
    assert "nonsense.bin" in done.stderr and "mnist_best.safetensors" in done.stderr
