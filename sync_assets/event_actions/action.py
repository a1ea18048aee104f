"""What can be done with events, and how."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST


# The members are named as they are written: a run's config takes an enumeration by its members' names.
class EventAction(StrEnum):
    """What is to be done with events."""

    publish = "publish"
    """Publish drafts, and the sessions of published events that are still drafts."""
    on_sale = "on_sale"
    """Offer events on the web."""
    off_sale = "off_sale"
    """Offer events on the web no longer."""
    sold_out = "sold_out"
    """Say that events are sold out."""
    available = "available"
    """Say that events are not sold out."""
    cancel = "cancel"
    """Cancel events with all of their sessions."""

    @property
    def words(self) -> str:
        """The action as a person says it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class ActionOptions:
    """How an action is carried out.

    With `dry_run` it is only said what would change. `cancel_booked` lets `cancel` go on with events that people have
    booked. `mutations_per_request` is the most that one request carries.
    """

    dry_run: bool = True
    cancel_booked: bool = False
    mutations_per_request: int = MUTATIONS_PER_REQUEST
