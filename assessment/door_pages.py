"""The pages at the door, as plain HTML: they must work before anything else is loaded."""

import html

from shared import settings
from shared.problems import Problem
from shared.visitor import Visitor


def login(who: Visitor, problem: Problem | None = None, username: str = "") -> str:
    """The log-in page; problem: what was wrong with the last try."""
    return _page(who, "door_login", _form(who, "login", "door_enter", problem, username, "current-password"))


def setup(who: Visitor, token: str, problem: Problem | None = None, username: str = "") -> str:
    """The page that makes the first account."""
    hidden = f'<input type="hidden" name="token" value="{html.escape(token)}">'
    hint = f"<p>{html.escape(who.say('assessment_door_setup_hint'))}</p>"
    return _page(who, "door_setup", hint + _form(who, "setup", "door_create", problem, username, "new-password", hidden))


def trouble(who: Visitor, problem: Problem) -> str:
    """The page that says why the gradebook cannot be opened."""
    return _page(who, "door_login", f'<p role="alert" class="wrong">{html.escape(_said(who, problem))}</p>')


def _said(who: Visitor, problem: Problem) -> str:
    return who.say(problem.key, **problem.values)


def _form(
    who: Visitor, action: str, button: str, problem: Problem | None, username: str, password: str, hidden: str = ""
) -> str:  # fmt: skip
    def say(key: str) -> str:
        return html.escape(who.say(f"assessment_{key}"))

    wrong = f'<p role="alert" class="wrong">{html.escape(_said(who, problem))}</p>' if problem else ""
    here = settings.current()
    open_air = f'<p class="warning">{say("door_no_tls")}</p>' if here.is_public and not here.has_tls else ""
    return (
        f'{open_air}{wrong}<form method="post" action="/grades/{action}">{hidden}'
        f'<label for="username">{say("door_username")}</label>'
        f'<input id="username" name="username" autocomplete="username" autocapitalize="none" required autofocus '
        f'value="{html.escape(username)}">'
        f'<label for="password">{say("door_password")}</label>'
        f'<input id="password" name="password" type="password" autocomplete="{password}" required>'
        f"<button>{say(button)}</button></form>"
    )


def _page(who: Visitor, title: str, body: str) -> str:
    heading = html.escape(who.say(f"assessment_{title}"))
    back = html.escape(who.say("assessment_door_back"))
    return (
        f'<!doctype html><html lang="{"zh-CN" if who.language == "zh" else "en"}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{heading}</title><style>{_STYLE}</style>'
        f'<main><h1>{heading}</h1>{body}<p class="back"><a href="/">{back}</a></p></main></html>'
    )


_STYLE = """
:root { color-scheme: light dark; --paper: #fbf9f4; --ink: #1b1917; --sheet: #fff; --line: #cfc6b4; --accent: #0068a6;
  --on-accent: #fff; --warning: #b34a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #1b1917; --ink: #f4f0e6; --sheet: #262320; --line: #575046;
  --accent: #56b4e9; --on-accent: #141210; --warning: #e69f00; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper);
  color: var(--ink);
  font: 18px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif; }
main { width: min(26rem, 100%); }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.2; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; min-height: 48px; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 8px; }
button { width: 100%; min-height: 48px; margin-top: 1.5rem; font: inherit; font-weight: 600; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.wrong, .warning { padding: .75rem 1rem; border-left: 4px solid var(--warning); background: var(--sheet); }
.back { margin-top: 1.5rem; }
a { color: var(--accent); }
"""
