"""Mutations of course templates, their prices and their planned days. Each raises Refused and changes nothing then."""

from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant import custom_fields
from sync_assets.sandbox.tenant.records import CourseTemplate, CourseTemplatePrice, SessionTemplate
from sync_assets.sandbox.tenant.refusals import Examination
from sync_assets.sandbox.tenant.tenant import Tenant

Fields = dict[str, Any]

_VALUES = (
    "short_code",
    "lifecycle_state",
    "registration_opens_offset",
    "lms_summary",
    "min_places",
    "max_places",
    "target_fill_rate",
    "cpe",
    "course_text_1",
    "course_text_2",
)
_LONGEST = {"title": 255, "code": 120, "short_code": 3}


def create(tenant: Tenant, fields: Fields) -> CourseTemplate:
    """Make a course template, a draft unless told otherwise. Nothing keeps a code from being used twice."""
    examination = Examination()
    lists = _examined(tenant, fields, examination, ("title", "code"))
    values = custom_fields.examined(tenant, "CourseTemplate", fields.get("custom_field_values"), examination)
    prices = [_examined_price(tenant, price, examination) for price in fields.get("public_prices") or ()]
    examination.done()
    named = {key: fields[key] for key in _VALUES if fields.get(key) is not None}
    template = tenant.add_course_template(
        fields["code"],
        fields["title"],
        event_learning_mode=fields.get("learning_mode"),
        **{"lifecycle_state": "draft", **named, **lists},
    )
    for price in prices:
        tenant.add_price(template, **price)
    custom_fields.store(template, values)
    return template


def update(tenant: Tenant, course_template_id: str, fields: Fields) -> CourseTemplate:
    """Change what is given of a template; a list that is given replaces the whole list."""
    examination = Examination()
    template = examination.subject(tenant.course_templates, course_template_id, "courseTemplateId")
    lists = _examined(tenant, fields, examination, [key for key in ("title", "code") if key in fields])
    values = custom_fields.examined(tenant, "CourseTemplate", fields.get("custom_field_values"), examination)
    if template.lifecycle_state != "draft" and fields.get("lifecycle_state") == "draft":
        examination.refuse("lifecycleState", "A published course template cannot be a draft again.", "draft")
    examination.done()
    for key in ("title", "code", *_VALUES):
        if key in fields:
            setattr(template, key, fields[key])
    for key, records in lists.items():
        setattr(template, key, records)
    if "learning_mode" in fields:
        template.event_learning_mode = fields["learning_mode"]
    template.updated_at = tenant.now()
    custom_fields.store(template, values)
    return template


def delete(tenant: Tenant, course_template_id: str) -> CourseTemplate:
    """Take away a template that no event was made from."""
    examination = Examination()
    template = examination.subject(tenant.course_templates, course_template_id, "courseTemplateId")
    if any(event.course_template is template for event in tenant.events.values()):
        examination.refuse("courseTemplateId", "The course template is in use: archive it instead.")
    examination.done()
    tenant.remove(template)
    return template


def _examined(
    tenant: Tenant, fields: Fields, examination: Examination, needed: list[str] | tuple[str, ...]
) -> dict[str, list[Any]]:
    for key in needed:
        examination.text(fields.get(key), key, longest=_LONGEST[key])
    if fields.get("short_code"):
        examination.text(fields["short_code"], "shortCode", longest=_LONGEST["short_code"])
    lists: dict[str, list[Any]] = {}
    if fields.get("approved_instructors") is not None:
        contacts = [
            examination.record(tenant.contacts, node_id, "approvedInstructors")
            for node_id in fields["approved_instructors"]
        ]
        lists["approved_instructors"] = list(dict.fromkeys(contacts))
    if fields.get("learning_categories") is not None:
        lists["learning_categories"] = [
            examination.record(tenant.learning_categories, node_id, "learningCategories")
            for node_id in fields["learning_categories"]
        ]
    return lists


def _examined_price(tenant: Tenant, fields: Fields, examination: Examination) -> dict[str, Any]:
    if fields["amount"] <= 0:
        examination.refuse("amount", "A price must be more than nothing.", fields["amount"])
    return {
        "price_level": examination.record(tenant.price_levels, fields["price_level_id"], "priceLevelId"),
        "amount": fields["amount"],
        "currency": examination.record(tenant.currencies, fields["financial_unit_id"], "financialUnitId"),
        "region": examination.record(tenant.regions, fields["region_id"], "regionId"),
    }


def add_public_price(tenant: Tenant, fields: Fields) -> CourseTemplatePrice:
    """Add a price to a template."""
    examination = Examination()
    template = examination.subject(tenant.course_templates, fields["course_template_id"], "courseTemplateId")
    price = _examined_price(tenant, fields, examination)
    examination.done()
    template.updated_at = tenant.now()
    return tenant.add_price(template, **price)


def update_price(tenant: Tenant, fields: Fields) -> CourseTemplatePrice:
    """Change a price's amount."""
    examination = Examination()
    price = examination.subject(tenant.prices, fields["course_price_id"], "coursePriceId")
    amount = fields.get("amount", price.amount)
    if amount is None or amount <= 0:
        examination.refuse("amount", "A price must be more than nothing.", amount)
    examination.done()
    price.amount = amount
    return price


def delete_price(tenant: Tenant, fields: Fields) -> CourseTemplatePrice:
    """Take a price away."""
    examination = Examination()
    price = examination.subject(tenant.prices, fields["course_price_id"], "coursePriceId")
    examination.done()
    tenant.remove(price)
    for template in tenant.course_templates.values():
        if price in template.public_prices:
            template.public_prices.remove(price)
    return price


def add_session_template(tenant: Tenant, fields: Fields) -> SessionTemplate:
    """Plan a day of a template."""
    examination = Examination()
    template = examination.subject(tenant.course_templates, fields["course_template_id"], "courseTemplateId")
    if fields["day_number"] < 1:
        examination.refuse("dayNumber", "The first day is number 1.", fields["day_number"])
    examination.in_order(fields.get("start_time"), fields.get("end_time"), "endTime")
    examination.done()
    template.updated_at = tenant.now()
    named = {key: fields.get(key) for key in ("start_time", "end_time", "code", "title")}
    return tenant.add_session_template(template, fields["day_number"], **named)
