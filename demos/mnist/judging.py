"""Teach `model.DigitJudge` what is a digit and what is not, on the features of a finished network."""

import torch
import torch.nn.functional as F
from torch import Tensor

from . import outliers
from .data import Digits, distort
from .model import BestNet, DigitJudge, normalise
from .recipes import Distortion

_OUTLIERS, _PLAIN_DIGITS = 24_000, 12_000
_STEPS, _BATCH, _RATE = 2500, 256, 2e-3


def train(network: BestNet, digits: Digits, seed: int) -> DigitJudge:
    """A judge for the network's features, from the digits and as many kinds of no digit as `outliers` draws.

    Of both it sees each picture as it is and once more a little bent. The same seed gives the same judge.
    """
    torch.manual_seed(seed)
    chance = torch.Generator().manual_seed(seed)
    drawn = torch.from_numpy(outliers.draw(_OUTLIERS, digits.images.numpy(), seed))
    plain = torch.from_numpy(outliers.draw_plain_digits(_PLAIN_DIGITS, seed))
    shown, truth = [], []
    for images, is_digit in ((digits.images, 1.0), (plain, 1.0), (drawn, 0.0)):
        inputs = normalise(images)
        shown.append(_features(network, torch.cat([inputs, distort(inputs, Distortion(), chance)])))
        truth.append(torch.full((2 * len(images), 1), is_digit))
    features, labels = torch.cat(shown), torch.cat(truth)

    judge = DigitJudge()
    optimiser = torch.optim.AdamW(judge.parameters(), lr=_RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, _STEPS)
    for _ in range(_STEPS):
        rows = torch.randint(len(features), (_BATCH,), generator=chance)
        loss = F.binary_cross_entropy_with_logits(judge(features[rows].float()), labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return judge.eval()


@torch.no_grad()
def _features(network: BestNet, inputs: Tensor) -> Tensor:
    """In half precision: 170,000 rows of 3,200 numbers."""
    network.eval()
    return torch.cat(
        [network.features(part.contiguous(memory_format=torch.channels_last)).half() for part in inputs.split(1000)]
    )
