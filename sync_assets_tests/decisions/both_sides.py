"""What decisions are made about, and what became of it on either side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, insert, select, text

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.bridge_table import METADATA as ADM
from sync_assets.bridge.decision_log import decisions as log
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.linking import Linked
from sync_assets.bridge.matching import DiscrepancyKind, Side
from sync_assets.decisions.decision import DecisionResult
from sync_assets.entities import ENTITIES, locations
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import METADATA as ACTED
from sync_assets.tutorial.tables import tutorial_locations
from sync_assets_tests.support.systems import synced

TUTORIAL, ADMINISTRATE = Side.TUTORIAL, Side.ADMINISTRATE
Resolve = Callable[..., list[DecisionResult]]
QUIET = 600.0
"""The quiet time of decisions in tests, in seconds of their clock."""


class Clock:
    """A clock that stands still unless a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def add_locations(database: Engine, *names: str, code: str = "") -> list[str]:
    """Add active tutorial locations and return their ids."""
    values = {"code": code, "is_active": True, "created_at": func.now(), "updated_at": func.now()}
    with database.begin() as connection:
        made = insert(tutorial_locations).returning(tutorial_locations.c.id)
        return [str(connection.execute(made.values(name=name, **values)).scalar_one()) for name in names]


def names_in(tenant: Tenant, name: str) -> list[str]:
    """Return the ids of the tenant's locations of a name."""
    return [each.id for each in tenant.locations.values() if each.name == name]


def sync(database: Engine, client: AdministrateClient) -> Mapping[str, Linked]:
    return synced(database, client).linked


def rows(database: Engine, *, log_too: bool = False) -> dict[str, list[Any]]:
    tables = [*ACTED.sorted_tables, *ADM.sorted_tables]
    with database.connect() as connection:
        return {
            table.fullname: sorted(map(repr, connection.execute(select(text("xmin::text"), table))))
            for table in tables
            if (log_too or table is not log) and table.name not in ("api_calls",)
        }


def open_rows(database: Engine, entity: str, side: Side, kind: DiscrepancyKind | None = None) -> set[str]:
    with database.connect() as connection:
        return set(read_discrepancies(connection, entity, side=side, kind=kind)["record_id"])


def link_of(database: Engine, entity: str, external_id: str) -> tuple[int | None, str | None]:
    link = ENTITIES[entity].link
    assert link
    with database.connect() as connection:
        found = connection.execute(
            select(link.table.c[link.column], link.table.c.linked_by).where(link.table.c.external_id == external_id)
        ).one()
    return found[0], found[1]


def only(resolved: list[DecisionResult]) -> DecisionResult:
    (one,) = resolved
    return one


def tutorial_id(database: Engine, name: str) -> str:
    with database.connect() as connection:
        found = select(tutorial_locations.c.id).where(tutorial_locations.c.name == name)
        return str(connection.execute(found).scalar_one())


def record_id(database: Engine, name: str) -> str:
    with database.connect() as connection:
        table = locations.TABLE
        return connection.execute(select(table.c.external_id).where(table.c.name == name)).scalar_one()
