"""Settings come from GALLERY_* variables, and one that cannot be meant is named with what would do."""

from pathlib import Path

import pytest

from shared import settings


def test_nothing_set_gives_a_private_server_and_a_folder_outside_the_working_directory() -> None:
    found = settings.read({})
    assert (found.host, found.port, found.language) == ("127.0.0.1", 7860, "auto")
    assert not found.is_public
    assert Path.cwd() not in (found.data_dir, *found.data_dir.parents)


def test_what_is_set_is_used(tmp_path: Path) -> None:
    found = settings.read(
        {"GALLERY_HOST": "0.0.0.0", "GALLERY_PORT": " 80 ", "GALLERY_DATA_DIR": str(tmp_path / "new"), "GALLERY_LANG": "ZH",
         "GALLERY_TITLE": "Mine", "GALLERY_TRAININGS": "3", "GALLERY_UPLOAD_MB": "5"}
    )  # fmt: skip
    assert (found.port, found.data_dir, found.language, found.title) == (80, tmp_path / "new", "zh", "Mine")
    assert (found.trainings, found.upload_mb, found.is_public) == (3, 5, True)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("PORT", "eighty", "from 1 to 65535"),
        ("PORT", "70000", "from 1 to 65535"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "-1", "from 1 to 65535"),
        ("LANG", "fr", "zh, en, or auto"),
        ("TRAININGS", "0", "from 1 to 64"),
        ("UPLOAD_MB", "2.5", "whole number"),
        ("DATA_DIR", ".", "working directory"),
        ("DATA_DIR", __file__, "must be a folder"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(name: str, value: str, hint: str) -> None:
    with pytest.raises(settings.BadSetting, match=f"GALLERY_{name}.*{hint}"):
        settings.read({f"GALLERY_{name}": value})


def test_the_program_says_it_in_one_line_without_a_trace(python) -> None:
    done = python("app.py", GALLERY_PORT="eighty")
    assert done.returncode == 1
    assert (
        done.stderr.strip() == "The gallery cannot start: GALLERY_PORT is 'eighty'; it must be a whole number from 1 to 65535."
    )
