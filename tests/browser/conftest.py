"""A visitor: a page in a real browser that can reach the gallery and nobody else, and notes every complaint."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

expect.set_options(timeout=20_000)


@dataclass
class Visit:
    """page: the browser's page. outside: addresses elsewhere that it asked for. complaints: errors in its console."""

    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def tab(self, name: str) -> None:
        """Open a tab by its label."""
        self.page.get_by_role("tab", name=name, exact=True).click()

    def draw(self, *strokes: list[tuple[float, float]]) -> None:
        """Draw with the mouse; corners as shares of the pad's width and height."""
        canvas = self.page.locator("#mnist-pad canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        for stroke in strokes:
            places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place, steps=6)
            self.page.mouse.up()

    def answer(self) -> str:
        """What stands large beside the pad, "" for nothing."""
        big = self.page.locator("#mnist-answer .big")
        return big.inner_text() if big.count() else ""


@pytest.fixture
def visit(url: str, chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """visit(path="", **options of a browser context) -> Visit, once the pad is there."""
    contexts = []

    def begin(path: str = "", address: str = url, **options: Any) -> Visit:
        context = chromium.new_context(**{"locale": "en-US", "viewport": {"width": 1366, "height": 768}, **options})
        contexts.append(context)
        visiting = Visit(context.new_page())
        own = urlsplit(address).netloc

        def guard(route: Any) -> None:
            if urlsplit(route.request.url).netloc == own:
                route.continue_()
            else:
                visiting.outside.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        visiting.page.on("console", lambda said: visiting.complaints.append(said.text) if said.type == "error" else None)
        visiting.page.on("pageerror", lambda problem: visiting.complaints.append(str(problem)))
        visiting.page.goto(address + path)
        visiting.page.locator("#mnist-pad canvas").wait_for()
        expect(visiting.page.locator("#mnist-answer")).not_to_be_empty()
        return visiting

    yield begin
    for context in contexts:
        context.close()
