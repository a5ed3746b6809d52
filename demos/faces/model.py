"""The networks that turn a face into a vector: the nearer two vectors, the likelier the same person.

sface             MobileFaceNet with the SFace loss, 128 numbers (Zhong et al. 2021, "SFace: Sigmoid-constrained
                  hypersphere loss for robust face recognition"); ships with the gallery
facenet-vggface2  InceptionResnetV1 of facenet-pytorch, 512 numbers (Schroff et al. 2015, "FaceNet"; Cao et al. 2018,
facenet-casia     "VGGFace2"; Yi et al. 2014, CASIA-WebFace); fetched on first use
"""

import threading
import time
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from shared import onnx, weights
from shared.faces import alignment
from shared.faces.detection import Faces

if TYPE_CHECKING:
    import torch

Array = np.ndarray[Any, Any]
Cut = Literal["aligned", "cropped"]
DIMENSIONS = {"sface": 128, "facenet-vggface2": 512, "facenet-casia": 512}
ENGINES = tuple(DIMENSIONS)
_BATCH = 32


class Recogniser(Protocol):
    """A recognition network. dimension: D; side: of the square it looks at; cut: how faces were cut when it was trained."""

    name: str
    dimension: int
    side: int
    cut: Cut

    def embed(self, faces: Array) -> Array:
        """(N, side, side, 3) uint8 RGB -> (N, D) float32 unit vectors. N = 0 is normal. Raises ValueError for another shape."""
        ...


def cut(image: Array, faces: Faces, side: int, how: Cut) -> Array:
    """Every face as a network of this `side` wants it: (N, side, side, 3) uint8."""
    if how == "aligned":
        return alignment.align(image, faces.landmarks_xy, side)
    return alignment.crop(image, faces.boxes_xyxy, side)


def unit(vectors: Array) -> Array:
    """(N, D) float32, each row divided by its length. A row of zeros stays what it is."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(length, 1e-12)).astype(np.float32)


class SFace:
    """The network that ships."""

    name, dimension, side = "sface", DIMENSIONS["sface"], 112
    cut: Cut = "aligned"

    def __init__(self) -> None:
        self._session = onnx.session(weights.path("sface.onnx"))

    def embed(self, faces: Array) -> Array:
        """See `Recogniser.embed`."""
        _check(faces, self.side)
        name = self._session.get_inputs()[0].name
        found = [np.empty((0, self.dimension), np.float32)]
        for start in range(0, len(faces), _BATCH):
            blob = np.ascontiguousarray(faces[start : start + _BATCH].transpose(0, 3, 1, 2), dtype=np.float32)
            found.append(self._session.run(None, {name: blob})[0])
        return unit(np.concatenate(found))


class FaceNet:
    """InceptionResnetV1 with the weights of one of two data sets, "vggface2" or "casia"."""

    dimension, side = 512, 160
    cut: Cut = "cropped"

    def __init__(self, trained_on: str, progress: weights.Progress | None = None) -> None:
        import torch
        from facenet_pytorch import InceptionResnetV1

        self.name = f"facenet-{trained_on}"
        file = weights.path(FILES[self.name], progress=progress)
        state = torch.load(file, map_location="cpu", weights_only=True)
        self._net = InceptionResnetV1(pretrained=None, classify=False).eval()
        # The published files end in a classifier of the people they were trained on, which has no use here.
        self._net.load_state_dict({name: value for name, value in state.items() if not name.startswith("logits.")})

    def embed(self, faces: Array) -> Array:
        """See `Recogniser.embed`."""
        import torch

        _check(faces, self.side)
        found = [np.empty((0, self.dimension), np.float32)]
        with torch.inference_mode():
            for start in range(0, len(faces), _BATCH):
                found.append(self._net(_to_input(faces[start : start + _BATCH])).numpy())
        return unit(np.concatenate(found))


FILES = {"facenet-vggface2": "20180402-114759-vggface2.pt", "facenet-casia": "20180408-102900-casia-webface.pt"}


def _to_input(faces: Array) -> "torch.Tensor":
    import torch

    return (torch.from_numpy(np.ascontiguousarray(faces)).permute(0, 3, 1, 2).float() - 127.5) / 128


def _check(faces: Array, side: int) -> None:
    if faces.ndim != 4 or faces.shape[1:] != (side, side, 3) or faces.dtype != np.uint8:
        raise ValueError(f"faces must be (N, {side}, {side}, 3) uint8, not {faces.shape} {faces.dtype}")


# One each: while one network is being fetched, which may take minutes, the others still answer.
_loading = {name: threading.Lock() for name in ENGINES}


def recogniser(name: str, progress: weights.Progress | None = None) -> Recogniser:
    """One of `ENGINES`, loaded once; any number of threads may use it. progress: of the download, if there must be one.

    Raises KeyError for another name, `shared.weights.WeightsUnavailable` for weights that cannot be had.
    """
    if name not in ENGINES:
        raise KeyError(f"no network '{name}'; there are {', '.join(ENGINES)}")
    with _loading[name]:
        if name in _failed and time.monotonic() - _failed[name][0] < _AGAIN_AFTER_S:
            raise _failed[name][1]
        if name not in _loaded:
            try:
                _loaded[name] = SFace() if name == "sface" else FaceNet(name.removeprefix("facenet-"), progress)
            except weights.WeightsUnavailable as problem:
                _failed[name] = time.monotonic(), problem
                raise
        return _loaded[name]


_AGAIN_AFTER_S = 30.0  # a class that asks for a network that cannot be had must not wait for it one after the other
_failed: dict[str, tuple[float, weights.WeightsUnavailable]] = {}
_loaded: dict[str, Recogniser] = {}
