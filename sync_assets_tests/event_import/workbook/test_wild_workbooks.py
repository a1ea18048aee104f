"""Whatever is uploaded, the answer is a verdict or a refusal, and what is ready is whole."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from sync_assets.event_import.validation.validate import RowVerdict, Validation, validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets_tests.event_import.workbooks import (
    EXAMPLES,
    HEADER,
    KNOWN,
    Row,
    event_row,
    lms_row,
    saved,
    session_row,
    workbook,
)

ODD_TEXTS = (
    *("=A1", "=1/0", "#REF!", "", " ", "TBC", "lms", "Blended", "OC_CB1", "31/02/2026", "25/11/2025", "e.g. x", "-1"),
    *("http://[", "Europe - London", "2026A", "\u00a0", "/;,", "9" * 400, "\uff19:\uff13\uff10", "1e999", "\u0345"),
)
WILD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**300), 10**300),
    st.integers(0, 40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1901, 1, 1), datetime(9999, 1, 1)),  # noqa: DTZ001 - cells have no zone
    st.dates(date(1901, 1, 1)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.text(max_size=20),
    st.sampled_from(ODD_TEXTS),
)
BASE: tuple[Row, ...] = (
    event_row(),
    session_row(2),
    lms_row(),
    event_row(EVENT_TITLE="ELO-CB1-02"),
    session_row(2),
    session_row(3),
)
FEW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(content: bytes) -> Validation | None:
    """The verdict, with everything about it that must hold whatever was uploaded; None for a refusal."""
    try:
        validation = validate_upload(content, KNOWN)
    except WorkbookRefused:
        return None
    outcomes = {row.row: row.outcome for row in validation.rows}
    assert sorted(outcomes) == [row.number for row in validation.sheet.rows]
    for event in validation.ready:
        assert {outcomes[row] for row in event.upload.row_numbers} == {RowVerdict.READY}
        assert len(event.sessions) == len(event.upload.sessions)
        assert [session.upload.day for session in event.sessions] == list(range(1, len(event.sessions) + 1))
    for problem in validation.errors:
        assert outcomes[problem.row] is RowVerdict.ERROR
        assert problem.sentence
        assert problem.column
    if validation.rows_in_error:
        kept = error_workbook(content, validation.sheet, validation.rows_in_error, validation.problems)
        assert len(read_sheet(kept).rows) <= len(validation.rows_in_error)
    return validation


@given(data=st.data())
@FEW
@pytest.mark.slow
def test_wild_cells_swapped_rows_and_merged_cells_are_judged(data: st.DataObject) -> None:
    rows = data.draw(st.permutations([dict(row) for row in (EXAMPLES, *BASE)]))
    for _ in range(data.draw(st.integers(0, 6))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.sampled_from(columns.KNOWN))] = data.draw(WILD_VALUES)
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(HEADER))
    for number, row in enumerate(rows, start=2):
        for position, column in enumerate(HEADER, start=1):
            try:
                page.cell(number, position).value = row.get(column) if column else None
            except (IllegalCharacterError, ValueError):
                page.cell(number, position).value = "?"
    if data.draw(st.booleans()):
        page.merge_cells(start_row=data.draw(st.integers(2, 5)), end_row=6, start_column=2, end_column=4)
    assert judged(saved(book)) is not None


@given(
    header=st.lists(st.one_of(st.sampled_from(HEADER), st.none(), st.text("abc Day", max_size=5)), max_size=45),
    sheets=st.lists(st.sampled_from(["A", "B", "Events"]), unique=True, max_size=3),
)
@FEW
@pytest.mark.slow
def test_wild_headers_and_empty_sheets_are_judged(header: list[str | None], sheets: list[str]) -> None:
    assert judged(workbook(*BASE, header=header, before=sheets)) is None or set(columns.REQUIRED) <= set(header)


@given(content=st.one_of(st.binary(max_size=2000), st.binary(max_size=2000).map(lambda tail: b"PK\x03\x04" + tail)))
@FEW
def test_random_bytes_are_refused(content: bytes) -> None:
    assert judged(content) is None


GOOD = workbook(*BASE)


@given(cut=st.integers(0, len(GOOD) - 1))
@FEW
def test_a_truncated_workbook_is_refused(cut: int) -> None:
    assert judged(GOOD[:cut]) is None


@given(changes=st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@FEW
@pytest.mark.slow
def test_flipped_bytes_are_judged(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for position, value in changes:
        content[position] = value
    judged(bytes(content))


@given(data=st.data())
@FEW
@pytest.mark.slow
def test_damaged_xml_is_judged(data: st.DataObject) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(target, "w") as new:
        names = old.namelist()
        damaged = data.draw(st.sampled_from(names))
        for name in names:
            part: Any = old.read(name)
            if name == damaged:
                start = data.draw(st.integers(0, len(part)))
                length = data.draw(st.integers(0, 40))
                part = part[:start] + data.draw(st.binary(max_size=20)) + part[start + length :]
            new.writestr(name, part)
    judged(target.getvalue())


def test_the_workbook_that_is_damaged_here_is_good() -> None:
    validation = judged(GOOD)
    assert validation is not None
    assert len(validation.ready) == 3
    assert time(16, 0) in {cell.value for cell in validation.sheet.rows[0].cells}
