"""What a visitor may name as a file: only what was uploaded through the same door.

Gradio copies the file that an event names into its cache, and serves it from there. A mounted app does not check whose file
that is (`processing_utils._check_allowed` asks only apps that were launched), so anybody could fetch any file that the server
can read. This stands in front of both doors and looks into every event before Gradio does.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_API = "/gradio_api/"
_MOST_BYTES = 8 * 2**20  # of an event; files do not travel in events
_SMALL = 2**17  # bytes of one that is looked into at once; a larger one in a thread, so that nobody waits for it
_DEEPEST = 40
_MOST_PARTS = 400_000  # values in an event
_given: set[str] = set()  # what was uploaded and not yet taken back


def keep_apart() -> None:
    """Let every upload have a folder of its own.

    Gradio names the folder after the file's content, so that two visitors who upload the same photo share one file, and
    whoever is served first would take it away from the other (`shared.passing`).
    """
    from gradio import route_utils

    begin = route_utils.GradioUploadFile.__init__

    def begin_apart(upload: route_utils.GradioUploadFile, /, *arguments: Any, **named: Any) -> None:
        begin(upload, *arguments, **named)
        upload.sha.update(secrets.token_bytes(16))

    if begin.__name__ != begin_apart.__name__:
        route_utils.GradioUploadFile.__init__ = begin_apart  # type: ignore[method-assign, assignment]


def take_back(file: Path) -> bool:
    """Whether this file was uploaded, and may be moved or deleted; asked a second time it is not there any more.

    The door's folder also holds Gradio's copies of example pictures, whose places everybody can read in the page.
    """
    place = str(file.resolve())
    if place not in _given:
        return False
    _given.discard(place)
    return True


class OnlyOwnUploads:
    """ASGI middleware. folders: a door's path ("" for the gallery) -> its upload folder; the longest path that fits counts."""

    def __init__(self, app: "ASGIApp", folders: Mapping[str, Path]) -> None:
        self.app = app
        self.folders = {path: folder.resolve() for path, folder in sorted(folders.items(), key=lambda one: -len(one[0]))}

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        path = scope.get("path", "")
        door = next((one for one in self.folders if path.startswith(f"{one}{_API}")), None)
        if scope["type"] != "http" or door is None:
            await self.app(scope, receive, send)
            return
        what = path[len(door) + len(_API) :]
        if what.startswith("deep_link"):  # would hand one session's contents to whoever has the link
            await JSONResponse({"detail": "There are no such links here."}, status_code=403)(scope, receive, send)
            return
        if what.startswith("file"):
            # A preview may be asked for while its photo is being taken away (`shared.passing`): no reason for a trace.
            with suppress(FileNotFoundError):
                await self.app(scope, receive, send)
            return
        if scope["method"] == "POST" and what == "upload":
            await self.app(scope, receive, _listening(send))
            return
        if scope["method"] != "POST" or what.startswith("upload"):
            await self.app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            problem: tuple[int, str] | None = (413, "This event is too large.")
        elif len(body) <= _SMALL:
            problem = _refusal(body, self.folders[door])
        else:
            problem = await asyncio.to_thread(_refusal, body, self.folders[door])
        if problem:
            await JSONResponse({"detail": problem[1]}, status_code=problem[0])(scope, receive, send)
            return
        scope["gallery_event"] = body
        await self.app(scope, _again(body or b"", receive), send)


def _listening(send: "Send") -> "Send":
    """Notes which files an upload was answered with."""
    pieces: list[bytes] = []

    async def heard(message: "Message") -> None:
        if message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))
            if not message.get("more_body"):
                with suppress(ValueError, TypeError):
                    _given.update(str(Path(place).resolve()) for place in json.loads(b"".join(pieces)))
        await send(message)

    return heard


async def _whole(receive: "Receive") -> bytes | None:
    """A request's body; None if it is larger than an event can be."""
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > _MOST_BYTES:
            return None
        if not message.get("more_body"):
            return b"".join(pieces)


def _again(body: bytes, receive: "Receive") -> "Receive":
    """The body once more, for who comes next."""
    said = False

    async def replay() -> "Message":
        nonlocal said
        if said:
            return await receive()
        said = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _refusal(body: bytes, folder: Path) -> tuple[int, str] | None:
    """Why an event is not let in: (status, sentence), or None."""
    try:
        event = json.loads(body) if body.strip() else None
    except (ValueError, RecursionError):
        return 400, "This event is no JSON."
    try:
        for named in _files(event, [_MOST_PARTS]):
            if not Path(named).resolve().is_relative_to(folder):
                return 403, "This file was not uploaded here."
    except TooMuch:
        return 413, "This event is too large."
    except (ValueError, OSError):  # no path at all: a NUL in it, or too long
        return 403, "This file was not uploaded here."
    if event is not None and not isinstance(event, dict):
        return 400, "This is no event."  # Gradio would send it back in its answer, however large it is
    return None


class TooMuch(Exception):
    """An event holds more values than any of ours does."""


def _files(part: Any, left: list[int], depth: int = 0) -> Iterator[str]:
    """Every path that an event names as a file. left: how many values it may still hold."""
    left[0] -= 1
    if left[0] < 0:
        raise TooMuch
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(part, dict):
        if isinstance(path := part.get("path"), str):
            yield path
        for one in part.values():
            yield from _files(one, left, depth + 1)
    elif isinstance(part, list):
        for one in part:
            yield from _files(one, left, depth + 1)
