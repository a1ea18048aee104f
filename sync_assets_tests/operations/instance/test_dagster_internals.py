"""The fence round Dagster's private modules: one file goes through it, and what an upgrade breaks has a name here."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import dagster
import pytest

ROOT = Path(__file__).parents[3]
DOOR = ROOT / "sync_assets" / "operations" / "instance" / "dagster_internals.py"
DOOR_OF_TESTS = ROOT / "sync_assets_tests" / "operations" / "dagster_internals.py"
PRIVATE = re.compile(r"dagster(_\w+)?(\.\w+)*\._|dagster_shared\b")


def imported(path: Path) -> Iterator[tuple[str, str, int]]:
    """Yield each import of a file: the module, the name, the line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name, node.lineno) for alias in node.names)


def reason(line: int) -> str:
    return DOOR.read_text("utf-8").splitlines()[line - 1].partition("#")[2].strip()


NEEDED = [(module, name, line) for module, name, line in imported(DOOR) if PRIVATE.match(module)]


@pytest.mark.parametrize("package", ["sync_assets", "sync_assets_tests", "benchmarks"])
def test_one_file_alone_imports_private_modules_of_dagster(package: str) -> None:
    others = [
        f"{path.relative_to(ROOT)}:{line} imports {module}.{name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        if path not in {DOOR, DOOR_OF_TESTS}
        for module, name, line in imported(path)
        if PRIVATE.match(f"{module}.{name}")
    ]
    assert not others, f"Take it from {DOOR.name}: {others}"


@pytest.mark.parametrize("file", ["dagster.yaml", "deploy/dagster.yaml", "deploy/helm-values.yaml"])
def test_no_instance_file_names_a_private_module_of_dagster(file: str) -> None:
    assert not PRIVATE.search((ROOT / file).read_text("utf-8"))


@pytest.mark.parametrize(("module", "name", "line"), NEEDED, ids=[f"{module}.{name}" for module, name, _ in NEEDED])
def test_dagster_still_has_what_the_door_takes(module: str, name: str, line: int) -> None:
    assert reason(line), f"{DOOR.name}:{line} does not say what {name} is needed for"
    broken = f"Dagster {dagster.__version__} has no {module}.{name} any more; it was needed for: {reason(line)}"
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError:
        pytest.fail(broken)
    assert hasattr(found, name), broken
