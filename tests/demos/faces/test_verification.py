"""LFW's protocol, the two distributions, and the commands that measure them; on a small LFW that the test makes."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demos.faces import data, distributions, engine, evaluate, model, protocol
from shared import weights
from tests.clip import EXAMPLES


def test_accuracy_takes_each_folds_threshold_from_the_others() -> None:
    """The first fold alone would be right with 0.5, the others only with 0.25: so the first is judged at about 0.25."""
    similarities = np.array([0.6, 0.4, *[0.3, 0.2] * 4])
    same = np.array([True, False] * 5)
    found = protocol.accuracy(similarities, same, np.array([0] * 2 + [1] * 4 + [2] * 4))
    assert found.thresholds == pytest.approx((0.25, 0.25, 0.25))
    assert found.mean == pytest.approx((0.5 + 1 + 1) / 3)
    assert found.std == pytest.approx(np.std([0.5, 1, 1], ddof=1))


def test_one_fold_has_no_others() -> None:
    with pytest.raises(ValueError, match="two folds"):
        protocol.accuracy(np.array([0.5, 0.1]), np.array([True, False]), np.array([0, 0]))


def test_the_best_threshold_is_the_best_of_all() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        same = rng.random(40) < 0.5
        similarities = np.round(rng.normal(0.2 + 0.3 * same, 0.2), 1)  # with ties
        best = protocol.best_threshold(similarities, same)
        right = ((similarities >= best) == same).mean()
        assert all(((similarities >= other) == same).mean() <= right for other in np.linspace(-1, 1.5, 101))


def test_the_threshold_for_a_rate_lets_no_more_pass() -> None:
    different = np.arange(1000) / 1000
    for rate in (0.1, 0.01, 0.001):
        threshold = protocol.threshold_for(different, rate)
        assert (different >= threshold).mean() == pytest.approx(rate)


def test_distributions_count_every_pair_of_pictures_once() -> None:
    vectors = model.unit(np.random.default_rng(1).normal(size=(7, 16)))
    found = distributions.measure(vectors, list("aabbbcd"), {"engine": "sface", "detector": "mtcnn"})
    assert sum(found.same) == 1 + 3 and sum(found.different) == 21 - 4


def test_the_shipped_distributions_mean_what_the_page_says() -> None:
    found = distributions.stored("sface")
    assert found is not None
    threshold = engine.threshold()
    assert found.false_accept_rate(threshold) <= 1e-3 < found.false_accept_rate(threshold - 0.01)
    assert found.false_reject_rate(threshold) < 0.03
    assert found.false_accept_rate(-1) == 1 and found.false_reject_rate(1) == 1
    with pytest.raises(engine.Unmeasured):
        engine.threshold("facenet-casia")


@pytest.fixture
def lfw(tmp_path: Path) -> Path:
    """Four people, two photos each, in LFW's layout; two folds of two pairs of either kind."""
    for person, first, second in (("B_O", "barack_obama_1", "barack_obama_2"), ("J_A", "jacinda_ardern_1", "jacinda_ardern_2"),
                                  ("G_H", "grace_hopper", "grace_hopper"), ("R_S", "rishi_sunak", "rishi_sunak")):  # fmt: skip
        (tmp_path / person).mkdir()
        for number, file in enumerate((first, second), start=1):
            photo = Image.open(EXAMPLES / f"{file}.jpg")
            photo = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if number == 2 else photo
            photo.save(tmp_path / person / f"{person}_000{number}.jpg")
    rows = [
        "B_O\t1\t2",
        "J_A\t1\t2",
        "B_O\t1\tJ_A\t1",
        "G_H\t1\tR_S\t2",
        "G_H\t1\t2",
        "R_S\t1\t2",
        "B_O\t2\tG_H\t2",
        "J_A\t2\tR_S\t1",
    ]
    (tmp_path / "pairs.txt").write_text("\n".join(["2\t2", *rows]) + "\n")
    return tmp_path


def test_the_command_prints_what_was_asked_for(lfw: Path, capsys) -> None:
    assert evaluate.main(["--lfw", str(lfw), "--engine", "sface", "--detector", "centerface", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert said["pairs"] == 8 and said["accuracy_mean"] == 1.0 and said["accuracy_std"] == 0.0 and said["undetected"] == 0
    assert said["tar_at_far_1e-2"] == 1.0 and set(said["ms_per_face"]) == {"detect", "align", "embed"}


def test_a_face_that_was_not_found_counts_by_the_middle_of_its_picture(lfw: Path) -> None:
    Image.new("RGB", (250, 250), (90, 90, 90)).save(lfw / "R_S" / "R_S_0002.jpg")
    said, done = evaluate.lfw(lfw, "sface", "centerface", quiet=True)
    assert said["undetected"] == 1 and said["pairs"] == 8
    assert np.isfinite(done.vectors).all() and done.detected.sum() == 7


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("ten\n", 1),
        ("2\t2\nB_O\t1\t2\n", 2),
        ("1\t1\nB_O\t1\nB_O\t1\tJ_A\t1\n", 2),
        ("1\t1\nB_O\t1\t2\nB_O\t1\tJ_A\tx\n", 3),
    ],
)
def test_a_list_of_pairs_that_is_none_is_refused_by_its_line(lfw: Path, text: str, line: int) -> None:
    (lfw / "pairs.txt").write_text(text)
    with pytest.raises(data.BadPairs) as caught:
        data.pairs(lfw)
    assert caught.value.key == "faces_bad_pairs" and caught.value.values["line"] == line


def test_a_missing_folder_or_picture_is_one_sentence_at_the_command_line(lfw: Path, capsys) -> None:
    assert evaluate.main(["--lfw", str(lfw / "nowhere"), "--json"]) == 1
    (lfw / "B_O" / "B_O_0002.jpg").unlink()
    assert evaluate.main(["--lfw", str(lfw), "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 2 and "Traceback" not in said.err


def test_networks_fetched_on_demand_load_from_a_file_with_or_without_its_classifier(tmp_path: Path, monkeypatch) -> None:
    """A small stand-in has to do for the real weights: made by the network itself, stored as the published files are."""
    import torch
    from facenet_pytorch import InceptionResnetV1

    torch.manual_seed(0)
    made = InceptionResnetV1(classify=True, num_classes=3).eval()
    torch.save(made.state_dict(), tmp_path / "net.pt")
    monkeypatch.setattr(weights, "path", lambda name, **_: tmp_path / "net.pt")
    net = model.FaceNet("vggface2")
    faces = np.random.default_rng(0).integers(0, 256, (2, 160, 160, 3), np.uint8)
    made.classify = False
    with torch.no_grad():
        wanted = made((torch.from_numpy(faces).permute(0, 3, 1, 2).float() - 127.5) / 128).numpy()
    assert np.allclose(net.embed(faces), wanted, atol=1e-5)
    assert net.embed(faces[:0]).shape == (0, 512)


def test_without_internet_one_sentence_says_how_to_get_the_weights(monkeypatch) -> None:
    monkeypatch.setattr(model, "_failed", {})
    monkeypatch.setattr(weights.urllib.request, "urlopen", lambda *_, **__: (_ for _ in ()).throw(TimeoutError()))
    with pytest.raises(weights.WeightsUnavailable) as caught:
        model.recogniser("facenet-vggface2")
    assert "python -m shared.weights pull 20180402-114759-vggface2.pt" in str(caught.value)


def test_vectors_are_of_length_one_and_batches_do_not_change_them() -> None:
    net = model.recogniser("sface")
    faces = np.random.default_rng(0).integers(0, 256, (40, 112, 112, 3), np.uint8)
    together = net.embed(faces)
    assert together.shape == (40, 128) and np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[[0, 39]], np.concatenate([net.embed(faces[[0]]), net.embed(faces[[39]])]), atol=1e-4)
    assert net.embed(faces[:0]).shape == (0, 128)
    with pytest.raises(ValueError):
        net.embed(faces[:, :100])


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_no_more_than_the_rate_pass_in_any_precision_and_with_ties(kind: type) -> None:
    different = np.round(np.random.default_rng(0).random(500), 2).astype(kind)
    for rate in (0, 0.01, 0.3, 0.5):
        assert (different >= protocol.threshold_for(different, rate)).mean() <= rate


def test_a_network_that_could_not_be_fetched_is_not_asked_for_again_at_once(monkeypatch) -> None:
    asked = []

    def fail(name: str, **_: object) -> None:
        asked.append(name)
        raise weights.WeightsUnavailable("weights_damaged", name=name, home="x")

    monkeypatch.setattr(weights, "path", fail)
    monkeypatch.setattr(model, "_failed", {})
    for _ in range(3):
        with pytest.raises(weights.WeightsUnavailable):
            model.recogniser("facenet-casia")
    assert len(asked) == 1
