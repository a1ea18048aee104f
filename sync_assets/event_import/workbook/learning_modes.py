"""The words for a learning mode in a workbook."""

from __future__ import annotations

import re

from sync_assets.event_import.workbook.cells import CellValue, Unreadable, as_text, shown
from sync_assets.event_import.workbook.events import LearningMode
from sync_assets.text import match_key


def read_mode(value: CellValue) -> LearningMode | Unreadable:
    """Read Blended, Classroom, or anything with the word LMS in it."""
    key = match_key(as_text(value))
    if "lms" in re.findall(r"\w+", key):
        return LearningMode.LMS
    if key in {LearningMode.BLENDED, LearningMode.CLASSROOM}:
        return LearningMode(key)
    return Unreadable(f"Expected Blended, Classroom or LMS, but the cell holds “{shown(value)}”.")
