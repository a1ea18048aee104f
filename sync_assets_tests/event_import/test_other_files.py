"""The same events in files that other programs wrote: imported once, whole, and the same event in each of them."""

from __future__ import annotations

import random
from itertools import pairwise

from sync_assets.event_import.report import EventOutcome
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets_tests.event_import.both_sides import assert_imported
from sync_assets_tests.event_import.raw_workbooks import RawWorkbook
from sync_assets_tests.event_import.workbook.test_random_variations import SAME
from sync_assets_tests.event_import.workbooks import Row
from sync_assets_tests.support.systems import Systems

FILES = 30
OF_ANY_ROWS = [change for change in SAME if change.name not in {"fill down", "computed formulas", "missing parts"}]


def rows_of(content: bytes) -> list[Row]:
    """The rows of a workbook as the builder of other programs' workbooks takes them."""
    sheet = read_sheet(content)
    return [
        {column: row.cell(column).value for column in columns.KNOWN if not row.cell(column).is_blank}
        for row in sheet.rows
    ]


def filled_down(rows: list[Row]) -> list[Row]:
    """The rows with code, title and other cells of each event in the rows of its sessions."""
    filled: list[Row] = []
    for row in rows:
        above = filled[-1] if filled and columns.CODE not in row else {}
        own = {
            column: above[column] for column in (columns.CODE, columns.EVENT_TITLE, columns.SITTING) if column in above
        }
        filled.append(own | row)
    return filled


def test_the_same_events_from_thirty_programs_are_created_once(systems: Systems) -> None:
    plain = systems.workbook(events=4, sessions=14)
    book = RawWorkbook(rows_of(plain))
    outcomes = []
    for seed in range(FILES):
        chance = random.Random(seed)  # noqa: S311 - the same files each time
        other = book
        for change in {change.touches or change.name: change for change in chance.sample(OF_ANY_ROWS, 4)}.values():
            other = change.apply(other, chance)
        report = systems.run(systems.store(other.build(), f"From program {seed}.xlsx"))
        outcomes.append({event.outcome for event in report.events})
        if seed:
            assert report.mutations_sent == 0
    assert outcomes == [{EventOutcome.CREATED}, *[{EventOutcome.SAME}] * (FILES - 1)]
    assert_imported(systems.engine, systems.tenant, plain)


def test_cells_that_are_filled_down_bring_the_same_events(systems: Systems) -> None:
    plain = systems.workbook(events=4, sessions=14)
    rows = rows_of(plain)
    report = systems.run(systems.store(RawWorkbook(filled_down(rows)).build()))
    assert {event.outcome for event in report.events} == {EventOutcome.CREATED}
    assert_imported(systems.engine, systems.tenant, plain)


def test_two_events_sorted_by_date_are_held_back_and_the_others_come(systems: Systems) -> None:
    plain = systems.workbook(events=4, sessions=14)
    rows = rows_of(plain)
    starts = [index for index, row in enumerate(rows) if columns.CODE in row and columns.DAY in row]
    first, second = next(
        (one, other) for one, other in pairwise(starts) if other > one + 1 and columns.CODE not in rows[other + 1]
    )
    rows[first + 1], rows[second + 1] = rows[second + 1], rows[first + 1]
    report = systems.run(systems.store(RawWorkbook(rows).build()))
    titles = {rows[first][columns.EVENT_TITLE], rows[second][columns.EVENT_TITLE]}
    assert {event.title for event in report.of(EventOutcome.ERROR)} == titles
    assert {event.outcome for event in report.events if event.title not in titles} == {EventOutcome.CREATED}
    assert_imported(systems.engine, systems.tenant, plain, without=tuple(titles))
