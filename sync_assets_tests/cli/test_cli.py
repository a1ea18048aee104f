"""The command line with nothing but the environment set: as processes, and as its `main` where no process is needed."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from sync_assets.sandbox.server.faults import Down, HttpStatus
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.support.command_line import run_here as run
from sync_assets_tests.support.command_line import run_process


@pytest.mark.slow
def test_migrate_and_sync_with_only_the_environment_set(
    environment: dict[str, str], provided: Engine, postgres_dir: Path, tmp_path: Path
) -> None:
    # Dagster's storage is one that the first command makes, in the embedded server beside this run's databases.
    environment = {**environment, "SYNC_LOCAL_DIR": str(postgres_dir)}
    del environment["DAGSTER_PG_URL"]
    migrated = run_process(environment, "migrate", cwd=tmp_path)
    assert migrated.returncode == 0, migrated.stderr
    synced = run_process(environment, "sync", cwd=tmp_path)
    assert synced.returncode == 0, synced.stdout + synced.stderr
    assert "24 created" in synced.stdout
    again = run(environment, "sync", "--only", "course_templates")
    assert "24 unchanged" in again.stdout
    assert "pricelevels" not in again.stdout
    with provided.connect() as connection:
        assert connection.scalar(text("select count(*) from adm.course_templates where linked_by = 'match'"))
    assert list(tmp_path.iterdir()) == []

    listed = run_process(environment, "discrepancies", "--entity", "locations", "--format", "json")
    rows: list[dict[str, Any]] = json.loads(listed.stdout)
    assert {row["entity"] for row in rows} == {"locations"}
    assert {row["kind"] for row in rows} == {"unmatched", "ambiguous"}
    as_csv = run(environment, "discrepancies", "--format", "csv")
    assert as_csv.stdout.splitlines()[0] == "entity,side,kind,key,name,record_id,why,found_at"


def test_a_tenant_that_is_down_is_exit_status_1_and_a_sentence(environment: dict[str, str], served: Sandbox) -> None:
    run(environment, "migrate")
    served.faults.add(Down())
    try:
        failed = run(environment, "sync")
    finally:
        served.faults.clear()
    assert failed.returncode == 1
    assert "Traceback" not in failed.stdout + failed.stderr
    assert "Administrate" in failed.stdout


def test_a_sync_ends_with_how_many_rows_have_no_partner_and_where_to_see_them(
    environment: dict[str, str],
) -> None:
    run(environment, "migrate")
    synced = run(environment, "sync").stdout.splitlines()
    rows = json.loads(run(environment, "discrepancies", "--format", "json").stdout)
    assert [line for line in synced if line.startswith(f"{len(rows)} rows have no partner on the other side.")]
    assert "`sync-assets discrepancies`" in " ".join(synced)
    of_venues = [row for row in rows if row["entity"] == "venues"]
    counted = [line.split("│") for line in synced if "│ venues " in line]
    assert sum(int(cells[4]) for cells in counted) == len(of_venues)
    assert len({(row["side"], row["kind"]) for row in of_venues}) == len(counted)
    assert of_venues[0]["name"].split()[0] in "".join("".join(cells) for cells in counted)
    alone = run(environment, "sync", "--only", "tax_types").stdout
    assert "partner" not in alone


def test_a_sync_ends_with_what_became_of_the_links_that_are_older_than_this_project(
    environment: dict[str, str], provided: Engine
) -> None:
    run(environment, "migrate")
    run(environment, "sync", "--only", "locations")
    with provided.begin() as connection:
        linked = (
            "select id, name, tutorial_location_id from adm.locations where linked_by = 'match' order by id limit 2"
        )
        first, second = connection.execute(text(linked))
        connection.execute(text("update adm.locations set linked_by = 'adopted' where linked_by = 'match'"))
        for one, other in ((first, second), (second, first)):
            connection.execute(
                text("update adm.locations set tutorial_location_id = :row where id = :id"),
                {"id": one.id, "row": other.tutorial_location_id},
            )
    synced = run(environment, "sync", "--only", "locations").stdout
    assert "are what matching says and are matches from now on; 2 are held" in synced
    assert f"    {first.name} (" in synced
    assert "2 links are held although the two sides disagree with them." in " ".join(synced.split())
    assert "older than this project" in run(environment, "sync", "--only", "locations").stdout


def test_a_request_that_is_tried_again_is_a_line_of_the_runs_log_and_not_of_the_terminal(
    environment: dict[str, str], served: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(environment, "migrate")
    served.faults.add(HttpStatus(status=503, times=2, mentions="taxTypes"))
    # A process of its own: what the terminal shows of a log is what Python makes of it there.
    synced = run_process({**environment, "ADMINISTRATE_RETRY_SECONDS": "20"}, "sync", "--only", "tax_types")
    assert synced.returncode == 0, synced.stdout + synced.stderr
    assert "503" not in synced.stdout + synced.stderr
    assert "stamina" not in synced.stdout + synced.stderr
    monkeypatch.setenv("DAGSTER_PG_URL", environment["DAGSTER_PG_URL"])
    monkeypatch.setenv("DAGSTER_HOME", str(Path(environment["SYNC_LOCAL_DIR"]) / "dagster"))
    run_id = synced.stdout.split("Run ")[1].split()[0]
    with dg.DagsterInstance.get() as instance:
        logged = [entry.user_message for entry in instance.all_logs(run_id) if "503" in entry.user_message]
    assert len(logged) == 2
    assert re.fullmatch(r"Administrate answered HTTP 503 to .*; try again later. Attempt 2 follows in .* s.", logged[0])


def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(environment: dict[str, str]) -> None:
    for command in ("discrepancies", "audit", "doctor"):
        failed = run(environment, command, "--format", "xml")
        assert failed.returncode == 2
        said = " ".join(failed.stderr.replace("│", " ").split())
        assert "'xml' is not one of 'table', 'json', 'csv'" in said


def test_a_text_that_looks_like_a_formula_is_text_in_csv_and_comes_back_in_decisions(
    environment: dict[str, str], provided: Engine, tmp_path: Path
) -> None:
    formula = "=HYPERLINK(1)"
    with provided.begin() as connection:
        connection.execute(
            text("update acted.tutorial_locations set name = :name where name = 'Penmarrow'"), {"name": formula}
        )
    run(environment, "migrate")
    run(environment, "sync", "--only", "locations")
    listed = run(environment, "discrepancies", "--entity", "locations", "--format", "csv").stdout
    (row,) = [row for row in csv.DictReader(io.StringIO(listed)) if "HYPERLINK" in row["name"]]
    assert row["name"] == f"'{formula}"
    path = tmp_path / "decided.csv"
    decision = f'locations,tutorial,"{row["name"]}",ignore,closed'
    path.write_text(f"entity,side,record_id,action,reason\n{decision}\n", "utf-8")
    dry = run(environment, "resolve", "--file", str(path))
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert "would be done" in dry.stdout


def test_a_database_that_does_not_answer_is_a_sentence_without_the_password(environment: dict[str, str]) -> None:
    nowhere = {**environment, "SYNC_DATABASE_URL": "postgresql://user:pass-of-nobody@127.0.0.1:9/nothing"}
    for command in (["discrepancies"], ["decisions"], ["audit"], ["migrate"]):
        failed = run(nowhere, *command)
        assert failed.returncode == 1, command
        assert "The database could not be reached" in failed.stderr
        assert "Traceback" not in failed.stderr
        assert "pass-of-nobody" not in failed.stderr


@pytest.mark.parametrize("command", ["sync", "migrate"])
def test_a_wrong_setting_is_a_sentence_and_no_traceback(environment: dict[str, str], command: str) -> None:
    wrong = {**environment, "SYNC_DATABASE_URL": "mysql://somewhere/else", "ADMINISTRATE_CLIENT_SECRET": ""}
    failed = run(wrong, command)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert ("ADMINISTRATE_CLIENT_SECRET is not set" if command == "sync" else "SYNC_DATABASE_URL") in failed.stderr


def test_an_unknown_entity_is_named_with_those_that_there_are(environment: dict[str, str]) -> None:
    failed = run(environment, "sync", "--only", "towns")
    assert failed.returncode == 2
    assert "course_templates" in failed.stderr


def test_a_sync_before_the_migration_says_what_to_run(environment: dict[str, str]) -> None:
    failed = run(environment, "sync", "--only", "locations")
    assert failed.returncode == 1
    assert "sync-assets migrate" in failed.stdout
