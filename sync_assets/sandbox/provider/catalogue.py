"""What the made-up provider sells: subjects, exam sessions, and the products of every subject in each of them.

Two subjects are special in either layout of the tutorial tables: one has tutorials of several formats, the other one
tutorial for each of two towns.
"""

from __future__ import annotations

from datetime import UTC, datetime

SPRING, AUTUMN = (
    (datetime(2026, 4, 13, tzinfo=UTC), datetime(2026, 4, 24, tzinfo=UTC)),
    (datetime(2026, 9, 14, tzinfo=UTC), datetime(2026, 9, 25, tzinfo=UTC)),
)
TOLD_APART_BY_FORMAT = "CM2"
TOLD_APART_BY_LOCATION = "SP5"
TOWNS = ("London", "Birmingham")
"""The towns that the subject told apart by location is taught in."""
WITH_A_DISCONTINUED_TUTORIAL = "CB2"
