"""From the functions that change the tenant to resolvers with payloads, and the faults that mutations meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from sync_assets.sandbox.tenant.mutations import course_templates, events, sessions
from sync_assets.sandbox.tenant.mutations import reference_records as reference
from sync_assets.sandbox.tenant.refusals import FieldError, Refused

Change = Callable[..., Any]


def _answering(mutation: str, entity: str, change: Change) -> Callable[..., dict[str, Any]]:
    """A resolver that answers with the changed record under `entity`, or with none and the reasons."""

    def resolve(_: Any, info: GraphQLResolveInfo, **arguments: Any) -> dict[str, Any]:
        fault = info.context.faults.meet_mutation(mutation, arguments)
        told = [FieldError(None, fault.message, fault.value)] if fault else []
        if fault and not fault.work_done:
            return {entity: None, "errors": told}
        try:
            return {entity: change(info.context.tenant, **arguments), "errors": told}
        except Refused as refused:
            return {entity: None, "errors": refused.errors}

    return resolve


def _answering_for_all(mutation: str, entity: str, change: Change) -> Callable[..., dict[str, Any]]:
    """A resolver for a list of inputs with one list of errors: what can be done is done."""

    def resolve(_: Any, info: GraphQLResolveInfo, **arguments: Any) -> dict[str, Any]:
        fields = arguments["fields"]
        inputs = fields["event_ids"] if isinstance(fields, dict) else fields
        changed: list[Any] = []
        errors: list[FieldError] = []
        for given in inputs:
            payload = _answering(mutation, entity, change)(None, info, fields=given)
            errors += payload["errors"]
            if payload[entity] is not None:
                changed.append(payload[entity])
        return {entity: changed, "errors": errors}

    return resolve


def _answering_each(mutation: str, entity: str, change: Change) -> Callable[..., list[dict[str, Any]]]:
    """A resolver for a list of inputs with a payload for each."""

    def resolve(_: Any, info: GraphQLResolveInfo, **arguments: Any) -> list[dict[str, Any]]:
        return [_answering(mutation, entity, change)(None, info, fields=given) for given in arguments["fields"]]

    return resolve


# By the type that groups them in the schema, then by field: the payload's entity, what makes the answer, the change.
_GROUPS: dict[str, dict[str, tuple[str, Callable[..., Any], Change]]] = {
    "account": {"create": ("account", _answering, reference.create_account)},
    "contact": {
        "create": ("contact", _answering, reference.create_contact),
        "createBatch": ("contact", _answering_each, reference.create_contact),
        "update": ("contact", _answering, reference.update_contact),
    },
    "customFields": {
        "createGlobalCustomDefinition": ("custom_field_definition", _answering, reference.create_custom_field),
    },
    "location": {
        "create": ("location", _answering, reference.create_location),
        "update": ("location", _answering, reference.update_location),
        "delete": ("location", _answering, reference.delete_location),
    },
    "courseTemplate": {
        "create": ("course_template", _answering, course_templates.create),
        "update": ("course_template", _answering, course_templates.update),
        "delete": ("course_template", _answering, course_templates.delete),
        "addPublicPrices": ("prices", _answering_for_all, course_templates.add_public_price),
        "updatePrices": ("prices", _answering_for_all, course_templates.update_price),
        "deletePrices": ("prices", _answering_for_all, course_templates.delete_price),
        "addSessionTemplate": ("session_template", _answering, course_templates.add_session_template),
    },
    "event": {
        "createBlended": ("event", _answering, events.create_blended),
        "createClassroom": ("event", _answering, events.create_classroom),
        "createLMS": ("event", _answering, events.create_lms),
        "update": ("event", _answering, events.update),
        "delete": ("events", _answering_for_all, events.delete),
        "addStaff": ("event", _answering, events.add_staff),
        "addStaffBulk": ("events", _answering_for_all, events.add_staff),
        "removeStaff": ("event", _answering, events.remove_staff),
        "setStaffToPrimary": ("event", _answering, events.set_staff_to_primary),
    },
    "session": {
        "create": ("session", _answering, sessions.create),
        "update": ("session", _answering, sessions.update),
        "addStaff": ("session", _answering, sessions.add_staff),
        "removeStaff": ("session", _answering, sessions.remove_staff),
    },
}


def mutation_resolver(group: str, field: str) -> Callable[..., Any] | None:
    """The resolver of `group.field`, or None if the stand-in does not serve it."""
    entry = _GROUPS.get(group, {}).get(field)
    if entry is None:
        return None
    entity, answering, change = entry
    resolver: Callable[..., Any] = answering(f"{group}.{field}", entity, change)
    return resolver
