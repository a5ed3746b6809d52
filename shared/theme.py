"""Paper, ink and one accent: the gallery's Gradio theme. What a theme cannot say stands in `static/gallery.css`,
and what one room alone needs in its `page.css`."""

import json
from pathlib import Path

import gradio as gr
from gradio.themes.utils import colors, sizes

from shared import furniture, settings
from shared.language import LANGUAGES, translate

_STATIC = Path(__file__).parent / "static"
STYLESHEETS = [_STATIC / "gallery.css", *sorted((_STATIC.parent.parent / "demos").glob("*/page.css"))]

_INK = colors.Color(
    name="ink", c50="#fbf9f4", c100="#f4f0e6", c200="#e6dfd0", c300="#cfc6b4", c400="#a39a89", c500="#6f675a",
    c600="#575046", c700="#3d3832", c800="#262320", c900="#1b1917", c950="#141210",
)  # fmt: skip
_BLUE = colors.Color(
    name="accent", c50="#e9f4fb", c100="#cfe6f5", c200="#a6d1ec", c300="#7bbce5", c400="#56b4e9", c500="#0a7abf",
    c600="#0068a6", c700="#00578b", c800="#00456e", c900="#003655", c950="#00243a",
)  # fmt: skip
_TEXT = sizes.Size(name="lecture", xxs="13px", xs="15px", sm="16px", md="18px", lg="20px", xl="26px", xxl="34px")


def theme() -> gr.themes.Base:
    """The theme, with the system's own fonts."""
    return gr.themes.Base(
        primary_hue=_BLUE,
        secondary_hue=_BLUE,
        neutral_hue=_INK,
        text_size=_TEXT,
        radius_size=sizes.radius_md,
        font=("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "sans-serif"),
        font_mono=("ui-monospace", "Cascadia Mono", "Menlo", "Consolas", "monospace"),
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_900",
        body_text_color="*neutral_900",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_200",
        block_title_text_weight="600",
        block_title_background_fill="transparent",
        block_title_background_fill_dark="transparent",
        block_title_padding="0",
        button_large_text_weight="500",
        button_large_padding="8px 16px",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        input_background_fill="white",
        input_background_fill_dark="*neutral_800",
        input_border_width="1px",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_600",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="white",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_background_fill_dark="*neutral_800",
        button_secondary_background_fill_hover_dark="*neutral_700",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_600",
        button_secondary_text_color="*neutral_900",
        button_secondary_text_color_dark="*neutral_100",
        button_border_width="1px",
        link_text_color="*primary_600",
        link_text_color_dark="*primary_400",
    )


def head() -> str:
    """What goes into the page's head once the page is laid out: the script behind its switches, inline."""
    too_large = {to: translate("upload_too_large", to, most=settings.current().upload_mb) for to in LANGUAGES}
    options = {
        "language": settings.current().language,
        "localeModule": _locale_module(),
        "words": furniture.words(),
        "tooLarge": too_large,
        "wrongKind": {to: translate("upload_wrong_kind", to) for to in LANGUAGES},
        "errorTitle": {to: translate("error_title", to) for to in LANGUAGES},
    }
    script = (_STATIC / "gallery.js").read_text(encoding="utf-8").replace("__SETTINGS__", json.dumps(options))
    return f"<script>{script}</script>"


def _locale_module() -> str:
    """The chunk of Gradio's front end that changes its language; its name has a hash that differs between releases."""
    for file in Path(gr.__file__).parent.glob("templates/frontend/assets/core-*.js"):
        if "as changeLocale" in file.read_text(encoding="utf-8"):
            return f"assets/{file.name}"
    raise RuntimeError("this Gradio release keeps its languages elsewhere; see shared/theme.py")
