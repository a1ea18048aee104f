"""Yes and no as a custom field of Administrate takes them, by the field's type."""

from __future__ import annotations

from typing import Final

from sync_assets.event_import.reference.known_records import TenantCustomField
from sync_assets.event_import.workbook.cells import read_yes_no

_PAIRS: Final = (("Y", "N"), ("y", "n"), ("Yes", "No"), ("yes", "no"), ("true", "false"), ("TRUE", "FALSE"), ("1", "0"))
"""Words that a text may hold; the one that is there decides which are written."""
_WRITTEN: Final = ("True", "False")
"""What a live integration writes into a field of text."""


def flag_of(text: str | None) -> bool | None:
    """Return what the text of a field says, None where it says neither yes nor no."""
    found = read_yes_no(text) if text else None
    return found if isinstance(found, bool) else None


def flag_text(definition: TenantCustomField, flag: bool, current: str | None) -> str | None:
    """Return the text that says yes or no in a field; None where a choice offers no such option.

    A checkbox takes true and false, a choice the value of an option, a text the kind of words that it has now.
    """
    if definition.field_type == "checkbox":
        return str(flag).lower()
    if definition.options:
        readings = ((value, (flag_of(label), flag_of(value))) for label, value in definition.options)
        return next((value for value, read in readings if flag in read), None)
    pair = next((each for each in _PAIRS if current in each), _WRITTEN)
    return pair[0 if flag else 1]
