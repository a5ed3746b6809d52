"""What is drawn on a frame can be seen: the colours say who is known, and a name is written in its own letters."""

import numpy as np
import pytest

from demos.faces import drawing
from demos.faces.live import Seen

GREY = 90
POINTS = np.array([[80, 110], [120, 110], [100, 125], [85, 145], [115, 145]], np.float32)


def seen(name: str = "", known: bool = True, box: tuple[float, ...] = (60, 80, 140, 170)) -> Seen:
    return Seen(1, np.array(box, np.float32), POINTS, name, known, 0.7)


def drawn(*faces: Seen, size: tuple[int, int] = (640, 360), unknown: str = "陌生人") -> np.ndarray:
    frame = np.full((size[1], size[0], 3), GREY, np.uint8)
    drawing.Painter(size, unknown).draw(frame, faces)
    return frame


def count(frame: np.ndarray, colour: tuple[int, int, int]) -> int:
    return int((np.abs(frame.astype(int) - colour).max(-1) < 12).sum())


INK = (20, 18, 16)


def test_green_is_known_and_orange_is_not() -> None:
    known, stranger = drawn(seen("Grace Hopper")), drawn(seen())
    assert count(known, drawing.KNOWN_RGB) > 500 and not count(known, drawing.UNKNOWN_RGB)
    assert count(stranger, drawing.UNKNOWN_RGB) > 500 and not count(stranger, drawing.KNOWN_RGB)


@pytest.mark.parametrize(("one", "other"), [("艾琳", "王芳"), ("Grace", "Trace"), ("李", "季")])
def test_every_name_is_written_in_its_own_letters(one: str, other: str) -> None:
    """A font without Chinese draws the same empty box for all of it."""
    first, second = drawn(seen(one)), drawn(seen(other))
    assert count(first, INK) > 20
    assert (first != second).any()


def test_a_letter_that_no_font_has_leaves_the_rest_of_the_name() -> None:
    assert count(drawn(seen("小明\U0001f600")), INK) > 20


def test_who_was_not_compared_yet_is_called_nothing() -> None:
    frame = drawn(seen(known=False))
    assert count(frame, drawing.UNKNOWN_RGB) > 100 and not count(frame, INK)


def test_landmarks_are_marked() -> None:
    frame = drawn(seen())
    for x, y in POINTS.astype(int):
        assert frame[y, x].tolist() != [GREY] * 3


def test_lines_and_letters_grow_with_the_frame() -> None:
    small, large = drawn(seen("Ada")), drawn(seen("Ada"), size=(1280, 720))
    assert count(large, drawing.KNOWN_RGB) > 1.5 * count(small, drawing.KNOWN_RGB)


@pytest.mark.parametrize(
    "box",
    [(-30, -20, 60, 70), (600, 300, 700, 400), (0, 0, 640, 360), (-500, -500, -300, -300), (300, 5, 340, 30)],
)
def test_a_box_at_or_over_the_edge_is_drawn_as_far_as_it_fits(box: tuple[float, ...]) -> None:
    frame = drawn(seen("A very long name that is longer than any frame is wide " * 3, box=box))
    assert frame.shape == (360, 640, 3) and count(frame, INK) > 20


def test_nobody_changes_nothing() -> None:
    assert (drawn() == GREY).all()
