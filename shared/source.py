"""The rooms' own code, to be read in the browser: `/code/<room>/`. Works without internet, and shows what runs."""

import html
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from shared import visitor

_ROOMS = Path(__file__).resolve().parent.parent / "demos"
_SHOWN = (".py", ".md", ".toml")
router = APIRouter()


def files(room: str, rooms: Path = _ROOMS) -> list[Path]:
    """The files of a room that are shown, CARD.md first; empty if there is no such room."""
    folder = rooms / room
    if not room.isidentifier() or not folder.is_dir():
        return []
    found = [file for file in sorted(folder.iterdir()) if file.suffix in _SHOWN and not file.name.startswith("__")]
    return sorted(found, key=lambda file: file.suffix != ".md")


@router.get("/code/{room}/", response_class=HTMLResponse, include_in_schema=False)
def show(room: str, request: Request) -> str:
    """All files of a room on one page. 404 for a room that is not there."""
    shown = files(room)
    if not shown:
        raise HTTPException(404)
    who = visitor.of(request)
    links = " · ".join(f'<a href="#{file.name}">{file.name}</a>' for file in shown)
    texts = "".join(
        f'<h2 id="{file.name}">{file.name}</h2><pre>{html.escape(file.read_text(encoding="utf-8"))}</pre>' for file in shown
    )
    title = html.escape(who.say("code_title", room=room))
    return (
        f'<!doctype html><html lang="{who.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1><nav>{links}</nav>{texts}</html>"
    )


_STYLE = """
:root { color-scheme: light dark; --paper: #fbf9f4; --ink: #1b1917; --sheet: #fff; --accent: #0068a6; }
@media (prefers-color-scheme: dark) { :root { --paper: #1b1917; --ink: #f4f0e6; --sheet: #262320; --accent: #56b4e9; } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 18px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; }
a { color: var(--accent); }
pre { padding: 1rem; overflow-x: auto; background: var(--sheet); border-radius: 8px; font-size: 15px; line-height: 1.45; }
"""
