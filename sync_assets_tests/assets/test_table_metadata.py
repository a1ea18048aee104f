"""Tables in Dagster's pages: every value as text, and what is missing is empty."""

from __future__ import annotations

import pandas as pd

from sync_assets.assets.table_metadata import rows_as_table


def test_what_is_missing_is_empty_and_never_nan() -> None:
    rows = pd.DataFrame(
        {
            "title": ["a", None, float("nan")],
            "number": pd.array([1, None, 3], dtype="Int64"),
            "moment": pd.to_datetime(["2026-01-05", None, "2026-01-07"]),
        }
    )
    shown = [list(record.data.values()) for record in rows_as_table(rows).records]
    assert shown == [["a", "1", "2026-01-05 00:00:00"], ["", "", ""], ["", "3", "2026-01-07 00:00:00"]]


def test_text_of_other_people_stands_in_one_line_without_control_characters() -> None:
    (record,) = rows_as_table(pd.DataFrame({"title": ["**b**\n\x1b[31m"]})).records
    assert record.data == {"title": "**b** [31m"}
