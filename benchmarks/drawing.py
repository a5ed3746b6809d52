"""The pad under one hand and under fifty: the time from a stroke's request to its answer, through HTTP on this machine.

The people are simulated in the same machine's two cores, so their own work counts against the server.
"""

import asyncio
import math
import random
import statistics
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

from tests import pad, server

from .row import Row

_STROKES = 200
_PEOPLE, _EACH_PER_S, _SECONDS = 50, 4, 20
_LIMIT_MS = 500


def measure() -> list[Row]:
    """One person's median beside an empty Gradio handler's; fifty people's slowest; batched beside one by one."""
    with server.running() as url:
        server.wait_until_warm(url)
        ours = _one(pad.request(url, pad.data_url(pad.sheet())))
        crowd = asyncio.run(_crowd(url))
    bare = _bare()
    crowd.sort()
    slow = crowd[int(0.95 * len(crowd))]
    in_time = sum(ms <= _LIMIT_MS for ms in crowd) / len(crowd)
    batched, single = _rates()
    people = f"{_PEOPLE} people, {_EACH_PER_S} strokes a second each"
    echo = "an empty handler of a bare gr.Blocks, same drawing"
    return [
        Row("one stroke, median", f"{ours:.1f} ms", echo, f"{bare:.1f} ms", ours / bare),
        Row(f"{people}: 95 % within", f"{slow:.0f} ms", "the aim", f"{_LIMIT_MS} ms", slow / _LIMIT_MS),
        Row(f"{people}: answered in time", f"{in_time:.1%} of {len(crowd)}", "the aim", "95.0%", None),
        Row("drawings read a second, batched", f"{batched:.0f}", "one by one", f"{single:.0f}", batched / single),
    ]


def _one(request: urllib.request.Request) -> float:
    """Median milliseconds of one request after another."""
    times = []
    for _ in range(_STROKES):
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[_STROKES // 10 :])


def _bare() -> float:
    port = server.free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare", str(port)],
        cwd=server.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/"
    try:
        server.wait_until_it_answers(process, url)
        request = pad.request_to(url, 0, [pad.data_url(pad.sheet())])
        return _one(request)
    finally:
        process.kill()
        process.communicate()


async def _crowd(url: str) -> list[float]:
    """Milliseconds of every answer. Each person keeps one connection and, like the page, asks again only once answered."""
    drawings = [pad.data_url(pad.sheet(width=10 + number % 20, dx=number % 7 / 50 - 0.06)) for number in range(_PEOPLE)]
    requests = [_raw(pad.request(url, drawing, session=f"person{number}")) for number, drawing in enumerate(drawings)]
    chance, where = random.Random(0), urlsplit(url)
    times: list[float] = []

    async def person(request: bytes) -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        await asyncio.sleep(chance.random() / _EACH_PER_S)
        begun = time.perf_counter()
        while (now := time.perf_counter()) < begun + _SECONDS:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(int(line.split(b":")[1]) for line in head.lower().splitlines() if line.startswith(b"content-length"))
            await reader.readexactly(length)
            answered = time.perf_counter()
            times.append((answered - now) * 1000)
            ticks = math.ceil((answered - begun) * _EACH_PER_S)
            await asyncio.sleep(begun + ticks / _EACH_PER_S - answered)
        writer.close()

    await asyncio.gather(*(person(request) for request in requests))
    return times


def _raw(request: urllib.request.Request) -> bytes:
    """The request as it goes over the wire: the fifty people share two cores with the server, so they must be cheap."""
    body = request.data
    assert isinstance(body, bytes)
    headers = {"Host": request.host, "Content-Length": str(len(body)), **dict(request.header_items())}
    lines = [f"POST {request.selector} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _rates() -> tuple[float, float]:
    """Drawings that the engine reads in a second, together and one at a time."""
    from demos.mnist import engine

    engine.warm_up()
    questions = [engine.Question(pad.png(pad.sheet(width=10 + i % 20)), drawn=True) for i in range(400)]
    started = time.perf_counter()
    for future in [engine.ask(question) for question in questions]:
        future.result()
    batched = len(questions) / (time.perf_counter() - started)
    started = time.perf_counter()
    for question in questions:
        engine.ask(question).result()
    return batched, len(questions) / (time.perf_counter() - started)
