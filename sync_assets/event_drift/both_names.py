"""What Administrate's ids and texts are on the tutorial side, so that a value of each side can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync_assets.event_drift.three_way import is_blank
from sync_assets.event_import.planning.fields import Field, text_of
from sync_assets.event_import.reference.known_records import BothIds, ReferenceData
from sync_assets.event_import.workbook import columns
from sync_assets.text import yes_or_no

FLAGS: Final = frozenset({columns.WEB_SALE, columns.RECORDINGS})
"""Custom fields that the tutorial side keeps as yes or no."""
_INSTRUCTORS: Final = frozenset({columns.INSTRUCTOR, columns.SESSION_INSTRUCTOR})
UNKNOWN: Final = object()
"""Stands for a record that is not linked: what it is on the tutorial side is not known."""


@dataclass(frozen=True, slots=True)
class BothNames:
    """The tutorial ids of Administrate's records by column, and the names of the records of both sides."""

    here: Mapping[str, Mapping[str, Any]]
    names_here: Mapping[str, Mapping[Any, str]]
    names_there: Mapping[str, Mapping[Any, str]]

    def as_here(self, field: Field, there: Any) -> Any:
        """Return a value of Administrate as the tutorial side would hold it, `UNKNOWN` where it is not known."""
        if is_blank(there):
            return None
        known = self.here.get(field.column)
        if known is not None:
            if isinstance(there, list):
                found = [known.get(each) for each in there]
                return UNKNOWN if None in found else sorted(found)
            return known.get(there) or UNKNOWN
        if field.column in FLAGS and isinstance(there, str):
            said = yes_or_no(there)
            return UNKNOWN if said is None else said
        if field.column == columns.FINALISATION_DATE:
            return str(there)[:10]
        return there

    def is_same(self, field: Field, here: Any, there: Any) -> bool | None:
        """Say whether both sides have the same; None where it is not known."""
        as_here = self.as_here(field, there)
        if as_here is UNKNOWN:
            return None
        return bool(here == as_here or (is_blank(here) and is_blank(as_here)))

    def text_here(self, field: Field, value: Any) -> str:
        """Return how a person reads a value of the tutorial side."""
        return _text(self.names_here.get(field.column, {}), value)

    def text_there(self, field: Field, value: Any) -> str:
        """Return how a person reads a value of Administrate."""
        return _text(self.names_there.get(field.column, {}), value)


def _text(names: Mapping[Any, str], value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(names.get(each, str(each)) for each in value) or "nothing"
    return names.get(value, text_of(value))


def both_names(known: ReferenceData) -> BothNames:
    """Return the names and ids of linked records."""
    kinds: dict[str, Iterable[BothIds]] = {
        columns.LOCATION: known.locations,
        columns.VENUE: known.venues,
        **dict.fromkeys(_INSTRUCTORS, known.instructors),
    }
    here: dict[str, Mapping[str, Any]] = {
        column: {each.external_id: each.tutorial_id for each in records if each.external_id and each.tutorial_id}
        for column, records in kinds.items()
    }
    templates = [each for each in known.course_templates if each.external_id and each.bridge_id]
    here[columns.CODE] = {each.external_id or "": each.bridge_id for each in templates}
    # Administrators have no tutorial row: their names stand there.
    here[columns.ADMINISTRATOR] = {each.external_id: each.name for each in known.administrators}
    names_here: dict[str, Mapping[Any, str]] = {
        column: {each.tutorial_id: _name(each) for each in records if each.tutorial_id}
        for column, records in kinds.items()
    }
    names_here[columns.CODE] = {each.bridge_id: each.code for each in templates}
    names_there: dict[str, Mapping[Any, str]] = {
        column: {each.external_id: _name(each) for each in records if each.external_id}
        for column, records in kinds.items()
    }
    names_there[columns.CODE] = {each.external_id: each.code for each in templates}
    names_there[columns.ADMINISTRATOR] = {each.external_id: each.name for each in known.administrators}
    return BothNames(here, names_here, names_there)


def _name(record: BothIds) -> str:
    return str(getattr(record, "name", record.external_id))
