"""A student's script: the page's own three lines, and what it says to files that cannot be read."""

import contextlib
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from demos.mnist import data, page_script
from tests import pad


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, verbose=False)


@pytest.fixture
def seven(tmp_path: Path) -> str:
    (tmp_path / "digit.png").write_bytes(pad.png(pad.sheet()))
    return str(tmp_path / "digit.png")


def test_the_three_lines_on_the_page_work(url: str, seven: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(page_script.EXAMPLE.strip().splitlines()) == 3
    assert "http://localhost:7860/" in page_script.EXAMPLE
    monkeypatch.chdir(Path(seven).parent)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(page_script.EXAMPLE.replace("http://localhost:7860/", url), {})
    assert printed.getvalue().splitlines()[-1] == "7"


def test_predict_gives_gradios_label_format(client: Client, seven: str) -> None:
    found = client.predict(handle_file(seven), api_name="/mnist_predict")
    assert found["label"] == "7"
    assert {entry["label"] for entry in found["confidences"]} == set("0123456789")
    assert sum(entry["confidence"] for entry in found["confidences"]) == pytest.approx(1)


def test_mnists_own_little_files_are_read(client: Client, tmp_path: Path) -> None:
    right = 0
    for row in range(10):
        cv2.imwrite(str(tmp_path / f"{row}.png"), data.load().test.images[row].numpy())
        found = client.predict(handle_file(str(tmp_path / f"{row}.png")), api_name="/mnist_predict")
        right += found["label"] == str(int(data.load().test.labels[row]))
    assert right >= 9


def test_a_number_is_read(client: Client, tmp_path: Path) -> None:
    paper = pad.sheet(width=12, dx=-0.2, size=0.6)
    pad.add(paper, pad.SEVEN, 12, dx=0.2, size=0.6)
    (tmp_path / "two.png").write_bytes(pad.png(paper))
    assert client.predict(handle_file(str(tmp_path / "two.png")), api_name="/mnist_read_number") == "77"


def test_only_these_two_are_offered_to_scripts(client: Client) -> None:
    offered = client.view_api(return_format="dict")
    mine = {name for name in offered["named_endpoints"] if not name.startswith("/faces_")}
    assert mine == {"/mnist_predict", "/mnist_read_number"}


@pytest.mark.parametrize("api_name", ["/mnist_predict", "/mnist_read_number"])
@pytest.mark.parametrize(("content", "hint"), [(b"no picture at all", "JPEG"), (None, "no digit")])
def test_a_file_that_cannot_be_read_gets_one_sentence(
    client: Client, tmp_path: Path, api_name: str, content: bytes | None, hint: str
) -> None:
    file = tmp_path / "file.png"
    file.write_bytes(pad.png(np.full((300, 300), 200, np.uint8)) if content is None else content)
    with pytest.raises(AppError, match=hint):
        client.predict(handle_file(str(file)), api_name=api_name)


def test_no_file_at_all_gets_one_sentence(client: Client) -> None:
    with pytest.raises(AppError, match="choose one first"):
        client.predict(None, api_name="/mnist_predict")
