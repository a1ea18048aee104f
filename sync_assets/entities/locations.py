"""Locations: towns and sites, linked to the tutorial locations by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Text, select

from sync_assets.administrate.documents import load_document
from sync_assets.administrate.records import Record, Reference, WireModel
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import Words
from sync_assets.bridge.write_one_row import add_tutorial_row
from sync_assets.entities.entity import Entity, RecordList
from sync_assets.entities.entity_creation import CannotCreate, EntityCreation, Facts, Given, InAdministrate
from sync_assets.tutorial.tables import tutorial_locations

TABLE = bridge_table(
    "locations",
    Column("legacy_id", Text, doc="The number in Administrate's older interfaces and pages."),
    Column("name", Text, doc="The location's name, by which it is matched."),
    Column("code", Text, doc="The location's code."),
    Column("description", Text, doc="What Administrate says of the location."),
    Column("status", Text, doc="active, or why it is not in use."),
    Column("time_zone", Text, doc="IANA name of its time zone."),
    Column("region_id", Text, doc="Id in Administrate of its region, which decides prices and tax."),
    Column("region_name", Text, doc="Name of its region."),
    Column(
        "default_tax_type_id",
        Text,
        doc="Id in Administrate of the tax type of its events, unless the settings name one.",
    ),
    link=("tutorial_location_id", tutorial_locations),
)


class Region(WireModel):
    """A region; currency and tax hang on it."""

    id: str
    name: str


class Location(Record):
    """A location; `time_zone` is an IANA name."""

    legacy_id: str
    name: str
    code: str | None
    description: str | None
    status: str | None
    time_zone: str | None
    region: Region | None
    default_tax_type: Reference | None


def location_input(row: Facts, given: Given) -> dict[str, Any]:
    """Return the input that makes a tutorial location's record. Raises CannotCreate without a region."""
    if given.region_id is None:
        raise CannotCreate(
            "Administrate makes a location in a region only: set ADMINISTRATE_REGION_ID, or give the decision a "
            "region, with the region's id in Administrate."
        )
    return {"regionId": given.region_id, "name": row["name"], **({"code": row["code"]} if row["code"] else {})}


def add_tutorial_location(connection: Connection, record: Facts) -> int:
    """Insert the tutorial location of a record."""
    values = {"name": record["name"], "code": record["code"] or "", "is_active": True}
    return add_tutorial_row(connection, tutorial_locations, values)


ENTITY = Entity(
    name="locations",
    singular="location",
    description="Towns and sites at which events take place.",
    table=TABLE,
    reads=RecordList("locations", Location),
    link=Link(TABLE, Words(key="name"), key="name"),
    creation=EntityCreation(
        tutorial_facts=select(tutorial_locations, tutorial_locations.c.name.label("key")),
        in_administrate=InAdministrate(
            load_document(__package__, "create_location"),
            Location,
            lambda location: location.name,
            location_input,
            code="code",
        ),
        in_tutorial=add_tutorial_location,
    ),
)
