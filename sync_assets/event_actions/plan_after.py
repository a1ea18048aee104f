"""What an action changes of an event's plan, and of what both sides have agreed on. Pure.

Without this, what somebody did here on purpose would look like a change that somebody made elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.wanted import FlagFields
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import (
    LIFECYCLE_STATE,
    SOLD_OUT,
    Field,
    View,
    wanted_here,
    wanted_there,
)
from sync_assets.event_import.planning.plan import EventPlan, PlannedField
from sync_assets.event_import.reference.known_records import TenantCustomField
from sync_assets.event_import.workbook import columns

_STATES: Final[Mapping[EventAction, tuple[str, object]]] = {
    EventAction.publish: (LIFECYCLE_STATE, "published"),
    EventAction.cancel: (LIFECYCLE_STATE, "cancelled"),
    EventAction.sold_out: (SOLD_OUT, True),
    EventAction.available: (SOLD_OUT, False),
}
"""What no plan has, and both sides have from now on."""


def plan_after(action: EventAction, plan: EventPlan, fields: FlagFields, texts: Mapping[str, str]) -> EventPlan:
    """Return the plan as it is once the action is done; `texts` are the custom fields there, by definition key."""
    match action:
        case EventAction.on_sale | EventAction.off_sale:
            changed = plan.model_copy(update={"web_sale": action is EventAction.on_sale})
            return _with_field(changed, columns.WEB_SALE, fields.web_sale, texts)
        case EventAction.cancel:
            changed = plan.model_copy(update={"cancelled": True})
            return _with_field(changed, columns.CANCELLED, fields.cancelled, texts)
        case _:
            return plan


def agreed_after(action: EventAction, agreed: Sides, before: EventPlan, after: EventPlan) -> Sides:
    """Return what both sides agree on once the action is done; of a side without an agreement nothing is known."""
    return Sides(
        _view_after(action, agreed.here, wanted_here(before), wanted_here(after)),
        _view_after(action, agreed.there, wanted_there(before), wanted_there(after)),
    )


def _view_after(action: EventAction, agreed: View | None, before: View, after: View) -> View | None:
    if agreed is None:
        return None
    moved: dict[Field, Any] = {field: value for field, value in after.items() if before.get(field) != value}
    state = {Field(None, _STATES[action][0]): _STATES[action][1]} if action in _STATES else {}
    return {**agreed, **moved, **state}


def _with_field(
    plan: EventPlan, column: str, definition: TenantCustomField | None, texts: Mapping[str, str]
) -> EventPlan:
    if definition is None or definition.key not in texts:
        return plan
    value = PlannedField(
        column=column, definition_key=definition.key, label=definition.label, value=texts[definition.key]
    )
    others = [each for each in plan.custom_fields if each.definition_key != definition.key]
    position = next(
        (number for number, each in enumerate(plan.custom_fields) if each.definition_key == definition.key), len(others)
    )
    return plan.model_copy(update={"custom_fields": (*others[:position], value, *others[position:])})
