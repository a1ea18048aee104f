"""Mutations of contacts. Each raises Refused and changes nothing then."""

from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant import custom_fields
from sync_assets.sandbox.tenant.records import Contact
from sync_assets.sandbox.tenant.refusals import InputErrors
from sync_assets.sandbox.tenant.tenant import Tenant


def create(tenant: Tenant, fields: dict[str, Any]) -> Contact:
    """Make a person in an account, whoever has the name already."""
    examination = InputErrors()
    account = examination.record(tenant.accounts, fields["account_id"], "accountId")
    name = fields["personal_name"]
    examination.text(name["first_name"], "firstName")
    examination.text(name["last_name"], "lastName")
    values = custom_fields.examined(tenant, "Contact", fields, examination, creating=True)
    examination.done()
    addresses = fields.get("email_addresses") or ()
    return tenant.add_contact(
        name["first_name"],
        name["last_name"],
        account=account,
        middle_name=name.get("middle_name"),
        email_address=next((each.get("address") for each in addresses if each["usage"] == "primary"), None),
        is_instructor=bool(fields.get("is_instructor")),
        custom_fields=custom_fields.merged({}, values),
    )
