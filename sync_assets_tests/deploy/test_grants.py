"""The roles of deploy/grants.sql: what they may do is enough for everything that runs, and what they lack is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.candidates import Side
from sync_assets.bridge.migrate import migrate
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.decisions.resolve import resolve
from sync_assets.entities import ENTITIES
from sync_assets.entities.entity_creation import Given
from sync_assets.event_import.withdraw_events import withdraw_events
from sync_assets.operations.doctor.database import look_at_database
from sync_assets.operations.doctor.finding import Findings, Health
from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import serve
from sync_assets.settings import Settings
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.database_server import DatabaseServer, plain
from sync_assets_tests.support.environment import client_of
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.provider import tutorial_template
from sync_assets_tests.support.systems import Systems, synced

GRANTS = Path(__file__).parents[2] / "deploy" / "grants.sql"
APPLICATION = "tutorial_application"
OWNERSHIP = """
do $$
declare
    item record;
begin
    if not exists (select from pg_roles where rolname = 'tutorial_application') then
        create role tutorial_application login;
    end if;
    for item in select oid::regclass as name from pg_class where relkind = 'r'
        and relnamespace in (to_regnamespace('acted'), to_regnamespace('adm'))
    loop
        execute format('alter table %s owner to tutorial_application', item.name);
    end loop;
    alter table public.auth_user owner to tutorial_application;
    alter schema acted owner to tutorial_application;
end $$;
"""


def run_script(engine: Engine, script: str) -> None:
    """Run a script as psql does, with the variable that it is called with."""
    with psycopg.connect(plain(engine.url), autocommit=True) as connection:
        # Roles belong to the whole server: workers beside this one make them at the same time.
        connection.execute("select pg_advisory_lock(4711)")
        connection.execute(script.replace(":'application'", f"'{APPLICATION}'"))


@contextmanager
def acting_as(engine: Engine, role: str) -> Iterator[Engine]:
    other = create_engine(engine.url.set(username=role))
    try:
        yield other
    finally:
        other.dispose()


@pytest.fixture(scope="module")
def provider() -> Provider:
    return made_up_provider(60)


@pytest.fixture
def owned(server: DatabaseServer, provider: Provider, layout: LayoutName) -> Iterator[Engine]:
    """The application's database before any migration of ours; its tables belong to the application's role."""
    with server.engine(tutorial_template(server, provider, layout)) as engine:
        run_script(engine, OWNERSHIP)
        run_script(engine, GRANTS.read_text("utf-8"))
        yield engine


def examined(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the doctor says is wrong with the database, by name."""
    monkeypatch.setenv("SYNC_DATABASE_URL", plain(engine.url))
    findings = Findings()
    look_at_database(findings, Settings.read())
    wrong: dict[str, list[str]] = {}
    for finding in findings.entries:
        if finding.state is Health.WRONG:
            wrong.setdefault(finding.name, []).append(f"{finding.sentence} {finding.advice}")
    return wrong


@BOTH_LAYOUTS
@pytest.mark.slow
def test_the_documented_roles_can_do_everything(
    owned: Engine, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(owned, "sync_assets_migration") as migrating, migrating.begin() as connection:
        migrate(connection)
    with acting_as(owned, "sync_assets") as engine, serve(tenant_of(provider)) as sandbox:
        assert examined(engine, monkeypatch) == {}

        def connect() -> AdministrateClient:
            return client_of(sandbox)

        with connect() as client:
            counts = synced(engine, client)
            assert counts
            systems = Systems(provider, engine, sandbox, connect)
            content = systems.workbook(events=6, sessions=21)
            key = systems.store(content)
            assert systems.run(key, client).is_success
            withdraw_all(engine, client, key)
            decide_all(engine, client, sandbox.tenant)
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="must be owner"):
            connection.execute(text("alter table adm.locations add column county text"))
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("delete from acted.tutorial_locations"))
    with acting_as(owned, APPLICATION) as application, application.begin() as connection:
        # The application's next upgrade alters tables of the bridge.
        connection.execute(text("alter table adm.locations add column county text"))
        connection.execute(
            text("delete from acted.tutorial_venues where id = (select max(id) from acted.tutorial_venues)")
        )


def withdraw_all(engine: Engine, client: AdministrateClient, key: str) -> None:
    withdraw_events(engine, client, upload_keys=[key], apply=True)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from acted.tutorial_events")) == 0


def decide_all(engine: Engine, client: AdministrateClient, tenant: object) -> None:
    """Create a tutorial row for an unmatched record of each entity that has one."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "select distinct on (entity) entity, record_id from adm.discrepancies "
                "where side = 'administrate' and kind = 'unmatched' order by entity, record_id"
            )
        ).all()
    decided = [Decision(row.entity, Action.create_tutorial, row.record_id, Side.ADMINISTRATE) for row in rows]
    assert {"instructors", "locations"} <= {each.entity for each in decided}
    results = resolve(
        engine, lambda: client, ENTITIES, decided, who="Ada", run_id="r1", dry_run=False, defaults=Given()
    )
    assert {each.outcome for each in results} == {DecisionOutcome.DONE}, [each.sentence for each in results]


@pytest.mark.parametrize(
    ("revoked", "named"),
    [
        ("update on acted.tutorial_sessions", "update on acted.tutorial_sessions"),
        ("insert on public.auth_user", "insert on public.auth_user"),
        ("select on acted.catalog_exam_sessions", "select on acted.catalog_exam_sessions"),
        ("delete on adm.planned_sessions", "delete on adm.planned_sessions"),
        ("insert on adm.planned_records", "insert on adm.planned_records"),
    ],
)
def test_a_right_that_is_missing_is_named(
    owned: Engine, monkeypatch: pytest.MonkeyPatch, revoked: str, named: str
) -> None:
    with acting_as(owned, "sync_assets_migration") as migrating, migrating.begin() as connection:
        migrate(connection)
    run_script(owned, f"revoke {revoked} from sync_assets")
    with acting_as(owned, "sync_assets") as engine:
        (sentence,) = [each for sentences in examined(engine, monkeypatch).values() for each in sentences]
    assert named in sentence
    assert "deploy/grants.sql" in sentence
