"""The pad without a browser: its drawings, and the plain HTTP request that one stroke is."""

import base64
import json
import urllib.request
from functools import lru_cache

import cv2
import numpy as np

SEVEN = [(0.36, 0.22), (0.62, 0.22), (0.48, 0.82)]  # a seven's corners, as shares of the pad's width and height
WIDTH, HEIGHT = 420, 280


def sheet(corners: list[tuple[float, float]] | None = None, width: int = 20, *, dx: float = 0, size: float = 1) -> np.ndarray:
    """A stroke on the pad as it is sent: (280, 420) uint8, black on white. dx: shift to the right; size: scale."""
    paper = np.full((HEIGHT, WIDTH), 255, np.uint8)
    add(paper, SEVEN if corners is None else corners, width, dx=dx, size=size)
    return paper


def add(paper: np.ndarray, corners: list[tuple[float, float]], width: int = 20, *, dx: float = 0, size: float = 1) -> None:
    """Draw one more stroke."""
    points = np.array([((0.5 + (x - 0.5) * size + dx) * WIDTH, (0.5 + (y - 0.5) * size) * HEIGHT) for x, y in corners])
    cv2.polylines(paper, [points.round().astype(np.int32).reshape(-1, 1, 2)], False, 0, width, cv2.LINE_AA)


def png(paper: np.ndarray) -> bytes:
    """The drawing as a PNG file."""
    return cv2.imencode(".png", paper)[1].tobytes()


def data_url(paper: np.ndarray) -> str:
    """The drawing as the pad's value."""
    return "data:image/png;base64," + base64.b64encode(png(paper)).decode()


def request(
    url: str, drawing: str, network: str = "best", language: str = "en", session: str = "test"
) -> urllib.request.Request:
    """One stroke's request: what the page's own script sends."""
    asked = request_to(url, _reading(url), [drawing, network, None], session)
    asked.add_header("Cookie", f"gallery_language={language}")
    return asked


def request_to(url: str, event: int, data: list[object], session: str = "test") -> urllib.request.Request:
    """A request to any event of a Gradio page, by its number."""
    body = {"data": data, "fn_index": event, "session_hash": session, "trigger_id": None}
    return urllib.request.Request(
        f"{url}gradio_api/run/predict", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )


def predict(url: str, paper: np.ndarray, network: str = "best", language: str = "en") -> str:
    """The answer's HTML for a drawing."""
    with urllib.request.urlopen(request(url, data_url(paper), network, language), timeout=120) as answer:
        return str(json.load(answer)["data"][0])


@lru_cache(maxsize=8)
def _reading(url: str) -> int:
    """The number of the event that reads a drawing: the pad's "input"."""
    with urllib.request.urlopen(f"{url}config", timeout=60) as answer:
        config = json.load(answer)
    (pad,) = (c["id"] for c in config["components"] if c["props"].get("elem_id") == "mnist-pad")
    return int(next(d["id"] for d in config["dependencies"] if [pad, "input"] in d["targets"]))
