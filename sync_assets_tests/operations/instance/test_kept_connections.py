"""Dagster's storage keeps its connection, and gets another one where the server has ended it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from sync_assets_tests.support.waiting import eventually

DEPLOY = Path(__file__).parents[3] / "deploy"
SESSIONS = text("select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
STATEMENTS = 20


@pytest.fixture
def instance(dagster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An instance over the storage of production."""
    (tmp_path / "dagster.yaml").write_text((DEPLOY / "dagster.yaml").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("DAGSTER_PG_URL", dagster_url)
    with dg.DagsterInstance.from_config(str(tmp_path)) as opened:
        yield opened


@pytest.fixture
def onlooker(dagster_url: str) -> Iterator[Engine]:
    """Another way into the same database."""
    url = make_url(dagster_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(onlooker: Engine) -> Callable[[], set[int]]:
    """Returns the processes by which the server serves the others of this database."""

    def looked() -> set[int]:
        with onlooker.connect() as connection:
            return set(connection.scalars(SESSIONS))

    return looked


def use(instance: dg.DagsterInstance) -> None:
    """Ask something of each of the three storages."""
    assert instance.get_runs(limit=1) == []
    assert list(instance.get_asset_keys(limit=1)) == []
    assert list(instance.all_instigator_state()) == []


def test_one_connection_serves_the_statements_of_all_three_storages(
    instance: dg.DagsterInstance, sessions: Callable[[], set[int]]
) -> None:
    use(instance)
    kept = eventually(lambda: one if len(one := sessions()) == 1 else None, "what opened the tables has closed")
    for _ in range(STATEMENTS):
        use(instance)
        assert sessions() == kept


def test_a_connection_that_the_server_has_ended_is_replaced(
    instance: dg.DagsterInstance, sessions: Callable[[], set[int]], onlooker: Engine
) -> None:
    use(instance)
    with onlooker.connect() as connection:
        connection.execute(text(f"select pg_terminate_backend(pid) from ({SESSIONS.text}) others"))
    eventually(lambda: not sessions(), "the server has ended the connection")
    use(instance)


def test_threads_do_not_wait_for_the_connection_of_another(
    instance: dg.DagsterInstance, sessions: Callable[[], set[int]]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: use(instance), range(STATEMENTS)))
    eventually(lambda: len(sessions()) == 1, "the others are closed")


def test_an_instance_that_is_closed_keeps_no_connection(
    instance: dg.DagsterInstance, sessions: Callable[[], set[int]]
) -> None:
    use(instance)
    instance.dispose()
    eventually(lambda: not sessions(), "none is left")
