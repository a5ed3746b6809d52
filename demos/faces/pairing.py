"""Two photos compared once, and judged at any threshold afterwards."""

from dataclasses import dataclass
from pathlib import Path

from shared import weights
from shared.faces.detection import Array

from . import engine, model


@dataclass(frozen=True)
class Pair:
    """Two faces compared. first, second: (112, 112, 3) uint8, aligned; similarity: -1 to 1; engine: the network that said so;
    others: how many more faces each photo has.
    """

    first: Array
    second: Array
    similarity: float
    engine: str
    others: tuple[int, int]


def compare(first: str | Path, second: str | Path, network: str) -> Pair:
    """The largest faces of two photo files, which nothing is kept of but themselves.

    Raises shared.images.UnreadablePicture, engine.NoFace (which says on which photo), `shared.weights.WeightsUnavailable`.
    """
    one, other = (_subject(file, place, network) for file, place in ((first, "first"), (second, "second")))
    similarity = float(one.vector @ other.vector)
    return Pair(_upright(one), _upright(other), similarity, network, (one.others, other.others))


def _subject(file: str | Path, place: str, network: str) -> engine.Subject:
    try:
        return engine.subject(engine.read(file), engine=network)
    except engine.NoFace:
        raise engine.NoFace(f"faces_pair_none_{place}") from None


def _upright(subject: engine.Subject) -> Array:
    from shared.faces import alignment

    return alignment.align(subject.image, subject.face.landmarks_xy)[0]


def is_here(network: str) -> bool:
    """Whether a network's weights need no fetching."""
    if network not in model.FILES:
        return True
    entry = weights.catalogue()[model.FILES[network]]
    return entry.home.is_file() or entry.cached.is_file()


def megabytes(network: str) -> float:
    """How much must be fetched for a network."""
    return weights.catalogue()[model.FILES[network]].bytes / 1e6
