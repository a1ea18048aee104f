"""Makes one record in Administrate, and never a second: an earlier try is looked for first, and adopted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sync_assets.administrate.client import AdministrateClient, Answer
from sync_assets.administrate.errors import AdministrateError
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.administrate.records import Record, parse_record
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import CannotCreate, InAdministrate
from sync_assets.text import match_key


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """A record that is in Administrate now; `is_adopted` says that it was there, `warnings` what came along."""

    record: Record
    is_adopted: bool = False
    warnings: tuple[str, ...] = ()


class RecordsThere:
    """What Administrate has of each entity, read once; the client is opened when it is first needed."""

    def __init__(self, client: Callable[[], AdministrateClient]) -> None:
        self._client = client
        self._lists: dict[str, list[Record]] = {}

    @property
    def client(self) -> AdministrateClient:
        """The client. Raises SettingsError."""
        return self._client()

    def find(self, entity: Entity[Any], how: InAdministrate[Any], key: str, *, again: bool = False) -> Record | None:
        """Return the record of a key, None where there is none; `again` reads the list anew.

        Raises CannotCreate where there are several, or AdministrateError.
        """
        if again or entity.name not in self._lists:
            self._lists[entity.name] = list(entity.fetch(self.client))
        found = [record for record in self._lists[entity.name] if match_key(how.key(record)) == key]
        if len(found) > 1:
            ids = ", ".join(record.id for record in found)
            raise CannotCreate(f"Administrate has {len(found)} {entity.plural} of this key already: {ids}.")
        return found[0] if found else None

    def add(self, entity: Entity[Any], record: Record) -> None:
        """Note a record that was made."""
        self._lists[entity.name].append(record)


def make_record(
    there: RecordsThere, entity: Entity[Any], how: InAdministrate[Any], key: str, values: Mapping[str, Any]
) -> MadeRecord:
    """Send the mutation once and return the record; after a lost answer it is looked for, and not sent again.

    `there` has been asked for the key before, and had none. Raises CannotCreate or AdministrateError.
    """
    try:
        answer = there.client.send(how.document, {"input": dict(values)})
    except AdministrateError as error:
        if error.nothing_done:
            raise
        return _after_no_answer(there, entity, how, key, error)
    payload = _payload(answer)
    warnings = (*answer.errors, *errors_of_payload(payload))
    made = payload.get("record")
    if made:
        record = parse_record(how.model, made, entity.singular)
        there.add(entity, record)
        return MadeRecord(record, warnings=warnings)
    if payload:
        said = " ".join(warnings) or "it gave neither a record nor a reason."
        raise CannotCreate(f"Administrate refused to create the {entity.singular}: {said}")
    said = "; ".join(answer.errors) or "no data and no error"
    return _after_no_answer(there, entity, how, key, AdministrateError(f"Administrate answered with {said}."))


def _after_no_answer(
    there: RecordsThere, entity: Entity[Any], how: InAdministrate[Any], key: str, error: AdministrateError
) -> MadeRecord:
    found = there.find(entity, how, key, again=True)
    if found is None:
        raise CannotCreate(
            f"{error} The {entity.singular} is not there so far. Decide it again: it is looked for before it is "
            "created."
        ) from None
    return MadeRecord(found, warnings=(str(error),))


def _payload(answer: Answer) -> Mapping[str, Any]:
    made = answer.data.get("made")
    payload = made.get("payload") if isinstance(made, Mapping) else None
    return payload if isinstance(payload, Mapping) else {}
