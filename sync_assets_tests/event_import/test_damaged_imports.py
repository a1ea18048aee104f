"""Damaged workbooks all the way through an import: a sentence or a report, and no event is ever half there."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import IllegalCharacterError

from sync_assets.errors import SyncError
from sync_assets.event_import.report import EventOutcome
from sync_assets_tests.event_import.both_sides import in_administrate, in_tutorial_tables
from sync_assets_tests.event_import.workbook.test_wild_workbooks import WILD_VALUES
from sync_assets_tests.support.systems import Systems

FIRST, LAST = 4, 12


@cache
def without_empty_rows(content: bytes) -> bytes:
    """The upload without the hundreds of empty rows below its events, which take time to load and to save."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["Import"].delete_rows(LAST + 2, book["Import"].max_row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """An upload with some cells overwritten, rows swapped, cells merged or bytes lost."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Import"]
    rows = st.integers(FIRST, LAST)
    for _ in range(data.draw(st.integers(0, 3))):
        cell = page.cell(data.draw(rows), data.draw(st.integers(1, 33)))
        try:
            cell.value = data.draw(WILD_VALUES)
        except (IllegalCharacterError, ValueError):
            cell.value = "?"
    if data.draw(st.booleans()):
        one, other = data.draw(rows), data.draw(rows)
        for column in range(1, 36):
            first, second = page.cell(one, column), page.cell(other, column)
            first.value, second.value = second.value, first.value
    if data.draw(st.sampled_from([True, False, False])):
        page.merge_cells(start_row=data.draw(rows), end_row=LAST + 1, start_column=1, end_column=data.draw(rows))
    if data.draw(st.sampled_from([True, False, False, False])):
        page.delete_cols(data.draw(st.integers(1, 34)))
    for row in page.iter_rows(min_row=FIRST, max_row=LAST):
        for cell in row:
            if not isinstance(cell, MergedCell) and cell.is_date and isinstance(cell.value, int | float):
                cell.number_format = "General"
    target = io.BytesIO()
    book.save(target)
    saved = target.getvalue()
    return saved[: len(saved) - data.draw(st.sampled_from([0, 0, 0, 0, 0, 0, 0, 40]))]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.slow
def test_a_damaged_workbook_never_leaves_half_an_event(systems: Systems, data: st.DataObject) -> None:
    upload = damaged(without_empty_rows(systems.workbook(events=3, sessions=8)), data)
    # A refusal is a sentence; any other exception fails the test.
    with suppress(SyncError):
        report = systems.run(systems.store(upload))
        assert not report.of(EventOutcome.WAITING), [event.sentence for event in report.not_done]
        assert all(event.sentence for event in report.not_done)
    assert in_tutorial_tables(systems.engine) == in_administrate(systems.tenant)
