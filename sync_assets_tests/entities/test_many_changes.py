"""The reference sync against a tenant in which five thousand things change between two reads."""

from __future__ import annotations

from dataclasses import asdict
from random import Random

import pytest
from sqlalchemy import Engine, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import IncompleteList
from sync_assets.bridge.verification import missing_links
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.entities.plain_model import VIEWS, PlainModel
from sync_assets_tests.entities.two_sides import LINKED, TwoSides
from sync_assets_tests.support.shifting_records import ShiftingKind

CHANGES = 5000


def assert_synced(sides: TwoSides, client: AdministrateClient, model: PlainModel) -> None:
    """Sync and link everything, and hold counts, rows and links against the model."""
    written = {name: sync_entity(sides.database, client, each, ENTITIES) for name, each in ENTITIES.items()}
    for name, expected in model.read(sides.tenant).items():
        counts = asdict(written[name])
        assert {count: counts[count] for count in expected} == expected, name
    linked = {name: link_entity(sides.database, ENTITIES[name], ENTITIES) for name in LINKED}
    for name, expected in model.link(sides.rows).items():
        counts = asdict(linked[name])
        assert {count: counts[count] for count in expected} == expected, name
    with sides.database.connect() as connection:
        for name in VIEWS:
            table = ENTITIES[name].table
            live = connection.scalars(select(table.c.external_id).where(table.c.removed_at.is_(None)))
            assert set(live) == model.live[name].keys(), name
        for name in LINKED:
            link = ENTITIES[name].link
            assert link
            column = link.table.c[link.column]
            stored = connection.execute(select(link.table.c.external_id, column).where(column.is_not(None)))
            assert {row[0]: row[1] for row in stored} == model.links[name], name
            assert missing_links(connection, link) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_five_thousand_changes_links_and_counts_are_those_of_a_plain_model(
    database: Engine, client: AdministrateClient, tenant: Tenant, seed: int
) -> None:
    sides, model = TwoSides(tenant, database, seed), PlainModel()
    assert_synced(sides, client, model)
    sides.change(CHANGES)
    assert_synced(sides, client, model)
    # Some of what had gone comes back.
    sides.change(300, back=True)
    assert_synced(sides, client, model)
    # And then nothing happens.
    assert_synced(sides, client, model)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_is_there_is_removed_while_others_work_in_the_tenant(
    database: Engine, client: AdministrateClient, tenant: Tenant, seed: int
) -> None:
    random = Random(seed)  # noqa: S311
    for number in range(450):
        tenant.add_location(f"Town {number}")
    entity, table = ENTITIES["locations"], ENTITIES["locations"].table
    sync_entity(database, client, entity, ENTITIES)

    def work(_: int) -> None:
        for _ in range(random.choice((0, 0, 1, 1, 2))):
            towns = dict(tenant.locations)
            tenant.remove(random.choice(list(towns.values())))
            # Mostly one comes for the one that goes, so that the total says nothing.
            for _ in range(random.choices((1, 0, 2), (30, 1, 1))[0]):
                tenant.add_location("New town")

    tenant.locations = ShiftingKind(tenant.locations, work)
    succeeded = 0
    for _ in range(25):
        try:
            written = sync_entity(database, client, entity, ENTITIES, allow_removals=True)
        except IncompleteList:
            continue
        succeeded += 1
        with database.connect() as connection:
            rows = connection.execute(select(table.c.external_id, table.c.removed_at)).all()
        live = {row.external_id for row in rows if row.removed_at is None}
        assert {row.external_id for row in rows if row.removed_at is not None}.isdisjoint(tenant.locations)
        assert written.live == len(live)
    assert succeeded > 10
    assert tenant.locations.looks > 100
