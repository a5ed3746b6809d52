"""Start and stop the whole program for a test, a screenshot or a benchmark."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 120


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, program: Sequence[str] = ("app.py",), **environment: str) -> "subprocess.Popen[str]":
    """Start app.py on `port` with these settings and return at once; its output goes to a pipe. program: another one."""
    settings = {**os.environ, "GALLERY_PORT": str(port), "PYTHONUNBUFFERED": "1", **environment}
    return subprocess.Popen(
        [sys.executable, *program], cwd=ROOT, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def wait_until_it_answers(process: "subprocess.Popen[str]", url: str) -> None:
    """Wait for the first HTTP 200. Raises RuntimeError, with what it printed, if it ends before."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the program ended early:\n{process.stdout.read() if process.stdout else ''}")
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError(f"nothing answers at {url}")


def _interrupt(process: "subprocess.Popen[str]") -> None:
    """Press Ctrl-C."""
    if os.name == "nt":
        process.terminate()
    else:
        process.send_signal(signal.SIGINT)


def stop(process: "subprocess.Popen[str]") -> str:
    """Press Ctrl-C and return everything it printed."""
    _interrupt(process)
    try:
        return process.communicate(timeout=30)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


@contextmanager
def running(
    said: list[str] | None = None, program: Sequence[str] = ("app.py",), **environment: str
) -> Iterator[str]:  # fmt: skip
    """The program's address while the block runs, e.g. "http://127.0.0.1:41234/"; its uploads go to a folder of its own.

    said: gets everything that it prints. program: what Python runs in place of app.py.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = start(port, program, **{"GALLERY_DATA_DIR": folder, **environment})
        try:
            wait_until_it_answers(process, f"{url}healthz")
            reader = threading.Thread(target=_drain, args=(process, said if said is not None else []), daemon=True)
            reader.start()
            yield url
        finally:
            _interrupt(process)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
            process.kill()


def _drain(process: "subprocess.Popen[str]", said: list[str]) -> None:
    """Read what a program prints: once a pipe is full the program waits for ever."""
    assert process.stdout is not None
    said.extend(process.stdout)


def wait_until_warm(url: str) -> None:
    """Wait until the networks are loaded: until a first drawing has been read."""
    from tests.pad import predict, sheet

    predict(url, sheet())
