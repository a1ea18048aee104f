"""From which state to which an event or a session may go. Publishing an event publishes none of its sessions."""

from __future__ import annotations

from sync_assets.sandbox.tenant.event_records import Event, Session
from sync_assets.sandbox.tenant.refusals import InputErrors
from sync_assets.sandbox.tenant.tenant import Tenant


def refuse_move(tenant: Tenant, record: Event | Session, state: str | None, examination: InputErrors) -> None:
    """Note a state that the record cannot come to from its own; None is no move."""
    if state is None or state == record.lifecycle_state:
        return
    label = "lifecycleState"
    if state == "draft":
        examination.refuse(label, f"Only a new {record.TYPE.lower()} is a draft.", state)
    elif record.lifecycle_state == "cancelled" and tenant.behaviour.cancelled_is_final:
        examination.refuse(label, f"{record.title} is cancelled, and stays so.", state)
    elif (
        state == "published"
        and isinstance(record, Session)
        and record.parent_event.lifecycle_state == "draft"
        and tenant.behaviour.sessions_wait_for_event
    ):
        examination.refuse(label, f"{record.parent_event.title} is a draft: publish the event first.", state)
