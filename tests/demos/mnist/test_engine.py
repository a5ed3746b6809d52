"""A picture in, an answer out: right on digits, and honest about everything else."""

import cv2
import numpy as np
import pytest

from demos.mnist import data, engine, evaluate
from shared.images import UnreadablePicture
from tests import pad


def ask(paper: np.ndarray, network: str = "best", *, drawn: bool = True) -> engine.Answer:
    return engine.ask(engine.Question(pad.png(paper), drawn, network)).result(60)


@pytest.mark.parametrize("network", ["best", "lecture"])
def test_a_drawn_seven_is_a_seven(network: str) -> None:
    found = ask(pad.sheet(), network)
    assert (found.number, found.verdict) == ("7", "read")
    (reading,) = found.readings
    assert sum(reading.probabilities) == pytest.approx(1) and reading.confidence > 0.9
    x1, y1, x2, y2 = reading.box_xyxy
    assert (x1, x2) == pytest.approx((0.36 * 420 - 10, 0.62 * 420 + 10), abs=4)
    assert (y1, y2) == pytest.approx((0.22 * 280 - 10, 0.82 * 280 + 10), abs=6)


def test_an_untouched_pad_is_blank() -> None:
    assert ask(np.full((280, 420), 255, np.uint8)).verdict == "blank"


@pytest.mark.parametrize("number", ["2026", "1956", "70", "31415926"])
def test_digits_beside_each_other_are_read_as_a_number(number: str) -> None:
    """Each by another hand: MNIST's test digits, side by side on one sheet."""
    labels = data.load().test.labels.numpy()
    height = 60
    paper = np.full((280, 420), 255, np.uint8)
    for place, digit in enumerate(number):
        image = data.load().test.images[int(np.flatnonzero(labels == int(digit))[3 + place])].numpy()
        tight = image[np.ix_(image.any(1), image.any(0))]
        width = max(6, round(height * tight.shape[1] / tight.shape[0]))
        left = 8 + place * (404 // len(number))
        width = min(width, 404 // len(number) - 6)
        paper[110 : 110 + height, left : left + width] = 255 - cv2.resize(tight, (width, height), interpolation=cv2.INTER_CUBIC)
    assert ask(paper).number == number


def test_digits_that_touch_are_cut_apart() -> None:
    paper = pad.sheet(width=14, dx=-0.11, size=0.8)
    pad.add(paper, pad.SEVEN, 14, dx=0.09, size=0.8)
    labels, _ = cv2.connectedComponents((paper < 128).astype(np.uint8))
    assert labels == 2, "one piece of ink and the paper"
    assert ask(paper).number == "77"


def test_half_a_stroke_is_not_cut_into_digits() -> None:
    found = ask(pad.sheet([(0.3, 0.3), (0.7, 0.3)]))
    assert (len(found.readings), found.verdict) == (1, "unclear")


def test_what_is_no_digit_is_not_guessed_at() -> None:
    """Of things the judge was never shown, nine in ten must be turned away, and of digits hardly one in a hundred."""
    found = evaluate.turned_away(engine.network("best"), engine.network("judge"))
    assert found["no_digits_turned_away"] > 0.9
    assert found["digits_turned_away"] < 0.012


@pytest.mark.parametrize("network", ["best", "lecture"])
def test_a_scribble_says_so_whichever_network_reads(network: str) -> None:
    chance = np.random.default_rng(3)
    corners = [tuple(point) for point in chance.uniform(0.2, 0.8, (30, 2))]
    assert ask(pad.sheet(corners, 8), network).verdict == "unclear"


@pytest.mark.parametrize("width", [4, 20, 40])
def test_neat_digits_of_a_mouse_are_not_turned_away(width: int) -> None:
    paper = np.full((280, 420), 255, np.uint8)
    cv2.ellipse(paper, (210, 140), (60, 90), 0, 0, 360, 0, width, cv2.LINE_AA)
    assert (ask(paper).number, ask(paper).verdict) == ("0", "read")
    assert (ask(pad.sheet([(0.5, 0.2), (0.5, 0.8)], width)).number) == "1"


@pytest.mark.parametrize("side", [28, 64, 900])
@pytest.mark.parametrize("white_on_black", [True, False])
def test_a_file_of_any_size_is_read_either_way_round(side: int, white_on_black: bool) -> None:
    right = 0
    for row in range(20):
        image = cv2.resize(data.load().test.images[row].numpy(), (side, side), interpolation=cv2.INTER_CUBIC)
        found = ask(image if white_on_black else 255 - image, drawn=False)
        right += found.number == str(int(data.load().test.labels[row]))
    assert right >= 19


def test_what_is_no_picture_is_said_so() -> None:
    with pytest.raises(UnreadablePicture):
        engine.ask(engine.Question(b"no picture", drawn=False)).result(60)


def test_many_people_at_once_get_each_their_own_answer() -> None:
    labels = data.load().test.labels[:200].tolist()
    papers = [255 - cv2.resize(image, (280, 280)) for image in data.load().test.images[:200].numpy()]
    futures = [
        engine.ask(engine.Question(pad.png(paper), True, "best" if i % 2 else "lecture")) for i, paper in enumerate(papers)
    ]
    answers = [future.result(60) for future in futures]
    right = sum(answer.number == str(label) for answer, label in zip(answers, labels, strict=True))
    assert right >= 190
    assert sum(a.number == ask(papers[i], "best" if i % 2 else "lecture").number for i, a in enumerate(answers[:20])) == 20
