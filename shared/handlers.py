"""What stands between a page's handlers and the visitor: a problem becomes one sentence in their language."""

import functools
import html
import inspect
import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from shared import visitor
from shared.problems import Problem

log = logging.getLogger(__name__)


def tell(who: visitor.Visitor, key: str, /, **values: object) -> None:
    """Say in passing that something was done. values may hold what somebody typed."""
    gr.Info(html.escape(who.say(key, **values)), title=who.say("done_title"))


def polite(handler: Callable[..., Any] | None = None, *, instead: Callable[[str], Any] | None = None) -> Any:
    """Wrap an event handler (plain, async, or async generator) that takes `request: gr.Request`.

    A `Problem` is shown as its sentence; anything else is logged with its trace and shown as a plain apology.
    instead: makes the handler's outputs from the sentence, so that it stands where the visitor looks. Without it the
    sentence is raised as a `gr.Error`, which Gradio shows only for events that go through the queue.
    """
    if handler is None:
        return functools.partial(polite, instead=instead)

    def outputs(problem: Exception, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        who = visitor.of(next((a for a in (*arguments, *named.values()) if isinstance(a, gr.Request)), None))
        if isinstance(problem, Problem):
            sentence = who.say(problem.key, **problem.values)
        else:
            log.error("a handler failed", exc_info=problem)
            sentence = who.say("error_unexpected")
        if instead is None:
            # Toasts are drawn as HTML, and a sentence may quote what somebody typed.
            raise gr.Error(html.escape(sentence), title=who.say("error_title"), print_exception=False) from None
        return instead(sentence)

    if inspect.isasyncgenfunction(handler):

        @functools.wraps(handler)
        async def streaming(*arguments: Any, **named: Any) -> Any:
            try:
                async for result in handler(*arguments, **named):
                    yield result
            except Exception as problem:
                yield outputs(problem, arguments, named)

        return streaming

    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def waiting(*arguments: Any, **named: Any) -> Any:
            try:
                return await handler(*arguments, **named)
            except Exception as problem:
                return outputs(problem, arguments, named)

        return waiting

    @functools.wraps(handler)
    def plain(*arguments: Any, **named: Any) -> Any:
        try:
            return handler(*arguments, **named)
        except Exception as problem:
            return outputs(problem, arguments, named)

    return plain
