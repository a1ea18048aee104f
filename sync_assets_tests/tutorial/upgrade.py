"""The tutorial application's way from February to May, whole or a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from sync_assets_tests.tutorial.seeds import run

SCRIPT = Path(__file__).with_name("upgrade.sql")
STEPS = dict(part.split("\n", 1) for part in SCRIPT.read_text("utf-8").split("\n-- step ")[1:])
"""The statements of each step by its name, in order."""


def upgrade(engine: Engine, *, before: str | None = None, since: str | None = None) -> None:
    """Run the steps from `since` on, as far as the one `before`, each statement in a transaction of its own."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in _steps(before, since):
            for statement in STEPS[name].split(";\n"):
                if statement.strip():
                    run(connection, statement)


def _steps(before: str | None, since: str | None) -> Iterator[str]:
    names = list(STEPS)
    yield from names[names.index(since) if since else 0 : names.index(before) if before else None]
