"""A slider whose number box may be empty for a moment: whoever types a new number there first clears the old one."""

import math
from typing import Any

import gradio as gr


def slider(minimum: float, maximum: float, value: float | None, **options: Any) -> gr.Slider:
    """`gr.Slider` whose handlers get a number from `minimum` to `maximum`, or None for anything else that was sent.

    Gradio itself answers an empty box with a trace in English. options: as for `gr.Slider`.
    """
    component = gr.Slider(minimum, maximum, value, **options)

    def number(payload: Any) -> float | None:
        sound = isinstance(payload, int | float) and not isinstance(payload, bool) and math.isfinite(payload)
        return payload if sound and minimum <= payload <= maximum else None

    component.preprocess = number  # type: ignore[method-assign, assignment]
    return component
