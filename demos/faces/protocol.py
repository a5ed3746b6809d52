"""What similarities are worth: accuracy as LFW counts it, and how often a threshold is wrong in either direction.

Huang, Ramesh, Berg and Learned-Miller 2007, "Labeled Faces in the Wild": the threshold for one fold is chosen on the others.
"""

from dataclasses import dataclass

import numpy as np

from .model import Array


@dataclass(frozen=True)
class Accuracy:
    """mean, std: over the folds, 0 to 1, std of the sample (n - 1); thresholds: the one used for each fold."""

    mean: float
    std: float
    thresholds: tuple[float, ...]


def accuracy(similarities: Array, same: Array, folds: Array) -> Accuracy:
    """LFW's accuracy. similarities: (n,) float; same: (n,) bool; folds: (n,) int.

    Raises ValueError for fewer than two folds: there would be nothing to choose a threshold on.
    """
    names = np.unique(folds)
    if len(names) < 2:
        raise ValueError("at least two folds are needed to choose a threshold on the others")
    rights, thresholds = [], []
    for fold in names:
        here = folds == fold
        threshold = best_threshold(similarities[~here], same[~here])
        thresholds.append(threshold)
        rights.append(float(((similarities[here] >= threshold) == same[here]).mean()))
    return Accuracy(float(np.mean(rights)), float(np.std(rights, ddof=1)), tuple(thresholds))


def best_threshold(similarities: Array, same: Array) -> float:
    """The threshold that is right most often, in the middle of its interval. Pairs at it or above count as the same."""
    order = np.argsort(-similarities, kind="stable")
    ranked, positive = similarities[order].astype(float), same[order]
    # right[k]: how many are right when the k most similar pairs are called the same.
    right = np.concatenate([[0], np.cumsum(positive)]) + np.concatenate([np.cumsum(~positive[::-1])[::-1], [0]])
    edges = np.concatenate([[ranked[0] + 1e-6], (ranked[1:] + ranked[:-1]) / 2, [ranked[-1] - 1e-6]])
    cuts = np.concatenate([[True], ranked[1:] < ranked[:-1], [True]])  # equal similarities cannot be told apart
    return float(edges[np.flatnonzero(cuts)[right[cuts].argmax()]])


def false_rejects(same: Array, threshold: float) -> float:
    """The share of pairs of one person that are called different, 0 to 1."""
    return float((same < threshold).mean())


def threshold_for(different: Array, rate: float) -> float:
    """The lowest threshold at which at most this share of `different` is accepted."""
    ranked = np.sort(different)[::-1]
    allowed = int(np.floor(rate * len(ranked)))
    if allowed >= len(ranked):
        return float(ranked[-1])
    # The next number of the same precision: one of a finer precision would be rounded back to this when they are compared.
    return float(np.nextafter(ranked[allowed], ranked.dtype.type(np.inf)))
