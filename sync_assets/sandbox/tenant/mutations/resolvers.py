"""From the functions that change the tenant to resolvers with payloads, and the faults that mutations meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from sync_assets.sandbox.tenant.mutations import contacts, course_templates, events, locations, sessions, staff
from sync_assets.sandbox.tenant.refusals import FieldError, Refused

Change = Callable[..., Any]
Resolver = Callable[..., dict[str, Any]]


def _answering(mutation: str, entity: str, change: Change) -> Resolver:
    """Return a resolver that answers with the changed record under `entity`, or with none and the reasons."""

    def resolve(_: Any, info: GraphQLResolveInfo, **arguments: Any) -> dict[str, Any]:
        fault = info.context.faults.meet_mutation(mutation, arguments)
        errors = [FieldError(None, fault.message, fault.value)] if fault else []
        if fault and not fault.work_done:
            return {entity: None, "errors": errors}
        try:
            return {entity: change(info.context.tenant, **arguments), "errors": errors}
        except Refused as refused:
            return {entity: None, "errors": refused.errors}

    return resolve


def _answering_for_all(mutation: str, entity: str, change: Change) -> Resolver:
    """Return a resolver for a list of events with one list of errors: what can be done is done."""

    def resolve(_: Any, info: GraphQLResolveInfo, fields: dict[str, Any]) -> dict[str, Any]:
        payloads = [_answering(mutation, entity, change)(None, info, event_id=each) for each in fields["event_ids"]]
        return {
            entity: [payload[entity] for payload in payloads if payload[entity] is not None],
            "errors": [error for payload in payloads for error in payload["errors"]],
        }

    return resolve


# By the field that groups them in the schema, then by field: the payload's entity, and the change.
_GROUPS: dict[str, dict[str, tuple[str, Change]]] = {
    "contact": {"create": ("contact", contacts.create)},
    "location": {"create": ("location", locations.create)},
    "courseTemplate": {
        "create": ("course_template", course_templates.create),
        "update": ("course_template", course_templates.update),
    },
    "event": {
        "createBlended": ("event", events.create_blended),
        "createClassroom": ("event", events.create_classroom),
        "createLMS": ("event", events.create_lms),
        "update": ("event", events.update),
        "delete": ("events", events.delete),
        "addStaff": ("event", staff.add_to_event),
        "removeStaff": ("event", staff.remove_from_event),
    },
    "session": {
        "create": ("session", sessions.create),
        "update": ("session", sessions.update),
        "addStaff": ("session", staff.add_to_session),
        "removeStaff": ("session", staff.remove_from_session),
    },
}


def mutation_resolver(group: str, field: str) -> Resolver | None:
    """Return the resolver of `group.field`, or None if the stand-in does not serve it."""
    entry = _GROUPS.get(group, {}).get(field)
    if entry is None:
        return None
    entity, change = entry
    answering = _answering_for_all if field == "delete" else _answering
    return answering(f"{group}.{field}", entity, change)
