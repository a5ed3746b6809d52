"""The room over HTTP: two endpoints for scripts, and the views' own handlers given everything but a photo."""

import contextlib
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from demos.faces import detect, page_script
from tests.demos.faces import pictures
from tests.gradio_page import HandlerFailed, Page

UNREADABLE = {"en": "This file is not a picture that can be read", "zh": "这个文件不是能读取的图片"}
NO_FACE = {"en": "No face was found", "zh": "没有找到人脸"}
MISSING = {"en": "A photo is missing", "zh": "没有收到照片"}
WRONG: list[tuple[str, Callable[[Path], Path], dict[str, str]]] = [
    ("noise", pictures.without_a_face, NO_FACE),
    ("pixel", pictures.single_pixel, NO_FACE),
    ("letter", pictures.not_a_picture, UNREADABLE),
]
ODD: list[Callable[[Path, str], Path]] = [pictures.animated, pictures.deep, pictures.see_through, pictures.lying]


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, verbose=False)


@pytest.fixture(params=["en", "zh"])
def page(url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with httpx.Client(base_url=url.rstrip("/"), timeout=120, headers={"Accept-Language": request.param}) as session:
        yield Page(session, "")


def language(page: Page) -> str:
    return str(page.client.headers["Accept-Language"])


def put(page: Page, elem_id: str, file: Path | None) -> None:
    """Choose a picture, or none."""
    if file is None:
        page.put(elem_id, None)
        return
    page.upload(elem_id, [file])
    page.put(elem_id, page.value(elem_id)[0])


def one_sentence(text: str) -> None:
    """What is said is for people: no trace, no path, no markup of an exception."""
    assert not re.search(r"Traceback|Error\b|File \"|/tmp|\.py\b", text), text


def test_the_lines_on_the_page_work(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(page_script.EXAMPLE.strip().splitlines()) == 3 and "http://localhost:7860/" in page_script.EXAMPLE
    for name, example in (("photo", "joe_biden"), ("one", "jacinda_ardern_1"), ("other", "jacinda_ardern_2")):
        (tmp_path / f"{name}.jpg").write_bytes(pictures.example(example).read_bytes())
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec((page_script.EXAMPLE + page_script.VERIFY_EXAMPLE).replace("http://localhost:7860/", url), {})
    faces, verdict = printed.getvalue().splitlines()[-2:]
    assert "'file': 'photo.jpg'" in faces and "box_xyxy" in faces
    assert "'same': True" in verdict


@pytest.mark.parametrize("detector", ["centerface", "mtcnn"])
@pytest.mark.parametrize("name", ["eileen_collins", "barack_obama_2"])
def test_detect_says_what_the_command_line_says(
    client: Client, capsys: pytest.CaptureFixture[str], detector: str, name: str
) -> None:
    found = client.predict(handle_file(str(pictures.example(name))), detector, api_name="/faces_detect")
    assert detect.main([str(pictures.example(name)), "--detector", detector, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert found == {"file": f"{name}.jpg", "faces": said["faces"]}
    assert len(found["faces"]) == 1
    (face,) = found["faces"]
    assert set(face) == {"box_xyxy", "score", "landmarks_xy"}
    assert len(face["box_xyxy"]) == 4 and [len(point) for point in face["landmarks_xy"]] == [2] * 5


def test_detect_speaks_in_pixels_of_the_photo_that_was_sent(client: Client, tmp_path: Path) -> None:
    from PIL import Image

    small = Image.open(pictures.example("grace_hopper"))
    sheet = Image.new("RGB", (6000, 4000), "grey")
    sheet.paste(small.resize((small.width * 4, small.height * 4)), (3000, 1000))
    sheet.save(tmp_path / "poster.jpg")
    found, usual = (
        client.predict(handle_file(str(file)), "centerface", api_name="/faces_detect")["faces"]
        for file in (tmp_path / "poster.jpg", pictures.example("grace_hopper"))
    )
    face, alone = (max(faces, key=lambda one: one["box_xyxy"][2] - one["box_xyxy"][0]) for faces in (found, usual))
    expected = [3000 + alone["box_xyxy"][0] * 4, 1000 + alone["box_xyxy"][1] * 4]
    assert face["box_xyxy"][:2] == pytest.approx(expected, abs=60)


def test_a_photo_without_faces_is_an_answer_too(client: Client, tmp_path: Path) -> None:
    for make in (pictures.without_a_face, pictures.single_pixel):
        file = make(tmp_path)
        found = client.predict(handle_file(str(file)), "centerface", api_name="/faces_detect")
        assert found == {"file": file.name, "faces": []}


@pytest.mark.parametrize(("other", "same"), [("barack_obama_2", True), ("joe_biden", False)])
def test_verify(client: Client, other: str, same: bool) -> None:
    files = [handle_file(str(pictures.example(name))) for name in ("barack_obama_1", other)]
    found = client.predict(*files, api_name="/faces_verify")
    assert set(found) == {"similarity", "same", "threshold"}
    assert found["same"] is same and (found["similarity"] >= found["threshold"]) is same


@pytest.mark.parametrize("make", ODD)
def test_odd_photos_are_read_by_both_endpoints(client: Client, tmp_path: Path, make: Callable[[Path, str], Path]) -> None:
    file, plain = make(tmp_path, "barack_obama_1"), pictures.example("barack_obama_1")
    (face,), (usual,) = (
        client.predict(handle_file(str(one)), "centerface", api_name="/faces_detect")["faces"] for one in (file, plain)
    )
    assert face["box_xyxy"] == pytest.approx(usual["box_xyxy"], abs=12)
    assert client.predict(handle_file(str(file)), handle_file(str(plain)), api_name="/faces_verify")["same"] is True


def test_an_unknown_detector_gets_one_sentence(client: Client) -> None:
    photo = handle_file(str(pictures.example("joe_biden")))
    with pytest.raises(AppError, match="There is no detector called “yolo”; there are: mtcnn, centerface") as said:
        client.predict(photo, "yolo", api_name="/faces_detect")
    one_sentence(str(said.value))


def test_a_detector_name_with_markup_stays_a_name(client: Client) -> None:
    with pytest.raises(AppError, match="&lt;img"):
        client.predict(handle_file(str(pictures.example("joe_biden"))), "<img src=x>", api_name="/faces_detect")


def test_the_endpoints_are_offered_and_the_views_own_handlers_are_not(client: Client) -> None:
    offered = client.view_api(return_format="dict")["named_endpoints"]
    assert {name for name in offered if "faces" in name} >= {"/faces_detect", "/faces_verify"}
    assert not {name for name in offered if re.search("look|compare|judge|show", name)}


def test_the_script_view_names_what_is_missing(page: Page, tmp_path: Path) -> None:
    for elem_id, button, file, sentences in (
        ("faces-script-picture", "faces-script-detect", None, MISSING),
        ("faces-script-picture", "faces-script-detect", pictures.not_a_picture(tmp_path), UNREADABLE),
        ("faces-script-first", "faces-script-verify", None, MISSING),
        ("faces-script-first", "faces-script-verify", pictures.without_a_face(tmp_path), NO_FACE),
        ("faces-script-first", "faces-script-verify", pictures.not_a_picture(tmp_path), UNREADABLE),
    ):
        put(page, elem_id, file)
        with pytest.raises(HandlerFailed, match=sentences[language(page)]) as said:
            page.do(button, "click")
        one_sentence(str(said.value))


def test_the_inside_of_the_example_is_there_when_the_view_opens(page: Page) -> None:
    page.do("faces-inside-opening", "submit")
    for panel in ("faces-mtcnn", "faces-centerface"):
        assert 'data-faces="1"' in page.value(panel)
        assert ("Left: aligned" if language(page) == "en" else "左：按五个关键点对齐") in page.value(panel)
    page.put("faces-threshold-centerface", 0.97)
    page.do("faces-threshold-centerface", "change")
    assert 'data-faces="0"' in page.value("faces-centerface")
    assert ("No face reaches 0.97" if language(page) == "en" else "没有人脸达到 0.97") in page.value("faces-centerface")
    assert 'data-faces="1"' in page.value("faces-mtcnn")


@pytest.mark.parametrize(("make", "sentences"), [(make, said) for _, make, said in WRONG], ids=[name for name, *_ in WRONG])
def test_looking_inside_anything_else_gets_one_sentence(
    page: Page, tmp_path: Path, make: Callable[[Path], Path], sentences: dict[str, str]
) -> None:
    put(page, "faces-photo", make(tmp_path))
    page.do("faces-photo", "change")
    assert sentences[language(page)] in page.value("faces-mtcnn")
    one_sentence(re.sub("<[^>]*>", " ", page.value("faces-mtcnn") + page.value("faces-centerface")))
    page.do("faces-threshold-mtcnn", "change")
    assert sentences[language(page)] in page.value("faces-mtcnn"), "moving a control does not wipe the sentence away"


def test_taking_the_photo_away_invites_to_add_one(page: Page) -> None:
    put(page, "faces-photo", None)
    page.do("faces-photo", "change")
    assert ("Add a photo" if language(page) == "en" else "放入一张照片") in page.value("faces-mtcnn")


@pytest.mark.parametrize(("make", "sentences"), [(make, said) for _, make, said in WRONG], ids=[name for name, *_ in WRONG])
def test_comparing_with_anything_else_gets_one_sentence(
    page: Page, tmp_path: Path, make: Callable[[Path], Path], sentences: dict[str, str]
) -> None:
    put(page, "faces-pair-second", make(tmp_path))
    page.do("faces-pair-opening", "submit")
    said = page.value("faces-pair-answer")
    on_second = {"en": "on the second photo", "zh": "第二张照片"}[language(page)]
    assert sentences[language(page)] in said or on_second in said
    one_sentence(re.sub("<[^>]*>", " ", said))


def test_a_pair_is_compared_and_a_preset_moves_the_threshold(page: Page) -> None:
    page.do("faces-pair-opening", "submit")
    assert ("Same person" if language(page) == "en" else "同一个人") in page.value("faces-pair-answer")
    before = page.value("faces-pair-threshold")
    page.do("faces-pair-strict", "click")
    assert page.value("faces-pair-threshold") > before
    page.do("faces-pair-threshold", "change")
    assert re.search(r"1[,\d]{5,} ", page.value("faces-pair-meaning")), "one in ten thousand or rarer"


@pytest.mark.parametrize("typed", [None, 7, "0.5", True])
def test_a_number_box_that_is_empty_or_out_of_range_changes_nothing(page: Page, typed: object) -> None:
    for opening, slider, shown in (
        ("faces-inside-opening", "faces-threshold-mtcnn", "faces-mtcnn"),
        ("faces-inside-opening", "faces-smallest", "faces-mtcnn"),
        ("faces-pair-opening", "faces-pair-threshold", "faces-pair-answer"),
    ):
        page.do(opening, "submit")
        before, held = page.value(shown), page.value(slider)
        page.put(slider, typed)
        page.do(slider, "change")
        assert page.value(shown) == before
        page.put(slider, held)


def test_a_pair_of_examples_is_one_click_away(page: Page) -> None:
    page.do("faces-pair-examples", "submit", {"do": "2", "value": ""})
    page.do("faces-pair-second", "change")
    assert ("Different people" if language(page) == "en" else "不是同一个人") in page.value("faces-pair-answer")
    page.do("faces-pair-examples", "submit", {"do": "../../etc", "value": ""})
    assert page.value("faces-pair-second")["orig_name"] == "joe_biden.jpg"


def test_a_file_above_the_limit_is_turned_away_at_the_door(url: str, tmp_path: Path) -> None:
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(65 * 2**20)
    with (tmp_path / "huge.jpg").open("rb") as stream:
        answer = httpx.post(f"{url}gradio_api/upload", files={"files": ("huge.jpg", stream)}, timeout=60)
    assert answer.status_code == 413 and "Traceback" not in answer.text
