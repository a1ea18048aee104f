"""Text of a workbook, of the tutorial tables and of the tenant is shown as text, wherever it comes out."""

from __future__ import annotations

import csv
import io
import json
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import openpyxl
import pytest
from markdown_it import MarkdownIt
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from sync_assets.cli.app import app
from sync_assets.operations.alerts.alert_sensors import ALERT_SENSORS
from sync_assets.operations.instance.home import open_instance
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.settings import Settings
from sync_assets_tests.operations.daemon import Daemon
from sync_assets_tests.operations.http_sink import Sink, http_sink
from sync_assets_tests.support.command_line import run_here

MARKUP = "=1+1 [bold red]x[/] **b** ![i](https://evil.example/i.png) <img src=x> <@U1> @channel `c` | c"
HOSTILE = f"{MARKUP} \x1b[31mred\x1b[0m \x9b1m \u202edlrow\u202c \x07"
"""Something for each medium. A workbook cannot hold the control characters; a database and a tenant can."""
JOINERS = "\u200b\u200c\u200d"


def bad_signs(shown: str) -> set[str]:
    """Return the characters that steer a terminal or turn text."""
    found = {sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cf", "Cs")}
    return {f"U+{ord(sign):04X}" for sign in found if sign not in f"\n{JOINERS}"}


@pytest.fixture
def hostile(
    provided: Engine, shared_sandbox: Sandbox, postgres_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """A provider with hostile names on both sides, and the environment of the commands."""
    monkeypatch.setenv("SYNC_LOCAL_DIR", str(postgres_dir))
    # Tables in which no name is broken.
    monkeypatch.setattr("sync_assets.cli.console.WIDTH_OF_A_FILE", 3000)
    monkeypatch.setenv("DAGSTER_HOME", "to be set by the command")
    monkeypatch.delenv("DAGSTER_HOME")
    monkeypatch.delenv("DAGSTER_PG_URL", raising=False)
    with provided.begin() as connection:
        connection.execute(
            text("update acted.tutorial_locations set name = :name where name = 'Penmarrow'"), {"name": HOSTILE}
        )
    location = next(each for each in shared_sandbox.tenant.locations.values() if each.name == "Saltmarsh")
    location.name = f"{HOSTILE} there"
    yield provided
    location.name = "Saltmarsh"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """An upload whose first event has a hostile title and is in error."""
    book = openpyxl.load_workbook(io.BytesIO(event_workbook(made_up_provider(24), events=3, sessions=3, faulty=1)))
    page = book["Import"]
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("MQ-"):
                cell.value = cell.value if cell.row > 5 else f"{MARKUP} _x001B_[31m {cell.value}"
                cell.data_type = "s"
    path = tmp_path / "upload [bold].xlsx"
    book.save(path)
    return path


def command(*arguments: str) -> str:
    """Return what a command prints; whether it succeeded does not matter here."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def test_nothing_of_it_is_markup_anywhere(
    hostile: Engine, workbook: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile.connect() as connection:
        row = connection.scalar(text("select id from acted.tutorial_locations where name = :name"), {"name": HOSTILE})
    resolve = ["resolve", "ignore", "locations", str(row), "--side", "tutorial", "--reason", HOSTILE, "--who", HOSTILE]
    with http_sink() as markdown:
        monkeypatch.setenv("SYNC_ALERT_URLS", f"{sink.url} {markdown.url}?format=markdown")
        printed = {"sync": command("sync"), "discrepancies": command("discrepancies")}
        with open_instance(Settings.read()) as instance:
            daemon = Daemon(instance)
            for sensor in ALERT_SENSORS:
                daemon.tick(sensor)
        printed |= {
            "import": command("import", str(workbook)),
            "a dry resolve": command(*resolve),
            "resolve": command(*resolve, "--apply"),
            "an error": command("resolve", "ignore", "locations", f"{HOSTILE} nowhere", "--side", "tutorial"),
            "ignored": command("discrepancies", "--ignored"),
            "decisions": command("decisions"),
            "events": command("events", "list"),
            "audit": command("audit"),
            "doctor": command("doctor"),
        }
        with open_instance(Settings.read()) as instance:
            daemon = Daemon(instance)
            for sensor in ALERT_SENSORS:
                daemon.tick(sensor)
            metadata = list(all_metadata(instance))
            failures = list(all_failures(instance))
    names = ["discrepancies", "discrepancies --ignored", "events list", "audit", "doctor"]
    documents = {name: command(*name.split(), "--format", "json") for name in names}
    tables = {name: command(*name.split(), "--format", "csv") for name in names}

    # The terminal: no control characters, and what looks like markup of ours stands there as it is.
    for name, output in {**printed, **documents, **tables}.items():
        assert not bad_signs(output), name
    for name in ("discrepancies", "ignored", "import"):
        assert "[bold red]" in printed[name], name

    # Files: a program that reads them gets the text, and no spreadsheet carries it out.
    assert HOSTILE in {row["name"] for row in json.loads(documents["discrepancies --ignored"])}
    reports = {str(path): path.read_text("utf-8-sig") for path in Settings.read().sync_local_dir.rglob("report*.csv")}
    assert reports
    for name, table in {**tables, **reports}.items():
        cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")], name

    # Dagster's pages: their tables and texts are shown as they are, Markdown is not.
    assert any("[bold red]" in shown for _, shown in metadata)
    for kind, shown in metadata:
        assert kind is not dg.MarkdownMetadataValue, shown
        assert not bad_signs(shown)
    assert any("[bold red]" in shown for shown in failures)
    assert not [shown for shown in failures if bad_signs(shown)]

    # Alerts: nobody is called, nothing can be followed, and Markdown shows what is written.
    heard = [*sink.bodies, *markdown.bodies]
    assert any("bold red" in body for body in heard)
    for body in heard:
        assert not bad_signs(body)
        assert "@channel" not in body
        assert "<@U1>" not in body
        assert "https://evil.example" not in body
    for body in markdown.bodies:
        tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(body)
        kinds = {child.type for token in tokens for child in [token, *(token.children or [])]}
        assert not kinds & {"image", "html_inline", "html_block", "strong_open", "code_inline", "table_open"}, body


def printed_by(*arguments: str) -> str:
    """Return all that a command prints, with the sentence that it ends with where it fails."""
    ended = run_here(os.environ, *arguments)
    return ended.stdout + ended.stderr


def test_nothing_of_an_event_is_markup_either(hostile: Engine, sink: Sink, tmp_path: Path) -> None:
    """A difference of an event, decisions about it, and actions on events, all with a hostile title."""
    with hostile.begin() as connection:
        connection.execute(
            text("""
                insert into adm.event_drift (tutorial_event_id, external_id, title, day, field, kind, owner, here_text,
                    there_text)
                values (1, 'E1', :said, 2, 'Location', 'changed there', 'here', :said, :said)"""),
            {"said": HOSTILE},
        )
    with open_instance(Settings.read()) as instance:
        daemon = Daemon(instance)
        for sensor in ALERT_SENSORS:
            daemon.tick(sensor)
    shown = {
        "drift": printed_by("events", "drift"),
        "decide": printed_by("events", "decide", "leave-apart", "--event", "E1", "--reason", HOSTILE, "--who", HOSTILE),
        "an event that is not there": printed_by("events", "decide", "leave-apart", "--event", f"{HOSTILE} nowhere"),
        "act": printed_by("events", "publish", "--title", HOSTILE, "--reason", HOSTILE),
        "withdraw": printed_by("events", "withdraw", "--title", HOSTILE),
        "adopt": printed_by("events", "adopt", "--title", HOSTILE),
        "export": printed_by("events", "export", str(tmp_path / "[bold]x.xlsx"), "--upload", HOSTILE),
    }
    for name, output in shown.items():
        assert not bad_signs(output), name
        assert output.strip(), name
    assert "[bold red]" in shown["drift"]
    for name in ("drift", "decide leave-apart --event E1"):
        document, table = (printed_by("events", *name.split(), "--format", kind) for kind in ("json", "csv"))
        assert not bad_signs(document + table), name
        assert json.loads(document)
        cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")], name
    with open_instance(Settings.read()) as instance:
        for kind, said in all_metadata(instance):
            assert kind is not dg.MarkdownMetadataValue, said
            assert not bad_signs(said)
        assert not [said for said in all_failures(instance) if bad_signs(said)]
    for body in sink.bodies:
        assert not bad_signs(body)
        assert "@channel" not in body
        assert "https://evil.example" not in body


def test_a_decision_that_is_refused_for_a_hostile_row_is_text_too(hostile: Engine) -> None:
    with hostile.connect() as connection:
        named = text("select id from acted.tutorial_locations where name = :name")
        row = connection.scalar(named, {"name": HOSTILE})
    printed_by("sync")
    with hostile.connect() as connection:
        record = text("select external_id from adm.locations where name like :name")
        theirs = connection.scalar(record, {"name": "%there"})
        london = connection.scalar(record, {"name": "London"})
    linked = printed_by(
        *("resolve", "link", "locations", str(row), "--side", "tutorial", "--to", theirs, "--who", HOSTILE),
        *("--reason", HOSTILE, "--apply"),
    )
    refused = printed_by("resolve", "link", "locations", str(row), "--side", "tutorial", "--to", london)
    assert "[bold red]" in refused
    assert not bad_signs(linked + refused)
    with open_instance(Settings.read()) as instance:
        failures, logs = list(all_failures(instance)), list(all_logs(instance))
    assert any("[bold red]" in said for said in failures)
    assert any("[bold red]" in said for said in logs)
    assert not [said for said in [*failures, *logs] if bad_signs(said)]


def all_logs(instance: dg.DagsterInstance) -> Iterator[str]:
    """Yield what steps have logged."""
    for run in instance.get_runs():
        for entry in instance.all_logs(run.run_id):
            if entry.dagster_event is None:
                yield entry.user_message


def all_metadata(instance: dg.DagsterInstance) -> Iterator[tuple[type, str]]:
    """Yield the kind and the text of all metadata of the runs of an instance."""
    for run in instance.get_runs():
        for entry in instance.all_logs(run.run_id):
            said: Any = entry.dagster_event.event_specific_data if entry.dagster_event else None
            held = getattr(said, "materialization", None) or getattr(said, "asset_observation", None) or said
            for value in (getattr(held, "metadata", None) or {}).values():
                if isinstance(value, dg.TableMetadataValue):
                    for record in value.records:
                        yield from ((type(value), str(cell)) for cell in record.data.values())
                else:
                    yield type(value), str(value.value)


def all_failures(instance: dg.DagsterInstance) -> Iterator[str]:
    """Yield what failed steps say."""
    for run in instance.get_runs():
        for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
            said = entry.get_dagster_event().step_failure_data.user_failure_data
            yield str(said.description) if said else ""
