"""The commands events drift and events decide, with nothing but the environment set."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.cli.conftest import PROVIDER
from sync_assets_tests.support.command_line import run_here as run


def rows_of(environment: dict[str, str], *options: str) -> list[dict[str, str]]:
    done = run(environment, "events", "drift", "--format", "csv", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


@pytest.mark.slow
def test_differences_are_listed_and_decided_many_at_once_from_a_file(
    environment: dict[str, str], provided: Engine, served: Sandbox, tmp_path: Path
) -> None:
    run(environment, "migrate")
    assert run(environment, "sync").returncode == 0
    workbook = tmp_path / "spring.xlsx"
    workbook.write_bytes(event_workbook(PROVIDER, events=4, sessions=12))
    assert run(environment, "import", str(workbook)).returncode == 0
    assert run(environment, "sync").returncode == 0
    assert rows_of(environment) == []

    first, second = list(served.tenant.events.values())[:2]
    served.tenant.edit(first, title="Renamed there", max_places=55)
    served.tenant.edit(second, title="Renamed, too")
    assert run(environment, "sync").returncode == 0
    # The places have followed by themselves.
    found = rows_of(environment)
    assert [(row["title"], row["field"], row["kind"], row["owner"]) for row in found] == [
        ("Renamed there", "Event title", "changed there", "here"),
        ("Renamed, too", "Event title", "changed there", "here"),
    ]
    assert "2 fields of 2 events differ" in run(environment, "events", "drift").stdout

    chosen = tmp_path / "chosen.csv"
    with chosen.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*found[0], "choice"])
        writer.writeheader()
        choices = ("take-theirs", "send_ours")
        writer.writerows({**row, "choice": choice} for row, choice in zip(found, choices, strict=True))
    dry = run(environment, "events", "decide", "as-in-file", "--from", str(chosen))
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert "2 would be done" in dry.stdout
    assert len(rows_of(environment)) == 2
    done = run(environment, "events", "decide", "as-in-file", "--from", str(chosen), "--who", "Ada", "--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows_of(environment) == []
    assert second.title == found[1]["here"]
    with provided.connect() as connection:
        assert connection.scalar(text("select count(*) from acted.tutorial_events where code = 'Renamed there'")) == 1
        assert set(connection.scalars(text("select who from adm.decisions"))) == {"Ada"}


def test_what_cannot_be_decided_is_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    asked = ("events", "decide", "take-theirs", "--from", str(empty))
    empty.write_text("administrate_id,field\n")
    assert "has no row with a choice" in run(environment, *asked).stderr
    empty.write_text("title\nA\n")
    assert "has no column" in run(environment, *asked).stderr
    assert run(environment, "events", "decide", "take-theirs").returncode == 2
    assert run(environment, "events", "decide", "perhaps", "--event", "A").returncode == 2
    assert run(environment, "events", "drift", "--kind", "odd").returncode == 2
