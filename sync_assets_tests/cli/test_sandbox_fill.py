"""The command `sandbox --fill` makes the tutorial side of its tenant, too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import Engine, text

from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.layouts import BOTH_LAYOUTS

COMMAND = [sys.executable, "-u", "-c", "from sync_assets.cli import main; main()", "sandbox", "--port", "0"]


@BOTH_LAYOUTS
@pytest.mark.slow
def test_an_empty_database_is_filled_in_a_layout_and_a_full_one_is_left_alone(
    empty_database: Engine, layout: LayoutName
) -> None:
    url = empty_database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {**os.environ, "SYNC_DATABASE_URL": url}
    command = [*COMMAND, "--templates", "24", "--fill", layout]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGTERM)
    assert f"tutorial tables now ({layout} 2026)" in lines[0]
    assert "A made-up tenant with 24 course templates" in lines[1]
    with empty_database.connect() as connection:
        assert layout_of(connection).name == f"{layout.capitalize()} 2026"
        assert connection.scalar(text("select count(*) from acted.tutorial_locations"))
    again = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert again.returncode == 1
    assert "has tutorial tables already" in again.stderr
