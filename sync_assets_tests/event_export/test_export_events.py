"""What is exported and uploaded again is nothing to do; what is edited in between is just those changes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import null, text, update

from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_export.export_events import ExportedEvents, NothingToExport, export_events
from sync_assets.event_import.report import EventOutcome, ImportReport
from sync_assets_tests.event_actions.sittings import act, by_title, imported
from sync_assets_tests.event_export.libreoffice import OFFICE, edit_cells
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

pytestmark = BOTH_LAYOUTS


def exported(systems: Systems, **chosen: str) -> ExportedEvents:
    return export_events(systems.engine, systems.connect(), **chosen)  # type: ignore[arg-type]


def uploaded(systems: Systems, content: bytes, **options: object) -> ImportReport:
    return systems.run(systems.store(content, "Exported.xlsx"), **options)


def changes_of(report: ImportReport) -> list[tuple[str, str]]:
    return [(event.title, str(change.field)) for event in report.events for change in event.changes]


def assert_nothing_to_do(systems: Systems, content: bytes, events: int) -> None:
    for options in ({"dry_run": True}, {"apply_changes": True, "change_published": True}):
        report = uploaded(systems, content, **options)
        assert changes_of(report) == []
        assert report.is_success, [event.sentence for event in report.events]
        assert report.counts[EventOutcome.SAME] == len(report.events) == events
        assert report.mutations_sent == 0


def test_what_is_exported_and_uploaded_unchanged_is_nothing_to_do(systems: Systems) -> None:
    key = imported(systems, events=12, sessions=45)
    whole = exported(systems, upload_key=key)
    assert (whole.events, whole.sessions, whole.warnings) == (12, 45, [])
    assert_nothing_to_do(systems, whole.content, 12)
    spring = exported(systems, sitting="26A")
    assert 0 < spring.events < 12
    assert_nothing_to_do(systems, spring.content, spring.events)
    assert (systems.sandbox.requests.mutations, len(systems.tenant.carried_out)) == (0, 0)


@pytest.mark.parametrize("action", list(EventAction))
def test_an_action_is_in_the_export_and_nothing_to_do_either(systems: Systems, action: EventAction) -> None:
    key = imported(systems)
    assert act(systems, action, Selection(sitting="2026A")).is_success
    whole = exported(systems, upload_key=key)
    assert whole.warnings == []
    assert_nothing_to_do(systems, whole.content, 6)


def test_a_text_that_looks_like_something_else_comes_back_as_it_is(systems: Systems) -> None:
    content = systems.workbook(events=6, sessions=20)
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    column = {cell.value: cell.column for cell in page[1]}
    texts = {"Tutors": "=HYPERLINK(1)", "Sage code": "007", "Extra information": "a _x0041_ b", "Recording pin": "1E5"}
    for name, value in texts.items():
        page.cell(4, column[name]).value = value
        page.cell(4, column[name]).data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    key = systems.store(stream.getvalue())
    assert systems.run(key).is_success
    whole = exported(systems, upload_key=key)
    assert whole.warnings == []
    assert_nothing_to_do(systems, whole.content, 6)
    page = openpyxl.load_workbook(io.BytesIO(whole.content)).worksheets[0]
    column = {cell.value: cell.column for cell in page[1]}
    assert page.cell(4, column["Tutors"]).data_type == "s"


Edit = tuple[str, int, Any, str]


def edits(page: Worksheet) -> list[Edit]:
    """Column, Excel row, new value, and the field that changes, for ten cells of a sheet."""
    column = {str(cell.value): cell.column for cell in page[1]}

    def rows(where: Callable[[Any, Any], bool]) -> list[int]:
        return [
            number
            for number in range(4, page.max_row + 1)
            if where(page.cell(number, column["Course template code"]).value, page.cell(number, column["Day"]).value)
        ]

    heads = rows(lambda code, day: bool(code and day))
    days = rows(lambda code, day: bool(day and not code))
    lms = rows(lambda code, day: bool(code and not day))
    day = page.cell(days[0], column["Day"]).value
    other = page.cell(days[1], column["Day"]).value
    return [
        ("Max places", heads[0], 9, "Max places"),
        ("Web sale", heads[0], "Y", "Web sale"),
        ("Finalisation date", heads[1], date(2025, 9, 25), "Finalisation date"),
        ("Event url", heads[1], "https://meet.example.org/elsewhere/", "Event url"),
        ("OCR moodle code", heads[2], "OCR 7", "OCR moodle code"),
        ("LMS end date", lms[0], date(2026, 9, 1), "LMS end"),
        ("Session title", days[0], "Moved", f"Day {day}, Session title"),
        ("Classroom start time", days[0], time(8, 0), f"Day {day}, Classroom start"),
        ("Session url", days[1], "https://meet.example.org/another/", f"Day {other}, Session url"),
        ("Venue", days[1], "To be confirmed", f"Day {other}, Venue"),
    ]


Program = Callable[[bytes, list[tuple[int, int, Any]], Path], bytes]


def in_openpyxl(content: bytes, cells: list[tuple[int, int, Any]], folder: Path) -> bytes:
    del folder
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row, column, value in cells:
        book.worksheets[0].cell(row, column).value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def edited(content: bytes, program: Program, folder: Path) -> tuple[bytes, set[tuple[str, str]]]:
    """The workbook with ten edits, and the changes that they are, by title and field."""
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    column = {str(cell.value): cell.column for cell in page[1]}
    made = set()
    cells = []
    for name, row, value, field in edits(page):
        assert page.cell(row, column[name]).value != value
        cells.append((row, column[name], value))
        titles = (page.cell(number, column["Event title"]).value for number in range(row, 3, -1))
        made.add((str(next(title for title in titles if title)), field))
    assert len(made) == 10
    return program(content, cells, folder), made


LIBREOFFICE = pytest.mark.skipif(
    OFFICE is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)


@pytest.mark.parametrize("program", [in_openpyxl, pytest.param(edit_cells, marks=[LIBREOFFICE, pytest.mark.slow])])
def test_ten_edits_are_just_those_changes_and_are_made(systems: Systems, program: Program, tmp_path: Path) -> None:
    key = imported(systems, events=12, sessions=45)
    content, made = edited(exported(systems, upload_key=key).content, program, tmp_path)
    shown = uploaded(systems, content, dry_run=True)
    assert set(changes_of(shown)) == made
    report = uploaded(systems, content, apply_changes=True)
    assert report.is_success, [event.sentence for event in report.events]
    assert report.counts[EventOutcome.CHANGED] == len({title for title, _ in made})
    assert uploaded(systems, content).mutations_sent == 0
    again = exported(systems, sitting="2026A")
    assert_nothing_to_do(systems, again.content, again.events)


def test_what_somebody_edited_comes_from_the_side_that_owns_it(systems: Systems) -> None:
    key = imported(systems)
    event = next(each for each in by_title(systems).values() if len(each.sessions) > 1)
    systems.tenant.edit(event, max_places=5)
    with systems.engine.begin() as connection:
        connection.execute(
            text("""update acted.tutorial_sessions set title = 'Moved' where sequence = 2 and tutorial_event_id =
                    (select id from acted.tutorial_events where code = :title)"""),
            {"title": event.title},
        )
    page = openpyxl.load_workbook(io.BytesIO(exported(systems, upload_key=key).content)).worksheets[0]
    header, *rows = page.iter_rows(values_only=True)
    named = [dict(zip(header, row, strict=True)) for row in rows]
    head = next(index for index, row in enumerate(named) if row["Event title"] == event.title)
    assert (named[head]["Max places"], named[head + 1]["Session title"]) == (5, "Moved")
    report = uploaded(systems, exported(systems, upload_key=key).content, dry_run=True)
    assert {field for _, field in changes_of(report)} <= {"Max places", "Day 2, Session title"}


def test_an_event_that_one_side_has_lost_is_left_out_and_named(systems: Systems) -> None:
    key = imported(systems)
    event = next(iter(by_title(systems).values()))
    systems.tenant.delete(event)
    whole = exported(systems, upload_key=key)
    assert whole.events == 5
    assert [event.title in sentence for sentence in whole.warnings] == [True]
    with pytest.raises(NothingToExport, match="events list"):
        exported(systems, sitting="2031S")


def forget_plans(systems: Systems, titles: list[str]) -> None:
    """Make events such that both sides have, and that no upload has planned."""
    with systems.engine.begin() as connection:
        connection.execute(
            update(planned_events).where(planned_events.c.title.in_(titles)).values(state=EventState.WITHDRAWN)
        )


def read(systems: Systems) -> None:
    for name in ("events", "sessions"):
        sync_entity(systems.engine, systems.connect(), ENTITIES[name], ENTITIES)
    link_entity(systems.engine, ENTITIES["events"], ENTITIES, date(2025, 1, 1))


def test_events_of_the_sitting_that_no_upload_planned_are_left_out_and_named(systems: Systems) -> None:
    key = imported(systems, events=12, sessions=45)
    of_spring = [each for each in by_title(systems).values() if each.title.endswith("26A")]
    titles = sorted(each.title for each in of_spring)
    forgotten, others = titles[:3], titles[3:]
    assert others
    read(systems)
    assert exported(systems, sitting="26A").warnings == []
    forget_plans(systems, forgotten)
    whole = exported(systems, sitting="26A")
    assert whole.events == len(others)
    assert whole.warnings == [
        f"3 events of the sitting are linked and planned by no upload, so they are left out: {', '.join(forgotten)}."
    ]
    # An upload has the events that it planned, and no others.
    assert len([sentence for sentence in exported(systems, upload_key=key).warnings if "left out" in sentence]) == 0
    forget_plans(systems, others)
    with pytest.raises(NothingToExport, match=titles[0]):
        exported(systems, sitting="26A")


def test_many_events_that_no_upload_planned_are_counted_and_the_first_are_named(systems: Systems) -> None:
    imported(systems, events=40, sessions=80)
    titles = sorted(each.title for each in by_title(systems).values() if each.title.endswith("26A"))
    read(systems)
    assert len(titles) > 12
    forget_plans(systems, titles[1:])
    (warning,) = exported(systems, sitting="26A").warnings
    assert warning.startswith(f"{len(titles) - 1} events of the sitting are linked and planned by no upload")
    assert warning.endswith(f"{titles[10]} and {len(titles) - 11} more.")


def test_an_event_of_a_former_version_without_a_plan_is_left_out_and_named(systems: Systems) -> None:
    key = imported(systems)
    title = min(by_title(systems))
    with systems.engine.begin() as connection:
        connection.execute(update(planned_events).where(planned_events.c.title == title).values(plan=null()))
    whole = exported(systems, upload_key=key)
    assert whole.events == 5
    assert [title in sentence for sentence in whole.warnings] == [True]


def test_a_session_that_only_the_tutorial_tables_have_is_left_out_and_named(systems: Systems) -> None:
    key = imported(systems)
    event = next(each for each in by_title(systems).values() if each.sessions)
    with systems.engine.begin() as connection:
        row = connection.execute(
            text("""select s.* from acted.tutorial_sessions s join acted.tutorial_events e
                    on e.id = s.tutorial_event_id where e.code = :title order by s.sequence limit 1"""),
            {"title": event.title},
        )
        added = {**row.mappings().one(), "sequence": 77, "title": "Added by hand"}
        del added["id"]
        names = ", ".join(added)
        values = ", ".join(f":{name}" for name in added)
        connection.execute(text(f"insert into acted.tutorial_sessions ({names}) values ({values})"), added)
    whole = exported(systems, upload_key=key)
    assert whole.warnings == [f"{event.title}: day 77 is in the tutorial tables alone, and is left out."]
    assert_nothing_to_do(systems, whole.content, 6)
