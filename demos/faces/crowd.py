"""A made-up crowd for measuring search: unit vectors that lie to each other as the embeddings of real photos do."""

from dataclasses import dataclass

import numpy as np

PHOTOS_EACH = 5
_SAME_PERSON = 0.6  # mean cosine of two photos of one person
_SPREAD = np.sqrt(1 / _SAME_PERSON - 1)  # of a photo around its person, who has length 1
_FLATNESS = 30
_BLOCK = 50_000  # photos made at once, so that a million need no second copy


@dataclass(frozen=True)
class Crowd:
    """gallery: (n, D) float32 unit vectors, five photos of each person, one person after another. queries: (q, D), each a
    photo of somebody in the gallery that is not in it.
    """

    gallery: np.ndarray
    queries: np.ndarray


def make(size: int, dimension: int, queries: int, seed: int) -> Crowd:
    """The same crowd for the same arguments. Two photos of one person have a cosine of 0.60 ± 0.03 in 512 dimensions,
    photos of two people 0.00 ± 0.06.

    Directions drawn evenly would be no test: each is then as far from all others, and no index of neighbours or cells has
    anything to hold on to. Embeddings of real faces fall into people, and use some directions more than others: here the
    variance along axis i goes as 1 / (i + 30). Raises ValueError for a size below 1.
    """
    if size < 1:
        raise ValueError(f"a crowd has 1 or more photos, not {size}")
    random = np.random.default_rng(seed)
    variance = 1 / (np.arange(dimension) + _FLATNESS)
    scale = np.sqrt(variance / variance.sum()).astype(np.float32)

    def around(centres: np.ndarray, spread: float) -> np.ndarray:
        moved = random.standard_normal(centres.shape, dtype=np.float32)
        moved *= scale * np.float32(spread)
        moved += centres
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        return moved

    people = around(np.zeros((-(-size // PHOTOS_EACH), dimension), np.float32), 1)
    gallery = np.empty((size, dimension), np.float32)
    for start in range(0, size, _BLOCK):
        rows = np.arange(start, min(size, start + _BLOCK))
        gallery[rows[0] : rows[-1] + 1] = around(people[rows // PHOTOS_EACH], float(_SPREAD))
    asked = random.integers(0, len(people), queries)
    return Crowd(gallery, around(people[asked], float(_SPREAD)))
