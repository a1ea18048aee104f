"""The provider's Administrate side as the records of a tenant."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sync_assets.sandbox.provider.facts import CourseTemplateFacts
from sync_assets.sandbox.provider.names import CURRENCIES, CUSTOM_FIELDS, PRICE_LEVELS, REGIONS
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.tenant.tenant import Tenant

MADE = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)


def tenant_of(provider: Provider) -> Tenant:
    """Return a tenant with the provider's records, under the ids that the provider expects."""
    tenant = Tenant()
    tax = tenant.add_tax_type()
    regions = {code: tenant.add_region(code, name) for code, name in REGIONS}
    for code, name in CURRENCIES:
        tenant.add_currency(code, name)
    for name, expiry_offset in PRICE_LEVELS:
        tenant.add_price_level(name, expiry_offset=expiry_offset)
    for record_type, label, kind in CUSTOM_FIELDS:
        choices = ("Extra time", "Own room") if kind == "choice" else ()
        tenant.add_custom_field(record_type, label, type=kind, choices=choices)
    account = tenant.add_account("Marrow and Quill Tutors")
    tenant.add_account("Lantern Rooms Estates")
    for location in provider.locations:
        tenant.add_location(
            location.name,
            number=location.number,
            code=location.code,
            region=regions[location.region],
            time_zone=location.time_zone,
            default_tax_type=tax,
        )
    locations = {each.number: each for each in tenant.locations.values()}
    for venue in provider.venues:
        tenant.add_venue(venue.name, locations[venue.location], number=venue.number)
    for contact in provider.contacts:
        tenant.add_contact(
            contact.first_name,
            contact.last_name,
            account=account,
            number=contact.number,
            is_instructor=contact.is_instructor,
            is_staff=True,
            is_admin=contact.is_admin,
            email_address=f"person{contact.number}@example.org",
        )
    _add_course_templates(tenant, provider.course_templates)
    return tenant


def _add_course_templates(tenant: Tenant, facts: tuple[CourseTemplateFacts, ...]) -> None:
    contacts = {each.number: each for each in tenant.contacts.values()}
    levels = {each.name: each for each in tenant.price_levels.values()}
    currencies = {each.code: each for each in tenant.currencies.values()}
    regions = {each.code: each for each in tenant.regions.values()}
    keys = {each.label: each.id for each in tenant.definitions_of("CourseTemplate")}
    headings = ("Core principles", "Core practices", "Specialist principles", "Specialist advanced", "Other")
    categories = dict(zip(("CB", "CP", "SP", "SA", ""), map(tenant.add_learning_category, headings), strict=True))
    for each in facts:
        template = tenant.add_course_template(
            each.code,
            each.title,
            number=each.number,
            lifecycle_state=each.lifecycle_state,
            event_learning_mode=each.learning_mode,
            min_places=4,
            max_places=None if each.learning_mode == "lms" else 14,
            approved_instructors=[contacts[number] for number in each.approved_instructors],
            learning_categories=[categories.get(each.subject[:2], categories[""])],
            custom_fields={keys["Subject"]: each.subject, keys["Sage code"]: f"S-{each.code.strip()}"},
            updated_at=MADE,
        )
        for day in range(1, each.days + 1):
            tenant.add_session_template(
                template, day, start_time=time(9, 30), end_time=time(17, 0), code=f"D{day}", title=f"Day {day}"
            )
        for price in each.prices:
            tenant.add_price(
                template, levels[price.price_level], price.amount, currencies[price.currency], regions[price.region]
            )
