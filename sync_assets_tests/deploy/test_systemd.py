"""The units for systemd: what they start is installed, and only what runs the project's code gets the settings."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from importlib.metadata import entry_points
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").glob("*.service"))
ALL_UNITS = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
COMMANDS = {each.name for each in entry_points(group="console_scripts")}


def service(unit: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text("utf-8"))
    return dict(parser["Service"])


def test_there_is_a_unit_for_each_process() -> None:
    assert [unit.stem for unit in UNITS] == [
        "sync-assets-code-server",
        "sync-assets-daemon",
        "sync-assets-pages",
        "sync-assets-webserver",
    ]


@ALL_UNITS
def test_it_starts_a_command_that_is_installed_and_listens_on_this_machine_alone(unit: Path) -> None:
    command = service(unit)["ExecStart"].split()
    assert command[0].startswith("/opt/sync_assets/venv/bin/")
    assert Path(command[0]).name in COMMANDS
    for option in ("-h", "--host"):
        if option in command:
            assert command[command.index(option) + 1] == "127.0.0.1"


@ALL_UNITS
def test_only_the_code_server_and_the_pages_have_the_settings(unit: Path) -> None:
    has_all = service(unit)["EnvironmentFile"] == "/etc/sync_assets.env"
    assert has_all == (unit.stem in ("sync-assets-code-server", "sync-assets-pages"))


@ALL_UNITS
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_little_that_it_could_do_beyond_its_task(unit: Path) -> None:
    analysis = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert analysis.returncode == 0, analysis.stdout[-300:]
