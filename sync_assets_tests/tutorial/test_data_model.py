"""The page on the tables names every table that there is, with its owner."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Engine, text

from sync_assets.bridge.bridge_table import METADATA
from sync_assets.entities import ENTITIES
from sync_assets_tests.bridge.schemas import APPLICATION
from sync_assets_tests.support.layouts import BOTH_LAYOUTS

PAGE = (Path(__file__).parents[2] / "docs" / "data-model.md").read_text("utf-8")
OWNERS = dict(re.findall(r"^\| `(\w+)` \| (shared|application|ours)", PAGE, re.MULTILINE))


@BOTH_LAYOUTS
def test_every_table_of_adm_is_told_apart(database: Engine) -> None:
    with database.connect() as connection:
        there = connection.scalars(text("select table_name from information_schema.tables where table_schema = 'adm'"))
        assert set(there) <= set(OWNERS)


def test_each_table_has_the_owner_that_the_code_says() -> None:
    assert {name for name, owner in OWNERS.items() if owner == "application"} == APPLICATION
    declared = {table.name for table in METADATA.tables.values()} | {"alembic_version"}
    assert {name for name, owner in OWNERS.items() if owner != "application"} >= declared
    ours = {"tax_types", "administrators", "administrate_events", "administrate_sessions"}
    shared = {entity.table.name for entity in ENTITIES.values()} - ours
    assert {name for name, owner in OWNERS.items() if owner == "shared"} == shared
