"""What somebody does with the pages of uploads."""

from __future__ import annotations

import io
from contextlib import suppress

import httpx
from sqlalchemy import Engine, text

from sync_assets_tests.event_import.edited_upload import Edited
from sync_assets_tests.pages.served_pages import Person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITTEN = ("adm.planned_events", "adm.event_import_rows", "adm.event_imports", "adm.events", "acted.tutorial_events")


def upload(person: Person, content: bytes, name: str = "Spring events.xlsx") -> httpx.Response:
    return person.send("/upload", files={"workbook": (name, io.BytesIO(content), XLSX)})


def key_of(answer: httpx.Response) -> str:
    """The key of the upload that a page is about."""
    parts = answer.url.path.split("/")
    assert parts[1] == "uploads", answer.url
    return parts[2]


def rows_written(engine: Engine) -> dict[str, int]:
    """How many rows the tables hold that an import writes."""
    counts = {}
    with engine.connect() as connection:
        for table in WRITTEN:
            with suppress(Exception):
                counts[table] = int(connection.scalar(text(f"select count(*) from {table}")) or 0)
    return counts


def first_row_of(content: bytes, column: str, value: str) -> int:
    """The Excel row in which a column has a value."""
    page = Edited(content)
    for row in range(4, page.page.max_row + 1):
        if page.value(row, column) == value:
            return row
    raise AssertionError(value)
