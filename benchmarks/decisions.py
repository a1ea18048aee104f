"""Prints how long many decisions take, and how long tables are locked, on a provider with as many rows on either side.

    python benchmarks/decisions.py [--decisions 5000]

Administrate is asked for nothing: these are decisions that the database alone carries out.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Connection, Engine, create_engine, event, func, insert, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.matching import Side
from sync_assets.bridge.migrate import migrate
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.decisions.resolve import resolve
from sync_assets.embedded_postgres import embedded_url
from sync_assets.entities import ENTITIES, locations
from sync_assets.entities.sync import link_entity
from sync_assets.tutorial.tables import create_tutorial_tables, tutorial_locations


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=5000)
    count = parser.parse_args().decisions
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(embedded_url(Path(folder), "benchmark"))
        with engine.begin() as connection:
            create_tutorial_tables(connection)
            migrate(connection)
            fill(connection, count)
        link_entity(engine, ENTITIES["locations"], ENTITIES)
        with engine.connect() as connection:
            rows = [str(id_) for id_ in connection.scalars(select(tutorial_locations.c.id).order_by("id"))]
        records = [f"there-{number}" for number in range(count)]
        tutorial, there = Side.TUTORIAL, Side.ADMINISTRATE
        runs = {
            "ignore": [Decision("locations", Action.ignore, row, tutorial, reason="closed") for row in rows],
            "unignore": [Decision("locations", Action.unignore, row, tutorial) for row in rows],
            "link": [
                Decision("locations", Action.link, row, tutorial, link_to=record)
                for row, record in zip(rows, records, strict=True)
            ],
            "unlink": [Decision("locations", Action.unlink, record, there) for record in records],
            "leave to matching": [
                Decision("locations", Action.unlink, record, there, automatic=True) for record in records
            ],
            "create_tutorial": [Decision("locations", Action.create_tutorial, record) for record in records],
        }
        for name, decided in runs.items():
            for dry_run in (True, False):
                measure(engine, name, decided, dry_run=dry_run)
        engine.dispose()


def fill(connection: Connection, count: int) -> None:
    """Give both sides rows without a partner."""
    times = {"created_at": func.now(), "updated_at": func.now()}
    connection.execute(
        insert(tutorial_locations).values(code="", is_active=True, **times),
        [{"name": f"Hamlet {number}"} for number in range(count)],
    )
    connection.execute(
        insert(locations.TABLE),
        [{"external_id": f"there-{number}", "name": f"Village {number}"} for number in range(count)],
    )


def no_client() -> NoReturn:
    raise AssertionError("Administrate is not needed.")


def measure(engine: Engine, name: str, decided: list[Decision], *, dry_run: bool) -> None:
    client: AdministrateClient | None = None
    with counted(engine) as statements:
        start = time.perf_counter()
        results = resolve(engine, lambda: client or no_client(), ENTITIES, decided, who="benchmark", dry_run=dry_run)
        seconds = time.perf_counter() - start
    failed = [each for each in results if each.outcome is DecisionOutcome.FAILED]
    print(
        f"{name}{' (dry run)' if dry_run else ''}: {len(decided)} decisions, {seconds:.1f} s, "
        f"{statements[0]} statements, {len(failed)} failed{f' ({failed[0].sentence})' if failed else ''}",
        flush=True,
    )


@contextmanager
def counted(engine: Engine) -> Iterator[list[int]]:
    """Count the statements; one that is executed for many rows at once counts once."""
    count = [0]

    def listen(*_: object) -> None:
        count[0] += 1

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", listen)


if __name__ == "__main__":
    main()
