"""Reads that lag behind writes. The clock stands still unless a test moves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor, nodes

LAG = 10
EVENTS = """query($filters: [EventFieldGraphFilter]) { events(filters: $filters) { pageInfo { totalRecords }
    edges { node { id title timeZonedClassroomStart location { name }
    sessions(order: {field: id, direction: asc}) { edges { node { title staff { edges { node { id } } } } } } } } } }"""
NODE = "query($id: ID!) { node(id: $id) { ... on Event { title } ... on Location { name } ... on Contact { id } } }"
CHANGED = "errors { message } event { title sessions { edges { node { title } } } }"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(tenant: Tenant) -> Clock:
    """The clock of a tenant whose lists lag behind by ten seconds."""
    clock = tenant.clock = Clock()
    tenant.behaviour = TenantBehaviour(read_lag_seconds=LAG)
    return clock


def titles(visitor: Visitor, **filters: str) -> list[str]:
    given = [{"field": field, "operation": "eq", "value": value} for field, value in filters.items()]
    return sorted(node["title"] for node in nodes(visitor.data(EVENTS, filters=given)["events"]))


def update(visitor: Visitor, event: Event, **fields: Any) -> Any:
    return visitor.mutate("event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput=fields)["event"]


def create_session(visitor: Visitor, event: Event, title: str) -> Any:
    times = {"start": "2026-06-03T09:00:00", "end": "2026-06-03T17:00:00"}
    fields = {"parentEventId": event.id, "code": title, "title": title, **times}
    return visitor.mutate("session", "create", "session { id }", input__SessionCreateInput=fields)["session"]


def create_event(visitor: Visitor, like: Event, title: str) -> str:
    fields = {
        "eventType": "public",
        "timeZoneName": "Europe/London",
        "title": title,
        "courseTemplateId": like.course_template.id,
        "locationId": like.location.id,
        "taxTypeId": like.default_tax_type.id,
        "classroomStartDateTime": "2026-03-28T20:00:00",
    }
    payload = visitor.mutate("event", "createBlended", "event { id }", input__BlendedEventCreateInput=fields)
    created: str = payload["event"]["id"]
    return created


def test_what_was_there_before_is_seen_at_once(
    visitor: Visitor, clock: Clock, make_event: Callable[..., Event]
) -> None:
    event = make_event("MQ-1")
    (read,) = nodes(visitor.data(EVENTS)["events"])
    assert (read["id"], len(nodes(read["sessions"]))) == (event.id, 2)


def test_a_created_event_is_missing_from_lists_for_a_while(
    visitor: Visitor, clock: Clock, make_event: Callable[..., Event]
) -> None:
    created = create_event(visitor, make_event("MQ-1"), "MQ-2")
    clock.seconds = LAG - 1
    assert titles(visitor) == ["MQ-1"]
    assert titles(visitor, title="MQ-2") == titles(visitor, id=created) == []
    assert visitor.data(EVENTS)["events"]["pageInfo"]["totalRecords"] == 1
    clock.seconds = LAG
    assert titles(visitor) == ["MQ-1", "MQ-2"]
    assert titles(visitor, title="MQ-2") == ["MQ-2"]


@pytest.mark.parametrize("reaches_nodes", [False, True])
def test_a_node_lags_behind_if_the_tenant_is_so(
    visitor: Visitor, clock: Clock, tenant: Tenant, make_event: Callable[..., Event], reaches_nodes: bool
) -> None:
    tenant.behaviour = TenantBehaviour(read_lag_seconds=LAG, read_lag_reaches_nodes=reaches_nodes)
    event = make_event("MQ-1")
    created = create_event(visitor, event, "MQ-2")
    update(visitor, event, title="MQ-9")
    seen = [visitor.data(NODE, id=each)["node"] for each in (created, event.id)]
    assert seen == ([None, {"title": "MQ-1"}] if reaches_nodes else [{"title": "MQ-2"}, {"title": "MQ-9"}])
    clock.seconds = LAG
    assert [visitor.data(NODE, id=each)["node"] for each in (created, event.id)] == [
        {"title": "MQ-2"},
        {"title": "MQ-9"},
    ]


def test_an_update_is_answered_at_once_and_read_later(
    visitor: Visitor, clock: Clock, make_event: Callable[..., Event]
) -> None:
    event = make_event("MQ-1")
    assert update(visitor, event, title="MQ-2")["title"] == "MQ-2"
    clock.seconds = 6
    assert update(visitor, event, title="MQ-3")["title"] == "MQ-3"
    seen = {}
    for clock.seconds in (9, 10, 15, 16):
        seen[clock.seconds] = titles(visitor)
    assert seen == {9: ["MQ-1"], 10: ["MQ-2"], 15: ["MQ-2"], 16: ["MQ-3"]}
    assert titles(visitor, title="MQ-1") == []


def test_sessions_and_their_staff_lag_behind_with_their_event(
    visitor: Visitor, clock: Clock, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event("MQ-1")
    create_session(visitor, event, "Day 3")
    teacher, _ = tenant.contacts.values()
    booking = {"sessionId": event.sessions[0].id, "staffType": "instructor", "contactIds": [teacher.id]}
    visitor.mutate("session", "addStaff", "errors { message }", input__SessionAddStaffInput=booking)
    moved = {"start": "2026-06-01T09:00:00", "end": "2026-06-01T12:30:00"}
    visitor.mutate(
        "session", "update", "errors { message }", sessionId__ID=event.sessions[0].id, input__SessionUpdateInput=moved
    )

    def seen() -> tuple[list[tuple[str, int]], Any]:
        (read,) = nodes(visitor.data(EVENTS)["events"])
        days = [(node["title"], len(nodes(node["staff"]))) for node in nodes(read["sessions"])]
        return days, read["timeZonedClassroomStart"]

    assert seen() == ([("Day 1", 0), ("Day 2", 0)], None)
    clock.seconds = LAG
    assert seen() == ([("Day 1", 1), ("Day 2", 0), ("Day 3", 0)], "2026-06-01T08:00:00Z")


def test_what_a_person_edits_or_deletes_lags_behind_too(
    visitor: Visitor, clock: Clock, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event, other = make_event("MQ-1"), make_event("MQ-2")
    tenant.delete(event)
    tenant.edit(other.location, name="Londinium")
    seen = nodes(visitor.data(EVENTS)["events"])
    assert sorted((node["title"], node["location"]["name"]) for node in seen) == [
        ("MQ-1", "London"),
        ("MQ-2", "London"),
    ]
    clock.seconds = LAG
    (read,) = nodes(visitor.data(EVENTS)["events"])
    assert (read["title"], read["location"]["name"]) == ("MQ-2", "Londinium")


def test_a_deleted_node_is_there_for_a_while(
    visitor: Visitor, clock: Clock, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    tenant.behaviour = TenantBehaviour(read_lag_seconds=LAG, read_lag_reaches_nodes=True)
    event = make_event("MQ-1")
    visitor.mutate("event", "delete", "errors { message }", input__DeleteInput={"eventIds": [event.id]})
    assert visitor.data(NODE, id=event.id)["node"] == {"title": "MQ-1"}
    clock.seconds = LAG
    assert visitor.data(NODE, id=event.id)["node"] is None


def test_contacts_and_locations_lag_behind_as_events_do(visitor: Visitor, clock: Clock, tenant: Tenant) -> None:
    account, region = tenant.add_account(), tenant.add_region()
    person = {"accountId": account.id, "personalName": {"firstName": "Piers", "lastName": "Gatherwood"}}
    visitor.mutate("contact", "create", "contact { id }", input__ContactCreateInput=person)
    place = {"regionId": region.id, "name": "Leeds"}
    visitor.mutate("location", "create", "location { id }", input__LocationCreateInput=place)
    both = "{ contacts { edges { node { id } } } locations { edges { node { id } } } }"
    assert [len(nodes(each)) for each in visitor.data(both).values()] == [0, 0]
    clock.seconds = LAG
    assert [len(nodes(each)) for each in visitor.data(both).values()] == [1, 1]
