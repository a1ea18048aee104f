"""Planned events as a table, by whatever somebody looks for."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from sync_assets.bridge.planned_tables import EventState
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import sync_entity
from sync_assets.event_actions.act_on_events import act_on_events
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_import.planned_list import PlannedFilter, find_planned, planned_names, read_planned
from sync_assets.event_import.standing_there import Lifecycle
from sync_assets.sandbox.server.faults import PayloadError
from sync_assets_tests.event_import.both_sides import in_workbook
from sync_assets_tests.support.systems import Systems

STANDINGS = (
    *(PlannedFilter(lifecycle=lifecycle) for lifecycle in Lifecycle),
    *(PlannedFilter(on_sale=is_so) for is_so in (True, False)),
    *(PlannedFilter(sold_out=is_so) for is_so in (True, False)),
)


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


def test_what_is_found_is_what_is_read_in_its_order(systems: Systems, key: str) -> None:
    systems.run(key)
    with systems.engine.connect() as connection:
        whole = read_planned(connection)
        one_by_one = [read_planned(connection, ids=[id_]) for id_ in find_planned(connection, PlannedFilter())]
        assert [frame["title"].iloc[0] for frame in one_by_one] == list(whole["title"])
        names = planned_names(connection)
        assert names.count == 6
        assert names.sittings == set(whole["sitting"])
        assert names.locations == set(whole["location"])
        assert names.templates == set(whole["template"])
        assert planned_names(connection, withdrawn=True).count == 0


def act(systems: Systems, action: EventAction, title: str) -> None:
    act_on_events(systems.engine, systems.connect(), action, Selection(titles=(title,)), ActionOptions(dry_run=False))


@pytest.mark.parametrize("is_synced", [False, True], ids=["before a sync has read them", "after it"])
def test_events_are_found_by_how_they_stand_in_administrate(systems: Systems, key: str, is_synced: bool) -> None:
    systems.run(key)
    if is_synced:
        sync_entity(systems.engine, systems.connect(), ENTITIES["events"], ENTITIES)
    first, second, third, *others = titles(systems, PlannedFilter())
    on_sale = titles(systems, PlannedFilter(on_sale=True))
    assert titles(systems, PlannedFilter(lifecycle=Lifecycle.DRAFT)) == [first, second, third, *others]
    assert titles(systems, PlannedFilter(sold_out=True)) == []
    act(systems, EventAction.publish, first)
    act(systems, EventAction.cancel, second)
    act(systems, EventAction.on_sale, first)
    act(systems, EventAction.off_sale, third)
    act(systems, EventAction.sold_out, third)
    assert titles(systems, PlannedFilter(lifecycle=Lifecycle.PUBLISHED)) == [first]
    assert titles(systems, PlannedFilter(lifecycle=Lifecycle.CANCELLED)) == [second]
    assert titles(systems, PlannedFilter(lifecycle=Lifecycle.DRAFT)) == [third, *others]
    assert set(titles(systems, PlannedFilter(on_sale=True))) - {second} == {first, *on_sale} - {second, third}
    assert titles(systems, PlannedFilter(sold_out=True)) == [third]
    assert titles(systems, PlannedFilter(sold_out=True, lifecycle=Lifecycle.PUBLISHED)) == []
    assert titles(systems, PlannedFilter(sold_out=False, sitting="2026A")) == [
        title for title in titles(systems, PlannedFilter(sitting="2026A")) if title != third
    ]
    act(systems, EventAction.available, third)
    assert titles(systems, PlannedFilter(sold_out=True)) == []
    # What was noted is what the next sync reads.
    before = [titles(systems, wanted) for wanted in STANDINGS]
    sync_entity(systems.engine, systems.connect(), ENTITIES["events"], ENTITIES)
    assert [titles(systems, wanted) for wanted in STANDINGS] == before


def test_what_administrate_does_not_have_stands_in_no_way(systems: Systems, key: str) -> None:
    refused = in_workbook(systems.workbook(events=6, sessions=20))[-1].title
    systems.sandbox.faults.add(PayloadError(value=refused))
    systems.run(key)
    for wanted in STANDINGS:
        assert refused not in titles(systems, wanted)
