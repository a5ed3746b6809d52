"""What stands between a page's handlers and the visitor: a problem becomes one sentence in their language."""

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from shared import visitor
from shared.problems import Problem

log = logging.getLogger(__name__)


def polite(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap an event handler (plain, async, or async generator) that takes `request: gr.Request` last.

    A `Problem` is shown as its sentence; anything else is logged with its trace and shown as a plain apology.
    """

    def say(problem: Exception, arguments: tuple[Any, ...], named: dict[str, Any]) -> gr.Error:
        request = next((a for a in (*arguments, *named.values()) if isinstance(a, gr.Request)), None)
        who = visitor.of(request)
        if isinstance(problem, Problem):
            return gr.Error(who.say(problem.key, **problem.values), title=who.say("error_title"), print_exception=False)
        log.error("a handler failed", exc_info=problem)
        return gr.Error(who.say("error_unexpected"), title=who.say("error_title"), print_exception=False)

    if inspect.isasyncgenfunction(handler):

        @functools.wraps(handler)
        async def streaming(*arguments: Any, **named: Any) -> Any:
            try:
                async for result in handler(*arguments, **named):
                    yield result
            except gr.Error:
                raise
            except Exception as problem:
                raise say(problem, arguments, named) from None

        return streaming

    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def waiting(*arguments: Any, **named: Any) -> Any:
            try:
                return await handler(*arguments, **named)
            except gr.Error:
                raise
            except Exception as problem:
                raise say(problem, arguments, named) from None

        return waiting

    @functools.wraps(handler)
    def plain(*arguments: Any, **named: Any) -> Any:
        try:
            return handler(*arguments, **named)
        except gr.Error:
            raise
        except Exception as problem:
            raise say(problem, arguments, named) from None

    return plain
