from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor, nodes

SESSION = """errors { label message } session { title timeZonedStart timeZonedEnd location { name } venue { name }
    customFieldValues { value } staff { edges { node { id staffType contact { personalName { lastName } } } } } }"""


@pytest.fixture
def event(make_event: Callable[..., Event]) -> Event:
    return make_event()


def update(visitor: Visitor, event: Event, **fields: Any) -> Any:
    return visitor.mutate(
        "session", "update", SESSION, sessionId__ID=event.sessions[0].id, input__SessionUpdateInput=fields
    )


def add_staff(visitor: Visitor, event: Event, *contact_ids: str, staff_type: str = "instructor") -> Any:
    booking = {"sessionId": event.sessions[0].id, "staffType": staff_type, "contactIds": contact_ids}
    return visitor.mutate("session", "addStaff", SESSION, input__SessionAddStaffInput=booking)


def test_local_times_are_taken_and_moments_in_utc_answered(visitor: Visitor, event: Event) -> None:
    session = update(visitor, event, start="2026-06-01T09:00:00", end="2026-06-01T12:30:00")["session"]
    assert (session["timeZonedStart"], session["timeZonedEnd"]) == ("2026-06-01T08:00:00Z", "2026-06-01T11:30:00Z")


def test_a_time_with_a_zone_is_no_local_time(visitor: Visitor, event: Event) -> None:
    document = """mutation($id: ID!, $input: SessionUpdateInput!) {
        session { update(sessionId: $id, input: $input) { errors { message } } } }"""
    errors = visitor.errors(document, id=event.sessions[0].id, input={"start": "2026-06-01T09:00:00Z"})
    assert "LocalDateTime" in errors[0]


def test_a_session_ends_after_its_start(visitor: Visitor, event: Event) -> None:
    payload = update(visitor, event, start="2026-06-01T09:00:00", end="2026-06-01T08:00:00")
    assert payload["errors"] == [{"label": "end", "message": "end must be after the start."}]


def test_a_venue_has_to_be_at_the_location_and_can_be_taken_away(
    visitor: Visitor, tenant: Tenant, event: Event
) -> None:
    here = tenant.add_venue("Quill House", event.location)
    elsewhere = tenant.add_venue("Wren Yard", tenant.add_location("Leeds"))
    assert update(visitor, event, venueId=here.id)["session"]["venue"] == {"name": "Quill House"}
    assert update(visitor, event, venueId=elsewhere.id)["errors"][0]["label"] == "venueId"
    assert update(visitor, event, venueId=None)["session"]["venue"] is None


@pytest.mark.parametrize("waits", [False, True])
def test_a_session_of_a_draft_is_published_unless_the_tenant_is_otherwise(
    visitor: Visitor, tenant: Tenant, event: Event, waits: bool
) -> None:
    tenant.behaviour = TenantBehaviour(sessions_wait_for_event=waits)
    errors = update(visitor, event, lifecycleState="published")["errors"]
    assert [error["label"] for error in errors] == (["lifecycleState"] if waits else [])
    assert event.sessions[0].lifecycle_state == ("draft" if waits else "published")
    tenant.publish(event)
    assert update(visitor, event, lifecycleState="published")["errors"] == []


def test_a_further_session_takes_place_and_zone_from_its_event(visitor: Visitor, tenant: Tenant, event: Event) -> None:
    fields = {
        "parentEventId": event.id,
        "code": "D3",
        "title": "Day 3",
        "start": "2026-06-03T09:00:00",
        "end": "2026-06-03T17:00:00",
    }
    session = visitor.mutate("session", "create", SESSION, input__SessionCreateInput=fields)["session"]
    assert session["location"] == {"name": "London"}
    assert session["timeZonedStart"] == "2026-06-03T08:00:00Z"
    assert len(event.sessions) == 3


@pytest.mark.parametrize("numbers", [False, True])
def test_a_session_keeps_the_code_that_it_is_given_unless_the_tenant_numbers_sessions_itself(
    visitor: Visitor, tenant: Tenant, event: Event, numbers: bool
) -> None:
    tenant.behaviour = TenantBehaviour(numbers_codes_of=frozenset({"Session"} if numbers else ()))
    times = {"start": "2026-06-03T09:00:00", "end": "2026-06-03T17:00:00"}
    fields = {"parentEventId": event.id, "code": "OURS-3", "title": "Day 3", **times}
    visitor.mutate("session", "create", SESSION, input__SessionCreateInput=fields)
    update(visitor, event, code="OURS-1")
    codes = [session.code for session in event.sessions]
    assert codes == (["D1", "D2", f"{event.code}-3"] if numbers else ["OURS-1", "D2", "OURS-3"])


@pytest.mark.parametrize("moves", [False, True])
def test_a_mutation_of_a_session_moves_the_update_time_of_its_event_if_the_tenant_is_so(
    visitor: Visitor, tenant: Tenant, event: Event, moves: bool
) -> None:
    tenant.behaviour = TenantBehaviour(session_edit_moves_event=moves)
    before = event.updated_at
    update(visitor, event, title="First day")
    assert (event.updated_at > before) is moves


def test_custom_fields_of_a_session_are_written_with_it(visitor: Visitor, tenant: Tenant, event: Event) -> None:
    day = tenant.add_custom_field("Session", "Day", type="integer")
    values = [{"definitionKey": day.key, "value": "1"}]
    assert update(visitor, event, customFieldValues=values)["session"]["customFieldValues"] == [{"value": "1"}]


def test_staff_of_a_session_are_booked_all_or_none(visitor: Visitor, tenant: Tenant, event: Event) -> None:
    teacher, administrator = tenant.contacts.values()
    refused = add_staff(visitor, event, teacher.id, administrator.id)
    assert refused["session"] is None
    assert event.sessions[0].staff == []
    booked = nodes(add_staff(visitor, event, teacher.id)["session"]["staff"])
    assert [(node["staffType"], node["contact"]["personalName"]["lastName"]) for node in booked] == [
        ("instructor", "Marrowby")
    ]


def test_who_is_booked_on_a_session_cannot_be_booked_again_until_removed(
    visitor: Visitor, tenant: Tenant, event: Event
) -> None:
    teacher, _ = tenant.contacts.values()
    booking = nodes(add_staff(visitor, event, teacher.id)["session"]["staff"])[0]["id"]
    assert "already" in add_staff(visitor, event, teacher.id)["errors"][0]["message"]
    visitor.mutate("session", "removeStaff", SESSION, input__SessionRemoveStaffInput={"staffId": booking})
    assert add_staff(visitor, event, teacher.id)["errors"] == []
