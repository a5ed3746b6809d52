"""Short videos for tests, made of the room's example photos: two people who move, filmed by nobody."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from shared import images

PHOTOS = Path(__file__).resolve().parent.parent / "demos" / "faces" / "examples"
LEFT, RIGHT = "eileen_collins", "barack_obama_1"  # who is on a clip; photo 2 shows the right one again
WIDE, HIGH = 640, 360
RATE = 12


def photo(name: str, height: int = 300) -> np.ndarray:
    """An example photo, this high."""
    found = images.read(PHOTOS / f"{name}.jpg", longest_side=1200)
    import cv2

    scale = height / found.shape[0]
    return cv2.resize(found, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def pictures(seconds: float, rate: float = RATE) -> Iterator[np.ndarray]:
    """The frames (360, 640, 3): two photos, swaying."""
    people = [photo(LEFT)[:, :270], photo(RIGHT)[:, :270]]
    for number in range(round(seconds * rate)):
        frame = np.full((HIGH, WIDE, 3), (70, 90, 110), np.uint8)
        for place, person in enumerate(people):
            sway = np.sin(number / rate * 2 + place)
            x, y = int(20 + place * 320 + 15 * sway), int(30 + 12 * np.cos(number / rate * 3 + place))
            frame[y : y + person.shape[0], x : x + person.shape[1]] = person
        yield frame


def write(
    path: Path,
    frames: Iterator[np.ndarray],
    *,
    rate: float = RATE,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    turned: int = 0,
    times_s: list[float] | None = None,
    sound: str = "",
    options: dict[str, str] | None = None,
) -> Path:
    """A video file in the format that its name says. turned: degrees to the left that a player must turn it by; times_s: when
    each frame is shown, for a rate that varies; sound: a codec for a tone, "" for none.
    """
    with av.open(str(path), "w", options=options or {}) as file:
        stream = file.add_stream(codec, rate=Fraction(rate).limit_denominator(1001))
        stream.pix_fmt = pixels
        if turned:
            stream.set_display_rotation(turned)
        tone = file.add_stream(sound, rate=48_000, layout="mono") if sound else None
        last_s = 0.0
        for number, image in enumerate(frames):
            if not number:
                stream.height, stream.width = image.shape[:2]
                if times_s:
                    stream.codec_context.time_base = Fraction(1, 1000)
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            if times_s:
                frame.pts, frame.time_base = round(times_s[number] * 1000), Fraction(1, 1000)
            last_s = times_s[number] if times_s else number / rate
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
        if tone is not None:
            for start in range(0, round((last_s + 1 / rate) * 48_000), 960):
                wave = (np.sin(np.arange(start, start + 960) / 20) * 9000).astype(np.int16)[None]
                heard = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
                heard.sample_rate, heard.pts, heard.time_base = 48_000, start, Fraction(1, 48_000)
                file.mux(tone.encode(heard))
            file.mux(tone.encode(None))
    return path


def two_people(path: Path, seconds: float = 3, **how: object) -> Path:
    """The usual clip."""
    return write(path, pictures(seconds), **how)  # type: ignore[arg-type]
