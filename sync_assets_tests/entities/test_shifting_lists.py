"""A tenant in which somebody works while its lists are read."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import AdministrateError
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import sync_entity
from sync_assets.sandbox.server.faults import Fault, HttpStatus, NullData, TopLevelErrors
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.entities.full_tenant import KINDS, add_another, full_tenant, ids_of, live_ids, sync_tables
from sync_assets_tests.support.shifting_records import ShiftingKind, ShiftingList


@pytest.fixture
def tenant() -> Tenant:
    return full_tenant()


@pytest.mark.parametrize("name", KINDS)
def test_a_deletion_and_an_addition_between_two_pages_do_not_remove_a_third(
    database: Engine, client: AdministrateClient, tenant: Tenant, name: str
) -> None:
    sync_tables(database, client)
    before = live_ids(database, name)
    kind = getattr(tenant, KINDS[name])
    gone = list(kind.values())[3]

    def replace_one(looks: int) -> None:
        if looks == 1:
            tenant.remove(gone)
            add_another(tenant, KINDS[name])

    setattr(tenant, KINDS[name], ShiftingKind(kind, replace_one))
    written = sync_entity(database, client, ENTITIES[name], ENTITIES)
    # The one that is gone had been read before it went.
    assert before <= live_ids(database, name)
    assert (written.removed, written.odd) == (0, 0)
    sync_entity(database, client, ENTITIES[name], ENTITIES)
    assert before - live_ids(database, name) == ids_of(name, gone)


def test_a_price_that_slips_past_the_edge_of_a_page_is_not_removed(
    database: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    template, level = next(iter(tenant.course_templates.values())), next(iter(tenant.price_levels.values()))
    pounds, region = next(iter(tenant.currencies.values())), next(iter(tenant.regions.values()))
    for _ in range(150):
        tenant.add_price(template, level, "50.00", pounds, region)
    sync_tables(database, client)
    before = live_ids(database, "course_template_price_levels")
    gone, *kept = template.public_prices

    def replace_one(looks: int) -> None:
        if looks == 1:
            template.public_prices.remove(gone)
            tenant.add_price(template, level, "60.00", pounds, region)

    template.public_prices = ShiftingList([gone, *kept], replace_one)
    sync_entity(database, client, ENTITIES["course_template_price_levels"], ENTITIES)
    assert before - live_ids(database, "course_template_price_levels") == {gone.id}


def test_a_contact_who_is_no_longer_an_instructor_is_removed_though_the_contact_is_there(
    database: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    sync_tables(database, client)
    contact = next(iter(tenant.contacts.values()))
    contact.is_instructor = False
    written = sync_entity(database, client, ENTITIES["instructors"], ENTITIES)
    assert written.removed == 1
    assert contact.id not in live_ids(database, "instructors")
    assert contact.id in live_ids(database, "administrators")


@pytest.mark.parametrize(
    "fault",
    [
        TopLevelErrors(message="Filtering by id is not supported.", mentions='"in"'),
        NullData(mentions='"in"'),
        HttpStatus(status=400, mentions='"in"'),
    ],
)
def test_a_tenant_that_refuses_to_be_asked_by_id_has_nothing_marked_as_removed(
    database: Engine, client: AdministrateClient, tenant: Tenant, sandbox: Sandbox, fault: Fault
) -> None:
    gone = tenant.add_location("Gone")
    sync_tables(database, client)
    before = live_ids(database, "locations")
    tenant.remove(gone)
    sandbox.faults.add(fault)
    with pytest.raises(AdministrateError, match="list locations by their ids, and did not answer that: ") as refused:
        sync_entity(database, client, ENTITIES["locations"], ENTITIES)
    assert "Nothing was changed" in str(refused.value)
    assert live_ids(database, "locations") == before
    sandbox.faults.clear()
    assert sync_entity(database, client, ENTITIES["locations"], ENTITIES).removed == 1


def test_a_sync_without_removals_asks_nothing_more(
    database: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    sync_tables(database, client)
    add_another(tenant, "price_levels")
    before = client.requests_sent
    sync_entity(database, client, ENTITIES["price_levels"], ENTITIES)
    assert client.requests_sent - before == 2
