"""Who may import whom, and what may not be loaded before the first page is out."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "torchvision", "timm", "diffusers", "cv2", "onnxruntime", "plotly", "facenet_pytorch", "av"}
FOLDERS = ("demos", "course", "shared", "assessment", "benchmarks")
SOURCES = [ROOT / "app.py", ROOT / "start.py", *sorted(file for top in FOLDERS for file in (ROOT / top).rglob("*.py"))]


def imported(file: Path, *, at_top: bool = False) -> set[str]:
    """The full names of all modules that a file imports, relative ones resolved; only those at its top if asked."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    package = file.relative_to(ROOT).parent.parts
    found: set[str] = set()
    for node in tree.body if at_top else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down(file: Path) -> None:
    where = file.relative_to(ROOT).parts
    for module in imported(file):
        top, *rest = module.split(".")
        if where[0] == "demos" and top == "demos" and len(where) > 2 and rest and where[-1] != "evaluate.py":
            assert rest[0] == where[1], f"{file} imports another demo: {module}"
        if where[0] in ("course", "shared", "assessment", "demos"):
            assert top not in ("app", "start", "tests", "benchmarks"), f"{file} imports upwards: {module}"
        if where[0] in ("course", "shared"):
            assert top not in ("demos", "assessment"), f"{file} imports upwards: {module}"
        if where[0] == "assessment":
            assert top != "demos", f"{file} imports a demo: {module}"
        if where[0] == "demos":
            assert top != "assessment", f"{file} imports the gradebook: {module}"
        if top == "gradio":
            assert where[0] == "shared" or where == ("app.py",) or where[-1].startswith("page") or where[0] == "benchmarks", (
                f"{file} imports gradio and is no page"
            )


PURE = (
    "rounding scores policy policyfile policytext grades curves gradebook cohort statistics cutoffs whatif explaining findings "
    "terminal sandbox bins risk settling"
)


@pytest.mark.parametrize("name", PURE.split())
def test_the_gradebooks_core_knows_no_files_and_no_screens(name: str) -> None:
    upper = {f"assessment.{module}" for module in ("importing", "exporting", "store", "cli", "reports", "page")}
    for module in imported(ROOT / "assessment" / f"{name}.py"):
        assert not any(module == one or module.startswith(f"{one}.") for one in upper), f"{name} imports {module}"


def test_start_needs_the_standard_library_alone() -> None:
    import sys

    assert {name.split(".")[0] for name in imported(ROOT / "start.py")} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "demos").glob("*/page*.py")), ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_a_page_loads_nothing_heavy_at_its_top(file: Path) -> None:
    assert not {name.split(".")[0] for name in imported(file, at_top=True)} & HEAVY


def test_the_page_is_composed_without_anything_heavy(python) -> None:
    """What app.py really has loaded when the page is ready to be served."""
    done = python("-c", "import app, json, sys; app.compose(); print(json.dumps(sorted(sys.modules)))")
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(json.loads(done.stdout.splitlines()[-1]))


def test_every_room_of_the_gallery_is_furnished() -> None:
    from demos import GALLERY

    for room in GALLERY:
        for name in ("page.py", "engine.py", "texts.toml", "CARD.md"):
            assert (ROOT / "demos" / room / name).is_file(), f"demos/{room} has no {name}"
