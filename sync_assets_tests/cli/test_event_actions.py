"""The commands events publish, on-sale, cancel and the like, with nothing but the environment set."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.cli.conftest import PROVIDER
from sync_assets_tests.support.command_line import run_here as run
from sync_assets_tests.support.command_line import run_process


@pytest.mark.slow
def test_a_sitting_is_published_and_a_file_of_events_cancelled(
    environment: dict[str, str], provided: Engine, served: Sandbox, tmp_path: Path
) -> None:
    run(environment, "migrate")
    assert run(environment, "sync").returncode == 0
    workbook = tmp_path / "spring.xlsx"
    workbook.write_bytes(event_workbook(PROVIDER, events=4, sessions=12))
    assert run(environment, "import", str(workbook)).returncode == 0
    before = len(served.tenant.carried_out)

    dry = run(environment, "events", "publish", "--sitting", "2026A")
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert "would be done" in dry.stdout
    assert "Dry run: nothing was changed; --apply does it." in dry.stdout
    assert len(served.tenant.carried_out) == before

    done = run_process(
        environment, "events", "publish", "--sitting", "2026A", "--who", "Ada", "--format", "csv", "--apply"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["outcome"] for row in rows} == {"done"}
    assert {served.tenant.events[row["administrate_id"]].lifecycle_state for row in rows} == {"published"}
    with provided.connect() as connection:
        log = connection.execute(text("select distinct who, run_id from adm.decisions where action = 'publish'")).all()
        calls = connection.scalars(text("select distinct run_id from adm.api_calls where document = 'ActOnEvents'"))
        assert [(log[0].who, [log[0].run_id])] == [("Ada", calls.all())]
    again = json.loads(run(environment, "events", "publish", "--sitting", "26a", "--format", "json", "--apply").stdout)
    assert {row["outcome"] for row in again} == {"as wanted"}

    assert run(environment, "sync", "--only", "events").returncode == 0
    listed = json.loads(run(environment, "events", "list", "--lifecycle", "published", "--format", "json").stdout)
    assert {event["administrate_id"] for event in listed} == {row["administrate_id"] for row in rows}
    assert {(event["state"], event["lifecycle"]) for event in listed} == {("agreed", "published")}
    there = served.tenant.events[rows[0]["administrate_id"]]
    assert (there.max_places, there.max_places) in {(event["places"], event["remaining"]) for event in listed}
    assert "0 events" in run(environment, "events", "list", "--sold-out", "--on-sale", "--state", "agreed").stdout
    assert "lifecycle" in run(environment, "events", "list", "--off-sale", "--available").stdout
    assert run(environment, "events", "list", "--state", "elsewhere").returncode == 2

    workbook = tmp_path / "exported.xlsx"
    written = run(environment, "events", "export", "--sitting", "2026A", str(workbook))
    assert written.returncode == 0, written.stdout + written.stderr
    assert f"Wrote {len(rows)} events" in written.stdout
    unchanged = run(environment, "import", str(workbook))
    assert unchanged.returncode == 0, unchanged.stdout
    assert "0 mutations" in unchanged.stdout
    assert "is there already" in run(environment, "events", "export", "--sitting", "2026A", str(workbook)).stderr

    chosen = tmp_path / "chosen.csv"
    chosen.write_text("administrate_id,title\n" + f"{rows[0]['administrate_id']},\n,{rows[1]['event']}\n")
    served.tenant.book(served.tenant.events[rows[0]["administrate_id"]])
    refused = run(environment, "events", "cancel", "--from", str(chosen), "--apply")
    assert refused.returncode == 1
    assert "1 places are booked" in " ".join(refused.stdout.replace("│", " ").split())
    assert run(environment, "events", "cancel", "--from", str(chosen), "--cancel-booked", "--apply").returncode == 0
    assert {served.tenant.events[row["administrate_id"]].lifecycle_state for row in rows[:2]} == {"cancelled"}


def test_what_names_no_events_is_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    assert run(environment, "events", "publish").returncode == 2
    assert run(environment, "events", "publish", "--sitting", "2026A", "--cancel-booked").returncode == 2
    path = tmp_path / "events.csv"
    for content, sentence in (("colour\nred\n", "neither the column"), ("title\n\n", "every row is empty")):
        path.write_text(content)
        refused = run(environment, "events", "on-sale", "--from", str(path))
        assert refused.returncode == 1
        assert sentence in " ".join(refused.stderr.split())
    assert "cannot be read" in run(environment, "events", "on-sale", "--from", str(tmp_path / "none.csv")).stderr
