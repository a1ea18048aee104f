"""Reads what the last run of an upload made of each row of its sheet."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select

from sync_assets.event_import.tables import event_import_rows

COLUMNS = ("row_number", "event_row", "event_title", "session_title", "outcome", "sentence")


def read_rows(connection: Connection, upload_key: str | None) -> pd.DataFrame:
    """Return the rows of an upload in the order of its sheet, with the columns of `COLUMNS`; none for None."""
    table = event_import_rows
    rows = select(*(table.c[name] for name in COLUMNS)).where(table.c.upload_key == upload_key)
    return pd.read_sql(rows.order_by(table.c.row_number), connection)


def latest_upload(connection: Connection) -> str | None:
    """Return the key of the upload that was imported last, None before the first."""
    table = event_import_rows
    latest = select(table.c.upload_key).group_by(table.c.upload_key).order_by(func.max(table.c.recorded_at).desc())
    return connection.scalar(latest.limit(1))
