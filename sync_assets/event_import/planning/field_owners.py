"""Whose value of a field counts once an event lives on both sides: the one table of it.

Facts from a live integration: what staff edit in Administrate's pages, and what in the tutorial application.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sync_assets.event_import.planning.fields import (
    END,
    LIFECYCLE_STATE,
    LMS_END,
    LMS_START,
    SESSION,
    SOLD_OUT,
    START,
    Field,
)
from sync_assets.event_import.workbook import columns


class Owner(StrEnum):
    """A side."""

    HERE = "here"
    """The tutorial application."""
    THERE = "there"
    """Administrate."""


EVENT_OWNERS: Final[Mapping[str, Owner]] = {
    columns.EVENT_TITLE: Owner.HERE,
    columns.LOCATION: Owner.HERE,
    columns.VENUE: Owner.HERE,
    columns.ZONE: Owner.HERE,
    columns.INSTRUCTOR: Owner.HERE,
    columns.FINALISATION_DATE: Owner.HERE,
    columns.CODE: Owner.THERE,
    columns.LEARNING_MODE: Owner.THERE,
    LIFECYCLE_STATE: Owner.THERE,
    SOLD_OUT: Owner.THERE,
    columns.CANCELLED: Owner.THERE,
    columns.MAX_PLACES: Owner.THERE,
    LMS_START: Owner.THERE,
    LMS_END: Owner.THERE,
    columns.REGISTRATION_DEADLINE: Owner.THERE,
    columns.ADMINISTRATOR: Owner.THERE,
}
"""By the column of a field of the event itself. Other custom fields are Administrate's."""

SESSION_OWNERS: Final[Mapping[str, Owner]] = {
    SESSION: Owner.HERE,
    columns.SESSION_TITLE: Owner.HERE,
    START: Owner.HERE,
    END: Owner.HERE,
    columns.LOCATION: Owner.HERE,
    columns.VENUE: Owner.HERE,
    columns.SESSION_INSTRUCTOR: Owner.HERE,
    columns.SESSION_URL: Owner.HERE,
    columns.CANCELLED: Owner.THERE,
}
"""By the column of a field of a session."""


def owner_of(field: Field) -> Owner:
    """Return whose value of a field counts."""
    if field.day is None:
        return EVENT_OWNERS.get(field.column, Owner.THERE)
    return SESSION_OWNERS.get(field.column, Owner.HERE)
