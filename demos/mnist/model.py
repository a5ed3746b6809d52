"""The two digit networks: the lecture's own, and a small one built to make fewer mistakes; and a judge of both.

`lecture` is copied layer for layer from the slides (a LeNet, LeCun et al. 1998, with ReLU and max pooling).
`best` follows the all-3x3 style of VGG (Simonyan and Zisserman 2015) with batch normalisation (Ioffe and Szegedy
2015): half the first network's mistakes in less than a megabyte.
"""

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}

PIXEL_MEAN, PIXEL_STD = 0.1307, 0.3081  # of the 60,000 training images, on a scale of 0 to 1
_FEATURES = 128 * 5 * 5


class LectureNet(nn.Sequential):
    """The slide's network. (N, 1, 28, 28) normalised float32 -> (N, 10) logits; 105,506 parameters.

    activation: one of `recipes.ACTIVATIONS`; the slide has "relu".
    """

    feature_layers = (0, 3)  # the outputs of the two convolutions, before pooling

    def __init__(self, activation: str = "relu") -> None:
        act = ACTIVATIONS[activation]
        super().__init__(
            nn.Conv2d(1, 32, 5), nn.MaxPool2d(3), act(),
            nn.Conv2d(32, 64, 5), nn.MaxPool2d(2), act(),
            nn.Flatten(),
            nn.Linear(256, 200), act(),
            nn.Linear(200, 10),
        )  # fmt: skip


def _block(inputs: int, outputs: int, kernel: int = 3, padding: int | None = None) -> list[nn.Module]:
    padding = kernel // 2 if padding is None else padding
    return [nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


class BestNet(nn.Sequential):
    """Five convolutions and one linear layer. (N, 1, 28, 28) normalised float32 -> (N, 10) logits.

    The last convolution has no padding, so that it and the classifier still know where in the image a stroke lies:
    an average over all positions would make a 6 and a 9 look more alike.
    """

    feature_layers = (2, 6)

    def __init__(self) -> None:
        super().__init__(
            *_block(1, 32, kernel=5), nn.MaxPool2d(2),
            *_block(32, 64), *_block(64, 64), nn.MaxPool2d(2),
            *_block(64, 128), *_block(128, 128, padding=0),
            nn.Flatten(), nn.Dropout(0.3),
            nn.Linear(_FEATURES, 10),
        )  # fmt: skip

    def features(self, inputs: Tensor) -> Tensor:
        """(N, 1, 28, 28) normalised float32 -> (N, 3200), what the last linear layer decides by."""
        for layer in list(self)[:-1]:
            inputs = layer(inputs)
        return inputs


class DigitJudge(nn.Sequential):
    """Whether there is a digit at all. (N, 3200) features of BestNet -> (N, 1) logits, above 0 for a digit.

    A network that has seen only digits calls everything one of them; this one has seen both. It stands beside the
    network that reads, so that learning what is no digit costs no accuracy on digits.
    """

    def __init__(self) -> None:
        super().__init__(nn.Dropout(0.3), nn.Linear(_FEATURES, 32), nn.ReLU(), nn.Linear(32, 1))


NETWORKS: dict[str, type[nn.Sequential]] = {"lecture": LectureNet, "best": BestNet}


def normalise(images: Tensor) -> Tensor:
    """(N, 28, 28) uint8, white ink on black -> (N, 1, 28, 28) float32 with the training set's mean 0 and deviation 1."""
    return images.unsqueeze(1).to(torch.float32).div_(255).sub_(PIXEL_MEAN).div_(PIXEL_STD)


def parameter_count(network: nn.Module) -> int:
    """Number of trainable parameters."""
    return sum(p.numel() for p in network.parameters())
