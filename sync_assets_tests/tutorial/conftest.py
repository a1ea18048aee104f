"""A planted provider in a database of either layout; no migration of ours has run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.tutorial.seeds import plant


@pytest.fixture
def connection(tutorial_database: Engine, layout: LayoutName) -> Iterator[Connection]:
    """A transaction on the planted database, with every foreign key looked at in the end."""
    with tutorial_database.begin() as connection:
        plant(connection, layout)
        connection.exec_driver_sql("set constraints all immediate")
        yield connection
