"""Process start to the first HTTP 200 of the page: the gallery and a bare `gr.Blocks`, in turn."""

import statistics
import subprocess
import sys
import time

from tests import server

from .row import Row

_ROUNDS = 7


def measure() -> list[Row]:
    """Medians over rounds in which both start one after the other."""
    ours, bare = [], []
    for _ in range(_ROUNDS):
        ours.append(_seconds([sys.executable, "app.py"]))
        bare.append(_seconds([sys.executable, "-m", "benchmarks.bare"]))
    gallery, other = statistics.median(ours), statistics.median(bare)
    return [
        Row("start to first page", f"{gallery:.2f} s", "a bare gr.Blocks with one textbox", f"{other:.2f} s", gallery / other)
    ]


def _seconds(command: list[str]) -> float:
    port = server.free_port()
    started = time.monotonic()
    if command[1] == "app.py":
        process = server.start(port)
    else:
        process = subprocess.Popen(
            [*command, str(port)], cwd=server.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    try:
        server.wait_until_it_answers(process, f"http://127.0.0.1:{port}/")
        return time.monotonic() - started
    finally:
        process.kill()
        process.communicate()
