"""Recall and precision on group photos, counted on boxes written by hand, and by the command on photos that the test makes."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demos.faces import detect, finding
from shared.faces.detection import Faces
from tests.clip import EXAMPLES


def faces(*boxes: tuple[float, ...]) -> Faces:
    scores = np.linspace(0.9, 0.5, len(boxes), dtype=np.float32)
    return Faces(np.array(boxes, np.float32).reshape(-1, 4), scores, np.zeros((len(boxes), 5, 2), np.float32))


TRUTH = np.array([[0, 0, 10, 10], [20, 0, 30, 10]], float)


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (faces(), 0),
        (faces((0, 0, 10, 10), (20, 0, 30, 10)), 2),
        (faces((0, 0, 10, 10), (1, 0, 11, 10)), 1),  # two frames on one face
        (faces((0, 0, 10, 5)), 1),  # exactly one half
        (faces((0, 0, 10, 4.9)), 0),
        (faces((40, 0, 50, 10)), 0),
    ],
)
def test_a_face_counts_once_and_only_where_the_frame_fits(found: Faces, right: int) -> None:
    assert finding.right(found, TRUTH) == right


def test_no_faces_on_a_photo() -> None:
    assert finding.right(faces((0, 0, 10, 10)), np.empty((0, 4))) == 0


def test_the_command_counts_both_detectors(tmp_path: Path, capsys) -> None:
    sheet = Image.new("RGB", (980, 560), (120, 130, 140))
    sheet.paste(Image.open(EXAMPLES / "grace_hopper.jpg"), (0, 0))
    sheet.paste(Image.open(EXAMPLES / "rishi_sunak.jpg"), (500, 0))
    sheet.save(tmp_path / "two.png")
    assert detect.main([str(tmp_path / "two.png"), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    boxes = [face["box_xyxy"] for face in json.loads(line)["faces"]]
    missed = "<box left='600' top='480' width='60' height='60'/>"  # a face that is not there: nobody finds it
    listed = "".join(f"<box left='{a}' top='{b}' width='{c - a}' height='{d - b}'/>" for a, b, c, d in boxes) + missed
    (tmp_path / "boxes.xml").write_text(f"<dataset><images><image file='two.png'>{listed}</image></images></dataset>")
    assert finding.main(["--photos", str(tmp_path)]) == 0
    for said in map(json.loads, capsys.readouterr().out.splitlines()):
        assert said["faces"] == 3 and said["recall"] == pytest.approx(2 / 3) and said["precision"] == 1


@pytest.mark.parametrize(
    "content", [None, "", "<a", "<images><image/></images>", "<images><image file='x'><box left='y'/></image></images>"]
)
def test_a_list_that_cannot_be_read_is_one_sentence(tmp_path: Path, capsys, content: str | None) -> None:
    if content is not None:
        (tmp_path / "boxes.xml").write_text(content)
    assert finding.main(["--photos", str(tmp_path)]) == 1
    assert "boxes.xml cannot be read" in capsys.readouterr().err


def test_the_detect_command_prints_one_object_a_line_and_goes_on_after_a_bad_file(tmp_path: Path, capsys) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    status = detect.main([str(tmp_path / "bad.jpg"), str(EXAMPLES / "eileen_collins.jpg"), "--detector", "mtcnn", "--json"])
    said = capsys.readouterr()
    (line,) = said.out.splitlines()
    (face,) = json.loads(line)["faces"]
    assert status == 1 and "bad.jpg" in said.err and "Traceback" not in said.err
    assert set(face) == {"box_xyxy", "score", "landmarks_xy"} and len(face["landmarks_xy"]) == 5 and 0 < face["score"] <= 1


@pytest.mark.parametrize("option", [["--min-face", "0"], ["--min-face", "x"], ["--threshold", "2"], ["--detector", "yolo"]])
def test_an_option_that_cannot_be_meant_is_refused(option: list[str], capsys) -> None:
    with pytest.raises(SystemExit):
        detect.main([*option, "photo.jpg"])
    assert option[0] in capsys.readouterr().err
