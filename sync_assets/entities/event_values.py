"""What events and sessions have alike in their rows: custom field values and bookings of staff."""

from __future__ import annotations

from sync_assets.administrate.records import CustomFieldValue, Staff


def values_by_key(values: tuple[CustomFieldValue, ...]) -> dict[str, str]:
    """Return the custom fields that say something, by the keys of their definitions."""
    return {each.definition_key: each.value for each in values if each.value is not None}


def staff_row(staff: tuple[Staff, ...]) -> list[dict[str, str]]:
    """Return bookings as a row keeps them; one whose contact is hidden says nothing."""
    return [{"id": each.id, "contact": each.contact.id, "type": each.staff_type} for each in staff if each.contact]
