"""The view of a video file through HTTP: what is said, what comes back, and what nobody else gets."""

import re
from pathlib import Path
from urllib.parse import unquote

import av
import httpx
import pytest

from tests import clips
from tests.gradio_page import HandlerFailed, Page

FILE, START, STATUS, RESULT = "faces-video-file", "faces-video-start", "faces-video-status", "faces-video-result"


def send(page: Page, file: Path) -> str:
    """Upload a file. Returns where the server put it first."""
    page.upload(FILE, [file])
    page.put(FILE, page.value(FILE)[0])
    before = str(page.value(FILE)["path"])
    page.do(FILE, "upload")
    return before


def fetch(page: Page, path: str) -> httpx.Response:
    return page.client.get(f"/gradio_api/file={path}")


def test_a_clip_comes_back_with_names_and_the_upload_is_gone(page: Page, tmp_path: Path) -> None:
    send(page, clips.two_people(tmp_path / "我的 clip.mp4", 1.5))
    assert "640 × 360 pixels, 12 frames per second, 1.5 s long" in page.value(STATUS)
    assert "enrolled nobody" in page.value(STATUS) and "Who is it?" in page.value(STATUS)
    uploaded = page.value(FILE)["path"]
    page.do(START, "click")
    assert "18 frames, 1.5 s of video" in page.value(STATUS)
    assert fetch(page, uploaded).status_code == 403
    assert "unknown" in page.value("faces-video-summary") and "draw" in page.value("faces-video-summary")

    source = re.findall(r'<video[^>]* src="gradio_api/file=([^"]+)"', page.value(RESULT))[0]
    answer = fetch(page, source)
    assert answer.status_code == 200 and answer.headers["content-type"] == "video/mp4"
    (tmp_path / "back.mp4").write_bytes(answer.content)
    with av.open(str(tmp_path / "back.mp4")) as back:
        assert len(list(back.decode(video=0))) == 18
    assert page.value("faces-video-download")["path"] == unquote(source)
    assert page.client.get(f"/grades/gradio_api/file={source}").status_code in (401, 403)


def test_what_is_wrong_is_said_in_one_sentence(page: Page, tmp_path: Path) -> None:
    page.do(START, "click")
    assert "Please upload a video first." in page.value(STATUS)
    (tmp_path / "text.mp4").write_bytes(b"no video at all")
    send(page, tmp_path / "text.mp4")
    assert "not a video that can be read" in page.value(STATUS) and page.value(FILE) is None
    page.client.cookies.set("gallery_language", "zh")
    send(page, tmp_path / "text.mp4")
    assert "不是能读取的视频" in page.value(STATUS)


@pytest.mark.parametrize(
    ("what", "value"),
    [("faces-video-engine", "nonsense"), ("faces-video-detector", None), ("faces-video-threshold", 7)],
)
def test_no_choice_is_guessed(page: Page, tmp_path: Path, what: str, value: object) -> None:
    send(page, clips.two_people(tmp_path / "clip.mp4", 0.5))
    page.put(what, value)
    try:
        page.do(START, "click")
        assert "choose the recogniser" in page.value(STATUS)
    except HandlerFailed as refused:  # Gradio looks at menus and sliders first
        assert "nonsense" in str(refused) or "maximum" in str(refused)
    assert not page.value(RESULT)


def test_an_upload_that_was_not_taken_as_a_video_is_neither_done_nor_deleted(page: Page, tmp_path: Path) -> None:
    """Equal files of all visitors share a place there; and an event may name any upload."""
    clip = clips.two_people(tmp_path / "clip.mp4", 0.7)
    page.upload(FILE, [clip])
    page.put(FILE, page.value(FILE)[0])
    path = page.value(FILE)["path"]
    page.do(START, "click")
    assert "no longer on the server" in page.value(STATUS)
    assert fetch(page, path).status_code == 200


def test_a_network_without_a_measured_threshold_says_so_and_keeps_the_number(page: Page) -> None:
    before = page.value("faces-video-threshold")
    page.put("faces-video-engine", "facenet-casia")
    page.do("faces-video-engine", "change")
    assert "Nobody has measured" in page.value(STATUS)
    assert page.value("faces-video-threshold") == before


def test_a_visitors_own_people_are_named_and_nobody_elses(page: Page, url: str, tmp_path: Path) -> None:
    clip = clips.two_people(tmp_path / "clip.mp4", 1.5)
    page.do("faces-use-examples", "click")
    send(page, clip)
    page.do(START, "click")
    assert re.search(r'class="known"><span>[^<]*(Obama|奥巴马)', page.value("faces-video-summary"))
    with httpx.Client(base_url=url.rstrip("/"), timeout=120, headers={"Accept-Language": "en"}) as client:
        other = Page(client, "")
        send(other, clip)
        other.do(START, "click")
        assert 'class="known"' not in other.value("faces-video-summary")
