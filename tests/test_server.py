"""The program through HTTP: it starts, answers, keeps its limits, and ends when told."""

import json
import re
import socket
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import numpy as np
import pytest

from tests import pad, server

CHINESE = re.compile("[\u4e00-\u9fff]")


def get(url: str, **headers: str) -> str:
    """The text behind an address."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return str(answer.read().decode())


def upload(url: str, name: str, content: bytes) -> str:
    """Send a file as the page does; returns where the server put it."""
    border = uuid.uuid4().hex
    body = (
        f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + content
        + f"\r\n--{border}--\r\n".encode()
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={border}"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}gradio_api/upload", body, kind), timeout=60) as answer:
        return str(json.load(answer)[0])


def test_it_says_that_it_is_well(url: str) -> None:
    assert json.loads(get(f"{url}healthz")) == {"status": "ok"}


def test_the_page_asks_nobody_else(url: str) -> None:
    page = get(url)
    hosts = {host for host in re.findall(r'(?:src|href)="(?:https?:)?//([^/"]+)', page) if host not in url}
    assert not hosts
    assert 'analytics_enabled":false' in get(f"{url}config").replace(" ", "")


def test_a_stroke_is_answered_in_the_visitors_language(url: str) -> None:
    assert '<p class="big">7</p>' in pad.predict(url, pad.sheet())
    blank = np.full((280, 420), 255, np.uint8)
    assert "click an example" in pad.predict(url, blank, language="en")
    assert "例子" in pad.predict(url, blank, language="zh")


def test_a_broken_drawing_gets_a_sentence_and_no_trace(url: str) -> None:
    with urllib.request.urlopen(pad.request(url, "data:image/png;base64,aGVsbG8=", language="zh"), timeout=60) as answer:
        said = json.load(answer)["data"][0]
    assert "图片" in said and "Traceback" not in said


def test_the_code_of_a_room_can_be_read_and_nothing_else(url: str) -> None:
    page = get(f"{url}code/mnist/", Cookie="gallery_language=en")
    assert "class LectureNet" in page and "Reproduce the shipped weights" in page
    assert "代码" in get(f"{url}code/mnist/", Cookie="gallery_language=zh")
    for path in ("code/nonsense/", "code/..%2fshared/", "code/../app.py", "code/__pycache__/"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(url + path)
        assert caught.value.code == 404


def test_no_file_of_the_house_is_served(url: str) -> None:
    for file in ("requirements.txt", "app.py", "demos/mnist/weights/weights.toml"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(f"{url}gradio_api/file={Path(file).resolve()}")
        assert caught.value.code in (403, 404)


def test_uploads_are_limited_and_kept_in_the_data_folder(tmp_path: Path) -> None:
    with server.running(GALLERY_UPLOAD_MB="1", GALLERY_DATA_DIR=str(tmp_path)) as url:
        kept = Path(upload(url, "seven.png", pad.png(pad.sheet())))
        assert kept.is_relative_to(tmp_path / "uploads" / "gallery")
        with pytest.raises(urllib.error.HTTPError) as caught:
            upload(url, "large.png", bytes(2_000_000))
        assert caught.value.code == 413


def test_the_title_and_the_language_can_be_set() -> None:
    with server.running(GALLERY_TITLE="Networks & Co <1>", GALLERY_LANG="zh") as url:
        assert "Networks &amp; Co &lt;1&gt;" in get(f"{url}config").replace("\\u0026", "&").replace("\\u003c", "<")
        blank = np.full((280, 420), 255, np.uint8)
        request = pad.request(url, pad.data_url(blank))
        request.remove_header("Cookie")
        with urllib.request.urlopen(request, timeout=120) as answer:
            assert CHINESE.search(json.load(answer)["data"][0])


@pytest.mark.parametrize("with_an_open_page", [False, True])
def test_ctrl_c_ends_it_cleanly(with_an_open_page: bool) -> None:
    port = server.free_port()
    process = server.start(port)
    server.wait_until_it_answers(process, f"http://127.0.0.1:{port}/")
    if with_an_open_page:
        stream = urllib.request.urlopen(f"http://127.0.0.1:{port}/gradio_api/heartbeat/test", timeout=60)
    said = server.stop(process)
    if with_an_open_page:
        stream.close()
    assert process.returncode == 0
    assert said.splitlines()[-1] == "The gallery is closed."
    assert f"The gallery is open at http://localhost:{port}/" in said and "Traceback" not in said


def test_a_port_in_use_is_said_in_a_sentence_and_a_free_one_is_offered() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = server.start(port)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    free = int(re.findall(r"GALLERY_PORT=(\d+)", said)[0])
    assert said.startswith(f"Port {port} is in use by another program; port {free} is free.")
    assert len(said.splitlines()) == 2 and free > port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free))
