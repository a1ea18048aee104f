"""What Administrate says of events: read whole and by changes, and linked by ids, by our key, or by title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text, update

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.errors import TooManyRemovals
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.bridge.verification import missing_links
from sync_assets.entities import ENTITIES
from sync_assets.entities.events import TABLE, numbers
from sync_assets.entities.sessions import TABLE as SESSIONS
from sync_assets.entities.sync import link_entity, sync_changes, sync_entity
from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems, synced_template

EVENTS, SESSIONS_OF_THEM = 8, 24
LINK = ENTITIES["events"].link
assert LINK
BEFORE, AFTER = date(2025, 1, 1), date(2027, 12, 31)
"""A day on which every event of the workbook is open, and one on which all are over."""


@pytest.fixture(scope="session")
def provider() -> Provider:
    return made_up_provider(60)


@pytest.fixture
def tenant(provider: Provider) -> Tenant:
    return tenant_of(provider)


@pytest.fixture
def imported(
    server: DatabaseServer,
    layout: object,
    provider: Provider,
    sandbox: Sandbox,
    connect: Callable[..., AdministrateClient],
) -> object:
    with server.engine(synced_template(server, provider, layout)) as engine:  # type: ignore[arg-type]
        systems = Systems(provider, engine, sandbox, connect)
        assert systems.run(systems.store(systems.workbook(events=EVENTS, sessions=SESSIONS_OF_THEM))).is_success
        sandbox.requests.clear()
        yield systems


def read(systems: Systems) -> None:
    for name in ("events", "sessions"):
        sync_entity(systems.engine, systems.connect(), ENTITIES[name], ENTITIES)


def link(systems: Systems, day: date = BEFORE) -> dict[tuple[str, str], str]:
    """Link on a day, and return the kind of each discrepancy by side and name."""
    link_entity(systems.engine, ENTITIES["events"], ENTITIES, day)
    with systems.engine.connect() as connection:
        found = read_discrepancies(connection, "events")
    return {(str(row.side), str(row.name)): str(row.kind) for row in found.itertuples()}


def rows(engine: Engine) -> dict[str, object]:
    with engine.connect() as connection:
        return {row.title: row for row in connection.execute(select(TABLE).where(TABLE.c.removed_at.is_(None)))}


@BOTH_LAYOUTS
def test_every_imported_event_is_read_and_linked_by_its_id(imported: Systems) -> None:
    read(imported)
    assert link(imported) == {}
    assert {each.tutorial_event_id is None for each in rows(imported.engine).values()} == {False}
    with imported.engine.connect() as connection:
        there = connection.execute(select(SESSIONS).where(SESSIONS.c.removed_at.is_(None))).all()
        planned = connection.scalar(
            text("select count(*) from adm.planned_sessions where external_id is not null and day is not null")
        )
        counted = numbers(connection)
    living = [each for each in there if each.lifecycle_state != "cancelled"]
    assert len(living) == planned == SESSIONS_OF_THEM
    assert all(each.day for each in living)
    assert sum(count for name, count in counted.items() if name.endswith(": events")) == EVENTS
    # One page of events, one of events with their sessions, and a token for each of two clients.
    assert len(imported.sandbox.requests) <= 4


def test_a_renamed_event_stays_linked_on_either_side(imported: Systems) -> None:
    first, second = list(imported.tenant.events.values())[:2]
    imported.tenant.edit(first, title="Renamed there")
    with imported.engine.begin() as connection:
        connection.execute(
            text("update acted.tutorial_events set code = 'Renamed here' where code = :code"), {"code": second.title}
        )
    read(imported)
    assert link(imported) == {}


def test_an_event_whose_id_is_not_known_is_found_by_our_key(imported: Systems) -> None:
    event = next(iter(imported.tenant.events.values()))
    imported.tenant.edit(event, title="Renamed there")
    with imported.engine.begin() as connection:
        connection.execute(
            update(planned_events).where(planned_events.c.external_id == event.id).values(external_id=None)
        )
        connection.execute(text("update acted.tutorial_events set external_id = null"))
        connection.execute(text("update adm.events set external_id = null"))
    read(imported)
    assert link(imported) == {}


def test_events_that_one_side_has_alone_and_titles_that_occur_twice_are_named(imported: Systems) -> None:
    events = list(imported.tenant.events.values())
    gone, twin = events[0], events[1]
    imported.tenant.delete(gone)
    for title in ("Only there", twin.title):
        imported.tenant.add_event(
            twin.course_template,
            title,
            location=twin.location,
            default_tax_type=twin.default_tax_type,
            time_zone_name=twin.time_zone_name,
            learning_mode="blended",
        )
    read(imported)
    assert link(imported) == {
        ("tutorial", gone.title): "unmatched",
        ("administrate", "Only there"): "unmatched",
        ("administrate", twin.title): "unmatched",
    }


def alone_on_both_sides(systems: Systems) -> tuple[str, str]:
    """Unlink an event that both sides have, so that each has one alone; return the title there and the one here."""
    event = next(iter(systems.tenant.events.values()))
    here = event.title
    systems.tenant.edit(event, title="Only there", code="")
    known = ["adm.events", *(["acted.tutorial_events"] if systems.has_pairs else [])]
    with systems.engine.begin() as connection:
        connection.execute(
            update(planned_events).where(planned_events.c.external_id == event.id).values(state=EventState.WITHDRAWN)
        )
        for table in known:
            connection.execute(text(f"update {table} set external_id = null where external_id = :id"), {"id": event.id})
    read(systems)
    return event.title, here


@BOTH_LAYOUTS
def test_an_event_without_a_partner_is_told_until_it_is_over(imported: Systems) -> None:
    there, here = alone_on_both_sides(imported)
    assert link(imported) == {("administrate", there): "unmatched", ("tutorial", here): "unmatched"}
    assert link(imported, AFTER) == {}
    linked = [row.tutorial_event_id for row in rows(imported.engine).values()]
    assert len([id_ for id_ in linked if id_ is not None]) == EVENTS - 1


@BOTH_LAYOUTS
def test_an_event_without_a_partner_is_told_until_it_is_cancelled(imported: Systems) -> None:
    there, here = alone_on_both_sides(imported)
    imported.tenant.cancel(next(event for event in imported.tenant.events.values() if event.title == there))
    read(imported)
    assert link(imported) == {("tutorial", here): "unmatched"}


@BOTH_LAYOUTS
def test_an_event_whose_end_there_is_not_known_is_told_of(imported: Systems) -> None:
    there, _ = alone_on_both_sides(imported)
    with imported.engine.begin() as connection:
        connection.execute(update(TABLE).values(lms_end=None))
        connection.execute(update(SESSIONS).values(end=None))
    assert link(imported, AFTER) == {("administrate", there): "unmatched"}


def test_an_event_there_that_replaces_a_cancelled_one_is_linked(imported: Systems) -> None:
    event = next(iter(imported.tenant.events.values()))
    _, here = alone_on_both_sides(imported)
    imported.tenant.edit(event, title=here)
    imported.tenant.cancel(event)
    new = imported.tenant.add_event(
        event.course_template,
        here,
        location=event.location,
        default_tax_type=event.default_tax_type,
        time_zone_name=event.time_zone_name,
        learning_mode="blended",
    )
    read(imported)
    assert link(imported) == {}
    with imported.engine.connect() as connection:
        linked = connection.scalars(select(TABLE.c.external_id).where(TABLE.c.tutorial_event_id.is_not(None))).all()
        assert missing_links(connection, LINK, BEFORE) == []
    assert new.id in linked
    assert event.id not in linked


def test_changes_are_read_without_the_rest_and_conclude_nothing_of_what_is_absent(imported: Systems) -> None:
    read(imported)
    old = datetime.now(UTC) - timedelta(days=2)
    events = list(imported.tenant.events.values())
    for event in events:
        event.updated_at = old
    with imported.engine.begin() as connection:
        connection.execute(update(TABLE).values(updated_at_there=old + timedelta(hours=2)))
    imported.tenant.edit(events[0], max_places=77)
    imported.tenant.delete(events[1])
    imported.sandbox.requests.clear()
    written = sync_changes(imported.engine, imported.connect(), ENTITIES["events"], ENTITIES)
    assert (written.updated, written.unchanged, written.removed, written.live) == (1, 0, 0, EVENTS)
    assert rows(imported.engine)[events[0].title].max_places == 77  # type: ignore[attr-defined]
    assert len(imported.sandbox.requests) <= 2


def test_a_list_that_has_lost_too_many_is_not_believed(imported: Systems) -> None:
    read(imported)
    for event in list(imported.tenant.events.values())[: EVENTS - 1]:
        imported.tenant.delete(event)
    with pytest.raises(TooManyRemovals):
        read(imported)
    assert len(rows(imported.engine)) == EVENTS
