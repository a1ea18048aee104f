"""The commands resolve, decisions and discrepancies --ignored with nothing but the environment set."""

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync_assets_tests.support.command_line import run_here as run
from sync_assets_tests.support.command_line import run_process


@pytest.mark.slow
def test_decisions_from_the_command_line_and_from_a_file(
    environment: dict[str, str], provided: Engine, tmp_path: Path
) -> None:
    run(environment, "migrate")
    assert run(environment, "sync").returncode == 0

    ignore = ["resolve", "ignore", "locations", "Penmarrow", "--side", "tutorial", "--reason", "closed", "--who", "Ada"]
    dry = run(environment, *ignore)
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert "would be done" in dry.stdout
    assert "Dry run: nothing was changed" in dry.stdout
    assert "Penmarrow" in run(environment, "discrepancies", "--format", "csv").stdout
    assert run(environment, *ignore, "--apply").returncode == 0
    assert "Penmarrow" not in run(environment, "discrepancies", "--format", "csv").stdout
    assert "closed,Ada" in run(environment, "discrepancies", "--ignored", "--format", "csv").stdout

    listed = list(csv.DictReader(io.StringIO(run(environment, "discrepancies", "--format", "csv").stdout)))
    actions = {"Saltmarsh": "create_tutorial", "Gatehouse Hall": "create_administrate"}
    path = tmp_path / "decided.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*listed[0], "action"])
        writer.writeheader()
        writer.writerows({**row, "action": actions.get(row["name"], "")} for row in listed)
    applied = run_process(environment, "resolve", "--file", str(path), "--apply")
    assert applied.returncode == 1
    assert "Traceback" not in applied.stdout + applied.stderr
    assert "Created tutorial row" in " ".join(applied.stdout.split())
    assert "cannot create venues" in " ".join(applied.stdout.replace("│", " ").split())
    with provided.connect() as connection:
        assert connection.scalar(text("select count(*) from acted.tutorial_locations where name = 'Saltmarsh'")) == 1

    kept = run_process(environment, "decisions")
    assert kept.returncode == 0, kept.stderr
    assert kept.stdout.count("ignore") >= 2


def test_a_decision_that_is_none_is_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    wrong = run(environment, "resolve", "forget", "locations", "Penmarrow")
    assert wrong.returncode == 1
    assert "'forget' cannot be the action" in wrong.stderr
    assert run(environment, "resolve", "ignore", "locations").returncode == 2
    assert run(environment, "resolve").returncode == 2
    nothing = tmp_path / "nothing.csv"
    nothing.write_text("entity,record_id\n")
    lacking = run(environment, "resolve", "--file", str(nothing))
    assert lacking.returncode == 1
    assert "lacks the columns action" in lacking.stderr
