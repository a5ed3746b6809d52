"""No handler ever shows a trace: a problem becomes a sentence, in the visitor's language, where it was asked for."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import gradio as gr
import pytest

from shared.handlers import polite
from shared.problems import Problem


class Broken(Problem):
    """Whatever."""


def fails(problem: Exception):
    def handler(request: gr.Request) -> str:
        raise problem

    return handler


def test_a_problem_is_its_sentence() -> None:
    with pytest.raises(gr.Error) as caught:
        polite(fails(Broken("picture_unreadable")))(None)
    assert "JPEG" in caught.value.message and caught.value.title == "Please note"


def test_anything_else_is_an_apology_and_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(gr.Error) as caught:
        polite(fails(ZeroDivisionError("secret")))(None)
    assert "secret" not in caught.value.message and "try again" in caught.value.message
    assert "secret" in caplog.text


def test_the_sentence_can_stand_in_the_place_of_the_answer() -> None:
    shown = polite(fails(Broken("picture_unreadable")), instead=lambda sentence: (sentence, 1))(None)
    assert "JPEG" in shown[0] and shown[1] == 1


def test_waiting_and_streaming_handlers_are_covered_too() -> None:
    @polite(instead=str.upper)
    async def waits(request: gr.Request) -> str:
        raise Broken("picture_unreadable")

    @polite(instead=str.upper)
    async def streams(request: gr.Request):
        yield "first"
        raise Broken("picture_unreadable")

    async def collect() -> list[str]:
        return [await waits(None), *[part async for part in streams(None)]]

    # In a thread: another test's browser may keep an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        first, second, third = thread.submit(lambda: asyncio.run(collect())).result(20)
    assert "JPEG" in first and second == "first" and third == first
