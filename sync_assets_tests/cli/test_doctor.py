"""The doctor: each thing that is wrong is one line, and exit status 1."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sync_assets.administrate.documents import schema_text
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.application import TenantOptions
from sync_assets.sandbox.server.faults import HeldBack, Html
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.command_line import Ended, run_here, run_process
from sync_assets_tests.support.environment import environment_of, settings_of
from sync_assets_tests.tutorial.upgrade import upgrade


@pytest.fixture
def environment(database: Engine, served: Sandbox, process_environment: dict[str, str]) -> dict[str, str]:
    return {**process_environment, **settings_of(database, served)}


def examined(ended: Ended) -> Ended:
    """What the doctor ended with: findings, and not a word beside them."""
    assert "Traceback" not in ended.stdout + ended.stderr
    assert ended.stderr == ""
    return ended


def doctor(environment: dict[str, str], *arguments: str) -> Ended:
    return examined(run_here(environment, "doctor", *arguments))


def wrong(environment: dict[str, str]) -> list[str]:
    """The lines of what is wrong; the exit status must be 1."""
    ended = doctor(environment)
    assert ended.returncode == 1, ended.stdout
    return [line for line in ended.stdout.splitlines() if line.startswith("wrong")]


@pytest.mark.slow
def test_a_healthy_set_up_has_nothing_wrong(environment: dict[str, str]) -> None:
    ended = examined(run_process(environment, "doctor", "--format", "json"))
    findings: list[dict[str, Any]] = json.loads(ended.stdout)
    assert ended.returncode == 0, ended.stdout
    assert "wrong" not in {finding["state"] for finding in findings}, findings
    named = {finding["name"] for finding in findings}
    assert named >= {"settings", "rate limit", "database", "PostgreSQL", "tutorial tables", "migrations", "token"}
    assert named >= {"API", "documents", "custom fields", "tax types", "Dagster's storage", "upload folder", "alerts"}
    assert environment["ADMINISTRATE_CLIENT_SECRET"] not in ended.stdout


@pytest.mark.parametrize(
    ("gone", "type_", "sent_by"),
    [
        ("  definitionLocator: String\n", "definitionLocator", "custom_fields.graphql"),
        ("input SessionUpdateInput {|  lifecycleState: SessionLifecycleState\n", "lifecycleState", "session.update"),
        ("type EventMutations {|  createLMS", "createLMS", "event.createLMS"),
    ],
)
def test_a_field_that_is_no_longer_served_is_one_line(
    environment: dict[str, str], gone: str, type_: str, sent_by: str
) -> None:
    options = TenantOptions(schema=_without(gone))
    with serve(tenant_of(made_up_provider(24)), options=options) as changed:
        (line,) = [line for line in wrong({**environment, **environment_of(changed)}) if " documents " in line]
    assert f"'{type_}'" in line
    assert sent_by in line


def _without(gone: str) -> str:
    """The schema without the first line that begins like that, after the line that stands before the bar."""
    after, _, line = gone.rpartition("|")
    schema = schema_text()
    begin = schema.index(after)
    place = schema.index(line.rstrip("\n"), begin)
    assert place > 0
    return schema[:place] + schema[schema.index("\n", place) + 1 :]


def test_a_wrong_secret_is_one_line(environment: dict[str, str]) -> None:
    secret = "of-no-use-to-anyone"
    (line,) = wrong({**environment, "ADMINISTRATE_CLIENT_SECRET": secret})
    assert "gave no token" in line
    assert "ADMINISTRATE_CLIENT_SECRET" in line
    assert secret not in line


def test_an_old_migration_is_one_line(environment: dict[str, str], database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("update adm.alembic_version set version_num = '0001'"))
    (line,) = wrong(environment)
    assert "revision 0001" in line
    assert "sync-assets migrate" in line


@pytest.mark.parametrize("layout", [LayoutName.FEBRUARY])
def test_a_half_upgrade_of_the_tutorial_application_is_one_line(environment: dict[str, str], database: Engine) -> None:
    upgrade(database, before="events")
    (line,) = wrong(environment)
    assert " tutorial tables " in line
    for column in (
        "acted.tutorial_events has no column access_duration",
        "lms_start_date",
        "acted.tutorial_events.start",
    ):
        assert column in line
    assert "finish it" in line


def test_a_column_that_the_application_adds_to_a_shared_table_is_one_line(
    environment: dict[str, str], database: Engine
) -> None:
    with database.begin() as connection:
        connection.execute(text("alter table adm.locations add column county text not null"))
    (line,) = wrong(environment)
    assert "adm.locations.county may not be empty" in line


def test_no_network_is_one_line(environment: dict[str, str]) -> None:
    nobody = "http://127.0.0.1:9/"
    (line,) = wrong({**environment, "ADMINISTRATE_API_URL": nobody, "ADMINISTRATE_TOKEN_URL": f"{nobody}token"})
    assert "could not be reached at http://127.0.0.1:9/token" in line


def test_databases_that_do_not_answer_are_a_line_each(environment: dict[str, str]) -> None:
    secret = "pass-of-nobody"
    nowhere = f"postgresql://user:{secret}@127.0.0.1:9/nothing"
    lines = wrong({**environment, "SYNC_DATABASE_URL": nowhere, "DAGSTER_PG_URL": nowhere})
    assert [line.split("  ")[1].strip() or line for line in lines]
    assert len(lines) == 2
    assert secret not in "".join(lines)


def test_every_wrong_setting_is_a_line_and_the_rest_is_looked_at(environment: dict[str, str]) -> None:
    values = {"ADMINISTRATE_CONCURRENCY": "many", "ADMINISTRATE_CLIENT_ID": "", "SYNC_UPLOAD_DIR": "/nowhere/at-all"}
    ended = doctor({**environment, **values, "SYNC_DATABASE_ULR": "x"})
    assert ended.returncode == 1
    for said in ("ADMINISTRATE_CONCURRENCY", "ADMINISTRATE_CLIENT_ID is not set", "/nowhere/at-all"):
        assert [line for line in ended.stdout.splitlines() if said in line and line.startswith("wrong")], said
    assert "Did you mean SYNC_DATABASE_URL?" in ended.stdout
    assert [line for line in ended.stdout.splitlines() if line.startswith("ok") and "migrations" in line]


def test_a_rate_above_what_the_vendor_allows_is_a_warning_and_the_default_is_not(environment: dict[str, str]) -> None:
    def rate(**values: str) -> str:
        findings = json.loads(doctor({**environment, **values}, "--format", "json").stdout)
        return str(next(finding["state"] for finding in findings if finding["name"] == "rate limit"))

    assert rate(ADMINISTRATE_REQUESTS_PER_MINUTE="1100") == "ok"
    assert rate(ADMINISTRATE_REQUESTS_PER_MINUTE="1200") == "warning"


@pytest.mark.parametrize("mentions", ["Doctor", "IntrospectionQuery", "taxTypes", "customFields"])
def test_a_page_for_people_in_place_of_an_answer_is_a_line(
    environment: dict[str, str], served: Sandbox, mentions: str
) -> None:
    served.faults.add(Html(mentions=mentions))
    try:
        (line,) = wrong(environment)
    finally:
        served.faults.clear()
    assert "no GraphQL answer" in line


def test_a_tenant_that_does_not_answer_is_given_up(environment: dict[str, str], served: Sandbox) -> None:
    served.faults.add(HeldBack(seconds=30))
    begin = time.monotonic()
    try:
        (line,) = wrong({**environment, "ADMINISTRATE_TIMEOUT_SECONDS": "1"})
    finally:
        served.faults.clear()
    assert "gave no answer" in line
    assert time.monotonic() - begin < 25


def test_an_embedded_database_that_would_be_made_is_named_and_not_made(
    environment: dict[str, str], tmp_path: Path
) -> None:
    local = tmp_path / "nothing yet"
    ended = doctor({**environment, "SYNC_DATABASE_URL": "", "DAGSTER_PG_URL": "", "SYNC_LOCAL_DIR": str(local)})
    (line,) = [line for line in ended.stdout.splitlines() if "would make one" in line]
    assert str(local / "postgres") in line
    assert line.startswith("warning")
    assert not local.exists()
