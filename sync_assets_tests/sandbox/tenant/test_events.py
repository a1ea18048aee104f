from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.records import CourseTemplate
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor, nodes

MADE = """errors { label message value } event { id title lifecycleState learningMode maxPlaces timeZonedClassroomStart
    timeZonedLmsStart timeZonedLmsEnd customFieldValues { value definition { label } }
    sessions(order: {field: id, direction: asc}) { edges { node { title timeZonedStart timeZonedEnd } } } }"""
CHANGED = """errors { label message } event { title lifecycleState customFieldValues { value }
    sessions { edges { node { lifecycleState } } } }"""
STAFFED = """errors { message } event { staff { edges { node { id staffType contact { personalName { lastName } } } } }
    sessions { edges { node { staff { edges { node { staffType contact { personalName { lastName } } } } } } } } }"""


@pytest.fixture
def template(tenant: Tenant) -> CourseTemplate:
    """Two planned days in London, with what an event of it needs besides."""
    tenant.add_location("London", time_zone="Europe/London")
    tenant.add_tax_type()
    template = tenant.add_course_template("CB1_LO_2", event_learning_mode="blended", max_places=14)
    for day in (1, 2):
        tenant.add_session_template(template, day, start_time=time(9, 30), end_time=time(17), title=f"Day {day}")
    return template


@pytest.fixture
def fields(tenant: Tenant, template: CourseTemplate) -> dict[str, Any]:
    """An input that the API accepts."""
    return {
        "eventType": "public",
        "timeZoneName": "Europe/London",
        "title": "MQ-1",
        "courseTemplateId": template.id,
        "locationId": next(iter(tenant.locations)),
        "taxTypeId": next(iter(tenant.tax_types)),
        "classroomStartDateTime": "2026-03-28T20:00:00",
        "lmsStartDateTime": "2026-03-01T16:00:00",
        "lmsEndDateTime": "2026-04-10T00:00:00",
    }


def create_blended(visitor: Visitor, fields: dict[str, Any]) -> Any:
    return visitor.mutate("event", "createBlended", MADE, input__BlendedEventCreateInput=fields)


def test_a_blended_event_is_a_draft_with_a_session_a_planned_day(visitor: Visitor, fields: dict[str, Any]) -> None:
    payload = create_blended(visitor, fields)
    event = payload["event"]
    assert payload["errors"] == []
    assert (event["lifecycleState"], event["learningMode"], event["maxPlaces"]) == ("draft", "blended", 14)
    assert (event["timeZonedLmsStart"], event["timeZonedLmsEnd"]) == ("2026-03-01T16:00:00Z", "2026-04-09T23:00:00Z")
    assert nodes(event["sessions"]) == [
        {
            "title": "Day 1",
            "timeZonedStart": "2026-03-28T09:30:00Z",
            "timeZonedEnd": "2026-03-28T17:00:00Z",
        },
        {
            "title": "Day 2",
            "timeZonedStart": "2026-03-29T08:30:00Z",
            "timeZonedEnd": "2026-03-29T16:00:00Z",
        },
    ]
    assert event["timeZonedClassroomStart"] == "2026-03-28T09:30:00Z"


def test_an_lms_event_has_no_sessions(visitor: Visitor, fields: dict[str, Any]) -> None:
    del fields["classroomStartDateTime"]
    event = visitor.mutate("event", "createLMS", MADE, input__LMSEventCreateInput=fields)["event"]
    assert (event["learningMode"], nodes(event["sessions"])) == ("lms", [])


def test_a_classroom_event_has_its_sessions_too(visitor: Visitor, fields: dict[str, Any]) -> None:
    fields = {key: value for key, value in fields.items() if not key.startswith("lms")}
    event = visitor.mutate("event", "createClassroom", MADE, input__ClassroomEventCreateInput=fields)["event"]
    assert (event["learningMode"], len(nodes(event["sessions"]))) == ("classroom", 2)


def test_what_is_missing_is_named_all_at_once_and_nothing_is_made(
    visitor: Visitor, tenant: Tenant, fields: dict[str, Any]
) -> None:
    payload = create_blended(visitor, {"eventType": "public", "timeZoneName": "Mars/Olympus", "title": " "})
    labels = {error["label"] for error in payload["errors"]}
    assert labels == {
        *("title", "courseTemplateId", "locationId", "taxTypeId"),
        *("timeZoneName", "classroomStartDateTime"),
    }
    assert payload["event"] is None
    assert tenant.events == {}


def test_events_are_made_from_published_templates_only(
    visitor: Visitor, template: CourseTemplate, fields: dict[str, Any]
) -> None:
    template.lifecycle_state = "draft"
    assert "published" in create_blended(visitor, fields)["errors"][0]["message"]


def test_custom_field_values_are_checked_by_type_kept_when_left_out_and_cleared_by_null(
    visitor: Visitor, tenant: Tenant, fields: dict[str, Any]
) -> None:
    until = tenant.add_custom_field("Event", "Finalisation date", type="date")
    sitting = tenant.add_custom_field("Event", "Sitting")
    day = tenant.add_custom_field("Session", "Day", type="integer")
    for key, value in ((until.key, "01/02/2026"), (day.key, "1")):
        refused = create_blended(visitor, {**fields, "customFieldValues": [{"definitionKey": key, "value": value}]})
        assert refused["errors"][0]["label"] == "customFieldValues"
    values = [{"definitionKey": until.key, "value": "2026-02-01"}, {"definitionKey": sitting.key, "value": "2026A"}]
    create_blended(visitor, {**fields, "customFieldValues": values})
    (event,) = tenant.events.values()
    cleared = {"customFieldValues": [{"definitionKey": until.key, "value": None}]}
    changed = visitor.mutate("event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput=cleared)
    assert [each["value"] for each in changed["event"]["customFieldValues"]] == [None, "2026A"]


def test_a_required_custom_field_is_needed_to_make_an_event(
    visitor: Visitor, tenant: Tenant, fields: dict[str, Any]
) -> None:
    sitting = tenant.add_custom_field("Event", "Sitting", is_required=True)
    refused = create_blended(visitor, fields)
    assert [(error["label"], error["message"]) for error in refused["errors"]] == [("Sitting", "Sitting is required.")]
    assert tenant.events == {}
    values = [{"definitionKey": sitting.key, "value": "2026A"}]
    assert create_blended(visitor, {**fields, "customFieldValues": values})["errors"] == []


@pytest.mark.parametrize("numbers", [False, True])
def test_an_event_keeps_the_code_that_it_is_given_unless_the_tenant_numbers_events_itself(
    visitor: Visitor, tenant: Tenant, fields: dict[str, Any], numbers: bool
) -> None:
    tenant.behaviour = TenantBehaviour(numbers_codes_of=frozenset({"Event"} if numbers else ()))
    create_blended(visitor, {**fields, "code": "OURS-1"})
    (event,) = tenant.events.values()
    assert event.code == ("E1" if numbers else "OURS-1")
    visitor.mutate(
        "event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput={"code": "OURS-2", "title": "MQ-2"}
    )
    assert (event.code, event.title) == ("E1" if numbers else "OURS-2", "MQ-2")


@pytest.mark.parametrize("end", ["2026-03-01T16:00:00", "2026-02-28T16:00:00"])
def test_the_lms_closes_after_it_opens(visitor: Visitor, tenant: Tenant, fields: dict[str, Any], end: str) -> None:
    assert create_blended(visitor, {**fields, "lmsEndDateTime": end})["errors"][0]["label"] == "lmsEndDateTime"
    create_blended(visitor, fields)
    (event,) = tenant.events.values()
    refused = visitor.mutate(
        "event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput={"lmsEndDateTime": end}
    )
    assert refused["errors"][0]["label"] == "lmsEndDateTime"


@pytest.mark.parametrize(("reaches", "states"), [(False, {"draft"}), (True, {"cancelled"})])
def test_cancelling_an_event_cancels_its_sessions_if_the_tenant_is_so(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event], reaches: bool, states: set[str]
) -> None:
    tenant.behaviour = TenantBehaviour(cancel_reaches_sessions=reaches)
    event = make_event()
    cancelled = visitor.mutate(
        "event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput={"lifecycleState": "cancelled"}
    )["event"]
    assert cancelled["lifecycleState"] == "cancelled"
    assert event.cancelled_at
    assert {node["lifecycleState"] for node in nodes(cancelled["sessions"])} == states


def test_bookings_and_prices_are_told(visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]) -> None:
    event = make_event(max_places=14)
    tenant.book(event, 2)
    tenant.add_event_price(event, tenant.add_price_level("Standard"), "250.00", tenant.add_currency("GBP", "Pound"))
    document = """{ events { edges { node { bookedPlaces remainingPlaces
        prices(first: 1) { edges { node { amount financialUnit { ... on Currency { code } } } } } } } } }"""
    (read,) = nodes(visitor.data(document)["events"])
    assert (read["bookedPlaces"], read["remainingPlaces"]) == (2, 12)
    assert nodes(read["prices"]) == [{"amount": "250.00", "financialUnit": {"code": "GBP"}}]


def test_publishing_an_event_publishes_no_session(visitor: Visitor, make_event: Callable[..., Event]) -> None:
    event = make_event()
    published = visitor.mutate(
        "event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput={"lifecycleState": "published"}
    )["event"]
    assert published["lifecycleState"] == "published"
    assert {node["lifecycleState"] for node in nodes(published["sessions"])} == {"draft"}


@pytest.mark.parametrize("is_final", [False, True])
def test_a_cancelled_event_is_published_again_unless_the_tenant_is_otherwise(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event], is_final: bool
) -> None:
    tenant.behaviour = TenantBehaviour(cancelled_is_final=is_final)
    event = make_event(lifecycle_state="cancelled")
    payload = visitor.mutate(
        "event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput={"lifecycleState": "published"}
    )
    assert [error["label"] for error in payload["errors"]] == (["lifecycleState"] if is_final else [])
    assert event.lifecycle_state == ("cancelled" if is_final else "published")


@pytest.mark.parametrize("stands", [False, True])
def test_an_event_with_bookings_is_cancelled_unless_the_tenant_is_otherwise(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event], stands: bool
) -> None:
    tenant.behaviour = TenantBehaviour(booked_events_stand=stands)
    event = make_event("MQ-1")
    tenant.book(event, 3)
    payload = visitor.mutate(
        "event", "update", CHANGED, eventId__ID=event.id, input__EventUpdateInput={"lifecycleState": "cancelled"}
    )
    assert [error["message"] for error in payload["errors"]] == (["MQ-1 has bookings (3)."] if stands else [])
    assert event.lifecycle_state == ("draft" if stands else "cancelled")


def test_only_drafts_without_bookings_are_deleted_and_the_others_are_named(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    draft, published, booked = make_event("MQ-1"), make_event("MQ-2", lifecycle_state="published"), make_event("MQ-3")
    tenant.book(booked)
    ids = {"eventIds": [published.id, draft.id, booked.id, "nonsense"]}
    payload = visitor.mutate("event", "delete", "errors { message value } events { title }", input__DeleteInput=ids)
    assert payload["events"] == [{"title": "MQ-1"}]
    assert payload["errors"] == [
        {"message": "Only drafts can be deleted, and MQ-2 is published.", "value": published.id},
        {"message": "MQ-3 has bookings (1).", "value": booked.id},
        {"message": "eventIds names no record of this instance.", "value": "nonsense"},
    ]
    assert list(tenant.events.values()) == [published, booked]


def add_staff(visitor: Visitor, tenant: Tenant, event: Event, last_name: str, staff_type: str) -> Any:
    contact = next(each for each in tenant.contacts.values() if each.last_name == last_name)
    booking = {"eventId": event.id, "contactId": contact.id, "staffType": staff_type}
    return visitor.mutate("event", "addStaff", STAFFED, input__EventStaffInput=booking)


def test_staff_of_an_event_come_to_every_session_and_leave_every_session(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event()
    staffed = add_staff(visitor, tenant, event, "Fairweatherly", "administrator")["event"]
    bookings = [nodes(node["staff"]) for node in nodes(staffed["sessions"])]
    assert (
        bookings == [[{"staffType": "administrator", "contact": {"personalName": {"lastName": "Fairweatherly"}}}]] * 2
    )
    removed = visitor.mutate(
        "event", "removeStaff", STAFFED, input__RemoveEventStaffInput={"staffId": nodes(staffed["staff"])[0]["id"]}
    )["event"]
    assert [nodes(node["staff"]) for node in nodes(removed["sessions"])] == [[], []]
    assert nodes(removed["staff"]) == []


def test_who_is_booked_already_cannot_be_booked_again(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event()
    add_staff(visitor, tenant, event, "Marrowby", "instructor")
    (error,) = add_staff(visitor, tenant, event, "Marrowby", "instructor")["errors"]
    assert error["message"] == "The input Contact already exists as staff on the Event"


def test_an_instructor_who_has_left_is_not_booked(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event()
    teacher, _ = tenant.contacts.values()
    tenant.edit(teacher, has_left_company=True)
    assert "has left" in add_staff(visitor, tenant, event, "Marrowby", "instructor")["errors"][0]["message"]
    assert event.staff == []


def test_an_instructor_has_to_be_approved_for_the_template(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event()
    event.course_template.approved_instructors.clear()
    payload = add_staff(visitor, tenant, event, "Marrowby", "instructor")
    assert "not approved" in payload["errors"][0]["message"]
    assert payload["event"] is None


def test_aliased_mutations_run_one_after_another_and_fail_each_alone(
    visitor: Visitor, tenant: Tenant, fields: dict[str, Any]
) -> None:
    document = """mutation($good: BlendedEventCreateInput!, $bad: BlendedEventCreateInput!) {
        m1: event { createBlended(input: $good) { errors { message } event { title } } }
        m2: event { createBlended(input: $bad) { errors { message } event { title } } }
        m3: event { createBlended(input: $good) { errors { message } event { title } } } }"""
    answer = visitor.data(document, good=fields, bad={**fields, "title": ""})
    assert [each["createBlended"]["event"] for each in answer.values()] == [{"title": "MQ-1"}, None, {"title": "MQ-1"}]
    assert [event.number for event in tenant.events.values()] == [1, 2]
    (request,) = visitor.sandbox.requests.all()
    assert (request.mutation_fields, request.root_fields) == (3, ("event.createBlended",) * 3)
