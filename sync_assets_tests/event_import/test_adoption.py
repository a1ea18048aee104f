"""What is in Administrate before an event is made: what is ours is gone on with, what is somebody's stays so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from sync_assets.event_import.adopt_events import AdoptionOutcome, CannotAdopt, adopt_events
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.report import EventOutcome
from sync_assets.sandbox.server.faults import AnswerLost
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour, UnreadableField
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.mutations.events import create_blended
from sync_assets_tests.event_import.both_sides import SeenEvent, assert_imported, in_tutorial_tables, in_workbook
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


def test_somebody_elses_draft_of_the_same_title_is_refused_before_anything_is_written(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    draft = made_by_hand(systems, first, code_of(systems, content, first.title))
    for dry_run in (True, False):
        report = systems.run(systems.store(content), dry_run=dry_run)
        (refused,) = report.of(EventOutcome.REFUSED)
        assert refused.title == first.title
        assert f"{draft.id} (draft)" in (refused.sentence or "")
        assert "sync-assets events adopt" in (refused.sentence or "")
        assert not report.is_success
        assert report.error_workbook is not None
    assert first.title not in {event.title for event in in_tutorial_tables(systems.engine)}
    assert len(systems.tenant.events) == 2
    assert draft.location is next(iter(systems.tenant.locations.values()))


def test_an_adoption_shows_first_what_would_change_and_then_makes_the_draft_ours(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    draft = made_by_hand(systems, first, code_of(systems, content, first.title))
    systems.run(systems.store(content))
    systems.sandbox.requests.clear()
    (shown,) = adopt_events(systems.engine, systems.connect(), [first.title], ImportOptions())
    assert (shown.external_id, shown.outcome) == (draft.id, AdoptionOutcome.WOULD_BE_ADOPTED)
    assert {"LMS start", "Sitting"} <= {change.field.column for change in shown.changes}
    assert systems.sandbox.requests.mutations == 0
    (done,) = adopt_events(systems.engine, systems.connect(), [first.title], ImportOptions(), apply=True)
    assert (done.outcome, done.sentence) == (AdoptionOutcome.ADOPTED, None)
    # An update of Administrate cannot set an event's venue; its sessions hold the venue that counts.
    draft.venue = next(
        (each for each in systems.tenant.venues.values() if each.name.strip().casefold() == first.venue), None
    )
    assert_imported(systems.engine, systems.tenant, content)
    assert systems.run(systems.store(content)).counts[EventOutcome.SAME] == 2


def test_sessions_and_people_of_an_adopted_draft_that_the_file_does_not_have_stay(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    draft = made_by_hand(systems, first, code_of(systems, content, first.title))
    for number in range(len(first.sessions)):
        further = systems.tenant.add_session(draft, f"X-{number}", "Revision evening")
    guest = next(each for each in systems.tenant.contacts.values() if each.is_instructor)
    systems.tenant.add_staff(guest, "instructor", draft, further)
    systems.run(systems.store(content))
    adopt_events(systems.engine, systems.connect(), [first.title], ImportOptions(), apply=True)
    assert further.lifecycle_state == "draft"
    assert guest in [each.contact for each in further.staff]
    assert further.title == "Revision evening"


def test_two_drafts_are_named_and_neither_is_taken(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    code = code_of(systems, content, first.title)
    drafts = [made_by_hand(systems, first, code) for _ in range(2)]
    report = systems.run(systems.store(content))
    (refused,) = report.of(EventOutcome.REFUSED)
    assert all(draft.id in (refused.sentence or "") for draft in drafts)
    assert report.counts[EventOutcome.CREATED] == 1
    with pytest.raises(CannotAdopt, match="has 2 events of the title"):
        adopt_events(systems.engine, systems.connect(), [first.title], ImportOptions())
    for draft in drafts:
        systems.tenant.delete(draft)
    assert systems.run(systems.store(content)).is_success
    assert_imported(systems.engine, systems.tenant, content)


def test_a_published_event_of_the_same_title_and_template_is_never_doubled(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    there = made_by_hand(systems, first, code_of(systems, content, first.title), lifecycle_state="published")
    (refused,) = systems.run(systems.store(content)).of(EventOutcome.REFUSED)
    assert f"{there.id} (published)" in (refused.sentence or "")
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
    assert report.counts[EventOutcome.CREATED] == 2
    systems.tenant.remove(other)
    assert_imported(systems.engine, systems.tenant, content)


def test_a_draft_that_was_deleted_there_is_made_again_when_the_file_is_uploaded_again(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    key = systems.store(content)
    systems.run(key)
    deleted = next(iter(systems.tenant.events.values()))
    systems.tenant.delete(deleted)
    report = systems.run(key)
    assert report.is_success
    assert deleted.id not in {event.external_id for event in report.events}
    assert_imported(systems.engine, systems.tenant, content)


def test_a_node_that_reads_null_is_not_taken_for_deleted(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    key = systems.store(content)
    systems.run(key)
    systems.tenant.behaviour = TenantBehaviour(unreadable=frozenset({UnreadableField(field="Query.node")}))
    report = systems.run(key)
    assert report.counts[EventOutcome.WAITING] == 2
    assert all("cannot be read" in (event.sentence or "") for event in report.events)
    assert len(systems.tenant.events) == 2
    systems.tenant.behaviour = TenantBehaviour(unreadable=frozenset({UnreadableField(field="Event.sessions")}))
    assert systems.run(key).counts[EventOutcome.WAITING] == 2
    systems.tenant.behaviour = TenantBehaviour()
    assert systems.run(key).counts[EventOutcome.SAME] == 2


def test_rows_that_the_application_deleted_here_are_made_again(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    key = systems.store(content)
    systems.run(key)
    with systems.engine.begin() as connection:
        session = connection.scalar(text("select max(id) from acted.tutorial_sessions"))
        event = connection.scalar(text("select min(id) from acted.tutorial_events"))
        for where, value in (
            ("= :id", session),
            ("in (select id from acted.tutorial_sessions where tutorial_event_id = :id)", event),
        ):
            for statement in (
                f"delete from acted.tutorial_session_instructors where tutorialsessions_id {where}",
                f"update adm.sessions set tutorial_session_id = null where tutorial_session_id {where}"
                if systems.has_pairs
                else "select :id",
                f"delete from acted.tutorial_sessions where id {where}",
            ):
                connection.execute(text(statement), {"id": value})
        connection.execute(
            text("delete from adm.sessions where event_id in (select id from adm.events where tutorial_event_id = :id)")
            if not systems.has_pairs
            else text("select :id"),
            {"id": event},
        )
        connection.execute(
            text("update adm.events set tutorial_event_id = null where tutorial_event_id = :id"), {"id": event}
        )
        connection.execute(text("delete from acted.tutorial_events where id = :id"), {"id": event})
    told = systems.run(key)
    assert told.counts[EventOutcome.DIFFERS] + told.counts[EventOutcome.CREATED] == 2
    assert systems.run(key, apply_changes=True).is_success
    assert_imported(systems.engine, systems.tenant, content)


def test_an_event_that_was_cancelled_there_is_told_and_left_as_it_is(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    key = systems.store(content)
    systems.run(key)
    cancelled = next(iter(systems.tenant.events.values()))
    systems.tenant.cancel(cancelled)
    (differs,) = systems.run(key, apply_changes=True).of(EventOutcome.DIFFERS)
    assert differs.external_id == cancelled.id
    assert "Cancelled: no in the file" in (differs.sentence or "")
    assert cancelled.lifecycle_state == "cancelled"


def test_more_namesakes_than_a_page_are_the_trouble_of_one_event(systems: Systems) -> None:
    content = systems.workbook(**CONTENT)
    first = in_workbook(content)[0]
    code = code_of(systems, content, first.title)
    for _ in range(101):
        made_by_hand(systems, first, code)
    report = systems.run(systems.store(content))
    assert report.counts[EventOutcome.CREATED] == 1
    (refused,) = report.of(EventOutcome.REFUSED)
    assert refused.title == first.title


def test_a_tenant_that_numbers_its_events_itself_is_served_without_keys(systems: Systems) -> None:
    systems.tenant.behaviour = TenantBehaviour(numbers_codes_of=frozenset({"Event", "Session"}))
    content = systems.workbook(events=3, sessions=13)
    systems.sandbox.faults.add(AnswerLost(times=1, mentions="payload: createBlended("))
    key = systems.store(content)
    systems.run(key, code_prefix="none")
    report = systems.run(key, code_prefix="none")
    assert report.is_success, [event.sentence for event in report.events]
    assert_imported(systems.engine, systems.tenant, content)
