"""Pictures as visitors send them: the room's examples, and everything that is not quite a photo."""

from pathlib import Path

import numpy as np
from PIL import Image

EXAMPLES = Path(__file__).resolve().parents[3] / "demos" / "faces" / "examples"


def example(name: str) -> Path:
    """One of the room's photos by its name without ending."""
    return EXAMPLES / f"{name}.jpg"


def without_a_face(folder: Path) -> Path:
    """Plain grey noise."""
    noise = np.random.default_rng(0).integers(90, 150, (300, 400, 3), np.uint8)
    return _saved(Image.fromarray(noise), folder / "noise.png")


def single_pixel(folder: Path) -> Path:
    """As small as a picture can be."""
    return _saved(Image.new("RGB", (1, 1), "white"), folder / "pixel.png")


def not_a_picture(folder: Path) -> Path:
    """A text that calls itself a photo."""
    (folder / "letter.jpg").write_bytes(b"Dear gallery, this is a letter.")
    return folder / "letter.jpg"


def animated(folder: Path, name: str) -> Path:
    """An animated GIF whose first frame is a photo and whose second is black."""
    photo = Image.open(example(name))
    photo.save(folder / "moving.gif", save_all=True, append_images=[Image.new("RGB", photo.size)], duration=50)
    return folder / "moving.gif"


def deep(folder: Path, name: str) -> Path:
    """16 bits of grey."""
    grey = np.asarray(Image.open(example(name)).convert("L")).astype(np.uint16) * 257
    return _saved(Image.fromarray(grey), folder / "deep.png")


def see_through(folder: Path, name: str) -> Path:
    """With a transparent corner, which then lies on white."""
    photo = Image.open(example(name)).convert("RGBA")
    photo.paste((0, 0, 0, 0), (0, photo.height * 7 // 8, photo.width // 2, photo.height))
    return _saved(photo, folder / "seethrough.png")


def lying(folder: Path, name: str) -> Path:
    """Stored on its side, with the EXIF note of a phone that says so."""
    photo = Image.open(example(name)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    photo.save(folder / "lying.jpg", exif=exif, quality=95)
    return folder / "lying.jpg"


def _saved(picture: Image.Image, file: Path) -> Path:
    picture.save(file)
    return file
