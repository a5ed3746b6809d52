"""Everything that a person reads exists in both languages, and nothing is asked for that does not exist."""

import re
import string
from pathlib import Path

import pytest

from shared import language

ROOT = Path(__file__).resolve().parent.parent
KEYS = sorted(language.texts())
CHINESE = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_say_the_same_with_the_same_gaps(key: str) -> None:
    entry = language.texts()[key]
    gaps = [{name for _, name, _, _ in string.Formatter().parse(entry[to]) if name} for to in ("zh", "en")]
    assert gaps[0] == gaps[1]
    assert not CHINESE.search(entry["en"]), "the English sentence holds Chinese"


def test_every_key_that_the_code_names_exists() -> None:
    named = re.compile(
        r"""(?:\btext|\bsay|\btranslate|\btab|Problem|NoDigit|BadSeed|UnreadablePicture|WeightsUnavailable)\(\s*"(\w+)\""""
    )
    used = {
        (key, file.name)
        for file in [*(ROOT / "demos").rglob("*.py"), *(ROOT / "shared").rglob("*.py"), ROOT / "app.py"]
        for key in named.findall(file.read_text(encoding="utf-8"))
    }
    assert len(used) > 30
    assert not {(key, file) for key, file in used if key not in KEYS}


def test_a_sentence_without_its_translation_is_refused_with_file_and_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "texts.toml").write_text('[hello]\nzh = "你好"\n', encoding="utf-8")
    monkeypatch.setattr(language, "_ROOT", tmp_path)
    language.texts.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"texts\.toml: \[hello\] must have a sentence in each of zh, en"):
            language.texts()
    finally:
        monkeypatch.undo()
        language.texts.cache_clear()


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr-FR,fr;q=0.9,en;q=0.3,zh;q=0.6", "zh"),
        ("en-GB", "en"),
        ("de", "en"),
        ("", "en"),
        ("zh;q=0,de", "en"),
        ("zh;q=nonsense,en", "en"),
    ],
)
def test_the_browsers_wish_decides_the_language(wish: str, expected: str) -> None:
    assert language.preferred(wish) == expected
