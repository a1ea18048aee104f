"""An event or a session as a mapping from the name of a field to its value."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sync_assets.tutorial.events import TutorialEvent, TutorialSession


def field_values(record: TutorialEvent | TutorialSession) -> dict[str, Any]:
    """Return the values of a record by field name; nested values stay as they are."""
    return {each.name: getattr(record, each.name) for each in fields(record)}
