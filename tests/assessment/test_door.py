"""The gate: nothing of the gradebook answers without a session, over plain HTTP and without a browser."""

import json
import os
import re
import ssl
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from assessment import policyfile
from assessment.store import accounts, courses
from assessment.store.access import Desk
from assessment.store.database import Database
from tests import server

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an owner, a viewer of his course, and a stranger."""
    folder = tmp_path_factory.mktemp("door")
    database = Database(f"sqlite:///{folder / 'gradebook' / 'gradebook.sqlite3'}")
    owner = Desk(database, accounts.add(database, "owner", PASSWORD, owner=True))
    for name in ("viewer", "stranger"):
        accounts.add(database, name, PASSWORD)
    course = courses.create(owner, "深度学习", "2026 秋", policyfile.DEFAULT.read_text(encoding="utf-8"))
    courses.let_in(owner, course, "viewer", "viewer")
    database.close()
    return folder


@pytest.fixture(scope="module")
def url(data_dir: Path) -> Iterator[str]:
    """A running program with these accounts."""
    with server.running(GALLERY_DATA_DIR=str(data_dir)) as address:
        yield address.rstrip("/")


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    """A client that keeps cookies and follows nothing."""
    with httpx.Client(base_url=url, timeout=60) as made:
        yield made


def log_in(client: httpx.Client, username: str = "owner", password: str = PASSWORD) -> httpx.Response:
    return client.post("/grades/login", data={"username": username, "password": password})


_LIST_ROUTES = """
import app, json

def walk(routes):
    for route in routes:
        if hasattr(route, "path"):
            yield from ((method, route.path) for method in sorted(getattr(route, "methods", None) or {"GET"}))
        else:
            yield from walk(getattr(route, "original_router", route).routes)

mount = next(route for route in app.compose().routes if getattr(route, "path", "") == "/grades")
print(json.dumps(list(walk(mount.app.routes))))
"""


@pytest.fixture(scope="module")
def endpoints(python: Callable[..., subprocess.CompletedProcess[str]]) -> list[tuple[str, str]]:
    """(method, path) of every route of the mounted gradebook, as Gradio has them."""
    done = python("-c", _LIST_ROUTES)
    assert done.returncode == 0, done.stderr
    return [(method, path) for method, path in json.loads(done.stdout.splitlines()[-1])]


def test_every_endpoint_is_closed_to_those_without_a_session(client: httpx.Client, endpoints: list[tuple[str, str]]) -> None:
    assert len(endpoints) > 40
    named = ("/config", "/gradio_api/info", "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/upload",
             "/gradio_api/component_server", "/download/1/xlsx", "/gradio_api/run/predict", "/gradio_api/file=x")  # fmt: skip
    asked = [*endpoints, *((method, path) for path in named for method in ("GET", "POST"))]
    ours = {("GET", "/login"), ("POST", "/login"), ("POST", "/logout")}  # stand in front of Gradio's own
    for method, path in asked:
        if (method, path.rstrip("/")) in ours:
            continue
        filled = re.sub(r"\{[^}]*\}", "x", path)
        answer = client.request(method, f"/grades/{filled.lstrip('/')}")
        assert answer.status_code in (401, 403), f"{method} {filled} answers {answer.status_code}"
    forged = {"Cookie": "grades_session=forged.token.value"}
    assert client.get("/grades/config", headers=forged).status_code == 401


def test_the_page_without_a_session_is_the_log_in(client: httpx.Client) -> None:
    assert client.get("/grades").headers["location"] == "/grades/"
    answer = client.get("/grades/", headers={"Accept-Language": "zh"})
    assert answer.status_code == 401 and 'action="/grades/login"' in answer.text and "登录" in answer.text
    assert "Log in" in client.get("/grades/login", headers={"Accept-Language": "en"}).text


def test_in_and_out(client: httpx.Client) -> None:
    wrong = log_in(client, password="wrong password")
    assert wrong.status_code == 401 and "wrong" in wrong.text and not client.cookies
    right = log_in(client)
    assert (right.status_code, right.headers["location"]) == (303, "/grades/")
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/grades" in cookie and "max-age=" in cookie
    page = client.get("/grades/")
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    assert client.get("/grades/config").status_code == 200
    old = dict(client.cookies)
    assert client.post("/grades/logout").status_code == 303
    with httpx.Client(base_url=str(client.base_url), cookies=old) as again:
        assert again.get("/grades/config").status_code == 401, "a cookie kept from before opens nothing"


def test_another_site_cannot_send_anything(client: httpx.Client) -> None:
    log_in(client)
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/grades/gradio_api/queue/join", "/grades/logout", "/grades/login"):
            assert client.post(path, headers=headers).status_code == 403
    assert client.get("/grades/config").status_code == 200, "still logged in"


def test_a_score_file_cannot_be_read_through_the_gallery(client: httpx.Client, data_dir: Path) -> None:
    log_in(client)
    uploaded = client.post("/grades/gradio_api/upload", files={"files": ("scores.csv", b"secret scores")}).json()[0]
    assert client.get(f"/grades/gradio_api/file={uploaded}").text == "secret scores"
    client.cookies.clear()
    for door in ("/grades", ""):
        for path in (uploaded, data_dir / "gradebook" / "gradebook.sqlite3", data_dir / "gradebook" / "secret.key"):
            answer = client.get(f"{door}/gradio_api/file={path}")
            assert answer.status_code in (401, 403, 404)
            assert b"secret scores" not in answer.content and b"SQLite" not in answer.content
    log_in(client)
    for path in ("gradebook.sqlite3", "secret.key"):
        assert client.get(f"/grades/gradio_api/file={data_dir / 'gradebook' / path}").status_code in (403, 404)


def test_downloads_ask_for_the_role(client: httpx.Client) -> None:
    log_in(client, "viewer")
    answer = client.get("/grades/download/1/csv")
    assert answer.status_code == 200 and answer.content.startswith(b"\xef\xbb\xbf")
    assert client.get("/grades/download/1/xlsx").content.startswith(b"PK")
    assert client.get("/grades/download/1/exe").status_code == 404
    client.cookies.clear()
    log_in(client, "stranger")
    assert client.get("/grades/download/1/csv").status_code == 403
    assert client.get("/grades/download/99/csv").status_code == 403


def test_the_first_account_is_made_once_with_the_link_in_the_terminal(tmp_path: Path) -> None:
    port = server.free_port()
    process = server.start(port, GALLERY_DATA_DIR=str(tmp_path))
    try:
        assert process.stdout is not None
        said = ""
        while not (link := re.search(r"http\S+(/grades/setup\?token=(\S+))", said)):
            line = process.stdout.readline()
            assert line, said
            said += line
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            assert "token" not in client.get("/grades/login").text, "the link is in the terminal and only there"
            assert client.get("/grades/setup?token=guess").status_code == 303
            assert client.get(link[1]).status_code == 200
            form = {"token": link[2], "username": "wang", "password": "short"}
            assert client.post("/grades/setup", data=form).status_code == 400
            assert client.post("/grades/setup", data={**form, "token": "guess", "password": PASSWORD}).status_code == 400
            assert client.post("/grades/setup", data={**form, "password": PASSWORD}).status_code == 303
            assert client.get("/grades/config").status_code == 200
            again = client.post("/grades/setup", data={**form, "username": "li", "password": PASSWORD})
            assert again.status_code == 400
    finally:
        said += server.stop(process)
    assert PASSWORD not in said and "grades_session" not in said
    if os.name != "nt":
        assert (tmp_path / "gradebook" / "secret.key").stat().st_mode & 0o077 == 0


def test_an_open_network_without_encryption_is_warned_of(tmp_path: Path) -> None:
    with server.running(GALLERY_DATA_DIR=str(tmp_path), GALLERY_HOST="0.0.0.0") as address:
        assert "not encrypted" in httpx.get(f"{address}grades/login", headers={"Accept-Language": "en"}).text


def test_https_with_a_certificate_of_its_own(tmp_path: Path, data_dir: Path) -> None:
    port = server.free_port()
    process = server.start(port, GALLERY_DATA_DIR=str(data_dir), GALLERY_TLS="self")
    try:
        assert process.stdout is not None
        assert "https://" in process.stdout.readline()
        context = ssl.create_default_context(cafile=str(data_dir / "tls" / "self-signed.pem"))
        with urllib.request.urlopen(f"https://localhost:{port}/healthz", context=context, timeout=60) as answer:
            assert answer.status == 200
        with httpx.Client(base_url=f"https://localhost:{port}", verify=context, timeout=60) as client:
            assert "secure" in log_in(client).headers["set-cookie"].lower()
            assert "not encrypted" not in client.get("/grades/login", headers={"Accept-Language": "en"}).text
    finally:
        server.stop(process)
