"""What the pages call the actions on events, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.undertaking import ActionOutcome

ACTIONS: Final[Mapping[EventAction, tuple[str, str]]] = {
    EventAction.publish: ("Publish", "Events and their sessions become visible in Administrate."),
    EventAction.on_sale: ("Put on sale", "The events are offered on the web."),
    EventAction.off_sale: ("Take off sale", "The events are not offered on the web any more."),
    EventAction.sold_out: ("Mark as sold out", "Nobody can book them any more."),
    EventAction.available: ("Mark as not sold out", "They can be booked again."),
    EventAction.cancel: ("Cancel", "The events and all of their sessions are cancelled on both sides."),
}
"""Each action in words, and what comes of it."""
OUTCOMES: Final[Mapping[ActionOutcome, tuple[str, str]]] = {
    ActionOutcome.DONE: ("done", "good"),
    ActionOutcome.WOULD_BE_DONE: ("would be changed", "new"),
    ActionOutcome.AS_WANTED: ("is so already", ""),
    ActionOutcome.REFUSED: ("cannot be done", "bad"),
    ActionOutcome.NOT_FINISHED: ("not complete", "bad"),
    ActionOutcome.NOT_KNOWN: ("not known", "warn"),
}
"""What became of an event in words, with the kind of its badge."""
