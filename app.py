"""The whole program: one FastAPI app with the gallery at `/` and the gradebook at `/grades`, served by uvicorn.

Own routes come first, then the gradebook, the gallery last, because it answers every path that is left.
"""

import argparse
import asyncio
import importlib
import logging
import os
import sys
import threading
import time
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from shared import address, certificate, devices, settings

if TYPE_CHECKING:
    from pathlib import Path

    import gradio as gr
    from fastapi import FastAPI

    from assessment.door import Door

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
_UPLOADS_KEPT_S = 3600
_GOODBYE_S = 1
_DOORS = {"/grades": "gradebook", "": "gallery"}  # path -> the name of its upload folder


def gallery() -> "gr.Blocks":
    """The gallery's page: the bar, then a tab for each room of `demos.GALLERY`."""
    import gradio as gr

    from course import loader
    from demos import GALLERY
    from shared import furniture, language

    course = loader.load()
    title = {to: settings.current().title or course.name[to] for to in language.LANGUAGES}
    with gr.Blocks(title=title["en"], delete_cache=(600, _UPLOADS_KEPT_S)) as page:
        furniture.bar(title)
        with gr.Tabs(elem_id="rooms"):
            for name in GALLERY:
                with furniture.tab(f"{name}_tab", name):
                    # Not the room's own Blocks: Gradio makes a web server for each, which takes it a quarter of a second.
                    importlib.import_module(f"demos.{name}.page").lay_out(page)
    page.queue(default_concurrency_limit=8, max_size=200)
    return page


def compose() -> "FastAPI":
    """The app with all its doors. Raises `shared.settings.BadSetting` for a setting that cannot be meant."""
    from fastapi import FastAPI

    from assessment import door as doors
    from assessment import downloads
    from assessment import page as gradebook
    from demos.faces import engine as faces
    from shared import source, uploads

    door = doors.Door()
    uploads.keep_apart()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=_warm_up, args=(door,), name="warm-up", daemon=True).start()
        yield

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    app.include_router(source.router)
    app.include_router(doors.router(door))
    app.include_router(downloads.router(door))
    app.add_middleware(doors.Guard, door=door)
    app.add_middleware(uploads.OnlyOwnUploads, folders={path: _uploads(name) for path, name in _DOORS.items()})
    _mount(app, lambda: gradebook.build(door, faces.RollCall()), doors.PATH, _DOORS[doors.PATH], doors.current)
    return _mount(app, gallery, "/", _DOORS[""])


def _mount(
    app: "FastAPI", build: "Callable[[], gr.Blocks]", path: str, name: str, who: "Callable[..., str | None] | None" = None
) -> "FastAPI":
    """Build a door's page and mount it, with an upload folder that no other door can read from.

    who: says who a request comes from; where it says nobody, Gradio answers nothing.
    """
    import gradio as gr

    from shared import language, theme

    os.environ["GRADIO_TEMP_DIR"] = str(_uploads(name))
    page = build()
    return gr.mount_gradio_app(
        app,
        page,
        path,
        i18n=language.dictionary(),
        theme=theme.theme(),
        css_paths=theme.STYLESHEETS,
        head=theme.head(),
        footer_links=[],
        max_file_size=f"{settings.current().upload_mb}mb",
        show_error=True,
        ssr_mode=False,
        auth_dependency=who,
    )


def _uploads(name: str) -> "Path":
    """Where a door keeps what its visitors upload."""
    return settings.current().data_dir / "uploads" / name


def _warm_up(door: "Door") -> None:
    """Load what the rooms need once the first page is out, so that the first stroke does not wait for torch."""
    from demos import GALLERY

    time.sleep(1)
    try:
        if link := door.setup_link():
            print(f"The gradebook has no account yet. Make the first one, once: {_own_url()}{link.lstrip('/')}", flush=True)
    except Exception as problem:  # the gallery opens without a gradebook, and the gradebook's page says why
        print(f"gradebook: {problem}", file=sys.stderr)
    for name in GALLERY:
        engine = importlib.import_module(f"demos.{name}.engine")
        try:
            engine.warm_up()
        except Exception as problem:  # a room without its weights must not keep the others cold
            print(f"{name}: {problem}", file=sys.stderr)


def _choose_port() -> int:
    """The port to listen on. Ends the program, in one sentence, if it is taken and no other was agreed on."""
    here = settings.current()
    free = address.free_port(here.host, here.port)
    if free == here.port:
        return free
    print(f"Port {here.port} is in use by another program; port {free} is free.")
    if sys.stdin.isatty() and input(f"Open the gallery on port {free}? [Y/n] ").strip().lower() in ("", "y", "yes"):
        return free
    sys.exit(f"Choose it with GALLERY_PORT={free}, or stop the other program.")


def main() -> None:
    """Serve the gallery until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Serve the gallery.")
    parser.add_argument("--browser", action="store_true", help="open a browser once the server answers")
    options = parser.parse_args()
    devices.before_torch()
    os.umask(0o077)  # what is uploaded and what is stored is nobody else's business
    try:
        here = settings.current()
        port = _choose_port()
    except (settings.BadSetting, OSError) as problem:
        sys.exit(f"The gallery cannot start: {problem}")
    if port != here.port:
        os.environ["GALLERY_PORT"] = str(port)
        settings.current.cache_clear()

    import uvicorn

    try:
        cert, key = certificate.files()
    except OSError as problem:
        sys.exit(f"The gallery cannot start: {problem}")
    server = uvicorn.Server(
        uvicorn.Config(
            compose(), host=here.host, port=port, log_level="warning", access_log=False,
            timeout_graceful_shutdown=_GOODBYE_S, ssl_certfile=cert, ssl_keyfile=key,
        )
    )  # fmt: skip
    logging.getLogger("uvicorn.error").addFilter(_is_no_goodbye)
    threading.Thread(target=_announce, args=(server, _own_url(), options.browser), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.run()
    print("\nThe gallery is closed.", flush=True)
    # Every door has shut down by now. A training's threads are still computing, and would crash an ordinary exit.
    os._exit(0)


def _own_url() -> str:
    """The gallery's address on this machine."""
    here = settings.current()
    shown = "localhost" if here.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else here.host
    return f"{'https' if here.has_tls else 'http'}://{shown}:{here.port}/"


def _is_no_goodbye(record: logging.LogRecord) -> bool:
    """False for what uvicorn logs as errors when it cuts the streams that open pages keep: that is how it should end."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut and "timeout graceful shutdown" not in record.getMessage()


def _announce(server: "object", url: str, browser: bool) -> None:
    while not getattr(server, "started", False):
        time.sleep(0.05)
    print(f"The gallery is open at {url}  (Ctrl-C closes it)", flush=True)
    if browser:
        webbrowser.open(url)


if __name__ == "__main__":
    main()
