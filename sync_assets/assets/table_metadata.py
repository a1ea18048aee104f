"""Rows as a table in the metadata of a check."""

from __future__ import annotations

import dagster as dg
import pandas as pd

from sync_assets.shown_text import one_line

MOST_ROWS = 200
"""Rows that a table shows at most; a count beside it is always of all."""


def rows_as_table(rows: pd.DataFrame, most: int = MOST_ROWS) -> dg.TableMetadataValue:
    """Return the first rows as table metadata, every value as text: Dagster takes no dates and no decimals there.

    Text of other people belongs into tables: Dagster's pages show their cells as they are, and interpret Markdown.
    """
    schema = dg.TableSchema(columns=[dg.TableColumn(str(name)) for name in rows.columns])
    shown = rows.head(most).astype(object).to_dict(orient="records")
    records = [dg.TableRecord({str(name): one_line(value) for name, value in row.items()}) for row in shown]
    return dg.MetadataValue.table(records, schema=schema)
