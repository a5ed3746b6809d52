"""What the room's tests share."""

from collections.abc import Iterator

import pytest

from demos.faces import model


@pytest.fixture(autouse=True)
def _every_test_asks_for_networks_anew() -> Iterator[None]:
    """A network that one test could not fetch is not held against the next."""
    model._failed.clear()
    yield
    model._failed.clear()
