"""The gradebook's door: log in, log out, the first account; and a guard that lets nobody past without a session.

The guard stands in front of everything under /grades, before Gradio sees the request. It also refuses what another site sends
(OWASP, "Cross-Site Request Forgery"): the cookie is SameSite=Lax, and writing requests must come from our own origin.
"""

import json
import secrets
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from itsdangerous import BadSignature, TimestampSigner
from starlette.concurrency import run_in_threadpool

from shared import settings, visitor
from shared.problems import Problem

from . import door_pages
from .store import accounts
from .store.accounts import Person
from .store.database import Database

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/grades"
COOKIE = "grades_session"
_OPEN = {
    (method, f"{PATH}/{page}") for page, methods in (("login", "GET POST"), ("setup", "GET POST"), ("logout", "POST"))
    for method in methods.split()
}  # fmt: skip
_AT_ONCE = 2  # hashing a password takes 64 MB and a core; a flood of tries must wait
_MOST_WAITING = 20
_MOST_SESSIONS = 20_000  # pages that are remembered with who opened them
_KEPT_BY_BROWSERS = (f"{PATH}/assets/", f"{PATH}/static/")
_HEADERS = [
    (b"cache-control", b"no-store"), (b"x-frame-options", b"SAMEORIGIN"), (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]  # fmt: skip


class Door:
    """Who is in. database: opened when it is first needed."""

    def __init__(self, url: str | None = None) -> None:
        self._url, self._lock = url, threading.Lock()
        self._database: Database | None = None
        self._setup_token: str | None = None

    @property
    def database(self) -> Database:
        """The gradebook's database. Raises NoDatabase."""
        with self._lock:
            if self._database is None:
                self._database = Database(self._url)
            return self._database

    def setup_link(self) -> str | None:
        """The one-time link that makes the first account, for the terminal; None if there is an account."""
        if accounts.any_account(self.database):
            return None
        self._setup_token = self._setup_token or secrets.token_urlsafe(24)
        return f"{PATH}/setup?token={self._setup_token}"

    def fits_setup(self, token: str) -> bool:
        """Whether a token is the one in the terminal."""
        return self._setup_token is not None and secrets.compare_digest(token.encode(), self._setup_token.encode())

    def set_up(self, token: str, username: str, password: str) -> Person:
        """Make the first account. Raises BadAccount, also for a link that was used."""
        if not self.fits_setup(token):
            raise accounts.BadAccount("assessment_setup_done")
        person = accounts.add(self.database, username, password, owner=True, first=True)
        self._setup_token = None
        return person

    def person(self, request: Request) -> Person | None:
        """Who a request comes from, by its cookie."""
        try:
            token = self._signer().unsign(request.cookies.get(COOKIE, ""), max_age=30 * 24 * 3600).decode()
        except BadSignature:
            return None
        return accounts.session_person(self.database, token)

    def let_in(self, request: Request, person: Person) -> Response:
        """Open a session, in place of the one that the browser may have had, and send it to the gradebook."""
        self.log_out(request)
        answer = RedirectResponse(f"{PATH}/", status_code=303)
        self.set_cookie(request, answer, self._signer().sign(accounts.open_session(self.database, person)).decode())
        return answer

    def set_cookie(self, request: Request, answer: Response, value: str) -> None:
        """HttpOnly, SameSite, only for the gradebook, only over https where there is https."""
        answer.set_cookie(
            COOKIE, value, max_age=accounts.SESSION_S, path=PATH, httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip

    def renewed(self, request: Request) -> tuple[bytes, bytes]:
        """The header that lets a session's cookie live on, as the session itself does."""
        answer = Response()
        self.set_cookie(request, answer, self._signer().sign(self._signer().unsign(request.cookies.get(COOKIE, ""))).decode())
        return b"set-cookie", answer.headers["set-cookie"].encode()

    def log_out(self, request: Request) -> None:
        """End the session behind a request."""
        try:
            token = self._signer().unsign(request.cookies.get(COOKIE, "")).decode()
        except BadSignature:
            return
        accounts.close_session(self.database, token)

    def _signer(self) -> TimestampSigner:
        return TimestampSigner(_secret(settings.current().data_dir / "gradebook" / "secret.key"), salt="gradebook")


def _secret(path: Path) -> str:
    """The key that signs cookies: made once, readable by this user alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        draft.replace(path)
    return path.read_text()


def current(request: Any) -> str | None:
    """Gradio's `auth_dependency`: the name of who is in. The guard has asked already; this is the second lock."""
    person: Person | None = request.scope.get("gallery_person")
    return person.username if person else None


def router(door: Door) -> APIRouter:
    """Log in, log out, first account."""
    routes = APIRouter()
    at_once = CapacityLimiter(_AT_ONCE)

    @routes.get(f"{PATH}/login", response_class=HTMLResponse, include_in_schema=False)
    def login_page(request: Request) -> str:
        return door_pages.login(visitor.of(request))

    waiting = 0

    @routes.post(f"{PATH}/login", include_in_schema=False)
    async def login(request: Request, username: str = Form(""), password: str = Form("")) -> Response:
        nonlocal waiting
        if waiting >= _MOST_WAITING:
            busy = Problem("assessment_door_busy")
            return HTMLResponse(door_pages.login(visitor.of(request), busy, username), status_code=503)
        waiting += 1
        try:
            # They wait here and not in a thread: those who are in need the threads.
            person = await to_thread.run_sync(accounts.log_in, door.database, username, password, limiter=at_once)
        except Problem as problem:
            return HTMLResponse(door_pages.login(visitor.of(request), problem, username), status_code=401)
        finally:
            waiting -= 1
        return await run_in_threadpool(door.let_in, request, person)

    @routes.get(f"{PATH}/logout", include_in_schema=False)
    def stay() -> Response:
        return RedirectResponse(f"{PATH}/", status_code=303)  # Gradio's own would look like a way out, and be none

    @routes.post(f"{PATH}/logout", include_in_schema=False)
    def logout(request: Request) -> Response:
        door.log_out(request)
        answer = RedirectResponse(f"{PATH}/login", status_code=303)
        answer.delete_cookie(COOKIE, path=PATH)
        return answer

    @routes.get(f"{PATH}/setup", response_class=HTMLResponse, include_in_schema=False)
    def setup_page(request: Request, token: str = "") -> Response:
        if not door.fits_setup(token):
            return RedirectResponse(f"{PATH}/login", status_code=303)
        return HTMLResponse(door_pages.setup(visitor.of(request), token))

    @routes.post(f"{PATH}/setup", include_in_schema=False)
    def setup(request: Request, token: str = Form(""), username: str = Form(""), password: str = Form("")) -> Response:
        try:
            return door.let_in(request, door.set_up(token, username, password))
        except Problem as problem:
            return HTMLResponse(door_pages.setup(visitor.of(request), token, problem, username), status_code=400)

    return routes


class Guard:
    """ASGI middleware: nothing under /grades answers without a session but the log-in itself."""

    def __init__(self, app: "ASGIApp", door: Door) -> None:
        self.app, self.door = app, door
        self._pages: OrderedDict[str, int] = OrderedDict()  # Gradio's session hash -> the account that opened the page

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        path = scope.get("path", "")
        if scope["type"] not in ("http", "websocket") or not (path == PATH or path.startswith(f"{PATH}/")):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":  # the gradebook has none
            await send({"type": "websocket.close", "code": 4401})
            return
        request = Request(scope)
        refusal = await self._refusal(request, path)
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        is_page = path == f"{PATH}/" and "gallery_person" in scope

        async def private(message: "Message") -> None:
            if message["type"] == "http.response.start":
                renewed = [self.door.renewed(request)] if is_page else []
                message["headers"] = [*message["headers"], *_HEADERS, *renewed]
            await send(message)

        await self.app(scope, receive, send if path.startswith(_KEPT_BY_BROWSERS) else private)

    async def _refusal(self, request: Request, path: str) -> Response | None:
        if path == PATH:
            return RedirectResponse(f"{PATH}/", status_code=307)
        if request.method not in ("GET", "HEAD") and _is_from_elsewhere(request):
            return JSONResponse({"detail": "This request comes from another site."}, status_code=403)
        if (request.method, path) in _OPEN:
            return None
        try:
            person = await run_in_threadpool(self.door.person, request)
        except Problem as problem:
            return HTMLResponse(door_pages.trouble(visitor.of(request), problem), status_code=503)
        if person is None:
            if path == f"{PATH}/" and request.method == "GET":
                return HTMLResponse(door_pages.login(visitor.of(request)), status_code=401)
            return JSONResponse({"detail": visitor.of(request).say("assessment_logged_out")}, status_code=401)
        if not self._is_own(request, person):
            return JSONResponse({"detail": visitor.of(request).say("assessment_not_allowed")}, status_code=403)
        request.scope["gallery_person"] = person
        return None

    def _is_own(self, request: Request, person: Person) -> bool:
        """Whether the open page that a request speaks of, by Gradio's session hash, was opened by this person.

        To Gradio the hash is the only key to what a page holds: dropped files, trials, answers on their way.
        """
        named = {request.query_params.get("session_hash"), request.path_params.get("session_hash")}
        if "/heartbeat/" in request.url.path:
            named.add(request.url.path.rpartition("/")[2])
        if event := request.scope.get("gallery_event"):
            said = json.loads(event)
            named.add(said.get("session_hash") if isinstance(said, dict) else None)
        for session in filter(None, map(str, filter(None, named))):
            owner = self._pages.pop(session, person.id)
            self._pages[session] = owner
            if owner != person.id:
                return False
        while len(self._pages) > _MOST_SESSIONS:
            self._pages.popitem(last=False)
        return True


def _is_from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site sent a request. Programs that are no browsers say nothing and have no cookies
    that somebody could abuse.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
