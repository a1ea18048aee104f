"""Mutations of accounts, contacts, locations and custom fields. Each raises Refused and changes nothing then."""

from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant import custom_fields
from sync_assets.sandbox.tenant.records import Account, Contact, CustomFieldDefinition, Location
from sync_assets.sandbox.tenant.refusals import Examination
from sync_assets.sandbox.tenant.tenant import Tenant

Fields = dict[str, Any]

_CONTACT_VALUES = (
    "instructor_bio",
    "is_admin",
    "is_instructor",
    "is_staff",
    "has_left_company",
    "notes",
    "time_zone_name",
)
_LOCATION_VALUES = ("name", "code", "description", "url", "status", "time_zone", "latitude", "longitude")


def create_account(tenant: Tenant, fields: Fields) -> Account:
    """Make an organisation."""
    examination = Examination()
    examination.text(fields["name"], "name")
    values = custom_fields.examined(tenant, "Account", fields.get("custom_field_values"), examination)
    examination.done()
    named = {key: fields[key] for key in ("email_address", "website", "notes") if key in fields}
    account = tenant.add_account(fields["name"], is_venue=bool(fields.get("is_venue")), **named)
    custom_fields.store(account, values)
    return account


def create_contact(tenant: Tenant, fields: Fields) -> Contact:
    """Make a person in an account."""
    examination = Examination()
    account = examination.record(tenant.accounts, fields["account_id"], "accountId")
    name = fields["personal_name"]
    examination.text(name["first_name"], "firstName")
    examination.text(name["last_name"], "lastName")
    examination.zone(fields.get("time_zone_name"), "timeZoneName")
    values = custom_fields.examined(tenant, "Contact", fields.get("custom_field_values"), examination)
    examination.done()
    contact = tenant.add_contact(
        name["first_name"],
        name["last_name"],
        account=account,
        middle_name=name.get("middle_name"),
        email_address=_primary_address(fields),
        **{key: fields[key] for key in _CONTACT_VALUES if fields.get(key) is not None},
    )
    custom_fields.store(contact, values)
    return contact


def update_contact(tenant: Tenant, fields: Fields) -> Contact:
    """Change what is given of a person."""
    examination = Examination()
    contact = examination.subject(tenant.contacts, fields.get("contact_id"), "contactId")
    account = examination.record(tenant.accounts, fields.get("account_id"), "accountId", needed=False)
    examination.zone(fields.get("time_zone_name"), "timeZoneName")
    values = custom_fields.examined(tenant, "Contact", fields.get("custom_field_values"), examination)
    examination.done()
    for key, value in (fields.get("personal_name") or {}).items():
        if hasattr(contact, key):
            setattr(contact, key, value)
    for key in _CONTACT_VALUES:
        if key in fields:
            setattr(contact, key, fields[key])
    if "email_addresses" in fields:
        contact.email_address = _primary_address(fields)
    contact.account = account or contact.account
    contact.last_updated_at = tenant.now()
    custom_fields.store(contact, values)
    return contact


def _primary_address(fields: Fields) -> str | None:
    addresses = fields.get("email_addresses") or ()
    return next((each.get("address") for each in addresses if each["usage"] == "primary"), None)


def create_location(tenant: Tenant, fields: Fields) -> Location:
    """Make a location in a region."""
    examination = Examination()
    examination.text(fields["name"], "name")
    region = examination.record(tenant.regions, fields["region_id"], "regionId")
    tax_type = examination.record(tenant.tax_types, fields.get("tax_type_id"), "taxTypeId", needed=False)
    examination.zone(fields.get("time_zone"), "timeZone")
    examination.done()
    named = {key: fields[key] for key in _LOCATION_VALUES if fields.get(key) is not None and key != "name"}
    return tenant.add_location(fields["name"], region=region, default_tax_type=tax_type, **named)


def update_location(tenant: Tenant, fields: Fields) -> Location:
    """Change what is given of a location."""
    examination = Examination()
    location = examination.subject(tenant.locations, fields["location_id"], "locationId")
    region = examination.record(tenant.regions, fields.get("region_id"), "regionId", needed=False)
    tax_type = examination.record(tenant.tax_types, fields.get("tax_type_id"), "taxTypeId", needed=False)
    examination.zone(fields.get("time_zone"), "timeZone")
    if "name" in fields:
        examination.text(fields["name"], "name")
    examination.done()
    for key in _LOCATION_VALUES:
        if key in fields:
            setattr(location, key, fields[key])
    location.region = region or location.region
    location.default_tax_type = tax_type or location.default_tax_type
    return location


def delete_location(tenant: Tenant, fields: Fields) -> Location:
    """Take away a location that no venue and no event is at."""
    examination = Examination()
    location = examination.subject(tenant.locations, fields["location_id"], "locationId")
    places = [venue.location for venue in tenant.venues.values()] + [event.location for event in tenant.events.values()]
    if location in places:
        examination.refuse("locationId", "The location is in use.", fields["location_id"])
    examination.done()
    tenant.remove(location)
    return location


def create_custom_field(tenant: Tenant, fields: Fields) -> CustomFieldDefinition:
    """Define a custom field for a type of record."""
    examination = Examination()
    definition = fields["definition"]
    examination.text(definition["label"], "label")
    options = definition.get("options") or ()
    if definition["type"] in ("choice", "multichoice") and not options:
        examination.refuse("options", "A choice needs options.")
    examination.done()
    given = ("type", "description", "definition_locator", "is_required")
    named = {key: definition[key] for key in given if definition.get(key) is not None}
    return tenant.add_custom_field(fields["object_type"], definition["label"], choices=tuple(options), **named)
