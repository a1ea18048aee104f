"""How an upload is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync_assets.administrate.create_once import QUIET_SECONDS

MUTATIONS_PER_REQUEST: Final = 50
PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How an upload is imported.

    With `dry_run` it is validated and compared, and nothing is written to either side. With `all_or_nothing` no event
    is written while one is in error. `approve_instructors` has Administrate approve instructors where that is missing.
    `apply_changes` changes events that are there already and differ, `change_published` those that are published or
    have bookings, too. `tax_type` is the name or id of the tax type of all events, None to find it out. `code_prefix`
    begins our keys in Administrate. `quiet_seconds` is how long after a create without an answer another may leave,
    `patience_seconds` how long a run goes on looking for it.
    """

    dry_run: bool = False
    all_or_nothing: bool = False
    approve_instructors: bool = False
    apply_changes: bool = False
    change_published: bool = False
    mutations_per_request: int = MUTATIONS_PER_REQUEST
    tax_type: str | None = None
    code_prefix: str = "SA-"
    quiet_seconds: float = QUIET_SECONDS
    patience_seconds: float = PATIENCE_SECONDS

    def __post_init__(self) -> None:
        if self.mutations_per_request < 1:
            raise ValueError(f"A request carries at least one mutation, not {self.mutations_per_request}.")
