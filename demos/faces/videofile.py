"""Videos from outside, frame by frame, and videos for every browser: MP4 with H.264 in 4:2:0. By PyAV, which brings its
codecs along. A whole video is never in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from shared import devices
from shared.faces.detection import Array
from shared.problems import Problem

if TYPE_CHECKING:
    import av

LONGEST_SIDE = 1280  # pixels of what is shown and written
MOST_PIXELS = 40_000_000  # of a frame in the file; 8K has 33 million
# Only these are tried: others fetch what a playlist names, from this machine or from anywhere. Sounds are among them to be told
# that they are no videos.
_FORMATS = "mov,matroska,avi,gif,mpegts,ogg,mp3,wav,flac,aac"
_SOUNDS = ("aac", "mp3")  # which every browser plays out of an MP4, and which are copied as they are
_TICKS = 90_000  # in a second, as fine as MPEG times anything
_SMALLEST = 16  # pixels of a side, below which H.264 has no blocks
_FASTEST = 240  # frames a second that a file may claim

Sound = Literal["kept", "dropped", "none"]


class BadVideo(Problem):
    """The file is no video that we can read. The message can be shown."""


@dataclass(frozen=True)
class Facts:
    """What a video says of itself. size_wh: pixels as shown, upright, shrunk to `LONGEST_SIDE`, both even; turns: quarter
    turns to the left that make it upright; seconds: None where the file does not say; rate: mean frames in a second;
    start_s: the time of its beginning, by its own clock; sound: what becomes of it.
    """

    size_wh: tuple[int, int]
    turns: int
    seconds: float | None
    rate: float
    start_s: float
    sound: Sound


@dataclass(frozen=True)
class Shot:
    """A frame: image (H, W, 3) uint8 RGB, upright and writable; now_s: since the beginning, growing from shot to shot;
    read_share: how much of the file has been read by now, 0 to 1.
    """

    image: Array
    now_s: float
    read_share: float


def look(source: Path) -> Facts:
    """What a video is, by its first frame. Raises BadVideo."""
    import av

    with _opened(source) as container:
        picture, sound = _picture(container), _sound(container)
        first = next((part for part in _parts(container, [picture]) if isinstance(part, av.VideoFrame)), None)
        if first is None:
            raise BadVideo("faces_video_empty")
        rate = float(picture.average_rate or picture.guessed_rate or 25)
        start = container.start_time / av.time_base if container.start_time is not None else first.time or 0.0
        return Facts(
            *_shape(first, picture.sample_aspect_ratio),
            _seconds(container, picture, sound is None),
            min(rate, _FASTEST) if rate > 0 else 25.0,
            start,
            "none" if sound is None else "kept" if sound.codec_context.name in _SOUNDS else "dropped",
        )


def _shape(frame: "av.VideoFrame", pixel: Fraction | None) -> tuple[tuple[int, int], int]:
    """The size and the quarter turns of `Facts`. pixel: its width for its height, where it is not square."""
    turns = round(frame.rotation / 90) % 4  # phones film lying on the side and say so
    width, height = frame.width * float(pixel or 1), float(frame.height)
    if turns % 2:
        width, height = height, width
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    wide, high = (max(_SMALLEST, 2 * round(side * scale / 2)) for side in (width, height))
    return (wide, high), turns


def _seconds(container: Any, picture: Any, alone: bool) -> float | None:
    """How long the pictures last, if that is known; a file's own length may be that of its sound."""
    import av

    if picture.duration and picture.time_base:
        return float(picture.duration * picture.time_base)
    return container.duration / av.time_base if alone and container.duration else None


def shots(source: Path, facts: Facts) -> "Iterator[Shot | av.Packet[Any]]":
    """The frames of a video and, in between, the packets of its sound if it is kept, in the order of the file.

    A damaged frame is left out; where the file breaks off, so does this. Raises BadVideo.
    """
    import av

    bytes_whole = max(1, source.stat().st_size if source.is_file() else 1)
    bytes_read, before = 0, float("-inf")
    with _opened(source) as container:
        picture = _picture(container)
        sound = _sound(container) if facts.sound == "kept" else None
        wide, high = facts.size_wh[::-1] if facts.turns % 2 else facts.size_wh
        for part in _parts(container, [picture] + ([sound] if sound else [])):
            if isinstance(part, av.VideoFrame):
                time = part.time - facts.start_s if part.time is not None else before + 1 / facts.rate
                before = max(time, before + 0.001) if before >= 0 else max(0.0, time)
                small = part.reformat(wide, high, "rgb24", interpolation="AREA").to_ndarray()
                image = np.ascontiguousarray(np.rot90(small, facts.turns)) if facts.turns else small
                yield Shot(image, before, min(1.0, bytes_read / bytes_whole))
            else:
                bytes_read = max(bytes_read, (part.pos or 0) + part.size)
                if sound and part.stream.index == sound.index and part.pts is not None and part.dts is not None:
                    yield part


@contextmanager
def _opened(source: Path) -> Iterator[Any]:
    import av

    if not source.is_file():
        raise BadVideo("faces_video_gone")
    try:
        container = av.open(str(source), options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"})
    except (av.FFmpegError, UnicodeError):
        raise BadVideo("faces_video_unreadable") from None
    with container:
        yield container


def _picture(container: Any) -> Any:
    """The stream of moving pictures; a record's cover is none."""
    import av
    from av.stream import Disposition

    found = next((one for one in container.streams.video if not one.disposition & Disposition.attached_pic), None)
    if found is None:
        raise BadVideo("faces_video_no_picture" if container.streams.audio else "faces_video_unreadable")
    context = found.codec_context
    if context is None:
        raise BadVideo("faces_video_unreadable")
    if context.width * context.height > MOST_PIXELS:
        raise BadVideo("faces_video_too_large", width=context.width, height=context.height, most=MOST_PIXELS // 10**6)
    context.options = {"max_pixels": str(MOST_PIXELS)}  # frames may grow on the way
    context.thread_type, context.thread_count = "AUTO", min(4, devices.cores())
    assert isinstance(found, av.VideoStream)
    return found


def _sound(container: Any) -> Any:
    return next((one for one in container.streams.audio if one.codec_context is not None), None)


def _parts(container: Any, streams: list[Any]) -> "Iterator[av.VideoFrame | av.Packet[Any]]":
    """Packets as they come, and after each of pictures the frames that it completes."""
    import av

    try:
        for packet in container.demux(*streams):
            yield packet
            if packet.stream.type != "video":
                continue
            try:
                yield from packet.decode()
            except av.FFmpegError:  # a damaged one; the next may be whole
                continue
    except av.FFmpegError:  # the file breaks off
        return


class Writer:
    """An MP4 in the making, as a context: left by an exception, nothing stays of it.

    target: the file; source: where kept sound is copied from.
    """

    def __init__(self, target: Path, facts: Facts, source: Path) -> None:
        self._target, self._facts, self._source = target, facts, source

    def __enter__(self) -> "Writer":
        import av

        # The index goes to the front, so that a browser plays while it loads.
        self._file = av.open(str(self._target), "w", format="mp4", options={"movflags": "+faststart"})
        rate = Fraction(self._facts.rate).limit_denominator(1001)
        self._picture = self._file.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "23"})
        context: Any = self._picture.codec_context
        context.width, context.height = self._facts.size_wh
        context.pix_fmt, context.time_base = "yuv420p", Fraction(1, _TICKS)
        context.gop_size = max(1, round(2 * self._facts.rate))  # one can jump to every other second
        context.thread_count = 1
        context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709, or browsers guess by the size
        self._sound: Any = None
        if self._facts.sound == "kept":
            with _opened(self._source) as container:
                self._sound = self._file.add_stream_from_template(_sound(container))
        return self

    def show(self, image: Array, now_s: float) -> None:
        """Add a frame (H, W, 3) uint8 RGB of the facts' size; now_s: as in `Shot`, later than the last one."""
        import av

        frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p", dst_colorspace="ITU709")
        frame.pts, frame.time_base = round(now_s * _TICKS), Fraction(1, _TICKS)
        self._file.mux(self._picture.encode(frame))

    def play(self, packet: "av.Packet[Any]") -> None:
        """Add a packet of the source's sound."""
        assert packet.pts is not None and packet.dts is not None
        begins = round(self._facts.start_s / packet.time_base)
        packet.pts, packet.dts = packet.pts - begins, packet.dts - begins
        packet.stream = self._sound
        self._file.mux(packet)

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        import av

        try:
            if kind is None:
                self._file.mux(self._picture.encode(None))
            self._file.close()
        except (av.FFmpegError, ValueError):
            if kind is None:
                self._target.unlink(missing_ok=True)
                raise
        if kind is not None:
            self._target.unlink(missing_ok=True)
