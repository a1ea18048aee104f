"""From an action and an event as both sides have it to what is left to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.current_state import CANCELLED, DRAFT, PUBLISHED, CurrentEvent, CurrentSession
from sync_assets.event_import.planning.custom_field_flags import flag_of, flag_text
from sync_assets.event_import.reference.known_records import TenantCustomField
from sync_assets.tutorial.events import NOT_KEPT, StoredEvent


@dataclass(frozen=True, slots=True)
class FlagFields:
    """The custom fields of events that actions write, None where the tenant has no such field."""

    web_sale: TenantCustomField | None = None
    cancelled: TenantCustomField | None = None


@dataclass(frozen=True, slots=True)
class EventWork:
    """What is left to do with an event.

    `event_input` is sent with `event.update`, `session_state` to each of `sessions`. `here` are fields of TutorialEvent
    to write, `sessions_here` are tutorial sessions to cancel. `changes` tells it in words. `refusal` says why nothing
    may be done, None where it may.
    """

    event_input: Mapping[str, Any] = field(default_factory=dict)
    sessions: Sequence[CurrentSession] = ()
    session_state: str = PUBLISHED
    here: Mapping[str, Any] = field(default_factory=dict)
    sessions_here: Sequence[int] = ()
    changes: Sequence[str] = ()
    refusal: str | None = None


_ON_CANCELLED: Final = frozenset(
    {EventAction.publish, EventAction.on_sale, EventAction.sold_out, EventAction.available}
)
"""What makes no sense for a cancelled event."""
_NO_WEB_SALE: Final = (
    "Administrate needs just one Event custom field labelled Web sale. Make it there, and sync the custom fields."
)


def work_of(
    action: EventAction, there: CurrentEvent, here: StoredEvent | None, fields: FlagFields, *, cancel_booked: bool
) -> EventWork:
    """Return what is left to do with an event; `here` is None where the tutorial side does not have it."""
    if there.lifecycle_state == CANCELLED and action in _ON_CANCELLED:
        return EventWork(refusal="It is cancelled in Administrate.")
    match action:
        case EventAction.publish:
            return _published(there, here)
        case EventAction.on_sale | EventAction.off_sale:
            return _on_sale(there, here, fields.web_sale, wanted=action is EventAction.on_sale)
        case EventAction.sold_out | EventAction.available:
            return _sold_out(there, here, wanted=action is EventAction.sold_out)
        case EventAction.cancel:
            return _cancelled(there, here, fields.cancelled, cancel_booked=cancel_booked)


def left_to_cancel(there: CurrentEvent) -> list[CurrentSession]:
    """Return the sessions of an event that are not cancelled."""
    return [session for session in there.sessions if session.lifecycle_state != CANCELLED]


def _published(there: CurrentEvent, here: StoredEvent | None) -> EventWork:
    # The import cancels sessions that only the template has, so a cancelled session is left as it is.
    drafts = [session for session in there.sessions if session.lifecycle_state == DRAFT]
    given = {} if there.lifecycle_state == PUBLISHED else {"lifecycleState": PUBLISHED}
    changes = [f"{there.lifecycle_state} to published"] if given else []
    changes += [_counted(len(drafts), "to publish")] if drafts else []
    return _with_here(given, {"lifecycle_state": PUBLISHED}, here, changes, sessions=drafts)


def _on_sale(
    there: CurrentEvent, here: StoredEvent | None, definition: TenantCustomField | None, *, wanted: bool
) -> EventWork:
    if definition is None:
        return EventWork(refusal=_NO_WEB_SALE)
    current = there.custom_field(definition.key)
    if not wanted and not current and (here is None or here.values.get("web_sale") is not True):
        return EventWork()  # Who has never said anything of it does not sell it.
    changes: list[str] = []
    given: dict[str, Any] = {}
    if flag_of(current) is not wanted and (wanted or current):
        text = flag_text(definition, wanted, current)
        if text is None:
            offered = ", ".join(label for label, _ in definition.options)
            return EventWork(
                refusal=f"The custom field {definition.label} offers {offered}, which is neither yes nor no."
            )
        given = {"customFieldValues": [{"definitionKey": definition.key, "value": text}]}
        changes = [f"web sale {current or 'blank'} to {text}"]
    return _with_here(given, {"web_sale": wanted}, here, changes)


def _sold_out(there: CurrentEvent, here: StoredEvent | None, *, wanted: bool) -> EventWork:
    is_so = bool(there.is_sold_out) is wanted
    changes = [] if is_so else ["sold out" if wanted else "no longer sold out"]
    return _with_here({} if is_so else {"isSoldOut": wanted}, {"sold_out": wanted}, here, changes)


def _cancelled(
    there: CurrentEvent, here: StoredEvent | None, definition: TenantCustomField | None, *, cancel_booked: bool
) -> EventWork:
    given: dict[str, Any] = {}
    changes: list[str] = []
    if there.lifecycle_state != CANCELLED:
        given["lifecycleState"] = CANCELLED
        changes.append(f"{there.lifecycle_state} to cancelled")
    if text := _cancelled_text(there, definition):
        given["customFieldValues"] = [{"definitionKey": text[0], "value": text[1]}]
        changes.append(f"custom field Cancelled to {text[1]}")
    if sessions := left_to_cancel(there):
        changes.append(_counted(len(sessions), "to cancel"))
    if changes and there.booked_places and not cancel_booked:
        return EventWork(
            refusal=(
                f"{there.booked_places} places are booked. It is cancelled all the same only with leave to cancel "
                "booked events (--cancel-booked)."
            )
        )
    rows = [each for each in here.sessions if each.values.get("cancelled", NOT_KEPT) is not True] if here else []
    differing = [each for each in rows if each.values.get("cancelled", NOT_KEPT) is not NOT_KEPT]
    changes = changes or ([_counted(len(differing), "to cancel here")] if differing else [])
    wanted = {"lifecycle_state": CANCELLED, "cancelled": True}
    work = _with_here(given, wanted, here, changes, sessions=sessions, state=CANCELLED)
    return replace(work, sessions_here=[each.id for each in rows])


def _cancelled_text(there: CurrentEvent, definition: TenantCustomField | None) -> tuple[str, str] | None:
    """Return key and text for the custom field Cancelled, None where it says so or the tenant has none.

    An upload fills it from the column Cancelled, so it must not go on saying no.
    """
    current = there.custom_field(definition.key) if definition else None
    if definition is None or flag_of(current) is True:
        return None
    text = flag_text(definition, flag=True, current=current or "N")
    return (definition.key, text) if text else None


def _with_here(
    given: Mapping[str, Any],
    wanted: Mapping[str, Any],
    here: StoredEvent | None,
    changes: Sequence[str],
    *,
    sessions: Sequence[CurrentSession] = (),
    state: str = PUBLISHED,
) -> EventWork:
    """Return the work with what the tutorial side lacks; what a layout does not give back is written each time."""
    values = here.values if here is not None else {}
    lacks = {name: value for name, value in wanted.items() if here is not None and values.get(name, NOT_KEPT) != value}
    differs = [name for name in lacks if values.get(name, NOT_KEPT) is not NOT_KEPT]
    told = list(changes)
    if differs and not changes:
        told = [f"here: {name.replace('_', ' ')} {values[name]} to {wanted[name]}" for name in differs]
    return EventWork(given, sessions, state, lacks, (), told)


def _counted(count: int, words: str) -> str:
    return f"{count} session{'' if count == 1 else 's'} {words}"
