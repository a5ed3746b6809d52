"""Whatever a visitor uploads becomes an upright RGB array or one clear sentence."""

import io

import numpy as np
import pytest
from PIL import Image

from shared import images, language


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_becomes_rgb(mode: str) -> None:
    source = Image.fromarray(np.tile(np.linspace(0, 255, 40, dtype=np.uint8), (30, 1)))
    picture = Image.fromarray(np.asarray(source).astype(np.uint16) * 257) if mode == "I;16" else source.convert(mode)
    found = images.read(encoded(picture, "TIFF"))
    assert found.shape == (30, 40, 3) and found.dtype == np.uint8
    assert found[:, :5].mean() < 40 and found[:, -5:].mean() > 215, "dark stays dark, light stays light"


def test_a_photo_is_turned_upright_by_its_exif() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    picture = Image.new("RGB", (60, 30), "white")
    picture.paste((255, 0, 0), (0, 0, 30, 30))
    found = images.read(encoded(picture, "PNG", exif=exif))
    assert found.shape == (60, 30, 3)
    assert tuple(found[5, 15]) == (255, 0, 0), "what was left is on top"


def test_transparency_lies_on_white_paper() -> None:
    assert images.read(encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")).min() == 255


def test_a_large_photo_is_shrunk_on_request() -> None:
    found = images.read(encoded(Image.new("RGB", (3000, 1500)), "JPEG"), longest_side=900)
    assert found.shape == (450, 900, 3)


@pytest.mark.parametrize(
    "source",
    [b"", b"hello", b"\x89PNG\r\n\x1a\n broken", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
     encoded(Image.new("RGB", (50, 50)), "JPEG")[:200]],
)  # fmt: skip
def test_what_is_no_picture_is_said_so_in_both_languages(source: bytes) -> None:
    with pytest.raises(images.UnreadablePicture) as caught:
        images.read(source)
    assert "JPEG" in str(caught.value)
    assert "图片" in language.translate(caught.value.key, "zh", **caught.value.values)


def test_a_picture_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 1_000_000)
    with pytest.raises(images.UnreadablePicture, match="4 million pixels"):
        images.read(encoded(Image.new("1", (2000, 2000)), "PNG"))


@pytest.mark.parametrize("url", ["", "hello", "data:text/html;base64,aGk=", "data:image/png;base64,***", "data:image/png,raw"])
def test_only_a_picture_is_taken_from_the_pad(url: str) -> None:
    with pytest.raises(images.UnreadablePicture):
        images.from_data_url(url)


def test_an_array_survives_the_way_through_an_address() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (7, 9, 3), np.uint8)
    assert np.array_equal(images.read(images.from_data_url(images.to_data_url(picture))), picture)
