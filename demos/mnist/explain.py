"""What goes on inside: the maps that both convolutions make of a digit, and the pixels that decided."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from .model import normalise

_STEPS = 32


@dataclass(frozen=True)
class Inside:
    """first_maps, second_maps: (C, h, w) float32, what each filter of the two convolutions found, 0 for nothing.
    evidence: (28, 28) float32, each pixel's share in the logit of `digit`, positive for it, negative against it.
    """

    digit: int
    image: np.ndarray
    first_maps: np.ndarray
    second_maps: np.ndarray
    evidence: np.ndarray


def look_inside(network: nn.Sequential, image: np.ndarray) -> Inside:
    """Open the network up on one (28, 28) uint8 image, for the digit that it reads there."""
    inputs = normalise(torch.from_numpy(image)[None])
    maps, digit = _maps(network, inputs)
    evidence = integrated_gradients(network, inputs, digit)
    first, second = (found[0].clamp(min=0).numpy() for found in maps)
    return Inside(digit, image, first, second, evidence[0, 0].numpy())


@torch.no_grad()
def _maps(network: nn.Sequential, inputs: torch.Tensor) -> tuple[list[torch.Tensor], int]:
    wanted: tuple[int, ...] = network.feature_layers  # type: ignore[assignment]
    maps, flowing = [], inputs
    for number, layer in enumerate(network):
        flowing = layer(flowing)
        if number in wanted:
            maps.append(flowing)
    return maps, int(flowing.argmax(1))


def integrated_gradients(network: nn.Module, inputs: torch.Tensor, digit: int) -> torch.Tensor:
    """Attribution of the logit `digit` to pixels (Sundararajan, Taly and Yan 2017), from an empty image to `inputs`.

    inputs: (1, 1, 28, 28) normalised -> the same shape; sums to the logit's difference between the two images, but
    for the error of a midpoint rule of 32 steps.
    """
    empty = normalise(torch.zeros(1, *inputs.shape[2:], dtype=torch.uint8))
    places = (torch.arange(_STEPS, dtype=torch.float32) + 0.5) / _STEPS
    path = (empty + places.view(-1, 1, 1, 1) * (inputs - empty)).requires_grad_()
    (gradient,) = torch.autograd.grad(network(path)[:, digit].sum(), path)
    return (inputs - empty) * gradient.mean(0, keepdim=True)
