"""The Dockerfile, checked by a linter and against what it copies."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
HADOLINT = Path(sys.executable).parent / "hadolint"


def test_the_linter_finds_nothing() -> None:
    done = subprocess.run([HADOLINT, DOCKERFILE], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_whatever_is_copied_exists_and_reaches_the_engine() -> None:
    admitted = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert {source.removeprefix("./") for source in copied} == admitted
    assert all((ROOT / source).exists() for source in copied)


def test_it_does_not_run_as_root_and_holds_no_secret() -> None:
    text = DOCKERFILE.read_text("utf-8")
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001:10001"]
    assert not re.search(r"(?i)^(ENV|ARG) .*(secret|password|token)", text, re.MULTILINE)


def test_the_webserver_of_the_chart_is_the_guarded_one() -> None:
    assert "sync-assets-webserver /opt/venv/bin/dagster-webserver" in DOCKERFILE.read_text("utf-8")
    installed = {each.name for each in entry_points(group="console_scripts")}
    assert {"sync-assets-webserver", "dagster-webserver"} <= installed
