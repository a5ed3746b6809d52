#!/usr/bin/env python3
"""Sets everything up and opens the gallery. Standard library only; Python 3.11 or newer; Linux, macOS and Windows.

    python3 start.py              install what is missing, then open the gallery in a browser
    python3 start.py serve        the same, said in full
    python3 start.py test         install, then check style and types and run all tests
    python3 start.py setup        install only
    python3 start.py train NAME   install, then reproduce the shipped weights of demos/NAME

What stands after "--" goes to the program that is started:
    python3 start.py test -- -k mnist
    python3 start.py train mnist -- --recipe best
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"  # PyTorch without CUDA: a tenth of the bytes
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupFailed(Exception):
    """Something could not be installed. The message says in one sentence what to do."""


def say(sentence: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(f"[gallery] {sentence}", flush=True)


def run(*command: object) -> int:
    """Run a command in the project's folder and wait for it. Returns its exit status."""
    process, interrupted = subprocess.Popen([str(part) for part in command], cwd=ROOT), False
    while True:
        try:
            status = process.wait()
            break
        except KeyboardInterrupt:
            interrupted = True  # Ctrl-C reached the command as well: let it end in its own time
    if interrupted and status:
        raise KeyboardInterrupt
    return status


def install(*files: str) -> None:
    """Make the virtual environment and install requirement files whose text has changed. Raises SetupFailed."""
    if not PYTHON.exists():
        say("Making a virtual environment in .venv ...")
        if run(sys.executable, "-m", "venv", VENV):
            shutil.rmtree(VENV, ignore_errors=True)
            raise SetupFailed(
                "The virtual environment could not be made; on Debian or Ubuntu install it with "
                '"apt install python3-venv" and start again.'
            )
    for file in files:
        wanted = hashlib.sha256((ROOT / file).read_bytes()).hexdigest()
        stamp = VENV / f"{file}.installed"
        if stamp.exists() and stamp.read_text() == wanted:
            continue
        say(f"Installing {file}; the first time takes a few minutes ...")
        if file == "requirements.txt":
            install_torch_for_cpu()
        if pip("-r", file):
            raise SetupFailed(
                f"Installing {file} failed, see the lines above; check the internet connection and the free disk space, "
                "then start again: what is there already is kept."
            )
        stamp.write_text(wanted)


def pip(*arguments: str) -> int:
    """pip install, quietly. Returns its exit status."""
    return run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def install_torch_for_cpu() -> None:
    """On Linux without an NVIDIA GPU, take PyTorch from its CPU index if that answers at once.

    Elsewhere, or if it does not work out, the default registry's PyTorch comes with the other requirements.
    """
    if not sys.platform.startswith("linux") or shutil.which("nvidia-smi") or Path("/dev/nvidia0").exists():
        return
    try:
        with urllib.request.urlopen(f"{CPU_WHEELS}/torch/", timeout=4):
            pass
    except OSError:
        return
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    torch = [line.split("#")[0].strip() for line in lines if line.startswith(("torch>", "torchvision>"))]
    if pip("--index-url", CPU_WHEELS, *torch):
        say("PyTorch's CPU index did not deliver; the default registry's PyTorch is larger but works as well.")


def find_chromium() -> "str | None":
    """A Chromium or Chrome on this machine, or one that Playwright has downloaded, or None."""
    if found := os.environ.get("GALLERY_CHROMIUM"):
        return found
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([str(PYTHON), "-c", ask], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return answer if answer and Path(answer).exists() else None


def apt_install(*packages: str) -> None:
    """Install Debian packages, quietly; whether it worked is for the caller to see."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for step in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *step], env=environment, stdout=subprocess.DEVNULL, check=False)


def install_chromium() -> None:
    """Get a Chromium for the browser tests: Debian's package when root, Playwright's download elsewhere."""
    if find_chromium():
        return
    say("Installing Chromium for the browser tests ...")
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        apt_install("chromium", "fonts-noto-cjk")
    if not find_chromium():
        run(PYTHON, "-m", "playwright", "install", "chromium")
    if not find_chromium():
        say("No Chromium could be installed; install one by hand and name it in GALLERY_CHROMIUM to run the browser tests.")


def has_postgres() -> bool:
    """Whether there is a PostgreSQL server to test with; Debian keeps its programs off the path."""
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def install_postgres() -> None:
    """Get a PostgreSQL server for the gradebook's tests: Debian's package when root. Elsewhere they are skipped without one."""
    if has_postgres() or os.environ.get("GALLERY_TEST_DATABASE_URL"):
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("Installing PostgreSQL for the gradebook's tests ...")
        apt_install("postgresql")


def can_open_browser() -> bool:
    """Whether there is a screen to open a browser on."""
    if os.environ.get("CI") or os.environ.get("SSH_CONNECTION"):
        return False
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def start_app(passed_on: "list[str]", browser: bool) -> int:
    """Run the gallery until it is closed. Returns its exit status."""
    say("Starting ...")
    return run(PYTHON, "app.py", *(["--browser"] if browser and can_open_browser() else []), *passed_on)


def test(passed_on: "list[str]") -> int:
    """Style, types, then all tests. Returns the first exit status that is not 0."""
    checks = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
    for check in checks:
        say(" ".join(check))
        if status := run(PYTHON, "-m", *check):
            return status
    if chromium := find_chromium():
        os.environ["GALLERY_CHROMIUM"] = chromium
    say("pytest")
    return run(PYTHON, "-m", "pytest", *passed_on)


def main() -> int:
    """The command line. Returns the exit status."""
    if sys.version_info < (3, 11):
        sys.exit("The gallery needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))
    arguments, passed_on = sys.argv[1:], []
    if "--" in arguments:
        passed_on = arguments[arguments.index("--") + 1 :]
        arguments = arguments[: arguments.index("--")]
    parser = argparse.ArgumentParser(prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="serve", choices=["serve", "test", "setup", "train"])
    parser.add_argument("name", nargs="?", help="with train: which demo")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    options = parser.parse_args(arguments)
    if (options.what == "train") != bool(options.name):
        parser.error("train takes the name of a demo, such as mnist; the other commands take none")
    os.chdir(ROOT)
    install("requirements.txt")
    if options.what in ("test", "setup", "train"):
        install("requirements-dev.txt")
    if options.what == "test":
        install_chromium()
        install_postgres()
        return test(passed_on)
    if options.what == "train":
        return run(PYTHON, "-m", f"demos.{options.name}.train", *passed_on)
    if options.what == "setup":
        say("Everything is installed.")
        return 0
    return start_app(passed_on, browser=not options.no_browser)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupFailed as problem:
        sys.exit(f"[gallery] {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
