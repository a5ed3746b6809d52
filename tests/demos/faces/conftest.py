"""What the room's tests share."""

from collections.abc import Iterator

import httpx
import pytest

from demos.faces import model
from tests.gradio_page import Page


@pytest.fixture(autouse=True)
def _every_test_asks_for_networks_anew() -> Iterator[None]:
    """A network that one test could not fetch is not held against the next."""
    model._failed.clear()
    yield
    model._failed.clear()


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    """An English visitor's open page."""
    with httpx.Client(base_url=url.rstrip("/"), timeout=120, headers={"Accept-Language": "en"}) as client:
        yield Page(client, "")
