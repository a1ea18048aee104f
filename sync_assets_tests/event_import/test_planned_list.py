"""Planned events as a table, by whatever somebody looks for."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from sync_assets.bridge.planned_tables import EventState
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import sync_entity
from sync_assets.event_import.planned_list import LifecycleState, PlannedFilter, read_planned
from sync_assets.sandbox.server.faults import PayloadError
from sync_assets_tests.event_import.both_sides import in_workbook
from sync_assets_tests.support.systems import Systems


@pytest.fixture
def key(systems: Systems) -> str:
    return systems.store(systems.workbook(events=6, sessions=20))


def titles(systems: Systems, chosen: PlannedFilter) -> list[str]:
    with systems.engine.connect() as connection:
        return list(read_planned(connection, chosen)["title"])


def test_events_are_found_by_sitting_location_template_title_and_state(systems: Systems, key: str) -> None:
    systems.run(key)
    with systems.engine.connect() as connection:
        every = read_planned(connection)
    assert list(every["title"]) == [event.title for event in in_workbook(systems.workbook(events=6, sessions=20))]
    assert int(every["sessions"].sum()) == 20
    assert every["starts"].str.fullmatch(r"202\d-\d\d-\d\d").all()
    first = every.iloc[0]
    for chosen, same in (
        (PlannedFilter(sitting="26a"), every["sitting"] == "2026A"),
        (PlannedFilter(location=first["location"].upper()), every["location"] == first["location"]),
        (PlannedFilter(template=first["template"].lower()), every["template"] == first["template"]),
        (PlannedFilter(title="-oc"), every["title"].str.contains("-OC")),
        (PlannedFilter(upload_key=key), every["title"].notna()),
        (PlannedFilter(state=EventState.AGREED, sitting="2026S"), every["sitting"] == "2026S"),
    ):
        assert titles(systems, chosen) == list(every[same]["title"])
        assert titles(systems, chosen)
    for nothing in (PlannedFilter(sitting="2031S"), PlannedFilter(unfinished=True), PlannedFilter(upload_key="none")):
        assert titles(systems, nothing) == []


def test_what_administrate_says_is_told_and_looked_for(systems: Systems, key: str) -> None:
    systems.run(key)
    with systems.engine.connect() as connection:
        unread = read_planned(connection)
    assert unread[["lifecycle_state", "on_sale", "sold_out", "places", "remaining"]].isna().all(axis=None)
    assert titles(systems, PlannedFilter(on_sale=False)) == titles(systems, PlannedFilter(sold_out=False)) == []
    first, second, third, *others = sorted(systems.tenant.events.values(), key=lambda event: event.title)
    systems.tenant.publish(first)
    web_sale = next(each.id for each in systems.tenant.definitions_of("Event") if each.label == "Web sale")
    first.custom_fields[web_sale] = "True"
    systems.tenant.edit(second, is_sold_out=True, max_places=7)
    systems.tenant.cancel(third)
    sync_entity(systems.engine, systems.connect(), ENTITIES["events"], ENTITIES)
    with systems.engine.connect() as connection:
        every = read_planned(connection).set_index("title")
    assert bool(every.loc[first.title, "on_sale"])
    assert (every.loc[second.title, "places"], every.loc[second.title, "remaining"]) == (7, 7)
    rest = [event.title for event in others]
    for chosen, wanted in (
        (PlannedFilter(there=LifecycleState.PUBLISHED), [first.title]),
        (PlannedFilter(there=LifecycleState.CANCELLED), [third.title]),
        (PlannedFilter(there=LifecycleState.DRAFT), [second.title, *rest]),
        (PlannedFilter(on_sale=True), [first.title]),
        (PlannedFilter(on_sale=False), [second.title, third.title, *rest]),
        (PlannedFilter(sold_out=True), [second.title]),
        (PlannedFilter(sold_out=False, there=LifecycleState.DRAFT), rest),
    ):
        assert titles(systems, chosen) == wanted


def test_those_that_need_somebody_come_first_and_withdrawn_ones_only_when_asked_for(systems: Systems, key: str) -> None:
    last = in_workbook(systems.workbook(events=6, sessions=20))[-1].title
    systems.sandbox.faults.add(PayloadError(value=last))
    systems.run(key)
    assert titles(systems, PlannedFilter(unfinished=True)) == [last]
    with systems.engine.begin() as connection:
        connection.execute(
            text("update adm.planned_events set state = 'withdrawn', plan = null where state = 'refused'")
        )
    assert last not in titles(systems, PlannedFilter())
    assert titles(systems, PlannedFilter(state=EventState.WITHDRAWN)) == [last]
