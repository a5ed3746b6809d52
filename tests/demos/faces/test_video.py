"""Videos of two people who move: the right names, on every kind of file, at the right time; and one sentence for the rest."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from demos.faces import engine, live, video, videofile
from demos.faces.people import People
from shared import language
from tests import clips

COLLINS, OBAMA = "艾琳·柯林斯", "Barack Obama"


@lru_cache(maxsize=1)
def enrolled() -> People:
    """The two on the clip, one by the same photo, one by another."""
    people = People()
    for name, file in ((COLLINS, clips.LEFT), (OBAMA, "barack_obama_2")):
        people.add(name, engine.portrait_of(engine.read(clips.PHOTOS / f"{file}.jpg"))[0])
    return people


def annotate(source: Path, people: People | None = None, stop: Callable[[], bool] = lambda: False) -> video.Annotated:
    """Annotate to `out.mp4` beside the source."""
    options = live.Options(engine.threshold())
    return video.annotate(source, source.with_name("out.mp4"), people or People(), options, lambda _: None, stop, "陌生人")


def frames(file: Path) -> list[av.VideoFrame]:
    with av.open(str(file)) as opened:
        return list(opened.decode(video=0))


def test_both_are_named_from_the_first_second_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[float, live.Frame]] = []

    class Watched(live.Live):
        def step(self, frame: Any, people: People, options: live.Options, now: float) -> live.Frame:
            found.append((now, super().step(frame, people, options, now)))
            return found[-1][1]

    monkeypatch.setattr(live, "Live", Watched)
    told: list[float] = []
    source, target = clips.two_people(tmp_path / "two.mp4", 4), tmp_path / "out.mp4"
    result = video.annotate(source, target, enrolled(), live.Options(engine.threshold()), told.append, lambda: False)

    later = [frame for now, frame in found if now >= 1]
    right = sum(
        {face.name for face in frame.faces if face.box_xyxy[0] < clips.WIDE / 2} == {COLLINS}
        and {face.name for face in frame.faces if face.box_xyxy[0] >= clips.WIDE / 2} == {OBAMA}
        for frame in later
    )
    assert right / len(later) > 0.8
    assert result.frames == len(found) == len(frames(target)) == 48
    assert set(result.seen) <= {COLLINS, OBAMA, ""}
    assert all(result.seen[name] == pytest.approx(4, abs=1) for name in (COLLINS, OBAMA))
    assert told == sorted(told) and told[-1] == 1 and len(told) >= 48
    assert set(result.spent_ms) == set(video.STEPS) and result.spent_ms["draw"] > 0


def test_what_comes_out_plays_in_every_browser_and_shows_the_names(tmp_path: Path) -> None:
    source = clips.two_people(tmp_path / "two.mp4", 2, sound="aac")
    result = annotate(source, enrolled())
    target = tmp_path / "out.mp4"
    with av.open(str(target)) as opened:
        picture, sound = opened.streams.video[0], opened.streams.audio[0]
        assert (picture.codec_context.name, picture.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert sound.codec_context.name == "aac" and float(sound.duration * sound.time_base) == pytest.approx(2, abs=0.1)
    head = target.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat"), "it must play before it is loaded"
    assert result.sound == "kept"
    green = np.abs(frames(target)[-1].to_ndarray(format="rgb24").astype(int) - (61, 220, 151)).max(-1) < 40
    assert green[:, :320].sum() > 300 and green[:, 320:].sum() > 300


def test_with_nobody_enrolled_everybody_is_unknown(tmp_path: Path) -> None:
    assert list(annotate(clips.two_people(tmp_path / "two.mp4", 1)).seen) == [""]


def test_a_phone_held_upright_films_lying_down_and_is_turned_back(tmp_path: Path) -> None:
    lying = (np.ascontiguousarray(np.rot90(frame, -1)) for frame in clips.pictures(2))
    result = annotate(clips.write(tmp_path / "phone.mp4", lying, turned=90), enrolled())
    assert result.size_wh == (clips.WIDE, clips.HIGH)
    assert {COLLINS, OBAMA} <= set(result.seen)
    first = frames(tmp_path / "out.mp4")[0]
    assert (first.width, first.height, first.rotation) == (clips.WIDE, clips.HIGH, 0)


def test_a_varying_frame_rate_is_kept(tmp_path: Path) -> None:
    times = [0, 0.05, 0.1, 0.4, 0.45, 1.3, 1.35, 2.0]
    source = clips.write(tmp_path / "varying.mp4", clips.pictures(len(times) / clips.RATE), times_s=times)
    annotate(source)
    assert [frame.time for frame in frames(tmp_path / "out.mp4")] == pytest.approx(times, abs=0.002)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("clip.webm", {"codec": "libvpx", "sound": "libopus"}),
        ("clip.avi", {"codec": "mpeg4", "sound": "libmp3lame"}),
        ("clip.mov", {"codec": "mjpeg", "pixels": "yuvj420p"}),
        ("clip.gif", {"codec": "gif", "pixels": "rgb8"}),
    ],
)
def test_every_kind_of_file_is_read(tmp_path: Path, name: str, how: dict[str, str]) -> None:
    result = annotate(clips.two_people(tmp_path / name, 1.5, **how), enrolled())
    assert result.frames == 18 and result.seconds == pytest.approx(1.5, abs=0.1)
    assert {COLLINS, OBAMA} <= set(result.seen)
    assert result.sound == ("dropped" if "sound" in how else "none")


def test_a_large_video_is_shrunk_and_its_shape_kept(tmp_path: Path) -> None:
    large = (np.zeros((1080, 1920, 3), np.uint8) for _ in range(3))
    assert annotate(clips.write(tmp_path / "large.mp4", large)).size_wh == (1280, 720)


def test_of_a_long_video_the_beginning_is_done_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "MOST_SECONDS", 1)
    result = annotate(clips.two_people(tmp_path / "long.mp4", 2))
    assert result.cut and result.frames == clips.RATE and not result.broken


def test_a_file_that_breaks_off_is_done_so_far_and_that_is_said(tmp_path: Path) -> None:
    source = clips.two_people(tmp_path / "whole.mp4", 4, options={"movflags": "+faststart"})
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) * 2 // 3])
    result = annotate(source)
    assert result.broken and 0 < result.frames < 48


def no_video(folder: Path) -> dict[str, tuple[Path, str]]:
    """Files that are none, and the sentence that each should get."""
    made = {}

    def put(name: str, content: bytes, key: str) -> None:
        (folder / name).write_bytes(content)
        made[name] = folder / name, key

    good = clips.two_people(folder / "good.mp4", 1).read_bytes()
    put("empty.mp4", b"", "unreadable")
    put("text.mp4", b"This is no video. " * 200, "unreadable")
    put("cut.mp4", good[: len(good) // 2], "unreadable")  # what describes it stood at its end
    put("list.mp4", f"ffconcat version 1.0\nfile {folder}/good.mp4\n".encode(), "unreadable")
    put("list.m3u8", f"#EXTM3U\n#EXTINF:1,\n{folder}/good.mp4\n#EXT-X-ENDLIST\n".encode(), "unreadable")
    with av.open(str(folder / "sound.m4a"), "w") as file:
        tone = file.add_stream("aac", rate=48_000, layout="mono")
        heard = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), format="s16", layout="mono")
        heard.sample_rate = 48_000
        file.mux(tone.encode(heard))
        file.mux(tone.encode(None))
    made["sound.m4a"] = folder / "sound.m4a", "no_picture"
    webm = clips.two_people(folder / "good.webm", 1, codec="libvpx").read_bytes()
    put("nothing.webm", webm[:1000], "empty")
    from PIL import Image

    Image.new("L", (8000, 6000)).save(folder / "huge.gif")
    made["huge.gif"] = folder / "huge.gif", "too_large"
    made["away.mp4"] = folder / "away.mp4", "gone"
    return made


def test_what_is_no_video_gets_its_own_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    for name, (file, key) in no_video(tmp_path).items():
        with pytest.raises(videofile.BadVideo) as caught:
            annotate(file)
        assert caught.value.key == f"faces_video_{key}", name
        for to in language.LANGUAGES:
            assert language.translate(caught.value.key, to, **caught.value.values)
        assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("after", [0, 1, 7])
def test_stopped_nothing_is_left(tmp_path: Path, after: int) -> None:
    source = clips.two_people(tmp_path / "two.mp4", 2)
    asked = iter(range(1000))
    with pytest.raises(video.Stopped):
        annotate(source, stop=lambda: next(asked) >= after)
    assert [file.name for file in tmp_path.iterdir()] == ["two.mp4"]


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = clips.two_people(tmp_path / "two.mp4", 1)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the network is ill")

    monkeypatch.setattr(live.Live, "step", fail)
    with pytest.raises(RuntimeError):
        annotate(source)
    assert [file.name for file in tmp_path.iterdir()] == ["two.mp4"]


def test_a_single_tiny_picture_is_a_video_of_one_frame(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (1, 1)).save(tmp_path / "dot.gif")
    result = annotate(tmp_path / "dot.gif")
    assert result.frames == 1 and not result.seen
