"""What an event names as a file must have been uploaded through the same door; tried as an attacker would, over HTTP."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from assessment import policyfile
from assessment.store import accounts, courses
from assessment.store.access import Desk
from assessment.store.database import Database
from tests import server
from tests.gradio_page import Page

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a gradebook."""
    folder = tmp_path_factory.mktemp("uploads")
    database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
    owner = Desk(database, accounts.add(database, "owner", PASSWORD, owner=True))
    courses.create(owner, "深度学习", "2026 秋", policyfile.DEFAULT.read_text(encoding="utf-8"))
    database.close()
    return folder


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[httpx.Client]:
    """Somebody who is logged in at the gradebook and walks about in the gallery, too."""
    with server.running(GALLERY_DATA_DIR=str(data_dir)) as url, httpx.Client(base_url=url.rstrip("/"), timeout=60) as made:
        assert made.post("/grades/login", data={"username": "owner", "password": PASSWORD}).status_code == 303
        yield made


def file_events(client: httpx.Client, door: str) -> list[tuple[int, int, int]]:
    """(handler, number of inputs, position) of every handler of a door that takes a file or a picture."""
    config = client.get(f"{door}/config").json()
    takes = {part["id"] for part in config["components"] if part["type"] in ("file", "image", "imageeditor", "gallery")}
    return [
        (one["id"], len(one["inputs"]), place)
        for one in config["dependencies"]
        for place, at in enumerate(one["inputs"])
        if at in takes and one["backend_fn"]
    ]


def send(client: httpx.Client, door: str, event: tuple[int, int, int], path: str, way: str = "queue/join") -> httpx.Response:
    number, inputs, place = event
    data: list[Any] = [None] * inputs
    data[place] = {"path": path, "meta": {"_type": "gradio.FileData"}}
    body = {"data": data, "fn_index": number, "session_hash": "attacker"}
    return client.post(f"{door}/gradio_api/{way}", json=body)


@pytest.mark.parametrize("door", ["", "/grades"])
def test_no_event_can_name_a_file_of_the_servers(client: httpx.Client, data_dir: Path, door: str) -> None:
    events = file_events(client, door)
    assert events
    database, own = data_dir / "gradebook" / "gradebook.sqlite3", data_dir / "uploads" / (door.strip("/") or "gallery")
    other = data_dir / "uploads" / ("gallery" if door else "gradebook")
    for path in (
        database, data_dir / "gradebook" / "secret.key", "/etc/hostname", "/proc/self/environ", own / ".." / other / "x",
        Path("app.py").resolve(), f"{own}/../../gradebook/secret.key", "app.py", "\x00", "a" * 5000,
    ):  # fmt: skip
        for event in events:
            for way in ("queue/join", "run/predict", "api/predict", "call/predict"):
                answer = send(client, door, event, str(path), way)
                assert answer.status_code == 403, f"{way} {path}: {answer.status_code} {answer.text}"
    kept = [file for file in (data_dir / "uploads").rglob("*") if file.is_file() and "sqlite" in file.name]
    assert not kept, "nothing was copied"
    assert client.get(f"{door}/gradio_api/deep_link?session_hash=attacker").status_code in (403, 404)


@pytest.mark.parametrize("door", ["", "/grades"])
def test_a_path_hidden_deep_in_an_event_is_found(client: httpx.Client, data_dir: Path, door: str) -> None:
    secret = {"path": str(data_dir / "gradebook" / "secret.key"), "meta": {"_type": "gradio.FileData"}}
    hidden: Any = secret
    for _ in range(6):
        hidden = {"deeper": [hidden]}
    for body in ({"data": [hidden]}, {"data": [], "event_data": hidden}, [hidden]):
        assert client.post(f"{door}/gradio_api/queue/join", json=body).status_code == 403
    nested: Any = secret
    for _ in range(100):
        nested = [nested]
    assert client.post(f"{door}/gradio_api/queue/join", json=nested).status_code == 403
    assert client.post(f"{door}/gradio_api/queue/join", content=b"no json").status_code == 400
    assert client.post(f"{door}/gradio_api/queue/join", content=b'{"data": "' + b"x" * (33 * 2**20) + b'"}').status_code == 413


def test_an_event_of_a_million_values_is_refused_before_anybody_waits(client: httpx.Client) -> None:
    for body in (b'{"data": [' + b"0," * 2_000_000 + b"0]}", b"[" + b"{}," * 1_000_000 + b"{}]"):
        assert client.post("/gradio_api/queue/join", content=body).status_code == 413
    assert client.post("/gradio_api/queue/join", content=b"[1, 2]").status_code == 400


def test_the_rooms_own_example_pictures_cannot_be_deleted_by_an_event(client: httpx.Client) -> None:
    """Their places stand in the page for everybody to read."""
    page = Page(client, "")
    (example,) = [
        part["props"]["value"] for part in page.config["components"] if part["props"].get("elem_id") == "faces-script-picture"
    ]
    place = Path(example["path"])
    before = place.read_bytes()
    sent = {"path": str(place), "orig_name": "x.jpg", "meta": {"_type": "gradio.FileData"}}
    page.put("faces-name", "Somebody")
    for elem_id, value in (("faces-photos", [sent]), ("faces-who", sent), ("faces-video-file", sent), ("faces-load", sent)):
        page.put(elem_id, value)
        page.do(elem_id, "input" if elem_id == "faces-who" else "upload")
    assert place.read_bytes() == before


@pytest.mark.parametrize("door", ["", "/grades"])
def test_what_was_uploaded_through_the_door_is_taken(client: httpx.Client, door: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, "PNG")
    uploaded = client.post(f"{door}/gradio_api/upload", files={"files": ("a.png", stream.getvalue())}).json()[0]
    assert send(client, door, file_events(client, door)[0], uploaded).status_code == 200
    there = "" if door else "/grades"
    crossed = send(client, there, file_events(client, there)[0], uploaded)
    assert crossed.status_code == 403, "a file of one door is none of the other's"
