"""The digit networks' weights, to and from safetensors."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from shared import weights

from .model import NETWORKS, DigitJudge


def save(network: nn.Module, file: Path) -> None:
    """Write the weights in half precision: half the bytes, and the accuracy in the card is that of the file."""
    state = network.state_dict()
    halves = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
    save_file({name: tensor.contiguous() for name, tensor in halves.items()}, file)


def load(name: str, file: Path | None = None) -> nn.Sequential:
    """The network "best" or "lecture", or the "judge", ready for use, from `file` or from the weights that ship.

    Raises `shared.weights.WeightsUnavailable` if the shipped file is gone.
    """
    network = DigitJudge() if name == "judge" else NETWORKS[name]()
    network.load_state_dict(load_file(file or weights.path(f"mnist_{name}.safetensors")))
    return network.to(torch.float32).to(memory_format=torch.channels_last).eval()
