"""What the documentation has to name, and the version that it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml

from sync_assets.cli.app import app
from sync_assets.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")})
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def linked_from_readme() -> str:
    """The text of README and of the pages that it links to."""
    names = re.findall(r"\]\(([\w./-]+\.md)(?:#[\w-]*)?\)", README)
    return "\n".join([README, *((ROOT / name).read_text("utf-8") for name in names)])


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_in_the_documentation_and_in_both_example_environments(name: str) -> None:
    word = re.compile(rf"\b{name}\b")
    assert word.search(linked_from_readme())
    for path in (ROOT / ".env.example", ROOT / "deploy" / ".env.example"):
        assert word.search(path.read_text("utf-8")), path


@pytest.mark.parametrize("path", [ROOT / ".env.example", ROOT / "deploy" / ".env.example"])
def test_an_example_environment_names_no_setting_that_there_is_not(path: Path) -> None:
    named = re.findall(r"^#?((?:SYNC|ADMINISTRATE)_\w+)=", path.read_text("utf-8"), re.MULTILINE)
    assert set(named) <= {name.upper() for name in Settings.model_fields}


def commands(group: typer.core.TyperGroup, before: str = "") -> Iterator[str]:
    """The commands of a group by the words that call them, those of groups within it too."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


@pytest.mark.parametrize("name", list(commands(typer.main.get_group(app))))
def test_every_command_is_in_the_documentation(name: str) -> None:
    assert re.search(rf"`(sync-assets )?{name}\b|sync-assets {name}\b", linked_from_readme())


def test_readme_links_every_page() -> None:
    linked = {(ROOT / name).resolve() for name in re.findall(r"\]\(([\w./-]+\.md)(?:#[\w-]*)?\)", README)}
    assert linked >= {page for page in PAGES if page.name != "README.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_of_the_repository(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]*)?\)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_version_is_that_of_pyproject_wherever_it_is_written() -> None:
    values = yaml.safe_load((ROOT / "deploy" / "helm-values.yaml").read_text("utf-8"))
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    assert deployment["image"]["tag"] == VERSION
    for path in (ROOT / "deploy" / ".env.example", *PAGES):
        for version in re.findall(r"sync-assets:(\d[\w.]*)", path.read_text("utf-8")):
            assert version == VERSION, path


def test_the_changelog_has_the_version() -> None:
    assert f"## [{VERSION}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
