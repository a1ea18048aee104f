"""Mutations of locations. Each raises Refused and changes nothing then."""

from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant.records import Location
from sync_assets.sandbox.tenant.refusals import InputErrors
from sync_assets.sandbox.tenant.tenant import Tenant


def create(tenant: Tenant, fields: dict[str, Any]) -> Location:
    """Make a location in a region, whichever location has the name already."""
    examination = InputErrors()
    examination.text(fields["name"], "name")
    region = examination.record(tenant.regions, fields["region_id"], "regionId")
    tax_type = examination.record(tenant.tax_types, fields.get("tax_type_id"), "taxTypeId", needed=False)
    examination.zone(fields.get("time_zone"), "timeZone")
    examination.done()
    named = {key: fields[key] for key in ("code", "description", "time_zone") if fields.get(key) is not None}
    return tenant.add_location(fields["name"], region=region, default_tax_type=tax_type, **named)
