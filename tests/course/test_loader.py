"""The course's files are read, and a bad one is refused with file and key."""

from pathlib import Path

import pytest

from course import loader


def test_the_course_has_its_name_in_both_languages() -> None:
    course = loader.load()
    assert course.name == {"zh": "深度学习方法与应用", "en": "Deep Learning: Methods and Applications"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[name]\nzh = "课"\n', r"\[name\] must have a text for each of zh and en"),
        ('[name]\nzh = "课"\nen = "C"\n[nmae]\nzh = "x"\n', r"unknown key \[nmae\]"),
        ("[name\n", "course.toml"),
    ],
)
def test_a_bad_file_is_refused_with_file_and_key(tmp_path: Path, text: str, hint: str) -> None:
    file = tmp_path / "course.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=hint):
        loader.load(file)
