"""One event on its way through an action: what is left to do with it, and what has come of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sync_assets.event_actions.selection import ChosenEvent
from sync_assets.event_actions.wanted import EventWork


class ActionOutcome(StrEnum):
    """What became of an event."""

    DONE = "done"
    WOULD_BE_DONE = "would be done"
    AS_WANTED = "as wanted"
    """It was so already on both sides."""
    REFUSED = "refused"
    """Nothing was sent: it may not or cannot be done."""
    NOT_FINISHED = "not finished"
    """Administrate refused a part of it, or could not be asked to the end."""
    NOT_KNOWN = "not known"
    """Something was sent and no answer came, and Administrate does not show it as wanted yet."""

    @property
    def needs_somebody(self) -> bool:
        """Whether it is not as was asked for."""
        return self in (ActionOutcome.REFUSED, ActionOutcome.NOT_FINISHED, ActionOutcome.NOT_KNOWN)


@dataclass(slots=True, eq=False)
class Undertaking:
    """An event and its work.

    `is_there` says that Administrate has taken what concerns the event itself, `open_sessions` counts the sessions that
    it has not taken yet. `said` are its refusals, `is_unknown` says that something has no answer.
    """

    chosen: ChosenEvent
    work: EventWork
    is_there: bool = False
    open_sessions: int = 0
    said: list[str] = field(default_factory=list)
    is_unknown: bool = False

    @property
    def refusal(self) -> str | None:
        """Why nothing is sent for the event, None where something may be."""
        return self.chosen.trouble or self.work.refusal

    @property
    def is_to_do(self) -> bool:
        """Whether something is left to do for it, on either side."""
        return self.refusal is None and bool(self.work.changes)

    @property
    def is_to_look_after(self) -> bool:
        """Whether its rows here may have to be written, which is not known of what a layout does not give back."""
        return self.refusal is None and bool(self.work.changes or self.work.here or self.work.sessions_here)
