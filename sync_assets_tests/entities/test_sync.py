from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import (
    AdministrateError,
    IncompleteList,
    NoData,
    NotGraphQL,
    Unauthorized,
    Unreachable,
)
from sync_assets.bridge.bridge_table import METADATA as ADM
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.errors import PrerequisiteMissing, TooManyRemovals
from sync_assets.bridge.writing import Written
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity, sync_everything
from sync_assets.sandbox.provider.provider import Expected, Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.faults import Down, EmptyList, Fault, HalvedList, Html, NullData
from sync_assets.sandbox.server.faults import Unauthorized as UnauthorizedForGood
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.tutorial.tables import METADATA as ACTED
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.provider import filled_template
from sync_assets_tests.support.systems import synced_template


@pytest.fixture(scope="module")
def provider() -> Provider:
    return made_up_provider()


@pytest.fixture(scope="module")
def shared_sandbox(provider: Provider) -> Iterator[Sandbox]:
    with serve(tenant_of(provider)) as served:
        yield served


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    shared_sandbox.requests.clear()
    yield shared_sandbox
    shared_sandbox.faults.clear()


@pytest.fixture
def filled(server: DatabaseServer, provider: Provider) -> Iterator[Engine]:
    """The provider's tutorial side, before the first sync."""
    with server.engine(filled_template(server, provider)) as engine:
        yield engine


@pytest.fixture
def synced(server: DatabaseServer, provider: Provider) -> Iterator[Engine]:
    """Both sides after the first sync."""
    with server.engine(synced_template(server, provider)) as engine:
        yield engine


def sync_all(database: Engine, client: AdministrateClient) -> Mapping[str, Written]:
    return sync_everything(database, client, ENTITIES).written


def everything(database: Engine, *, schema: str) -> dict[str, Any]:
    metadata = ACTED if schema == "acted" else ADM
    with database.connect() as connection:
        return {
            table.fullname: list(connection.execute(text(f"select xmin, t.* from {table.fullname} t order by ctid")))
            for table in metadata.sorted_tables
        }


def test_a_whole_tenant_is_synced_with_at_most_three_requests_more_than_there_are_entities(
    filled: Engine, client: AdministrateClient, sandbox: Sandbox
) -> None:
    sync_all(filled, client)
    assert len(sandbox.requests) <= len(ENTITIES) + 3


def test_the_rate_stays_below_twenty_a_second(filled: Engine, connect: Any, sandbox: Sandbox) -> None:
    limited = connect(requests_per_second=18)
    for _ in range(3):
        sync_all(filled, limited)
    assert sandbox.requests.peak_requests_per_second() < 20


@pytest.mark.parametrize("name", [field.name for field in fields(Expected)])
def test_every_unambiguous_match_is_linked_and_every_other_row_is_named(
    synced: Engine, provider: Provider, name: str
) -> None:
    expected = getattr(provider.expected, name)
    link = ENTITIES[name].link
    assert link
    with synced.connect() as connection:
        table = link.table
        rows = connection.execute(select(table.c[link.column], table.c.external_id)).all()
        assert {tuple(row) for row in rows if row[0]} == set(expected.linked)
        reported = read_discrepancies(connection, name)
    named = {(row.side, row.kind, row.record_id) for row in reported.itertuples()}
    assert named == {
        *(("tutorial", "unmatched", str(id_)) for id_ in expected.unmatched_tutorial),
        *(("tutorial", "ambiguous", str(id_)) for id_ in expected.ambiguous_tutorial),
        *(("administrate", "unmatched", id_) for id_ in expected.unmatched_administrate),
        *(("administrate", "ambiguous", id_) for id_ in expected.ambiguous_administrate),
    }


def test_all_prices_are_kept_in_both_currencies(filled: Engine, client: AdministrateClient, sandbox: Sandbox) -> None:
    written = sync_all(filled, client)
    prices = sandbox.tenant.prices.values()
    assert written["course_template_price_levels"].live == len(prices)
    with filled.connect() as connection:
        found = connection.execute(
            text("select external_id, amount, currency_code from adm.course_template_price_levels")
        )
        assert {tuple(row) for row in found} == {
            (price.id, price.amount, price.financial_unit.code) for price in prices
        }
    assert max(Counter(id(t) for t in sandbox.tenant.course_templates.values() for _ in t.public_prices).values()) > 100


def test_all_approved_instructors_are_kept(synced: Engine, sandbox: Sandbox) -> None:
    with synced.connect() as connection:
        found = connection.execute(text("select external_id, approved_instructors from adm.course_templates"))
        approved = {row[0]: set(row[1]) for row in found}
    assert approved == {
        template.id: {contact.id for contact in template.approved_instructors}
        for template in sandbox.tenant.course_templates.values()
    }


def test_a_second_sync_writes_no_row_and_counts_all_as_unchanged(filled: Engine, client: AdministrateClient) -> None:
    first = sync_all(filled, client)
    before = everything(filled, schema="adm")
    for name, written in sync_all(filled, client).items():
        assert asdict(written) == {**asdict(Written(0, 0, first[name].live, 0, 0, live=first[name].live))}
    assert everything(filled, schema="adm") == before


def test_nothing_on_the_tutorial_side_changes(filled: Engine, client: AdministrateClient) -> None:
    before = everything(filled, schema="acted")
    sync_all(filled, client)
    assert everything(filled, schema="acted") == before


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Down(), Unreachable),
        (UnauthorizedForGood(), Unauthorized),
        (Html(), NotGraphQL),
        (NullData(), NoData),
        (EmptyList(connection="courseTemplates"), TooManyRemovals),
        (HalvedList(connection="courseTemplates"), TooManyRemovals),
        (EmptyList(connection="courseTemplates", truthful_count=True), IncompleteList),
        (HalvedList(connection="courseTemplates", truthful_count=True), IncompleteList),
    ],
    ids=lambda value: f"{value.kind}" if isinstance(value, Fault) else value.__name__,
)
def test_a_failure_changes_nothing(
    synced: Engine, client: AdministrateClient, sandbox: Sandbox, fault: Fault, error: type[AdministrateError]
) -> None:
    before = everything(synced, schema="adm")
    sandbox.faults.add(fault)
    with pytest.raises(error):
        sync_entity(synced, client, ENTITIES["course_templates"], ENTITIES)
    assert everything(synced, schema="adm") == before


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("venues", "locations"),
        ("course_templates", "custom fields"),
        ("course_template_price_levels", "course templates"),
    ],
)
def test_a_step_alone_refuses_and_names_what_to_sync_first(
    filled: Engine, client: AdministrateClient, name: str, first: str
) -> None:
    with pytest.raises(PrerequisiteMissing, match=f"sync {first} first"):
        sync_entity(filled, client, ENTITIES[name], ENTITIES)
    assert client.requests_sent == 0


def test_a_link_alone_refuses_and_names_what_to_sync_first(filled: Engine, client: AdministrateClient) -> None:
    with pytest.raises(PrerequisiteMissing, match="sync locations first"):
        link_entity(filled, ENTITIES["locations"], ENTITIES)
    for name in ("locations", "venues"):
        sync_entity(filled, client, ENTITIES[name], ENTITIES)
    with pytest.raises(PrerequisiteMissing, match="sync the location links first"):
        link_entity(filled, ENTITIES["venues"], ENTITIES)
