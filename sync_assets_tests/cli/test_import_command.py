"""`import` and `events` as a person uses them: what is printed, what the exit statuses say, what lies where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync_assets.cli.events import withdrawal_line
from sync_assets.event_import.withdraw_events import Withdrawal, WithdrawalOutcome
from sync_assets.event_import.workbook import columns
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.faults import PayloadError
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.event_import.both_sides import in_tutorial_tables, in_workbook
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.support.command_line import Ended
from sync_assets_tests.support.command_line import run_here as run
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import settings_of
from sync_assets_tests.support.systems import synced_template

PROVIDER = made_up_provider(24)
CONTENT = event_workbook(PROVIDER, events=3, sessions=5)


@pytest.fixture
def tenant() -> Iterator[Sandbox]:
    with serve(tenant_of(PROVIDER)) as sandbox:
        yield sandbox


@pytest.fixture
def synced(server: DatabaseServer) -> Iterator[Engine]:
    with server.engine(synced_template(server, PROVIDER)) as engine:
        yield engine


@pytest.fixture
def environment(synced: Engine, tenant: Sandbox, process_environment: dict[str, str]) -> dict[str, str]:
    """The environment of a command that knows both sides, whose reference data is synced."""
    quick = {"ADMINISTRATE_RETRY_SECONDS": "0.5", "ADMINISTRATE_QUIET_SECONDS": "1"}
    return {**process_environment, **settings_of(synced, tenant), **quick}


def imported(environment: dict[str, str], path: Path, content: bytes, *options: str) -> Ended:
    path.write_bytes(content)
    ended = run(environment, "import", str(path), *options)
    assert "Traceback" not in ended.stdout + ended.stderr
    return ended


def places_of(engine: Engine, title: str) -> list[int]:
    with engine.connect() as connection:
        statement = text("select remain_space from acted.tutorial_events where code = :title")
        return list(connection.scalars(statement, {"title": title}))


@pytest.mark.parametrize("days", [0, 1], ids=["the same date", "another date"])
def test_a_refused_event_that_is_corrected_is_exit_status_1_and_then_0(
    environment: dict[str, str], synced: Engine, tenant: Sandbox, tmp_path: Path, days: int
) -> None:
    title = next(event.title for event in in_workbook(CONTENT) if event.sessions)
    tenant.faults.add(PayloadError(value=title, mutation="event.createBlended", times=1))
    refused = imported(environment, tmp_path / "Spring.xlsx", CONTENT)
    assert refused.returncode == 1
    assert "1 refused" in refused.stdout
    assert "This could not be saved." in re.sub(r"[│┃\s]+", " ", refused.stdout)
    (found,) = re.findall(r"error workbook: (.*\.xlsx)", refused.stdout)

    def correct(sheet: Edited) -> None:
        for row in sheet.rows_of(title):
            for column in (columns.CLASSROOM_START_DATE, columns.CLASSROOM_END_DATE):
                day = sheet.value(row, column)
                assert isinstance(day, datetime)
                sheet.set(row, column, day + timedelta(days=days))
        sheet.set(sheet.rows_of(title)[0], columns.MAX_PLACES, 5)

    corrected = imported(environment, tmp_path / "Corrected.xlsx", edited(Path(found).read_bytes(), correct))
    assert corrected.returncode == 0, corrected.stdout
    assert places_of(synced, title) == [5]
    assert in_tutorial_tables(synced) == in_workbook(edited(CONTENT, correct))
    assert tenant.tenant.carried_out.created_twice() == {}
    assert len(tenant.tenant.events) == 3


def test_what_differs_is_no_success_until_there_is_leave_to_change_it(
    environment: dict[str, str], tenant: Sandbox, tmp_path: Path
) -> None:
    assert imported(environment, tmp_path / "Spring.xlsx", CONTENT).returncode == 0
    title = next(event.title for event in in_workbook(CONTENT) if event.sessions)
    newer = edited(CONTENT, lambda sheet: sheet.set(sheet.rows_of(title)[0], columns.MAX_PLACES, 5))
    told = imported(environment, tmp_path / "Newer.xlsx", newer)
    assert told.returncode == 1
    assert "1 differs" in told.stdout
    assert imported(environment, tmp_path / "Newer.xlsx", newer, "--apply-changes").returncode == 0
    assert imported(environment, tmp_path / "Newer.xlsx", newer).returncode == 0
    assert tenant.tenant.carried_out.count_of("event.update") == 1


def test_a_misspelt_heading_is_printed(environment: dict[str, str], tmp_path: Path) -> None:
    def misspell(sheet: Edited) -> None:
        sheet.page.cell(1, sheet.columns[columns.CANCELLED]).value = "Canceled"

    ended = imported(environment, tmp_path / "Spring.xlsx", edited(CONTENT, misspell))
    assert ended.returncode == 0
    assert "Row 1, Canceled (Canceled): There is no column of this name, so it is not read; perhaps Cancelled" in (
        ended.stdout
    )


def test_events_are_listed_and_withdrawn_with_leave(
    environment: dict[str, str], synced: Engine, tenant: Sandbox, tmp_path: Path
) -> None:
    assert imported(environment, tmp_path / "Spring.xlsx", CONTENT).returncode == 0
    listed = run(environment, "events", "list").stdout
    titles = [event.title for event in in_workbook(CONTENT)]
    assert all(title in listed for title in titles)
    assert not any(title in run(environment, "events", "list", "--unfinished").stdout for title in titles)
    shown = run(environment, "events", "withdraw", "--title", titles[0])
    assert (shown.returncode, len(tenant.tenant.events)) == (0, 3)
    assert "--apply" in shown.stdout
    assert run(environment, "events", "withdraw", "--title", titles[0], "--apply").returncode == 0
    assert len(tenant.tenant.events) == 2
    assert [event.title for event in in_tutorial_tables(synced)] == titles[1:]
    assert run(environment, "events", "carry-on").returncode == 0


@pytest.mark.parametrize(
    ("tutorial_id", "external_id", "ids"),
    [(7, "E1", "tutorial 7, Administrate E1"), (7, None, "tutorial 7"), (None, None, "on neither side")],
)
def test_an_id_that_an_event_does_not_have_is_not_printed(
    tutorial_id: int | None, external_id: str | None, ids: str
) -> None:
    withdrawal = Withdrawal("ELO-1", WithdrawalOutcome.WITHDRAWN, tutorial_id, external_id)
    assert withdrawal_line(withdrawal) == f"ELO-1 ({ids}) withdrawn"
