"""Mutations of course templates. Each raises Refused and changes nothing then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sync_assets.sandbox.tenant import custom_fields
from sync_assets.sandbox.tenant.records import Contact, CourseTemplate
from sync_assets.sandbox.tenant.refusals import InputErrors
from sync_assets.sandbox.tenant.tenant import Tenant

Fields = dict[str, Any]

_LONGEST = {"title": 255, "code": 120}
_NAMES = {
    **{key: key for key in ("title", "code", "lifecycle_state", "min_places", "max_places")},
    "learning_mode": "event_learning_mode",
}
"""What an input calls a value, and what the record calls it."""


def create(tenant: Tenant, fields: Fields) -> CourseTemplate:
    """Make a course template, a draft unless told otherwise. A code may be used twice."""
    examination = InputErrors()
    _examine_texts(fields, ("title", "code"), examination)
    instructors = _examined_instructors(tenant, fields, examination)
    values = custom_fields.examined(tenant, "CourseTemplate", fields, examination, creating=True)
    examination.done()
    given = {own: fields[key] for key, own in _NAMES.items() if fields.get(key) is not None}
    return tenant.add_course_template(
        **{"lifecycle_state": "draft", **given},
        approved_instructors=instructors or [],
        custom_fields=custom_fields.merged({}, values),
    )


def update(tenant: Tenant, course_template_id: str, fields: Fields) -> CourseTemplate:
    """Change what is given of a template; a list that is given replaces the whole list."""
    examination = InputErrors()
    template = examination.subject(tenant.course_templates, course_template_id, "courseTemplateId")
    _examine_texts(fields, [key for key in _LONGEST if key in fields], examination)
    instructors = _examined_instructors(tenant, fields, examination)
    values = custom_fields.examined(tenant, "CourseTemplate", fields, examination)
    if template.lifecycle_state != "draft" and fields.get("lifecycle_state") == "draft":
        examination.refuse("lifecycleState", "A published course template cannot be a draft again.", "draft")
    examination.done()
    tenant.edit(
        template,
        approved_instructors=template.approved_instructors if instructors is None else instructors,
        custom_fields=custom_fields.merged(template.custom_fields, values),
        **{own: fields[key] for key, own in _NAMES.items() if key in fields},
    )
    return template


def _examine_texts(fields: Fields, needed: Iterable[str], examination: InputErrors) -> None:
    for key in needed:
        examination.text(fields.get(key), key, longest=_LONGEST[key])


def _examined_instructors(tenant: Tenant, fields: Fields, examination: InputErrors) -> list[Contact] | None:
    ids = fields.get("approved_instructors")
    if ids is None:
        return None
    found = [examination.record(tenant.contacts, each, "approvedInstructors") for each in dict.fromkeys(ids)]
    return [contact for contact in found if contact is not None]
