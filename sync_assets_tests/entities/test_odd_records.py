"""One record that cannot be written is a warning with its id; the others of its list go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import schema_text
from sync_assets.administrate.errors import NoData, UnexpectedRecord
from sync_assets.bridge.errors import TooManyRemovals
from sync_assets.entities import ENTITIES, custom_fields
from sync_assets.entities.sync import sync_entity
from sync_assets.sandbox.server.application import TenantOptions
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.entities.full_tenant import KINDS, LISTS, full_tenant, live_ids, row_of, sync_tables
from sync_assets_tests.support.canned_tenant import answering

SPOILT = {"course_template_price_levels": ("prices", "amount"), "sessions": ("sessions", "lifecycle_state")}
"""Where the record that an entity's row is made from is within another one: its kind, and a field of it."""


def spoilt(name: str) -> tuple[str, str]:
    """Return the kind of record of an entity, and a field of it that is never null by the schema.

    It is null all the same: the API has changed, or a right is missing.
    """
    if name in SPOILT:
        return SPOILT[name]
    model = LISTS[name].model if name in LISTS else custom_fields.CustomField
    never_null = [
        field
        for field, info in model.model_fields.items()
        if info.annotation in (str, bool, int, Decimal) and field not in ("id", "legacy_id")
    ]
    return KINDS.get(name, "custom_field_definitions"), never_null[-1]


@pytest.fixture
def tenant() -> Tenant:
    return full_tenant(12)


@pytest.fixture
def sandbox(tenant: Tenant) -> Iterator[Sandbox]:
    types = re.compile(r"^(?:type|interface) \w+[^{]*\{.*?^\}", re.MULTILINE | re.DOTALL)
    without_promises = types.sub(lambda found: found[0].replace("!", ""), schema_text())
    with serve(tenant, options=TenantOptions(schema=without_promises)) as served:
        yield served


@pytest.mark.parametrize("name", ENTITIES)
def test_a_record_that_does_not_fit_is_left_as_it_is_with_a_warning(
    database: Engine, client: AdministrateClient, tenant: Tenant, name: str
) -> None:
    sync_tables(database, client)
    kind, field = spoilt(name)
    odd = next(iter(getattr(tenant, kind).values()))
    known, live = row_of(database, name, odd.id), live_ids(database, name)
    setattr(odd, field, None)
    # Prices stand within their template, and sessions within their event, which do not fit then.
    around = {"prices": tenant.course_templates, "sessions": tenant.events}
    told = next(iter(around[kind])) if kind in around else odd.id
    written = sync_entity(database, client, ENTITIES[name], ENTITIES)
    assert (written.odd, written.removed, written.updated) == (1, 0, 0)
    assert told in written.warnings[0]
    assert written.warnings[0].endswith("It was left as it is.")
    assert row_of(database, name, odd.id) == known
    assert live_ids(database, name) == live


def test_a_list_in_which_too_many_do_not_fit_is_an_error(
    database: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    sync_tables(database, client)
    for town in list(tenant.locations.values())[:6]:
        town.name = None  # type: ignore[assignment]
    with pytest.raises(UnexpectedRecord, match="6 of 12 records of the locations do not fit"):
        sync_entity(database, client, ENTITIES["locations"], ENTITIES)


def test_a_venue_of_a_town_that_came_between_two_reads_waits_for_the_next_sync(
    database: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    sync_tables(database, client)
    town = tenant.add_location("New town")
    hall = tenant.add_venue("New hall", town)
    written = sync_entity(database, client, ENTITIES["venues"], ENTITIES)
    assert (written.created, written.unchanged, written.odd) == (0, 12, 1)
    assert hall.id in written.warnings[0]
    assert town.id in written.warnings[0]
    sync_entity(database, client, ENTITIES["locations"], ENTITIES)
    written = sync_entity(database, client, ENTITIES["venues"], ENTITIES)
    assert (written.created, written.odd) == (1, 0)


def test_the_prices_of_a_template_that_came_between_two_reads_wait_for_the_next_sync(
    database: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    sync_tables(database, client)
    template, level = tenant.add_course_template("NEW_LO"), next(iter(tenant.price_levels.values()))
    currency, region = next(iter(tenant.currencies.values())), next(iter(tenant.regions.values()))
    price = tenant.add_price(template, level, "9.99", currency, region)
    written = sync_entity(database, client, ENTITIES["course_template_price_levels"], ENTITIES)
    assert (written.created, written.unchanged, written.odd) == (0, 12, 1)
    assert price.id in written.warnings[0]


def test_the_custom_fields_of_a_record_type_that_are_gone_are_not_removed_among_the_others(
    database: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    for number in range(30):
        tenant.add_custom_field("Event", f"Field {number}")
    sync_tables(database, client)
    tenant.remove(next(each for each in tenant.custom_field_definitions.values() if each.record_type == "Session"))
    with pytest.raises(TooManyRemovals, match="no custom fields of Session at all"):
        sync_entity(database, client, ENTITIES["custom_fields"], ENTITIES)


EMPTY: dict[str, Any] = {kind: {"customFieldDefinitions": []} for kind in custom_fields.RECORD_TYPES}


@pytest.mark.parametrize("came", [None, {"customFieldDefinitions": None}, {"customFieldDefinitions": [None]}])
def test_null_in_place_of_the_custom_fields_of_a_record_type_is_an_error(database: Engine, came: Any) -> None:
    with (
        answering({**EMPTY, "Session": came}) as client,
        pytest.raises(NoData, match="in place of the custom fields of Session"),
    ):
        sync_entity(database, client, ENTITIES["custom_fields"], ENTITIES)


def test_a_record_type_that_is_missing_from_the_answer_is_an_error(database: Engine) -> None:
    without = {kind: template for kind, template in EMPTY.items() if kind != "Learner"}
    with answering(without) as client, pytest.raises(NoData, match="the custom fields of Learner"):
        sync_entity(database, client, ENTITIES["custom_fields"], ENTITIES)
