"""Finding the one record that a name means: first on the tutorial side, then across the bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sync_assets.event_import.problems import ProblemKind
from sync_assets.event_import.reference.known_records import (
    BothIds,
    LinkedLocation,
    TenantAdministrator,
    TenantTaxType,
)
from sync_assets.near_names import as_clause
from sync_assets.text import match_key

LinkedRecord = TypeVar("LinkedRecord", bound=BothIds)


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a lookup gives no record, as a sentence with what to do about it."""

    sentence: str
    kind: ProblemKind = ProblemKind.REFERENCE
    near: tuple[str, ...] = ()
    """Names that may be meant instead."""


def find_linked(found: Sequence[LinkedRecord], what: str, near: tuple[str, ...] = ()) -> LinkedRecord | NotFound:
    """Return the one active tutorial row among `found` that is linked to a record which Administrate still has.

    `what` names it in sentences, as in "location London"; `near` are names that may be meant instead.
    """
    perhaps = as_clause(near)
    here = [record for record in found if record.tutorial_id is not None]
    there = [record for record in found if record.tutorial_id is None]
    active = [record for record in here if record.is_active]
    if not found:
        return NotFound(
            f"There is no {what}, neither in the tutorial tables nor in Administrate{perhaps}; correct the cell.",
            near=near,
        )
    if not here:
        return NotFound(
            f"The {what} is in Administrate only ({_listed(there)}){perhaps}; "
            "add it to the tutorial tables, or correct the cell, and sync.",
            ProblemKind.LINK,
            near,
        )
    if not active:
        return NotFound(f"The {what} is no longer active in the tutorial tables ({_listed(here)}){perhaps}.", near=near)
    if len(active) > 1:
        return NotFound(f"There are several of the {what}: {_listed(active)}; keep one name for one of them.")
    record = active[0]
    if record.external_id is None:
        namesakes = f"; unlinked in Administrate: {_listed(there)}" if there else ""
        return NotFound(
            f"The {what} is in the tutorial tables ({_listed(active)}) and is not linked to Administrate{namesakes}; "
            "add it there if it is missing, sync, and resolve the discrepancy.",
            ProblemKind.LINK,
        )
    if record.is_removed:
        return NotFound(f"The {what} is gone from Administrate ({_listed(active)}); restore it there and sync.")
    return record


def find_single(
    found: Sequence[TenantAdministrator], what: str, where: str, near: tuple[str, ...] = ()
) -> TenantAdministrator | NotFound:
    """Return the only one of `found`, whom one side alone knows; `near` is as for `find_linked`."""
    if not found:
        sentence = f"There is no {what} in {where}{as_clause(near)}; correct the cell, or add it there and sync."
        return NotFound(sentence, near=near)
    if len(found) > 1:
        ids = ", ".join(record.external_id for record in found)
        return NotFound(f"There are several of the {what} in {where}: {ids}; keep one name for one of them.")
    return found[0]


def find_tax_type(
    tax_types: Sequence[TenantTaxType], wanted: str | None, location: LinkedLocation
) -> TenantTaxType | NotFound:
    """Return the tax type that is set (by name or external id), else the only one, else the location's default."""
    offered = ", ".join(tax_type.name for tax_type in tax_types) or "none"
    if wanted is not None:
        found = [
            tax_type
            for tax_type in tax_types
            if tax_type.external_id == wanted or match_key(tax_type.name) == match_key(wanted)
        ]
        if len(found) == 1:
            return found[0]
        return NotFound(
            f"The tax type setting {wanted} fits {len(found)} of Administrate's tax types ({offered}); correct it.",
            ProblemKind.TAX_TYPE,
        )
    if len(tax_types) == 1:
        return tax_types[0]
    for tax_type in tax_types:
        if tax_type.external_id == location.default_tax_type:
            return tax_type
    return NotFound(
        f"It is not clear which tax type the event has: Administrate has {len(tax_types)} ({offered}), and the "
        f"location {location.name} has no default among them; set one for the import or for the location.",
        ProblemKind.TAX_TYPE,
    )


def is_of_use(record: BothIds) -> bool:
    """Tell whether a record can be named in an upload: an active tutorial row, linked, not gone from Administrate."""
    is_linked = record.tutorial_id is not None and record.external_id is not None
    return is_linked and record.is_active and not record.is_removed


def _listed(records: Sequence[BothIds]) -> str:
    return ", ".join(_named(record) for record in records)


def _named(record: BothIds) -> str:
    ids = [f"tutorial id {record.tutorial_id}"] if record.tutorial_id is not None else []
    if record.external_id is not None:
        ids.append(f"Administrate id {record.external_id}")
    return " and ".join(ids) or "without an id"
