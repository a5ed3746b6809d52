"""The one command that sets everything up."""

import hashlib
import sys
from pathlib import Path

import pytest

import start


def test_help_tells_all_of_it(python) -> None:
    told = python("start.py", "--help").stdout
    for word in ("serve", "test", "setup", "train", "--no-browser", '"--"'):
        assert word in told


@pytest.mark.parametrize("wrong", [["nonsense"], ["train"], ["setup", "mnist"], ["--nonsense"]])
def test_a_wrong_command_is_refused_before_anything_is_installed(python, wrong: list[str]) -> None:
    done = python("start.py", *wrong)
    assert done.returncode == 2
    assert "usage" in done.stderr and "Traceback" not in done.stderr
    assert "[gallery]" not in done.stdout


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An empty house with one requirements file; records every command instead of running it."""
    (tmp_path / "requirements.txt").write_text("torch>=2,<3\ngradio>=6\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.touch()
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": python,
        "CPU_WHEELS": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setattr(start, name, value)
    commands: list[list[str]] = []
    outcome = {"status": 0}

    def run(*command: object) -> int:
        commands.append([str(part) for part in command])
        return outcome["status"]

    monkeypatch.setattr(start, "run", run)
    return tmp_path, commands, outcome


def test_nothing_is_installed_a_second_time(house) -> None:
    root, commands, _ = house
    start.install("requirements.txt")
    assert commands[-1][1:4] == ["-m", "pip", "install"] and commands[-1][-1] == "requirements.txt"
    count = len(commands)
    start.install("requirements.txt")
    assert len(commands) == count
    (root / "requirements.txt").write_text("torch>=2,<3\ngradio>=6.31\n")
    start.install("requirements.txt")
    assert len(commands) == count + 1


def test_a_failed_installation_says_what_to_do_and_is_tried_again(house) -> None:
    _, commands, outcome = house
    outcome["status"] = 1
    for _ in range(2):
        with pytest.raises(start.SetupFailed, match=r"requirements\.txt failed.*internet connection.*start again"):
            start.install("requirements.txt")
    assert len(commands) == 2


def test_an_environment_that_cannot_be_made_says_what_to_do(house) -> None:
    _, _, outcome = house
    start.PYTHON.unlink()
    outcome["status"] = 1
    with pytest.raises(start.SetupFailed, match="python3-venv"):
        start.install("requirements.txt")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the CPU index is asked on Linux only")
def test_without_a_gpu_pytorch_comes_from_its_cpu_index_if_that_answers(house, monkeypatch: pytest.MonkeyPatch) -> None:
    root, commands, _ = house
    index = root / "index" / "torch"
    index.mkdir(parents=True)
    monkeypatch.setattr(start.shutil, "which", lambda _: None)
    monkeypatch.setattr(start, "CPU_WHEELS", (root / "index").as_uri())
    asked = []
    monkeypatch.setattr(
        start.urllib.request, "urlopen", lambda address, timeout: asked.append(address) or (root / "requirements.txt").open()
    )
    start.install_torch_for_cpu()
    assert asked and commands[-1][-1] == "torch>=2,<3" and start.CPU_WHEELS in commands[-1]
    commands.clear()
    monkeypatch.setattr(start.shutil, "which", lambda name: "/usr/bin/nvidia-smi" if name == "nvidia-smi" else None)
    start.install_torch_for_cpu()
    assert not commands, "with a GPU the default registry's PyTorch is the right one"


def test_what_stands_after_the_dashes_goes_to_the_program(house, monkeypatch: pytest.MonkeyPatch) -> None:
    root, commands, _ = house
    stamp = hashlib.sha256((root / "requirements.txt").read_bytes()).hexdigest()
    (root / ".venv" / "requirements.txt.installed").write_text(stamp)
    monkeypatch.setenv("CI", "true")  # no screen to open a browser on
    monkeypatch.setattr(sys, "argv", ["start.py", "serve", "--", "--some", "option"])
    assert start.main() == 0
    assert commands == [[str(start.PYTHON), "app.py", "--some", "option"]]


def test_a_browser_is_opened_only_where_there_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert start.can_open_browser() is not sys.platform.startswith("linux")
    monkeypatch.setenv("DISPLAY", ":0")
    assert start.can_open_browser()
    monkeypatch.setenv("SSH_CONNECTION", "somebody far away")
    assert not start.can_open_browser()
