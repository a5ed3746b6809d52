"""What several tests need: the whole program running as its own process, and a real browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _data_dir(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes into the user's own folder."""
    os.environ["GALLERY_DATA_DIR"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def url(_data_dir: None) -> Iterator[str]:
    """The address of a gallery that runs for the whole session, warm."""
    with server.running() as address:
        server.wait_until_warm(address)
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator["object"]:
    """A headless Chromium. Without one: a skip at home, a failure under CI=true."""
    from playwright.sync_api import Error, sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("GALLERY_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--headless", "--no-sandbox", "--disable-gpu"])
        except Error as problem:
            if os.environ.get("CI", "").lower() == "true":
                pytest.fail(f"CI has no Chromium to test with: {problem}")
            pytest.skip("no Chromium on this machine; python3 start.py test installs one")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python in the project's folder: python("-c", "...", NAME="value of an environment variable")."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=240,
        )  # fmt: skip

    return run
