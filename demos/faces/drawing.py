"""Faces drawn into the pixels of a frame: a box, five points and a plate with the name, green for who is known, orange for
who is not. For videos, which leave the page; what stays on the page is drawn by the browser (`view.photo`)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from shared import fonts
from shared.faces.detection import Array

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

    from .live import Seen

KNOWN_RGB, UNKNOWN_RGB = (61, 220, 151), (255, 166, 33)
_POINT_RGB, _INK_RGB = (240, 228, 66), (20, 18, 16)
_SMALLEST_LETTER = 13  # pixels
_PLATES_KEPT = 256


class Painter:
    """Draws on the frames of one video, all of one size. Not thread-safe.

    size_wh: of a frame in pixels, by which lines and letters are sized; unknown: what stands on the plate of somebody who has
    been compared and is nobody's match. A name is set in type once and kept, so that a frame costs a copy.
    """

    def __init__(self, size_wh: tuple[int, int], unknown: str) -> None:
        unit = max(size_wh) / 100
        self._size_wh, self._unknown = size_wh, unknown
        self._letter = max(_SMALLEST_LETTER, round(unit * 2.6))
        self._line, self._dot = max(2, round(unit * 0.4)), max(2, round(unit * 0.35))
        self._plates: dict[tuple[str, bool], Array] = {}

    def draw(self, frame: Array, faces: "Sequence[Seen]") -> None:
        """Draw faces on a frame (H, W, 3) uint8 RGB, in place. One that was not compared yet gets no plate: nothing is known
        of it. Boxes may reach over the edge.
        """
        import cv2

        for face in faces:
            colour = KNOWN_RGB if face.name else UNKNOWN_RGB
            left, top, right, bottom = (round(float(value)) for value in face.box_xyxy)
            cv2.rectangle(frame, (left, top), (right, bottom), colour, self._line, cv2.LINE_AA)
            for x, y in face.landmarks_xy:
                cv2.circle(frame, (round(float(x)), round(float(y))), self._dot, _POINT_RGB, -1, cv2.LINE_AA)
        for face in faces:  # above all boxes
            if face.name or face.known:
                self._put(frame, self._plate(face.name or self._unknown, bool(face.name)), face.box_xyxy)

    def _put(self, frame: Array, plate: Array, box: Array) -> None:
        """The plate above its box, or below where there is no room, whole on the frame as far as it fits."""
        wide, high = self._size_wh
        height, width = plate.shape[:2]
        left = max(0, min(round(float(box[0])), wide - width))
        top = round(float(box[1])) - height
        if top < 0:
            top = min(round(float(box[3])), high - height)
        top = max(0, top)
        part = frame[top : top + height, left : left + width]
        part[:] = plate[: part.shape[0], : part.shape[1]]

    def _plate(self, text: str, known: bool) -> Array:
        if (text, known) not in self._plates:
            if len(self._plates) >= _PLATES_KEPT:
                self._plates.clear()
            self._plates[text, known] = self._set(text, KNOWN_RGB if known else UNKNOWN_RGB)
        return self._plates[text, known]

    def _set(self, text: str, colour: tuple[int, int, int]) -> Array:
        """(h, w, 3): the text in dark ink on its colour, cut short with "…" where the frame is too narrow for it."""
        from PIL import Image, ImageDraw

        font = _font(self._letter)
        pad = max(2, self._letter // 3)
        shown, room = fonts.plain(text)[0], self._size_wh[0] - 2 * pad
        while len(shown) > 1 and font.getlength(shown) > room:
            shown = shown.rstrip("…")[:-1] + "…"
        size = max(1, round(font.getlength(shown)) + 2 * pad), round(self._letter * 1.5)
        plate = Image.new("RGB", size, colour)
        ImageDraw.Draw(plate).text((pad, size[1] / 2), shown, fill=_INK_RGB, font=font, anchor="lm")
        return np.asarray(plate)


@lru_cache(maxsize=32)
def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(str(fonts.chinese()), size)
