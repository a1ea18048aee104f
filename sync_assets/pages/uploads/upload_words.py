"""How an upload stands, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sync_assets.administrate.record_ids import number_of_record
from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.import_tables import ImportOutcome
from sync_assets.event_import.report import URGENCY, EventOutcome
from sync_assets.event_import.upload_list import UploadEntry, UploadState
from sync_assets.event_import.upload_progress import EventOnItsWay


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands: words, and the tone in which they are shown."""

    words: str
    tone: str


_OUTCOMES: Final[Mapping[ImportOutcome, Standing]] = {
    ImportOutcome.SUCCESS: Standing("all done", "good"),
    ImportOutcome.NEEDS_SOMEBODY: Standing("needs somebody", "bad"),
    ImportOutcome.WAITING: Standing("waits for Administrate", "warn"),
}
_STATES: Final[Mapping[UploadState, Standing]] = {
    UploadState.NEW: Standing("not imported", ""),
    UploadState.ASKED_FOR: Standing("about to be imported", "new"),
    UploadState.UNDER_WAY: Standing("being imported", "new"),
}
_TONES: Final[Mapping[EventOutcome, str]] = {
    EventOutcome.ERROR: "bad",
    EventOutcome.REFUSED: "bad",
    EventOutcome.WAITING: "warn",
    EventOutcome.DIFFERS: "warn",
    EventOutcome.HELD_BACK: "warn",
    EventOutcome.DUPLICATE: "warn",
    EventOutcome.WOULD_CHANGE: "new",
    EventOutcome.WOULD_CREATE: "new",
}
WHAT_TO_DO: Final[Mapping[EventOutcome, str]] = {
    EventOutcome.ERROR: "Correct the rows, in the plan or in the workbook of the rows to correct; then import them.",
    EventOutcome.REFUSED: "Read why, settle it in Administrate or in the file, and import the file again.",
    EventOutcome.WAITING: "Nothing: it is tried again by itself. To try at once, carry on.",
    EventOutcome.DIFFERS: "Import again and tick that events are to be changed, or leave it so.",
    EventOutcome.HELD_BACK: "Correct the events in error first, or import without waiting for them.",
}
_EVENT_STATES: Final[Mapping[EventState, Standing]] = {
    EventState.PLANNED: Standing("noted here", ""),
    EventState.SENT: Standing("sent to Administrate", "new"),
    EventState.CREATED: Standing("in Administrate, being completed", "new"),
    EventState.AGREED: Standing("done", "good"),
    EventState.REFUSED: Standing("refused", "bad"),
    EventState.WITHDRAWN: Standing("taken back", ""),
}


def standing_of(upload: UploadEntry) -> Standing:
    """Return how an upload stands: what is under way, else what its last import left to do."""
    if upload.state is not UploadState.ENDED:
        return _STATES[upload.state]
    if upload.events and not upload.living_events:
        return Standing("taken back", "")
    if upload.is_dry_run:
        return Standing("tried, nothing imported", "")
    if upload.outcome is ImportOutcome.WAITING and not upload.waiting and upload.events.keys() <= {EventState.AGREED}:
        # What waited has been completed since.
        return _OUTCOMES[ImportOutcome.SUCCESS]
    return _OUTCOMES[upload.outcome] if upload.outcome else Standing("ended", "")


def counts_in_words(counts: Mapping[str, int]) -> list[tuple[int, str, str]]:
    """Return count, words and tone of each outcome of a run, the most urgent first."""
    return [
        (counts[outcome.value], outcome.words, _TONES.get(outcome, "good"))
        for outcome in URGENCY
        if counts.get(outcome.value)
    ]


def tone_of(outcome: EventOutcome) -> str:
    """Return the tone in which an outcome is shown."""
    return _TONES.get(outcome, "good")


def standing_of_event(event: EventOnItsWay) -> Standing:
    """Return how far an event has come."""
    return Standing("waits", "warn") if event.waits else _EVENT_STATES[event.state]


def event_link(pattern: str | None, external_id: str | None) -> str | None:
    """Return the address of an event's page in Administrate, None where it is not known."""
    number = number_of_record(external_id)
    return pattern.replace("{number}", str(number)) if pattern and number is not None else None
