"""MNIST (LeCun, Cortes and Burges 1998), which ships with the room, and random distortions of it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from shared import weights

from .recipes import Distortion

TRAIN_COUNT, TEST_COUNT = 60_000, 10_000


@dataclass(frozen=True)
class Digits:
    """images: (N, 28, 28) uint8, white ink on black; labels: (N,) int64, 0 to 9."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: slice | Tensor) -> "Digits":
        return Digits(self.images[rows], self.labels[rows])


@dataclass(frozen=True)
class Mnist:
    """The official split: 60,000 digits to learn from, 10,000 never seen in training."""

    train: Digits
    test: Digits


@lru_cache(maxsize=1)
def load() -> Mnist:
    """Read MNIST from the room. Raises `shared.weights.WeightsUnavailable` if its file is missing or damaged."""
    return read(weights.path("mnist.npz"))


def read(path: Path) -> Mnist:
    """Read an npz with `train_images`, `train_labels`, `test_images`, `test_labels`, all uint8."""
    with np.load(path, allow_pickle=False) as file:
        train, test = (
            Digits(
                torch.from_numpy(file[f"{part}_images"]),
                torch.from_numpy(file[f"{part}_labels"]).long(),
            )
            for part in ("train", "test")
        )
    return Mnist(train, test)


def distort(images: Tensor, how: Distortion, generator: torch.Generator) -> Tensor:
    """A randomly bent copy of normalised images (N, 1, 28, 28); what moves in from outside is background."""
    count, _, height, width = images.shape

    def draw(reach: float) -> Tensor:
        return (torch.rand(count, generator=generator) * 2 - 1) * reach

    angle, shear = torch.deg2rad(draw(how.rotation_deg)), torch.deg2rad(draw(how.shear_deg))
    zoom_x, zoom_y = 1 + draw(how.scale), 1 + draw(how.scale)
    cos, sin, tan = angle.cos(), angle.sin(), shear.tan()
    to_unit = 2 / width  # affine_grid measures in half image widths
    matrix = torch.stack(
        [
            torch.stack([zoom_x * cos, zoom_y * (cos * tan - sin), draw(how.shift_px) * to_unit], 1),
            torch.stack([zoom_x * sin, zoom_y * (sin * tan + cos), draw(how.shift_px) * to_unit], 1),
        ],
        1,
    )
    grid = F.affine_grid(matrix, [count, 1, height, width], align_corners=False)
    if how.elastic_px:
        coarse = torch.rand(count, 2, 5, 5, generator=generator) * 2 - 1
        field = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
        grid = grid + field.permute(0, 2, 3, 1) * (how.elastic_px * to_unit)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)
