"""What is in Administrate before an event is made: drafts are adopted, and a second event is never made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from sync_assets.event_import.report import EventOutcome
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.mutations.events import create_blended
from sync_assets_tests.event_import.both_sides import SeenEvent, assert_imported, in_workbook
from sync_assets_tests.support.systems import Systems

CONTENT = {"events": 2, "sessions": 7}


def made_by_hand(systems: Systems, event: SeenEvent, template_code: str, **values: Any) -> Event:
    """A draft that somebody has made of the same title and template, with other details."""
    tenant = systems.tenant
    template = next(each for each in tenant.course_templates.values() if each.code.strip() == template_code)
    location = next(iter(tenant.locations.values()))
    made = create_blended(
        tenant,
        {
            "title": event.title,
            "event_type": "public",
            "time_zone_name": "Europe/London",
            "location_id": location.id,
            "tax_type_id": next(iter(tenant.tax_types)),
            "course_template_id": template.id,
            "classroom_start_date_time": datetime(2026, 1, 2, 9, 0),  # noqa: DTZ001 - local, as the API has it
        },
    )
    for name, value in values.items():
        setattr(made, name, value)
    return made


def code_of(systems: Systems, content: bytes, title: str) -> str:
    report = systems.run(systems.store(content), dry_run=True)
    return next(event.course_template_code for event in report.events if event.title == title)


def test_a_draft_of_the_same_title_and_template_is_adopted_and_completed(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    draft = made_by_hand(systems, first, code_of(systems, content, first.title))
    report = systems.run(systems.store(content))
    outcomes = {event.title: (event.outcome, event.external_id) for event in report.events}
    assert outcomes[first.title] == (EventOutcome.ADOPTED, draft.id)
    assert len(systems.tenant.events) == 2
    # An update of Administrate cannot set an event's venue; its sessions hold the venue that counts.
    draft.venue = next(
        (each for each in systems.tenant.venues.values() if each.name.strip().casefold() == first.venue), None
    )
    assert_imported(systems.engine, systems.tenant, content)


def test_people_who_are_booked_on_an_adopted_draft_are_not_booked_again(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    draft = made_by_hand(systems, first, code_of(systems, content, first.title))
    for session in draft.sessions:
        for contact in draft.course_template.approved_instructors:
            if contact.is_instructor:
                systems.tenant.add_staff(contact, "instructor", draft, session)
    booked, sessions_of_draft = len(systems.tenant.staff), {id(session) for session in draft.sessions}
    assert systems.run(systems.store(content)).is_success
    on_draft = [
        each
        for each in systems.tenant.staff.values()
        if each.staff_type == "instructor" and id(each.session) in sessions_of_draft
    ]
    assert len(on_draft) == booked


def test_two_drafts_are_named_and_neither_is_taken(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    code = code_of(systems, content, first.title)
    drafts = [made_by_hand(systems, first, code) for _ in range(2)]
    report = systems.run(systems.store(content))
    (waiting,) = report.waiting
    assert waiting.title == first.title
    assert all(draft.id in (waiting.sentence or "") for draft in drafts)
    assert report.counts[EventOutcome.IMPORTED] == 1
    systems.tenant.remove(drafts[0])
    assert systems.run(systems.store(content)).is_success
    assert len(systems.tenant.events) == 2


def test_a_published_event_of_the_same_title_and_template_is_never_doubled(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    there = made_by_hand(systems, first, code_of(systems, content, first.title), lifecycle_state="published")
    report = systems.run(systems.store(content))
    (waiting,) = report.waiting
    assert there.id in (waiting.sentence or "")
    assert "published" in (waiting.sentence or "")
    assert len(systems.tenant.events) == 2


@pytest.mark.parametrize("difference", ["cancelled", "another template"])
def test_a_cancelled_event_and_one_of_another_template_are_nobodys_business(systems: Systems, difference: str) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    code = code_of(systems, content, first.title)
    if difference == "cancelled":
        other = made_by_hand(systems, first, code, lifecycle_state="cancelled")
    else:
        codes = [
            each.code
            for each in systems.tenant.course_templates.values()
            if each.lifecycle_state == "published" and each.code.strip() != code
        ]
        other = made_by_hand(systems, first, codes[0].strip())
    report = systems.run(systems.store(content))
    assert report.counts[EventOutcome.IMPORTED] == 2
    systems.tenant.remove(other)
    assert_imported(systems.engine, systems.tenant, content)


def test_a_draft_of_another_learning_mode_is_left_alone_and_named(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    made_by_hand(systems, first, code_of(systems, content, first.title), learning_mode="classroom")
    (waiting,) = systems.run(systems.store(content)).waiting
    assert "is classroom, and the workbook says blended" in (waiting.sentence or "")
    assert len(systems.tenant.events) == 2


def test_a_draft_that_was_deleted_before_it_was_complete_is_made_anew(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    key = systems.store(content)
    systems.run(key)
    title, deleted = in_workbook(content)[0].title, next(iter(systems.tenant.events.values()))
    for session in deleted.sessions:
        systems.tenant.remove(session)
    systems.tenant.remove(deleted)
    with systems.engine.begin() as connection:
        connection.execute(text("update adm.events set state = 'created'"))
    report = systems.run(key)
    assert report.is_success, title
    assert deleted.id not in {event.external_id for event in report.events}
    assert_imported(systems.engine, systems.tenant, content)


def test_an_event_that_was_cancelled_before_it_was_complete_is_left_as_it_is(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    key = systems.store(content)
    systems.run(key)
    cancelled = next(iter(systems.tenant.events.values()))
    cancelled.lifecycle_state = "cancelled"
    with systems.engine.begin() as connection:
        connection.execute(text("update adm.events set state = 'created'"))
    (waiting,) = systems.run(key).waiting
    assert (waiting.external_id, waiting.sentence) == (
        cancelled.id,
        f"The event {cancelled.id} was cancelled in Administrate, so it is left as it is.",
    )
