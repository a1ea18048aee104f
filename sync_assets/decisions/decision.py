"""What a person can decide about a row without a link, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync_assets.bridge.candidates import Side
from sync_assets.entities.entity_creation import NOTHING_GIVEN, Given
from sync_assets.errors import SyncError


class DecisionRefused(SyncError):
    """A decision that cannot be carried out as it stands."""


# The members are named as they are written: a run's config takes an enumeration by its members' names.
class Action(StrEnum):
    """What is to be done about a row."""

    create_administrate = "create_administrate"
    create_tutorial = "create_tutorial"
    link = "link"
    unlink = "unlink"
    ignore = "ignore"
    unignore = "unignore"


IMPLIED_SIDES = {Action.create_administrate: Side.TUTORIAL, Action.create_tutorial: Side.ADMINISTRATE}
"""Where the row stands that is to be made on the other side."""


class DecisionOutcome(StrEnum):
    """What became of a decision. `BEGUN` stands in the log alone, before a record is made in Administrate."""

    DONE = "done"
    WOULD_BE_DONE = "would be done"
    BEGUN = "begun"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about one row of an entity.

    `record` is its id on its `side`, or what it is matched on; `link_to` likewise for the row of the other side. `key`
    is what the row is matched on, as far as the decider knew it: a row that has another key by now is not meant.
    `automatic` unlinks in favour of matching. `who` is empty where the run says it.
    """

    entity: str
    action: Action
    record: str
    side: Side | None = None
    link_to: str | None = None
    automatic: bool = False
    reason: str = ""
    who: str = ""
    given: Given = NOTHING_GIVEN
    key: str = ""

    @property
    def stands_on(self) -> Side:
        """The side of the row. Raises DecisionRefused where it is missing, or contradicts the action."""
        implied = IMPLIED_SIDES.get(self.action)
        if implied and self.side not in (None, implied):
            raise DecisionRefused(f"{self.action} is decided about a row of the side {implied}, not of {self.side}.")
        side = implied or self.side
        if side is None:
            raise DecisionRefused(
                f"{self.action} needs the side that {self.record!r} stands on: tutorial or administrate."
            )
        return side


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """What became of a decision: one outcome, the sentence, and the rows of both sides as far as they were found."""

    decision: Decision
    outcome: DecisionOutcome
    sentence: str
    side: str
    record_id: str
    name: str
    other_id: str | None = None
