"""The database is never waited for without end."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from sync_assets import database
from sync_assets.database import database_engine
from sync_assets.settings import Settings


def limits(engine: Engine) -> tuple[str, str]:
    with engine.connect() as connection:
        connection.rollback()
        found = connection.execute(
            text("select current_setting('lock_timeout'), current_setting('statement_timeout')")
        ).one()
    return found[0], found[1]


def settings_of(engine: Engine, **query: str) -> Settings:
    url = engine.url.update_query_dict(query).render_as_string(hide_password=False)
    return Settings(sync_database_url=SecretStr(url))


def test_each_session_has_limits_for_locks_and_statements(empty_database: Engine) -> None:
    engine = database_engine(settings_of(empty_database))
    assert limits(engine) == ("1min", "10min")
    assert limits(engine) == ("1min", "10min"), "the session came back from the pool"
    engine.dispose()


def test_limits_of_the_url_stay(empty_database: Engine) -> None:
    engine = database_engine(settings_of(empty_database, options="-c lock_timeout=5s"))
    assert limits(engine) == ("5s", "10min")
    engine.dispose()


def test_a_lock_that_another_session_holds_is_an_error(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT", "100ms")
    engine = database_engine(settings_of(empty_database))
    with empty_database.begin() as holder:
        holder.execute(text("create table held (id int)"))
        holder.execute(text("lock table held in access exclusive mode"))
        with empty_database.begin() as other:
            other.execute(text("create table taken (id int)"))
        with empty_database.begin() as first, engine.begin() as second:
            first.execute(text("lock table taken in access exclusive mode"))
            with pytest.raises(OperationalError, match="lock timeout"):
                second.execute(text("select * from taken"))
    engine.dispose()
