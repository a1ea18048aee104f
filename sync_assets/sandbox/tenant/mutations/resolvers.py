"""From the functions that change the tenant to resolvers that answer with payloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from sync_assets.sandbox.tenant.context import RequestContext
from sync_assets.sandbox.tenant.mutations import contacts, course_templates, events, locations, sessions, staff
from sync_assets.sandbox.tenant.records import Record
from sync_assets.sandbox.tenant.refusals import FieldError, Refused

Change = Callable[..., Record]
Resolver = Callable[..., dict[str, Any]]


def _answer(context: RequestContext, mutation: str, entity: str, change: Change, **arguments: Any) -> dict[str, Any]:
    """Carry a mutation out, and answer with its record under `entity`, or with none and the reasons."""
    interference = context.interference(mutation, arguments)
    errors = [interference.error] if interference else []
    if interference and not interference.work_done:
        return {entity: None, "errors": errors}
    try:
        record = change(context.tenant, **arguments)
    except Refused as refused:
        return {entity: None, "errors": refused.errors}
    context.tenant.carried_out.note(mutation, record)
    return {entity: record, "errors": errors}


def _answer_for_all(
    context: RequestContext, mutation: str, entity: str, change: Change, fields: dict[str, Any]
) -> dict[str, Any]:
    """Carry a mutation out for each event of a list as far as it can be, and answer with one list of errors."""
    records: list[Record] = []
    errors: list[FieldError] = []
    for event_id in fields["event_ids"]:
        payload = _answer(context, mutation, entity, change, event_id=event_id)
        errors += payload["errors"]
        records += [payload[entity]] if payload[entity] else []
    return {entity: records, "errors": errors}


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
    """Return the resolver of `group.field`, or None if the stand-in does not serve it.

    The time that a mutation takes passes first; then it is carried out at once, or not at all.
    """
    entry = _GROUPS.get(group, {}).get(field)
    if entry is None:
        return None
    entity, change = entry
    answer = _answer_for_all if field == "delete" else _answer

    def resolve(_: Any, info: GraphQLResolveInfo, **arguments: Any) -> dict[str, Any]:
        context: RequestContext = info.context
        context.begin_mutation()
        with context.tenant.transaction():
            return answer(context, f"{group}.{field}", entity, change, **arguments)

    return resolve
