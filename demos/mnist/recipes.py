"""How a training goes: the recipes behind the shipped weights, the slide's own, and what a visitor may choose.

No torch here: a page can offer these before the networks are loaded.
"""

import math
from dataclasses import dataclass

OPTIMISERS = ("adamw", "momentum", "sgd")
ACTIVATIONS = ("relu", "gelu", "tanh", "sigmoid")
BATCH_SIZES = (32, 64, 128, 256, 512)
_LIVE_RATES = {"sgd": 1e-2, "momentum": 3e-2, "adamw": 6e-3}


@dataclass(frozen=True)
class Distortion:
    """How far a training image may be bent, each drawn evenly from minus to plus its value for every image.

    rotation_deg, shear_deg: degrees; scale: fraction of the size; shift_px: pixels of the 28 x 28 image;
    elastic_px: height of a smooth random displacement field (Simard, Steinkraus and Platt 2003).
    """

    rotation_deg: float = 10.0
    shear_deg: float = 8.0
    scale: float = 0.1
    shift_px: float = 2.0
    elastic_px: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how a training goes, the seed included.

    optimiser: "sgd" and "momentum" keep their learning rate; "adamw" follows one cycle (Smith and Topin 2018).
    seconds: if set, training ends after that much computing time, else after `epochs` (may be a fraction).
    average: decay of the exponential moving average of the weights, 0 for none.
    """

    network: str = "lecture"
    optimiser: str = "adamw"
    learning_rate: float = 6e-3
    batch_size: int = 256
    epochs: float = 1.3
    seconds: float | None = None
    activation: str = "relu"
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    distortion: Distortion | None = None
    average: float = 0.0
    seed: int = 0


RECIPES = {
    "slide": Recipe(optimiser="sgd", learning_rate=1e-2, batch_size=128, epochs=20, weight_decay=0.0),
    "fast": Recipe(label_smoothing=0.05),
    "lecture": Recipe(
        learning_rate=3e-3, batch_size=128, epochs=20, label_smoothing=0.05, average=0.999,
        distortion=Distortion(rotation_deg=8, shear_deg=5, scale=0.08, shift_px=1.5, elastic_px=0.8),
    ),
    "best": Recipe(
        network="best", learning_rate=3e-3, batch_size=256, epochs=50, weight_decay=0.02, label_smoothing=0.02,
        average=0.999, distortion=Distortion(),
    ),
}  # fmt: skip


def live(
    optimiser: str, batch_size: int, activation: str, seed: int, *, epochs: float = 1, seconds: float | None = None
) -> Recipe:
    """A training in front of the class, on the lecture's network.

    SGD keeps the slide's learning rate of 0.01. AdamW's suits 256 digits a batch and grows with the square root of
    the batch size (Malladi et al. 2022).
    """
    rate = _LIVE_RATES[optimiser]
    if optimiser == "adamw":
        rate *= math.sqrt(batch_size / 256)
    return Recipe(
        optimiser=optimiser, learning_rate=rate, batch_size=batch_size, activation=activation, seed=seed,
        epochs=epochs, seconds=seconds, label_smoothing=0.05 if optimiser == "adamw" else 0.0,
    )  # fmt: skip
