"""All or nothing: one event in error holds the whole file back, and the blame is that event's alone."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from sync_assets.event_import.report import EventOutcome, ImportReport
from sync_assets.event_import.workbook import columns
from sync_assets.sandbox.server.faults import HttpStatus
from sync_assets_tests.event_import.both_sides import assert_imported, in_tutorial_tables, in_workbook
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.support.systems import Systems


def refuse_rows_of(engine: Engine, title: str) -> None:
    """Let the tutorial tables refuse rows of a title, as when another program takes it in the same moment."""
    with engine.begin() as connection:
        connection.execute(
            text("""
            create function acted.meanwhile() returns trigger language plpgsql as $$ begin
                raise unique_violation using detail = 'Key (code)=(' || new.code || ') already exists.'; end $$""")
        )
        connection.execute(
            text(f"""
            create trigger meanwhile before insert or update on acted.tutorial_events for each row
            when (new.code = '{title}') execute function acted.meanwhile()""")
        )


def blamed(report: ImportReport) -> dict[str, EventOutcome]:
    return {event.title: event.outcome for event in report.events}


@pytest.mark.parametrize("place", [0, 2, 4])
def test_the_event_that_the_tables_refuse_is_blamed_and_the_others_are_held_back(systems: Systems, place: int) -> None:
    content = systems.workbook(events=5, sessions=17)
    titles = [event.title for event in in_workbook(content)]
    refuse_rows_of(systems.engine, titles[place])
    report = systems.run(systems.store(content), all_or_nothing=True)
    assert blamed(report) == {
        title: EventOutcome.ERROR if title == titles[place] else EventOutcome.HELD_BACK for title in titles
    }
    (error,) = report.of(EventOutcome.ERROR)
    assert f"Key (code)=({titles[place]}) already exists." in (error.sentence or "")
    (problem,) = [each for each in report.problems if each.is_error]
    assert problem.row == error.rows[0]
    assert in_tutorial_tables(systems.engine) == []
    assert (report.mutations_sent, len(systems.tenant.events)) == (0, 0)


@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_a_change_that_the_tables_refuse_is_not_told_as_made(systems: Systems, all_or_nothing: bool) -> None:
    content = systems.workbook(events=3, sessions=11)
    assert systems.run(systems.store(content)).is_success
    first, second, _ = (event.title for event in in_workbook(content))

    def change(sheet: Edited) -> None:
        for title in (first, second):
            sheet.set(sheet.rows_of(title)[0], columns.MAX_PLACES, 7)

    refuse_rows_of(systems.engine, first)
    key = systems.store(edited(content, change), "Newer.xlsx")
    report = systems.run(key, apply_changes=True, all_or_nothing=all_or_nothing)
    assert blamed(report)[first] is EventOutcome.ERROR
    assert blamed(report)[second] is (EventOutcome.HELD_BACK if all_or_nothing else EventOutcome.CHANGED)
    assert report.counts[EventOutcome.SAME] == 1
    if all_or_nothing:
        assert report.mutations_sent == 0
        assert_imported(systems.engine, systems.tenant, content)


def test_a_dry_run_says_what_would_be_held_back(systems: Systems) -> None:
    content = systems.workbook(events=5, sessions=17, faulty=1)
    report = systems.run(systems.store(content), dry_run=True, all_or_nothing=True)
    assert (report.counts[EventOutcome.HELD_BACK], report.counts[EventOutcome.ERROR]) == (4, 1)
    assert not report.is_success


def test_a_file_that_is_held_back_does_not_go_on_with_its_unfinished_events(systems: Systems) -> None:
    systems.sandbox.faults.add(HttpStatus(status=429, mentions="mutation"))
    waiting = systems.run(systems.store(systems.workbook(events=5, sessions=17)))
    assert waiting.counts[EventOutcome.WAITING] == 5
    systems.sandbox.faults.clear()
    key = systems.store(systems.workbook(events=5, sessions=17, faulty=1), "Faulty.xlsx")
    report = systems.run(key, all_or_nothing=True)
    assert (report.counts[EventOutcome.HELD_BACK], report.counts[EventOutcome.ERROR]) == (4, 1)
    assert (report.mutations_sent, len(systems.tenant.events)) == (0, 0)
