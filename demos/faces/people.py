"""The people whom somebody has enrolled, in memory: names, their vectors, and a small portrait to show and to embed anew.

Saved as safetensors, which holds numbers and texts and nothing that runs: names and vectors, no portraits.
"""

import json
import threading
from dataclasses import dataclass, field

import numpy as np

from shared import images
from shared.faces.detection import Array, Faces
from shared.problems import Problem

from . import matching, model

MOST_PEOPLE, MOST_SAMPLES = 500, 10
_LONGEST_NAME = 60
_PORTRAIT = 256  # pixels
_FORMAT = "faces-1"
_MOST_BYTES = 32_000_000  # of a file: everybody with every network takes half of that
_JOINERS = "\u200c\u200d"  # Persian, Indic and emoji names need them; what else is invisible only misleads


class BadGallery(Problem):
    """A file that is no saved gallery, or a gallery that takes no more. The message can be shown."""


@dataclass(frozen=True)
class Portrait:
    """A face with some surroundings: image (S, S, 3) uint8, and the face on it, of length 1."""

    image: Array
    face: Faces

    def cut(self, net: model.Recogniser) -> Array:
        """(1, side, side, 3): as `net` wants it."""
        return model.cut(self.image, self.face, net.side, net.cut)


def portrait(image: Array, face: Faces) -> Portrait:
    """Cut a face out of a photo, with what any network needs around it."""
    import cv2

    box = face.boxes_xyxy[0].astype(float)
    centre, half = (box[:2] + box[2:]) / 2, float((box[2:] - box[:2]).max()) * 0.9
    scale = min(1.0, _PORTRAIT / (2 * half))
    side = max(1, round(2 * half * scale))
    matrix = np.array([[scale, 0, side / 2 - centre[0] * scale], [0, scale, side / 2 - centre[1] * scale]])
    small = image
    if scale < 0.5:  # `warpAffine` alone would skip pixels
        small = images.shrunk(image, max(1, round(max(image.shape[:2]) * scale)))
        stretch = np.array([small.shape[1] / image.shape[1], small.shape[0] / image.shape[0]])
        # Resizing keeps the corners of pixels in place, and not their centres, which is what landmarks mean.
        shift = side / 2 - centre * stretch
        moved = (stretch - 1) / 2
        cut = cv2.warpAffine(small, np.array([[1, 0, shift[0]], [0, 1, shift[1]]]), (side, side))
        points = face.landmarks_xy * stretch + shift + moved
        corners = face.boxes_xyxy.reshape(-1, 2, 2) * stretch + shift + moved
    else:
        cut = cv2.warpAffine(image, matrix, (side, side))
        points = face.landmarks_xy * scale + matrix[:, 2]
        corners = face.boxes_xyxy.reshape(-1, 2, 2) * scale + matrix[:, 2]
    return Portrait(cut, Faces(corners.reshape(-1, 4).astype(np.float32), face.scores, points.astype(np.float32)))


@dataclass
class Sample:
    """One photo of somebody. vectors: by network, worked out when first wanted; portrait: None if it came from a file."""

    name: str
    portrait: Portrait | None
    vectors: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """Who somebody is most like. name: "" below the threshold; nearest: the name all the same; similarity: -1 to 1."""

    name: str
    nearest: str
    similarity: float


class People:
    """Everybody enrolled by one visitor. Any number of threads may use it."""

    def __init__(self) -> None:
        self._samples: list[Sample] = []
        self._indices: dict[str, tuple[matching.Index, list[str]]] = {}
        self._lock = threading.RLock()
        self.version = 0  # grows with every change

    def __len__(self) -> int:
        return len(self.names())

    def names(self) -> dict[str, list[Sample]]:
        """Every name with its photos, in the order of enrolment."""
        with self._lock:
            found: dict[str, list[Sample]] = {}
            for sample in self._samples:
                found.setdefault(sample.name, []).append(sample)
            return found

    @staticmethod
    def checked(name: str) -> str:
        """A name as it is kept, its spaces tidied. Raises BadGallery for one that cannot be."""
        name = " ".join(name.split())
        if not _is_name(name):
            raise BadGallery("faces_bad_name", most=_LONGEST_NAME)
        return name

    def add(self, name: str, portrait: Portrait | None, vectors: dict[str, Array] | None = None) -> None:
        """Remember a photo of somebody. Raises BadGallery for a name that cannot be, or if there is no more room."""
        name = self.checked(name)
        with self._lock:
            known = self.names()
            if name not in known and len(known) >= MOST_PEOPLE:
                raise BadGallery("faces_full", most=MOST_PEOPLE)
            if len(known.get(name, ())) >= MOST_SAMPLES:
                raise BadGallery("faces_enough_photos", name=name, most=MOST_SAMPLES)
            self._samples.append(Sample(name, portrait, dict(vectors or {})))
            self._changed()

    def remove(self, name: str) -> int:
        """Forget somebody. Returns how many photos that were."""
        with self._lock:
            before = len(self._samples)
            self._samples = [sample for sample in self._samples if sample.name != name]
            self._changed()
            return before - len(self._samples)

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._samples.clear()
            self._changed()

    def _changed(self) -> None:
        self._indices.clear()
        self.version += 1

    def identify(self, vectors: Array, net: model.Recogniser, threshold: float) -> list[Named]:
        """Whom each vector (N, D) shows: the person with the most similar photo, if it is similar enough."""
        index, names = self._index(net)
        if not names:
            return [Named("", "", 0.0)] * len(vectors)
        found = index.search(vectors, 1)
        return [
            Named(names[row] if similarity >= threshold else "", names[row], float(similarity))
            for row, similarity in zip(found.ids[:, 0], found.similarities[:, 0], strict=True)
        ]

    def _index(self, net: model.Recogniser) -> tuple[matching.Index, list[str]]:
        """The vectors of everybody for this network, worked out from the portraits where they are missing.

        Nobody waits for a network meanwhile: the lock is held only to look and to write.
        """
        with self._lock:
            if net.name in self._indices:
                return self._indices[net.name]
            version, samples = self.version, list(self._samples)
        missing = [sample for sample in samples if net.name not in sample.vectors and sample.portrait]
        if missing:
            faces = np.concatenate([sample.portrait.cut(net) for sample in missing if sample.portrait])
            for sample, vector in zip(missing, net.embed(faces), strict=True):
                sample.vectors[net.name] = vector
        usable = [sample for sample in samples if net.name in sample.vectors]
        index = matching.index("exact", net.dimension)
        index.add(np.array([sample.vectors[net.name] for sample in usable], np.float32).reshape(-1, net.dimension))
        made = index, [sample.name for sample in usable]
        with self._lock:
            if version == self.version:
                self._indices[net.name] = made
        return made

    def prepare(self, engine: str) -> None:
        """Work out the vectors that are missing for a network, so that `save` has them."""
        self._index(model.recogniser(engine))

    def without(self, engine: str) -> list[str]:
        """Who cannot be recognised by a network, because they came from a file made with another one."""
        with self._lock:
            usable = {sample.name for sample in self._samples if sample.portrait or engine in sample.vectors}
            return [name for name in self.names() if name not in usable]

    def save(self) -> bytes:
        """Names and vectors as the bytes of a safetensors file."""
        from safetensors.numpy import save

        with self._lock:
            names = list(self.names())
            kept = [sample for sample in self._samples if sample.vectors]
            tensors: dict[str, Array] = {"who": np.array([names.index(sample.name) for sample in kept], np.int32)}
            for engine in sorted({engine for sample in kept for engine in sample.vectors}):
                rows = [(number, sample.vectors[engine]) for number, sample in enumerate(kept) if engine in sample.vectors]
                tensors[engine] = np.stack([vector for _, vector in rows])
                tensors[f"{engine}.photo"] = np.array([number for number, _ in rows], np.int32)
            return save(tensors, {"format": _FORMAT, "names": json.dumps(names, ensure_ascii=False)})

    def load(self, file: bytes) -> int:
        """Add whom a saved file holds, each photo once. Returns how many people it has. Raises BadGallery, adding nobody."""
        read = _read(file)
        with self._lock:
            samples = [sample for sample in read if not any(_is_copy(sample, known) for known in self._samples)]
            counts = {name: len(known) for name, known in self.names().items()}
            for sample in samples:
                counts[sample.name] = counts.get(sample.name, 0) + 1
                if counts[sample.name] > MOST_SAMPLES:
                    raise BadGallery("faces_enough_photos", name=sample.name, most=MOST_SAMPLES)
            if len(counts) > MOST_PEOPLE:
                raise BadGallery("faces_full", most=MOST_PEOPLE)
            self._samples += samples
            self._changed()
        return len({sample.name for sample in read})


def _read(file: bytes) -> list[Sample]:
    """The samples of a saved file, which anybody may have made: every number is checked."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if len(file) > _MOST_BYTES:
        raise BadGallery("faces_bad_file")
    try:
        length = int.from_bytes(file[:8], "little")
        head = json.loads(file[8 : 8 + length]).get("__metadata__", {}) if length < len(file) else {}
        names = json.loads(head["names"]) if head.get("format") == _FORMAT else None
        tensors = load(file)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadGallery("faces_bad_file") from None
    if not isinstance(names, list) or not all(_is_name(name) for name in names):
        raise BadGallery("faces_bad_file")
    who = tensors.get("who")
    if who is None or who.dtype != np.int32 or who.ndim != 1 or not len(who) or not ((who >= 0) & (who < len(names))).all():
        raise BadGallery("faces_bad_file")
    samples = [Sample(names[int(person)], None) for person in who]
    for engine in model.ENGINES:
        vectors, photos = tensors.get(engine), tensors.get(f"{engine}.photo")
        if vectors is None:
            continue
        if photos is None or not _fits(engine, vectors, photos, len(samples)):
            raise BadGallery("faces_bad_file")
        for photo, vector in zip(photos, vectors, strict=True):
            samples[int(photo)].vectors[engine] = vector
    if not all(sample.vectors for sample in samples):
        raise BadGallery("faces_bad_file")
    return samples


def _is_copy(sample: Sample, known: Sample) -> bool:
    """Whether two samples are one photo: the same name, and the same vector of some network."""
    shared = sample.vectors.keys() & known.vectors.keys()
    return sample.name == known.name and any(np.allclose(sample.vectors[key], known.vectors[key], atol=1e-5) for key in shared)


def _is_name(name: object) -> bool:
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or name != " ".join(name.split()):
        return False
    return all(letter.isprintable() or letter in _JOINERS for letter in name)


def _fits(engine: str, vectors: Array, photos: Array, count: int) -> bool:
    return bool(
        vectors.dtype == np.float32
        and vectors.ndim == 2
        and vectors.shape[1] == model.DIMENSIONS[engine]
        and photos.dtype == np.int32
        and photos.shape == vectors.shape[:1]
        and ((photos >= 0) & (photos < count)).all()
        and np.isfinite(vectors).all()
        and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    )
