"""One visitor's photo made worse while they watch: still found, still the same person?"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from shared.faces import detection
from shared.faces.detection import Array, Faces

from . import engine, model
from .conditions import CONDITIONS, Scene, framed

EXAMPLES = Path(__file__).parent / "examples"
_SECOND = {f"{who}_{one}": f"{who}_{other}" for who in ("barack_obama", "jacinda_ardern") for one, other in ((1, 2), (2, 1))}


@dataclass(frozen=True)
class Original:
    """A photo as it is: its largest face with some surroundings; vector: (D,) unit; second: the vector of another photo of
    the same person, if we have one.
    """

    scene: Scene
    vector: Array
    second: Array | None = None


@dataclass(frozen=True)
class Outcome:
    """A photo made worse. strength: in the condition's unit; found: by each detector, of length 1 or 0; similarity: -1 to 1, to
    the photo as it is; second: to another photo of the person; both None where the room's detector finds nothing.
    """

    condition: str
    strength: float
    scene: Scene
    found: Mapping[str, Faces]
    similarity: float | None
    second: float | None
    threshold: float


def prepare(photo: Path) -> Original:
    """Read a photo. Raises engine.NoFace, shared.images.UnreadablePicture."""
    subject = engine.subject(engine.read(photo))
    other = _examples().get(hashlib.sha256(photo.read_bytes()).hexdigest())
    return Original(framed(subject.image, subject.face), subject.vector, None if other is None else _vector(other))


def worsen(original: Original, condition: str, hardship: float) -> Outcome:
    """hardship: 0, hardly anything, to 1, the strongest of this condition. Raises KeyError for another, engine.Unmeasured."""
    kind, net = CONDITIONS[condition], model.recogniser(engine.ENGINE)
    strength = kind.strength(min(1.0, max(0.0, hardship)))
    scene = kind.apply(original.scene.image, original.scene.face, strength)
    found = look(scene)
    face, similarity, second = found[engine.DETECTOR], None, None
    if len(face):
        vector = net.embed(model.cut(scene.image, face, net.side, net.cut))[0]
        similarity = float(vector @ original.vector)
        second = None if original.second is None else float(vector @ original.second)
    return Outcome(condition, strength, scene, found, similarity, second, engine.threshold())


def look(scene: Scene) -> dict[str, Faces]:
    """What each detector finds of the scene's face, of length 1 or 0."""
    return {
        name: here(detection.detector(name).detect(scene.image, min_face=engine.MIN_FACE), scene.face)
        for name in detection.DETECTORS
    }


def here(found: Faces, wanted: Faces) -> Faces:
    """Of what was found the face whose middle lies nearest to the wanted one's, if less than half a face away; or none."""
    if not len(found):
        return found
    middle, aim = ((each.boxes_xyxy[:, :2] + each.boxes_xyxy[:, 2:]) / 2 for each in (found, wanted))
    away = np.linalg.norm(middle - aim, axis=1)
    nearest = int(away.argmin())
    return found[[nearest]] if away[nearest] < float(wanted.sides[0]) / 2 else found[:0]


@lru_cache(maxsize=1)
def _examples() -> dict[str, str]:
    """What an example's bytes hash to -> the name of the other photo of the same person."""
    return {hashlib.sha256(_file(one).read_bytes()).hexdigest(): other for one, other in _SECOND.items()}


@lru_cache(maxsize=len(_SECOND))
def _vector(name: str) -> Array:
    return engine.subject(engine.read(_file(name))).vector


def _file(name: str) -> Path:
    return EXAMPLES / f"{name}.jpg"
