"""The networks that ship keep what the card promises, and can be looked into."""

import statistics

import pytest
import torch

from demos.mnist import data, engine, explain, files, model
from demos.mnist.training import accuracy
from shared import weights


@pytest.mark.parametrize(("name", "least", "most_bytes"), [("lecture", 0.993, 10**6), ("best", 0.997, 10**6)])
def test_a_shipped_network_reads_mnist_as_promised(name: str, least: float, most_bytes: int) -> None:
    assert accuracy(engine.network(name), data.load().test) >= least
    assert weights.path(f"mnist_{name}.safetensors").stat().st_size <= most_bytes


def test_the_lectures_network_is_the_one_on_the_slide() -> None:
    net = model.LectureNet()
    kinds = [type(layer).__name__ for layer in net]
    assert kinds == [
        "Conv2d", "MaxPool2d", "ReLU", "Conv2d", "MaxPool2d", "ReLU", "Flatten", "Linear", "ReLU", "Linear",
    ]  # fmt: skip
    assert [tuple(p.shape) for p in net.parameters() if p.ndim > 1] == [(32, 1, 5, 5), (64, 32, 5, 5), (200, 256), (10, 200)]
    assert (net[1].kernel_size, net[4].kernel_size) == (3, 2)
    assert net(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def test_mnist_has_its_official_split() -> None:
    mnist = data.load()
    assert (len(mnist.train), len(mnist.test)) == (60_000, 10_000)
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]


@pytest.mark.parametrize("name", ["lecture", "best"])
def test_the_maps_are_those_of_both_convolutions(name: str) -> None:
    inside = explain.look_inside(engine.network(name), data.load().test.images[0].numpy())
    assert inside.digit == 7
    assert len(inside.first_maps) == 32 and len(inside.second_maps) == 64
    assert inside.first_maps.min() >= 0 and inside.first_maps.max() > 0


@pytest.mark.parametrize("name", ["lecture", "best"])
def test_the_evidence_adds_up_to_the_logit(name: str) -> None:
    """Completeness (Sundararajan et al. 2017): attributions sum to the logit's difference from the empty image."""
    net, errors = engine.network(name), []
    empty = model.normalise(torch.zeros(1, 28, 28, dtype=torch.uint8))
    for row in range(10):
        inputs, digit = model.normalise(data.load().test.images[row : row + 1]), int(data.load().test.labels[row])
        evidence = explain.integrated_gradients(net, inputs, digit)
        with torch.no_grad():
            difference = float(net(inputs)[0, digit] - net(empty)[0, digit])
        errors.append(abs(float(evidence.sum()) - difference) / abs(difference))
    assert statistics.median(errors) < 0.06


def test_the_deciding_pixels_decide() -> None:
    """Wiping out the most supporting pixels hurts the digit far more than wiping out as many random inked ones."""
    net, losses, chance = engine.network("lecture"), [], torch.Generator().manual_seed(0)
    for row in range(40):
        image = data.load().test.images[row]
        evidence = torch.from_numpy(explain.look_inside(net, image.numpy()).evidence).flatten()
        inked = torch.nonzero(image.flatten() > 100)[:, 0]
        count = len(inked) // 4
        best = inked[evidence[inked].argsort(descending=True)[:count]]
        random = inked[torch.randperm(len(inked), generator=chance)[:count]]
        with torch.no_grad():
            logits = [net(model.normalise(_without(image, pixels)))[0] for pixels in (best, random)]
        digit = int(data.load().test.labels[row])
        losses.append(float(logits[1][digit] - logits[0][digit]))
    assert sum(loss > 0 for loss in losses) >= 35


def _without(image: torch.Tensor, pixels: torch.Tensor) -> torch.Tensor:
    wiped = image.clone().flatten()
    wiped[pixels] = 0
    return wiped.view(1, 28, 28)


def test_weights_survive_the_way_through_a_file(tmp_path) -> None:
    net = model.LectureNet().eval()
    files.save(net, tmp_path / "net.safetensors")
    again = files.load("lecture", tmp_path / "net.safetensors")
    inputs = model.normalise(data.load().test.images[:50])
    with torch.no_grad():
        assert torch.allclose(net(inputs), again(inputs), atol=2e-2), "half precision"
