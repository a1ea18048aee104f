"""What the pages call differences of events, decisions about them, and what becomes of those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sync_assets.event_drift.drift_decision import DriftChoice, DriftOutcome
from sync_assets.event_drift.three_way import DriftKind

KINDS: Final[Mapping[DriftKind, tuple[str, str]]] = {
    DriftKind.CHANGED_HERE: ("changed in the tutorial application", "new"),
    DriftKind.CHANGED_THERE: ("changed in Administrate", "new"),
    DriftKind.CHANGED_IN_BOTH: ("changed on both sides", "bad"),
    DriftKind.NEVER_AGREED: ("never was the same", "warn"),
}
"""Which side made a difference, with the kind of its badge."""
CHOICES: Final[Mapping[DriftChoice, tuple[str, str]]] = {
    DriftChoice.take_theirs: ("Take what Administrate has", "It is written into the tutorial application."),
    DriftChoice.send_ours: ("Send what the tutorial application has", "It is sent to Administrate."),
    DriftChoice.leave_apart: ("It is right as it is", "Do not list it any more, until one side changes again."),
}
"""Each decision in words, and what comes of it."""
OUTCOMES: Final[Mapping[DriftOutcome, tuple[str, str]]] = {
    DriftOutcome.DONE: ("done", "good"),
    DriftOutcome.WOULD_BE_DONE: ("would be done", "new"),
    DriftOutcome.NOTHING_TO_DO: ("is so already", ""),
    DriftOutcome.REFUSED: ("cannot be done", "bad"),
    DriftOutcome.NOT_FINISHED: ("not complete", "bad"),
}
"""What became of a decision in words, with the kind of its badge."""
