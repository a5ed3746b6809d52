"""The card's figures reach the page in both languages."""

from pathlib import Path

import pytest

from shared import furniture


def test_figures_are_read_from_the_card(tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(
        "# A room\n\n## Figures\n\nMeasured here.\n\n| what | value | command |\n|---|---|---|\n"
        "| Accuracy · 准确率 | 99.5 % | `python -m x` |\n\n## Licences\n\n"
        "| no | figure | here |\n|---|---|---|\n| a | b | c |\n",
        encoding="utf-8",
    )
    assert furniture.card_figures(card) == [({"en": "Accuracy", "zh": "准确率"}, "99.5 %", "`python -m x`")]
    card.write_text("\n## Figures\n| what | value | command |\n|---|---|---|\n| Accuracy | 1 | `x` |\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"CARD\.md.*both languages"):
        furniture.card_figures(card)


def test_every_card_of_the_house_has_figures_in_both_languages() -> None:
    from demos import GALLERY

    for room in GALLERY:
        rows = furniture.card_figures(Path("demos", room, "CARD.md"))
        assert rows and all(what["zh"] and what["en"] and value and command for what, value, command in rows)
