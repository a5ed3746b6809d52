"""Pictures from outside: whatever a visitor uploads, turned into one plain array or into one clear sentence."""

import base64
import binascii
import io
import re
from functools import lru_cache
from pathlib import Path

import numpy as np

from shared.problems import Problem

MAX_PIXELS = 100_000_000
_LARGEST_SIDE = 100_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "JPEG2000")


class UnreadablePicture(Problem):
    """The file is no picture we can read, or too large. The message can be shown."""


def read(source: str | Path | bytes, *, longest_side: int | None = None, most_pixels: int | None = None) -> np.ndarray:
    """A picture file, or its bytes, as (H, W, 3) uint8 RGB.

    Turned upright by its EXIF orientation; transparency lies on white; of an animation the first frame.
    longest_side: shrink to at most this many pixels (a JPEG is then decoded small, which is quick).
    Raises UnreadablePicture for anything else than a picture, and for more than `most_pixels`, `MAX_PIXELS` unless told.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    most = most_pixels or MAX_PIXELS
    stream = io.BytesIO(source) if isinstance(source, bytes) else Path(source)
    try:
        with Image.open(stream, formats=formats()) as opened:
            width, height = opened.size
            if width * height > most or max(width, height) > _LARGEST_SIDE:
                raise UnreadablePicture("picture_too_large", **_millions(width * height, most))
            if longest_side is not None:
                opened.draft("RGB", (longest_side, longest_side))
            upright = ImageOps.exif_transpose(opened)
            if upright.mode.startswith(("I", "F")):
                upright = Image.fromarray(_to_bytes(np.asarray(upright)))
            if upright.has_transparency_data:
                rgba = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
            picture = upright.convert("RGB")
            if longest_side is not None:
                picture.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
            return np.asarray(picture)
    except UnreadablePicture:
        raise
    except Image.DecompressionBombError as problem:  # Pillow's own limit, before there is a size to ask for
        said = re.search(r"[0-9]+", str(problem))
        raise UnreadablePicture("picture_too_large", **_millions(int(said[0]) if said else 2 * MAX_PIXELS, most)) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as problem:
        raise UnreadablePicture("picture_unreadable") from problem


@lru_cache(maxsize=1)
def formats() -> tuple[str, ...]:
    """The kinds of picture that are read: those that Pillow decodes itself. For others, such as EPS, it starts programs."""
    from PIL import Image

    Image.init()
    return tuple(kind for kind in _FORMATS if kind in Image.OPEN)


def _millions(pixels: int, most: int) -> dict[str, object]:
    """How large a picture is and may be, as each language counts."""
    return {
        "pixels": {"zh": f"{pixels // 10**4:,} 万", "en": f"{pixels / 1e6:,.0f} million"},
        "most": {"zh": f"{most // 10**4:,} 万", "en": f"{most / 1e6:,.0f} million"},
    }


def _to_bytes(values: np.ndarray) -> np.ndarray:
    """16-bit and floating-point grey to 8 bits, its whole range used."""
    values = values.astype(np.float64)
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / (high - low or 1))).astype(np.uint8)


def shrunk(image: np.ndarray, longest_side: int) -> np.ndarray:
    """A picture (H, W) or (H, W, 3) uint8, at most `longest_side` pixels long and at least one wide; itself if that fits."""
    import cv2

    scale = longest_side / max(image.shape[:2])
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in (image.shape[1], image.shape[0]))
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def from_data_url(url: str) -> bytes:
    """The bytes of a `data:image/…;base64,…` address. Raises UnreadablePicture for anything else."""
    head, _, body = url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        raise UnreadablePicture("picture_unreadable")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise UnreadablePicture("picture_unreadable") from None


def to_png(image: np.ndarray) -> bytes:
    """(H, W), (H, W, 3) or (H, W, 4) uint8 as the bytes of a PNG file."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def to_data_url(image: np.ndarray) -> str:
    """The same as a data address, for an `<img>` that needs no second request."""
    return "data:image/png;base64," + base64.b64encode(to_png(image)).decode()


def to_photo_url(image: np.ndarray, *, longest_side: int | None = None) -> str:
    """A photo (H, W, 3) uint8 RGB, made smaller, as the data address of a JPEG: a tenth of what a PNG of it would take."""
    from PIL import Image

    picture = Image.fromarray(image)
    if longest_side is not None:
        picture.thumbnail((longest_side, longest_side))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
