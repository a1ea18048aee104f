"""What Administrate says of events now: whole lists, 100 events a request, with all of their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import load_document
from sync_assets.administrate.list_pages import ListQuery
from sync_assets.administrate.paging import read_list, read_those
from sync_assets.administrate.records import Nodes, Record, WireModel

PUBLISHED: Final = "published"
CANCELLED: Final = "cancelled"
DRAFT: Final = "draft"
_QUERY: Final = ListQuery(load_document(__package__, "current_events"), "events", nested=("sessions",))


class CurrentSession(Record):
    """A session in short."""

    title: str
    lifecycle_state: str


class NamedLocation(WireModel):
    """The location of an event."""

    id: str
    name: str


class CodedTemplate(WireModel):
    """The course template of an event."""

    id: str
    code: str


class FieldText(WireModel):
    """The value of a custom field as text, None where there is none."""

    definition_key: str
    value: str | None


class CurrentEvent(Record):
    """An event as Administrate has it; `is_sold_out` is None where nobody has said it."""

    code: str | None
    title: str
    lifecycle_state: str
    is_sold_out: bool | None
    booked_places: int
    location: NamedLocation | None
    course_template: CodedTemplate | None
    custom_field_values: tuple[FieldText, ...]
    sessions: Nodes[CurrentSession]

    def custom_field(self, key: str) -> str | None:
        """Return the text of a custom field by the key of its definition, None where there is none."""
        return next((each.value for each in self.custom_field_values if each.definition_key == key), None)


def read_current(client: AdministrateClient, ids: Sequence[str]) -> dict[str, CurrentEvent | str]:
    """Return the events of these ids as they are now, or a sentence for one that did not come or does not fit.

    Raises AdministrateError where the list cannot be read.
    """
    reading = read_those(client, _QUERY, CurrentEvent, "event", list(dict.fromkeys(ids)))
    found: dict[str, CurrentEvent | str] = {event.id: event for event in reading.records}
    found |= {odd.id: odd.sentence for odd in reading.odd}
    missing = "Administrate does not show the event {}: it was deleted there, or the user may not read it."
    return {id_: found.get(id_, missing.format(id_)) for id_ in ids}


def read_titled(client: AdministrateClient, operation: str, text: str) -> Sequence[CurrentEvent]:
    """Return all events whose title is (`eq`) a text or has it as a word (`wordlike`). Raises AdministrateError."""
    condition: dict[str, Any] = {"field": "title", "operation": operation, "value": text}
    query = ListQuery(_QUERY.document, _QUERY.connection, _QUERY.nested, filters=(condition,))
    return read_list(client, query, CurrentEvent, "event")
