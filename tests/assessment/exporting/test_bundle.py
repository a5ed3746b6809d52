"""Everybody's report in one file that opens anywhere."""

import zipfile
from pathlib import Path, PurePosixPath

import pytest

from assessment.exporting import bundle, pdf
from assessment.exporting.table import NotWritten
from tests.assessment.exporting.classes import COVER, RARE, SIXTY, different, embedded, graded, opened, texts


def test_everybody_has_a_report_with_his_own_grade(tmp_path: Path) -> None:
    found = different(12)
    told: list[tuple[int, int]] = []
    bundle.write(tmp_path / "reports.zip", COVER, found, "pdf", "zh", lambda done, of: told.append((done, of)))
    with zipfile.ZipFile(tmp_path / "reports.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"{number:04d}_张三.pdf" for number in range(1, 13)]
        assert all(one.flag_bits & 0x800 for one in archive.infolist()), "names are said to be UTF-8"
        for at, name in enumerate(archive.namelist()):
            data = archive.read(name)
            (page,) = texts(data)
            assert found.gradebook.ids[at] in page and str(found[at].total) in page.splitlines()
            assert texts(pdf.report(COVER, found, at, "zh")) == [page], "the same page as when it is made alone"
        assert embedded(opened(data)) == [True]
    assert told == [(done, 12) for done in range(1, 13)]


def test_pages_of_html_too(tmp_path: Path) -> None:
    bundle.write(tmp_path / "reports.zip", COVER, graded(SIXTY, names=("<b>",)), "html", "en", None)
    with zipfile.ZipFile(tmp_path / "reports.zip") as archive:
        assert archive.namelist() == ["0001__b_.html"]
        assert "&lt;b&gt;" in archive.read("0001__b_.html").decode()


def test_no_name_leaves_the_folder_or_meets_another(tmp_path: Path) -> None:
    names = ("../../etc/passwd", 'a\\b:c*?"<>|', "王\n芳\u202e", "", "", "Ann", "ann", "名" * 200, ".", "\ud800")
    ids = ("1", "2", "3", "CON", "..", "7", "7", "8", "9", "10")
    bundle.write(tmp_path / "reports.zip", COVER, graded(*[SIXTY] * 10, names=names, ids=ids), "html", "zh")
    with zipfile.ZipFile(tmp_path / "reports.zip") as archive:
        found = archive.namelist()
        archive.extractall(tmp_path / "out")
    assert len({name.casefold() for name in found}) == 10 == len(list((tmp_path / "out").iterdir()))
    for name in found:
        assert PurePosixPath(name).name == name and name.isprintable() and not set(name) & set('/\\:*?"<>|')
        assert len(name.encode()) < 200 and not name.startswith(".")
    assert found[0] == "1_.._.._etc_passwd.html" and found[3:5] == ["_CON.html", "_.html"]
    assert found[5:7] == ["7_Ann.html", "7_ann (2).html"]


def test_a_rare_character_stays_in_the_name_and_is_said_on_the_page(tmp_path: Path) -> None:
    bundle.write(tmp_path / "reports.zip", COVER, graded(SIXTY, names=(f"王{RARE}",)), "pdf", "zh")
    with zipfile.ZipFile(tmp_path / "reports.zip") as archive:
        (name,) = archive.namelist()
        (page,) = texts(archive.read(name))
    assert name == f"0001_王{RARE}.pdf"
    assert "王〓" in page and "XLSX" in page


def test_a_report_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "reports.zip"
    path.write_bytes(b"old")

    def stopped(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bundle.write(path, COVER, different(3), "html", "zh", stopped)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(NotWritten):
        bundle.write(tmp_path / "no" / "reports.zip", COVER, different(3), "html", "zh")
