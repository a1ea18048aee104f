"""From differences and what is decided about them to what each side is to get. Pure.

A value that is null in Administrate, or a record there that is not linked, never empties a field here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sync_assets.event_drift.both_names import FLAGS, UNKNOWN, BothNames
from sync_assets.event_drift.linked_event import LinkedEvent
from sync_assets.event_drift.three_way import Difference, is_blank
from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.operations import staff_changes, updates
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.current_plan import Names, plan_with
from sync_assets.event_import.planning.custom_field_flags import flag_text
from sync_assets.event_import.planning.fields import (
    HERE,
    LIFECYCLE_STATE,
    SESSION,
    SESSION_HERE,
    SOLD_OUT,
    Field,
    View,
    tutorial_event,
    tutorial_session,
    wanted_here,
    wanted_there,
)
from sync_assets.event_import.planning.plan import EventPlan, NamedRecord
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.events import LearningMode
from sync_assets.text import yes_or_no

_STATES: Final = frozenset({LIFECYCLE_STATE, SOLD_OUT})
"""What no plan has."""
_CANCELLED: Final = "cancelled"
_RECORDS: Final = frozenset({columns.LOCATION, columns.VENUE, columns.INSTRUCTOR, columns.SESSION_INSTRUCTOR})
_NEVER_SENT: Final = frozenset({columns.CODE, columns.LEARNING_MODE, columns.ADMINISTRATOR})
_IN_ADMINISTRATE_ALONE: Final = (
    "A session that one side has alone is made or cancelled by a person: cancel it where it is too many, or upload the "
    "event again."
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is left to do for some fields of an event.

    `event_here` are fields of TutorialEvent, `sessions_here` those of TutorialSession by tutorial session id.
    `mutations` go to Administrate. `agreed` is what both sides have afterwards in these fields, `plan` the plan with
    it. `refused` says for a field why nothing can be done.
    """

    fields: Sequence[Field]
    agreed: Sides
    plan: EventPlan
    event_here: dict[str, Any] = field(default_factory=dict)
    sessions_here: dict[int, dict[str, Any]] = field(default_factory=dict)
    mutations: Sequence[Mutation] = ()
    refused: dict[Field, str] = field(default_factory=dict)


def take_theirs(event: LinkedEvent, differences: Sequence[Difference], names: Names, both: BothNames) -> Settlement:
    """Return what makes the tutorial side what Administrate is."""
    refused = {each.field: why for each in differences if (why := _why_not_taken(each, both))}
    taken = [each for each in differences if each.field not in refused]
    old = event.planned.the_plan
    plan = plan_with(old, {each.field: each.there for each in taken}, names)
    plan = plan.model_copy(update=_beside(plan, taken, both))
    event_here: dict[str, Any] = {}
    sessions_here: dict[int, dict[str, Any]] = {}
    for each in taken:
        _here(event, each, plan, event_here, sessions_here)
    after = wanted_here(plan)
    here: View = {each.field: after[each.field] for each in taken if each.field in after}
    here |= {each.field: each.there for each in taken if each.field.column in _STATES}
    there: View = {each.field: each.there for each in taken}
    return Settlement(
        [each.field for each in taken],
        Sides(_kept(event, here), there | _cancelled(there)),
        plan,
        event_here,
        sessions_here,
        refused=refused,
    )


def _kept(event: LinkedEvent, here: View) -> View:
    """Return the values of fields that the tutorial side keeps."""
    known = {**(event.seen.here or {}), **(event.agreed.here or {})}
    return {field: value for field, value in here.items() if field in known} | _cancelled(here)


def _cancelled(view: View) -> View:
    state = view.get(Field(None, LIFECYCLE_STATE))
    return {} if state is None else {Field(None, columns.CANCELLED): state == _CANCELLED}


def _why_not_taken(each: Difference, both: BothNames) -> str | None:
    if each.field.column == SESSION:
        return _IN_ADMINISTRATE_ALONE
    if is_blank(each.there):
        return (
            f"{each.field}: Administrate shows nothing, which empties no field here. Empty it here by hand, send what "
            "is here, or leave the two apart."
        )
    if both.as_here(each.field, each.there) is UNKNOWN:
        text = both.text_there(each.field, each.there)
        return f"{each.field}: {text} of Administrate has no counterpart here yet. Link it first."
    return None


def _beside(plan: EventPlan, taken: Sequence[Difference], both: BothNames) -> dict[str, Any]:
    """Return the attributes of a plan that follow from values in a way of their own."""
    changes: dict[str, Any] = {}
    for each in taken:
        match each.field:
            case Field(None, columns.RECORDINGS):
                changes["recordings_flag"] = yes_or_no(str(each.there))
            case Field(None, columns.LEARNING_MODE):
                changes["learning_mode"] = LearningMode(each.there)
            case Field(None, columns.CODE):
                changes["course_template"] = NamedRecord(
                    name=both.text_there(each.field, each.there),
                    bridge_id=both.as_here(each.field, each.there),
                    external_id=each.there,
                )
            case Field(None, column) if column == LIFECYCLE_STATE and (each.there == _CANCELLED or plan.cancelled):
                changes["cancelled"] = each.there == _CANCELLED
    return changes


def _here(
    event: LinkedEvent,
    each: Difference,
    plan: EventPlan,
    event_here: dict[str, Any],
    sessions_here: dict[int, dict[str, Any]],
) -> None:
    day, column = each.field
    if column == LIFECYCLE_STATE:
        event_here |= {"lifecycle_state": each.there, "cancelled": each.there == _CANCELLED}
    elif column == SOLD_OUT:
        event_here["sold_out"] = each.there
    elif day is None:
        if column in HERE:
            event_here[HERE[column]] = getattr(tutorial_event(plan), HERE[column])
    elif column in SESSION_HERE and (session_id := event.tutorial_session_id(day)) is not None:
        value = getattr(tutorial_session(plan.session(day), plan), SESSION_HERE[column])
        sessions_here.setdefault(session_id, {})[SESSION_HERE[column]] = value


def send_ours(event: LinkedEvent, differences: Sequence[Difference], names: Names) -> Settlement:
    """Return what makes Administrate what the tutorial side is."""
    refused: dict[Field, str] = {}
    values: View = {}
    for each in differences:
        why = _why_not_sent(event, each, names)
        value = each.here if why else _as_there(event, each, names)
        if why or value is UNKNOWN:
            refused[each.field] = why or f"{each.field}: Administrate offers no such option."
        else:
            values[each.field] = value
    sent = [each for each in differences if each.field not in refused]
    old = event.planned.the_plan
    plan = plan_with(old, {key: value for key, value in values.items() if key.column not in _STATES}, names)
    before = {**wanted_there(old), **{each.field: each.there for each in sent}}
    copy = replace(event.planned, plan=plan, agreed=Sides(event.agreed.here, before))
    mutations = [each.mutation for each in (*updates(copy, event.there), *staff_changes(copy, event.there))]
    mutations += _of_states(event, sent)
    after = wanted_there(plan)
    there: View = {each.field: each.here if each.field.column in _STATES else after.get(each.field) for each in sent}
    here: View = {each.field: each.here for each in sent}
    agreed = Sides(here | _cancelled(here), there | _cancelled(there))
    return Settlement([each.field for each in sent], agreed, plan, mutations=mutations, refused=refused)


def _why_not_sent(event: LinkedEvent, each: Difference, names: Names) -> str | None:
    day, column = each.field
    if column == SESSION:
        return _IN_ADMINISTRATE_ALONE
    if column in _NEVER_SENT:
        return f"{each.field} cannot be changed in Administrate by a decision: change it there by hand, or take theirs."
    if each.field not in (event.seen.here or {}):
        return f"{each.field}: the tutorial tables do not keep it, so there is nothing to send."
    if is_blank(each.here) and column not in (columns.VENUE, columns.SESSION_INSTRUCTOR):
        return f"{each.field}: the tutorial side has nothing. Empty it in Administrate by hand, or take theirs."
    if column in _RECORDS and not is_blank(each.here) and not _is_known_there(column, each.here, names):
        return f"{each.field}: what the tutorial side has is not linked to a record of Administrate yet. Link it first."
    is_cancelled = (column == LIFECYCLE_STATE and each.there == _CANCELLED) or (
        column == columns.CANCELLED and day is not None and each.there is True
    )
    if is_cancelled:
        return f"{each.field}: Administrate does not take back a cancellation. Take theirs, or make it there anew."
    return None


def _is_known_there(column: str, here: Any, names: Names) -> bool:
    if column == columns.LOCATION:
        found = [names.location(here)]
    elif column == columns.VENUE:
        found = [names.venue(here)]
    else:
        ids = here if isinstance(here, list) else [here]
        known = names.instructors(ids)
        found = [*known] if len(known) == len(ids) else [None]
    return all(each is not None and each.external_id is not None for each in found)


def _as_there(event: LinkedEvent, each: Difference, names: Names) -> Any:
    """Return the value that a plan takes: of a custom field the text that Administrate is to have."""
    day, column = each.field
    if day is not None or column not in FLAGS:
        return each.here
    plan = event.planned.the_plan
    key = next((field.definition_key for field in plan.custom_fields if field.name == column), None)
    definition = next((known for known in names.known.custom_fields if known.key == key), None)
    if definition is None:
        return UNKNOWN
    text = flag_text(definition, bool(each.here), each.there or each.agreed_there)
    return UNKNOWN if text is None else text


def _of_states(event: LinkedEvent, sent: Sequence[Difference]) -> list[Mutation]:
    """Return the update of what no plan has; it comes last, since a published event takes fewer changes."""
    inputs = {LIFECYCLE_STATE: "lifecycleState", SOLD_OUT: "isSoldOut"}
    given = {inputs[each.field.column]: each.here for each in sent if each.field.column in inputs}
    if not given:
        return []
    arguments = (Argument("eventId", "ID!", event.external_id), Argument("input", "EventUpdateInput!", given))
    return [Mutation("event", "update", arguments, "EventChanged")]
