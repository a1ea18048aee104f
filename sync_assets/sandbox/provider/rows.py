"""Rows of tables as mappings from column to value, and those of the catalogue that both layouts have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sync_assets.sandbox.provider.provider import Provider

Rows = list[dict[str, Any]]
TableRows = tuple[str, Rows]
"""The qualified name of a table, and its rows; the first column of each is its key."""

MADE = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
TIMES = {"created_at": MADE, "updated_at": MADE}


def numbered(rows: Iterable[dict[str, Any]]) -> Rows:
    """Return rows with the ids from 1 on."""
    return [{"id": number, **row} for number, row in enumerate(rows, start=1)]


def subject_rows(provider: Provider) -> Rows:
    """Return the rows of `acted.catalog_subjects`."""
    return numbered(
        {"code": code, "description": f"Subject {code}", "active": True, **TIMES} for code in provider.subjects
    )


def offered_rows(subjects: Rows, sessions: Rows) -> Rows:
    """Return every subject in every exam session: the id, both codes, and in `row` the row itself."""
    pairs = [(subject, session) for subject in subjects for session in sessions]
    return [
        {
            "id": number,
            "subject": subject["code"],
            "session_code": session["session_code"],
            "row": {
                "id": number,
                "exam_session_id": session["id"],
                "subject_id": subject["id"],
                "is_active": True,
                **TIMES,
            },
        }
        for number, (subject, session) in enumerate(pairs, start=1)
    ]
