"""CSV that a spreadsheet program may open, and that comes back as it went."""

import csv
import io
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_assets.csv_text import frame_as_csv
from sync_assets.shown_text import from_csv_cell, one_line


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@SUM(A1)", "'=1", "''=1"])
def test_a_text_that_begins_like_a_formula_is_written_as_text(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(frame_as_csv(pd.DataFrame([{"name": text}]))))
    assert row["name"] == f"'{text}"


def test_everything_else_is_written_as_it_is() -> None:
    frame = pd.DataFrame(
        [
            {"name": 'O\'Hara, "Al"', "count": -5, "id": 7, "at": datetime(2026, 1, 31, 9, tzinfo=UTC)},
            {"name": None, "count": 1, "id": None, "at": None},
        ]
    ).astype({"id": "Int64"})
    assert frame_as_csv(frame).splitlines() == [
        "name,count,id,at",
        '"O\'Hara, ""Al""",-5,7,2026-01-31 09:00:00+00:00',
        ",1,,",
    ]


def test_no_rows_are_a_header() -> None:
    assert frame_as_csv(pd.DataFrame(columns=["name", "why"])) == "name,why\n"


@given(st.text())
def test_reading_takes_away_what_writing_added(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(frame_as_csv(pd.DataFrame([{"name": text, "other": "x"}])), newline=""))
    lines = "\n".join(one_line(line) for line in text.splitlines()).strip()
    assert from_csv_cell(row["name"]) == ("" if text == "<NA>" else lines)
