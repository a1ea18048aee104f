"""What a person does in the vendor's pages, as a test does it for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant


@pytest.fixture
def event(make_event: Callable[..., Event]) -> Event:
    return make_event("MQ-1", max_places=14)


def test_an_edit_moves_the_update_time_of_an_event(tenant: Tenant, event: Event) -> None:
    before = event.updated_at
    tenant.edit(event, title="MQ-1 (moved)")
    assert event.title == "MQ-1 (moved)"
    assert event.updated_at > before


@pytest.mark.parametrize("moves", [False, True])
def test_an_edit_of_a_session_moves_its_event_if_the_tenant_is_so(tenant: Tenant, event: Event, moves: bool) -> None:
    tenant.behaviour = TenantBehaviour(session_edit_moves_event=moves)
    before = event.updated_at
    tenant.edit(event.sessions[0], title="First day")
    assert (event.updated_at > before) is moves


def test_publishing_an_event_leaves_its_sessions_drafts(tenant: Tenant, event: Event) -> None:
    tenant.publish(event)
    assert (event.lifecycle_state, {each.lifecycle_state for each in event.sessions}) == ("published", {"draft"})
    tenant.publish(event.sessions[1])
    assert [each.lifecycle_state for each in event.sessions] == ["draft", "published"]


@pytest.mark.parametrize(("reaches", "states"), [(False, {"draft"}), (True, {"cancelled"})])
def test_cancelling_an_event_cancels_its_sessions_if_the_tenant_is_so(
    tenant: Tenant, event: Event, reaches: bool, states: set[str]
) -> None:
    tenant.behaviour = TenantBehaviour(cancel_reaches_sessions=reaches)
    tenant.cancel(event)
    assert event.lifecycle_state == "cancelled"
    assert event.cancelled_at
    assert {each.lifecycle_state for each in event.sessions} == states


def test_a_deleted_event_takes_sessions_and_staff_along(tenant: Tenant, event: Event) -> None:
    teacher, _ = tenant.contacts.values()
    tenant.add_staff(teacher, "instructor", event, event.sessions[0])
    tenant.delete(event)
    assert (tenant.events, tenant.sessions, tenant.staff) == ({}, {}, {})


def test_bookings_take_places_and_can_be_given_back(tenant: Tenant, event: Event) -> None:
    tenant.book(event, 3)
    assert (event.booked_places, event.remaining_places) == (3, 11)
    tenant.book(event, -1)
    assert (event.booked_places, event.remaining_places) == (2, 12)


def test_nothing_that_a_person_does_is_a_mutation(tenant: Tenant, event: Event) -> None:
    tenant.publish(event)
    tenant.book(event)
    tenant.delete(event)
    assert len(tenant.carried_out) == 0
