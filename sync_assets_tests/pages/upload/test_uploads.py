"""The uploads: what became of each, its files, and what cannot be started while Dagster does not answer."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from uuid import uuid4

from openpyxl import load_workbook
from sqlalchemy import text

from sync_assets.event_import.stored_uploads import open_requests, request_import
from sync_assets.event_import.upload_list import UploadState, begin_import, find_upload, note_run
from sync_assets.sandbox.server.faults import Down
from sync_assets_tests.pages.served_pages import Person, text_of
from sync_assets_tests.pages.upload.uploading import key_of, rows_written, upload
from sync_assets_tests.support.systems import Systems


def test_before_the_first_upload_the_list_says_so(person: Person) -> None:
    assert "Nothing was uploaded yet" in text_of(person.get("/uploads"))


def test_an_upload_that_was_not_imported_leads_to_its_plan(planner: Person, systems: Systems) -> None:
    key = key_of(upload(planner, systems.workbook(events=2, sessions=4)))
    page = planner.get("/uploads")
    assert "not imported" in text_of(page)
    assert f'href="/uploads/{key}/plan"' in page.text
    assert "It was not imported yet" in text_of(planner.get(f"/uploads/{key}"))
    assert planner.get(f"/uploads/{key}/report").status_code == 422
    assert planner.send(f"/uploads/{key}/carry-on").status_code == 422


def test_an_import_that_cannot_be_started_leaves_no_trace(planner: Person, systems: Systems) -> None:
    key = key_of(upload(planner, systems.workbook(events=2, sessions=4)))
    before = rows_written(systems.engine)
    answer = planner.send(f"/uploads/{key}/import")
    assert answer.status_code == 503
    assert "Dagster does not answer, so nothing was started" in text_of(answer)
    assert rows_written(systems.engine) == before
    with systems.engine.connect() as connection:
        assert find_upload(connection, key).state is UploadState.NEW


def test_what_became_of_the_events_is_shown_with_what_to_do(planner: Person, systems: Systems) -> None:
    key = key_of(upload(planner, systems.workbook(events=6, sessions=20, faulty=2)))
    systems.run(key)
    page = planner.get(f"/uploads/{key}")
    said = text_of(page)
    assert "2 in error" in said
    assert "4 as the file says" in said
    assert "What to do: Correct the rows" in said
    report = load_workbook(io.BytesIO(planner.get(f"/uploads/{key}/report").content))
    assert report["Events"].max_row == 7
    to_correct = planner.get(f"/uploads/{key}/to-correct")
    assert "to correct.xlsx" in to_correct.headers["content-disposition"]
    assert load_workbook(io.BytesIO(to_correct.content))["Import"] is not None


def test_the_rows_to_correct_can_be_had_before_any_import(planner: Person, systems: Systems) -> None:
    key = key_of(upload(planner, systems.workbook(events=6, sessions=20, faulty=2)))
    before = rows_written(systems.engine)
    assert planner.get(f"/uploads/{key}/to-correct").status_code == 200
    assert rows_written(systems.engine) == before


def test_events_that_waited_and_were_completed_since_are_shown_as_they_are_now(
    planner: Person, systems: Systems
) -> None:
    key = key_of(upload(planner, systems.workbook(events=3, sessions=10)))
    systems.sandbox.faults.add(Down())
    systems.run(key)
    assert "3 waiting for Administrate" in text_of(planner.get(f"/uploads/{key}"))
    systems.sandbox.faults.clear()
    systems.run(key)
    assert "3 as the file says" in text_of(planner.get(f"/uploads/{key}"))


def test_the_dry_run_of_a_withdrawal_says_what_would_go_and_takes_nothing_back(
    planner: Person, systems: Systems
) -> None:
    key = key_of(upload(planner, systems.workbook(events=3, sessions=10)))
    systems.run(key)
    page = planner.get(f"/uploads/{key}/withdraw/part")
    assert "3 events would be deleted on both sides" in text_of(page)
    with systems.engine.connect() as connection:
        states = set(connection.scalars(text("select state from adm.planned_events")))
    assert states == {"agreed"}
    assert planner.send(f"/uploads/{key}/withdraw", {"run": str(uuid4())}).status_code == 503
    assert planner.send(f"/uploads/{key}/withdraw", {"run": "1"}).status_code == 400
    assert planner.get(f"/uploads/{key}/withdraw/not-a-run").status_code == 404


def test_the_progress_of_an_ended_import_ends_at_once(planner: Person, systems: Systems) -> None:
    key = key_of(upload(planner, systems.workbook(events=2, sessions=4)))
    systems.run(key)
    answer = planner.get(f"/uploads/{key}/progress")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("event: progress") == 1
    assert answer.text.rstrip().endswith("event: ended\ndata: {}")


def test_older_uploads_are_a_page_away_and_odd_addresses_are_no_pages(planner: Person, systems: Systems) -> None:
    upload(planner, systems.workbook(events=2, sessions=4))
    assert "There are no older uploads" in text_of(planner.get("/uploads?before=2020-01-01T00:00:00%2B00:00"))
    for moment in ("yesterday", "2020-01-01", "9999-99-99"):
        assert planner.get(f"/uploads?before={moment}").status_code == 404


def noted(systems: Systems, key: str) -> tuple[object, ...]:
    """What is noted of the import that was asked for last."""
    statement = text(
        "select requested_at, requested_by, options, started_at, run_id from adm.event_uploads where key = :k"
    )
    with systems.engine.connect() as connection:
        return tuple(connection.execute(statement, {"k": key}).one())


def test_a_request_that_no_run_has_taken_up_outlives_an_import_that_cannot_be_started(
    planner: Person, systems: Systems
) -> None:
    key = key_of(upload(planner, systems.workbook(events=2, sessions=4)))
    with systems.engine.begin() as connection:
        request_import(connection, key, {"all_or_nothing": True}, datetime.now(UTC))
    before = noted(systems, key)
    assert planner.send(f"/uploads/{key}/import").status_code == 503
    assert noted(systems, key) == before
    with systems.engine.connect() as connection:
        assert [request.key for request in open_requests(connection)] == [key]


def test_who_asked_for_an_import_that_ended_is_told_after_another_could_not_be_started(
    planner: Person, systems: Systems
) -> None:
    key = key_of(upload(planner, systems.workbook(events=2, sessions=4)))
    with systems.engine.begin() as connection:
        begin_import(connection, key, {"apply_changes": True}, "Grace", datetime.now(UTC))
        note_run(connection, key, "an earlier run")
    systems.run(key)
    before = noted(systems, key)
    assert planner.send(f"/uploads/{key}/carry-on").status_code == 503
    assert noted(systems, key) == before
