"""A film that the test makes from photos, for Chromium's fake camera: people side by side, moving a little."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

EXAMPLES = Path(__file__).parent.parent / "demos" / "faces" / "examples"


def frames(photos: Sequence[Path], count: int, size_wh: tuple[int, int] = (640, 480)) -> list[Image.Image]:
    """The film's pictures. Every photo has its own column, in which it drifts to and fro."""
    width, height = size_wh
    column = width // len(photos)
    made = []
    opened = [Image.open(photo).convert("RGB") for photo in photos]
    for number in range(count):
        sheet = Image.new("RGB", size_wh, (150, 158, 166))
        for place, photo in enumerate(opened):
            turn = 2 * np.pi * number / count + place
            scale = min(column * 0.92 / photo.width, height * 0.86 / photo.height) * (1 + 0.03 * np.sin(turn))
            small = photo.resize((round(photo.width * scale), round(photo.height * scale)))
            left = place * column + (column - small.width) // 2 + round(4 * np.sin(turn))
            sheet.paste(small, (left, (height - small.height) // 2 + round(10 * np.cos(turn))))
        made.append(sheet)
    return made


def mjpeg(file: Path, photos: Sequence[Path], count: int = 30) -> Path:
    """Write the film as Chromium's `--use-file-for-fake-video-capture` reads it: JPEG after JPEG. It repeats for ever."""
    with file.open("wb") as stream:
        for picture in frames(photos, count):
            part = io.BytesIO()
            picture.save(part, "JPEG", quality=88)
            stream.write(part.getvalue())
    return file
