from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, text

from sync_assets.event_import.administrate_side.read_events import read_approved_instructors
from sync_assets.event_import.report import EventOutcome, ImportReport
from sync_assets_tests.event_import.both_sides import (
    assert_imported,
    in_administrate,
    in_tutorial_tables,
    in_workbook,
)
from sync_assets_tests.support.systems import Systems

BRIDGE_TABLES = (
    "events",
    "sessions",
    "event_import_rows",
    "event_uploads",
    "planned_events",
    "planned_sessions",
)


def rows_of(engine: Engine, statement: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(statement)))


def everything(engine: Engine) -> list[Any]:
    """Every row that an import can write, with the transaction that wrote it."""
    tables = [f"adm.{name}" for name in BRIDGE_TABLES]
    tables += ["acted.tutorial_events", "acted.tutorial_sessions", "acted.tutorial_session_instructors"]
    return [rows_of(engine, f"select xmin, * from {table} order by 2") for table in tables]


def outcomes(report: ImportReport) -> dict[EventOutcome, int]:
    return {outcome: count for outcome, count in report.counts.items() if count}


def test_a_workbook_is_imported_whole_with_both_ids(systems: Systems) -> None:
    content = systems.workbook(events=12, sessions=44)
    report = systems.run(systems.store(content))
    assert outcomes(report) == {EventOutcome.CREATED: 12}
    assert report.is_success
    assert report.error_workbook is None
    assert_imported(systems.engine, systems.tenant, content)
    by_id = {event.id: event for event in systems.tenant.events.values()}
    assert all(by_id[event.external_id or ""].title == event.title for event in report.events)
    assert report.mutations_sent == systems.sandbox.requests.mutations


def test_an_event_carries_its_places_lms_dates_and_custom_fields(systems: Systems) -> None:
    content = systems.workbook(events=12, sessions=44)
    systems.run(systems.store(content))
    page = openpyxl.load_workbook(io.BytesIO(content))["Import"]
    header, *lines = page.iter_rows(values_only=True)
    heads: list[dict[Any, Any]] = [dict(zip(header, line, strict=True)) for line in lines[2:] if line[0]]
    labels = {each.id: each.label for each in systems.tenant.definitions_of("Event")}
    events = {event.title: event for event in systems.tenant.events.values()}
    for head in heads:
        event = events[head["Event title"]]
        fields = {labels[key]: value for key, value in event.custom_fields.items()}
        assert fields["Sitting"] == head["Sitting"]
        assert fields.get("URL") == head["Event url"]
        assert fields.get("Web sale") == head["Web sale"]
        assert fields.get("OCR Moodle Code") == head["OCR moodle code"]
        finalised = head["Finalisation date"]
        assert fields.get("Finalisation date") == (finalised.date().isoformat() if finalised else None)
        opens, closes = (datetime.combine(head[f"LMS {end} date"], head[f"LMS {end} time"]) for end in ("start", "end"))
        assert (event.lms_start, event.lms_end) == (opens, closes)
        administrators = {each.contact.name for each in event.staff if each.staff_type == "administrator"}
        assert administrators == ({head["Event administrator"]} - {None})
        assert event.learning_mode == ("lms" if "LMS" in head["Learning mode"] else "blended")


def test_session_times_are_by_the_clocks_of_the_zone_in_winter_and_in_summer(systems: Systems) -> None:
    systems.run(systems.store(systems.workbook(events=12, sessions=44)))
    summer = [each for each in systems.tenant.sessions.values() if each.start and 4 < each.start.month < 10]
    winter = [each for each in systems.tenant.sessions.values() if each.start and each.start.month in (11, 12, 1, 2)]
    assert summer
    assert winter
    assert all(each.time_zoned_start.hour == each.start.hour - 1 for each in summer)  # type: ignore[union-attr]
    assert all(each.time_zoned_start.hour == each.start.hour for each in winter)  # type: ignore[union-attr]


def test_the_same_upload_again_sends_no_mutation_and_writes_nothing(systems: Systems) -> None:
    content = systems.workbook(events=6, sessions=20)
    key = systems.store(content)
    systems.run(key)
    before = everything(systems.engine)
    systems.sandbox.requests.clear()
    assert systems.store(content) == key
    report = systems.run(key)
    assert outcomes(report) == {EventOutcome.SAME: 6}
    assert (report.mutations_sent, systems.sandbox.requests.mutations) == (0, 0)
    assert everything(systems.engine) == before


def test_the_same_events_in_another_file_are_the_same_events(systems: Systems) -> None:
    content = systems.workbook(events=4, sessions=14)
    first = systems.store(content)
    systems.run(first)
    report = systems.run(systems.store(content, "The same once more.xlsx"))
    assert outcomes(report) == {EventOutcome.SAME: 4}
    assert report.is_success
    assert report.mutations_sent == 0
    assert {row.upload_key for row in rows_of(systems.engine, "select * from adm.planned_events")} == {first}
    assert len(systems.tenant.events) == 4


def test_one_bad_session_holds_back_its_event_and_a_corrected_error_workbook_brings_exactly_that(
    systems: Systems,
) -> None:
    sound = systems.workbook(events=5, sessions=17)
    spoilt = systems.workbook(events=5, sessions=17, faulty=1)
    report = systems.run(systems.store(spoilt))
    assert outcomes(report) == {EventOutcome.CREATED: 4, EventOutcome.ERROR: 1}
    (bad,) = report.of(EventOutcome.ERROR)
    assert "31/02/2026" in (bad.sentence or "")
    assert_imported(systems.engine, systems.tenant, sound, without=(bad.title,))

    assert report.error_workbook is not None
    book = openpyxl.load_workbook(io.BytesIO(report.error_workbook))
    page = book["Import"]
    assert [row[1].value for row in page.iter_rows(min_row=4) if row[1].value] == [bad.title]
    (cell,) = [cell for row in page.iter_rows(min_row=4) for cell in row if cell.value == "31/02/2026"]
    (right,) = [each for each in in_workbook(sound) if each.title == bad.title]
    cell.value = right.sessions[min(1, len(right.sessions) - 1)].start.strftime("%d/%m/%Y")
    corrected = io.BytesIO()
    book.save(corrected)
    report = systems.run(systems.store(corrected.getvalue(), "Spring events corrected.xlsx"))
    assert [(event.title, event.outcome) for event in report.events] == [(bad.title, EventOutcome.CREATED)]
    assert_imported(systems.engine, systems.tenant, sound)


def test_a_dry_run_writes_no_tutorial_row_and_sends_no_mutation(systems: Systems) -> None:
    content = systems.workbook(events=5, sessions=17, faulty=1)
    report = systems.run(systems.store(content), dry_run=True)
    assert outcomes(report) == {EventOutcome.WOULD_CREATE: 4, EventOutcome.ERROR: 1}
    assert (report.mutations_sent, systems.sandbox.requests.mutations) == (0, 0)
    assert rows_of(systems.engine, "select * from adm.planned_events") == []
    assert in_tutorial_tables(systems.engine) == []
    assert report.error_workbook is not None


def test_all_or_nothing_imports_nothing_while_an_event_is_in_error(systems: Systems) -> None:
    report = systems.run(systems.store(systems.workbook(events=5, sessions=17, faulty=1)), all_or_nothing=True)
    assert outcomes(report) == {EventOutcome.HELD_BACK: 4, EventOutcome.ERROR: 1}
    assert in_tutorial_tables(systems.engine) == []
    assert len(systems.tenant.events) == 0


def test_all_or_nothing_imports_a_sound_file(systems: Systems) -> None:
    content = systems.workbook(events=3, sessions=10)
    assert systems.run(systems.store(content), all_or_nothing=True).is_success
    assert_imported(systems.engine, systems.tenant, content)


@pytest.mark.parametrize("mutations_per_request", [1, 3, 100])
def test_any_number_of_mutations_a_request_gives_the_same_events(systems: Systems, mutations_per_request: int) -> None:
    content = systems.workbook(events=6, sessions=20)
    assert systems.run(systems.store(content), mutations_per_request=mutations_per_request).is_success
    assert_imported(systems.engine, systems.tenant, content)
    most = max(request.mutation_fields for request in systems.sandbox.requests.all())
    assert most <= mutations_per_request


def test_rows_are_recorded_with_their_outcome_and_both_ids(systems: Systems) -> None:
    key = systems.store(systems.workbook(events=5, sessions=17, faulty=1))
    report = systems.run(key)
    rows = rows_of(systems.engine, "select * from adm.event_import_rows order by row_number")
    assert [row.row_number for row in rows] == sorted(row for event in report.events for row in event.rows)
    complete = [row for row in rows if row.outcome == "complete"]
    assert all(row.tutorial_event_id and row.external_event_id in systems.tenant.events for row in complete)
    assert all(row.tutorial_session_id and row.external_session_id in systems.tenant.sessions for row in complete)
    in_error = [row for row in rows if row.outcome == "error"]
    assert [problem["value"] for row in in_error for problem in row.problems] == ["31/02/2026"]
    assert {row.upload_key for row in rows} == {key}


def test_progress_tells_each_event_in_each_state(systems: Systems) -> None:
    systems.run(systems.store(systems.workbook(events=3, sessions=10)))
    by_title: dict[str, list[str]] = {}
    for told in systems.told:
        by_title.setdefault(told.title, []).append(told.state)
    assert len(by_title) == 3
    assert all(states == ["created", "agreed"] for states in by_title.values())
    assert [told.has_ended for told in systems.told].count(True) == 3


def test_template_sessions_beyond_those_of_the_workbook_are_cancelled_with_a_warning(systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=8)
    for template in systems.tenant.course_templates.values():
        for day in range(90, 100):
            systems.tenant.add_session_template(template, day, title="A day too many")
    report = systems.run(systems.store(content))
    assert report.is_success
    assert_imported(systems.engine, systems.tenant, content)
    warnings = [said for event in report.events for said in event.warnings if said.startswith("The template")]
    assert len(warnings) == 2
    assert all("cancelled in Administrate: A day too many" in warning for warning in warnings)
    cancelled = [each for each in systems.tenant.sessions.values() if each.lifecycle_state == "cancelled"]
    assert {each.title for each in cancelled} == {"A day too many"}
    assert len(systems.tenant.sessions) == 8 + len(cancelled)


def test_an_event_of_more_sessions_than_a_page_is_imported_whole(systems: Systems) -> None:
    content = systems.workbook(events=1, sessions=5)
    for template in systems.tenant.course_templates.values():
        for day in range(200, 330):
            if template.session_templates:
                systems.tenant.add_session_template(template, day, title=f"Day {day}")
    assert systems.run(systems.store(content)).is_success
    assert_imported(systems.engine, systems.tenant, content)
    assert len(systems.tenant.sessions) > 130


def test_instructors_who_are_not_approved_are_approved_where_that_is_asked_for(systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=7)
    key = systems.store(content)
    with systems.engine.begin() as connection:
        connection.execute(text("update adm.course_templates set approved_instructors = '[]'"))
    templates = list(systems.tenant.course_templates.values())
    before = {template.id: list(template.approved_instructors) for template in templates}
    for template in templates:
        template.approved_instructors = template.approved_instructors[-1:]
    refused = systems.run(key)
    assert outcomes(refused) == {EventOutcome.ERROR: 2}
    assert systems.run(key, approve_instructors=True).is_success
    assert_imported(systems.engine, systems.tenant, content)
    for template in templates:
        assert set(before[template.id][-1:]) <= set(template.approved_instructors)
    recorded = rows_of(systems.engine, "select external_id, approved_instructors from adm.course_templates")
    approved = {row.external_id: set(row.approved_instructors) for row in recorded if row.approved_instructors}
    assert approved
    assert all(
        {each.id for each in systems.tenant.course_templates[id_].approved_instructors} == contacts
        for id_, contacts in approved.items()
    )


def test_a_list_of_approved_instructors_is_read_whole_before_it_is_sent(systems: Systems) -> None:
    there = {
        template.id: [contact.id for contact in sorted(template.approved_instructors, key=lambda each: each.number)]
        for template in systems.tenant.course_templates.values()
    }
    assert max(map(len, there.values())) > 100
    assert read_approved_instructors(systems.connect(), list(there)) == there


def test_a_title_that_the_tutorial_application_takes_meanwhile_is_the_problem_of_its_event(systems: Systems) -> None:
    content = systems.workbook(events=3, sessions=10)
    title = in_workbook(content)[1].title
    with systems.engine.begin() as connection:
        connection.execute(
            text("""
            create function acted.meanwhile() returns trigger language plpgsql as $$ begin
                raise unique_violation using detail = 'Key (code)=(' || new.code || ') already exists.'; end $$""")
        )
        connection.execute(
            text(f"""
            create trigger meanwhile before insert on acted.tutorial_events for each row
            when (new.code = '{title}') execute function acted.meanwhile()""")
        )
    report = systems.run(systems.store(content))
    (taken,) = report.of(EventOutcome.ERROR)
    assert taken.title == title
    assert f"Key (code)=({title}) already exists." in (taken.sentence or "")
    assert report.error_workbook is not None
    assert len(in_administrate(systems.tenant)) == 2
