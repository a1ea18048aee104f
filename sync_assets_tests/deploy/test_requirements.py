"""The files that say which versions are installed: they agree, and name no host."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def versions(page: Path) -> dict[str, str]:
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]+\])?==([^ ;\\]+)", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pinned}


def test_an_installation_has_the_versions_that_the_tests_had() -> None:
    tested, installed = versions(ROOT / "constraints.txt"), versions(ROOT / "deploy" / "requirements.txt")
    assert {"dagster", "sqlalchemy", "psycopg", "openpyxl"} <= installed.keys()
    # What only other systems need is not on the machine that wrote the constraints.
    assert {name: version for name, version in installed.items() if name in tested} == {
        name: tested[name] for name in installed if name in tested
    }


def test_every_package_has_the_hashes_of_its_files_and_no_host_is_named() -> None:
    page = (ROOT / "deploy" / "requirements.txt").read_text("utf-8")
    packages = re.split(r"\n(?=[A-Za-z0-9])", page.split("\n", 1)[1])
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in page
