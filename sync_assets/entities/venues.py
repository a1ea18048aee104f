"""Venues: buildings within a location, linked to the tutorial venues by name within the linked location."""

from __future__ import annotations

from sqlalchemy import Column, Connection, ForeignKey, Text, select, true

from sync_assets.administrate.records import Record, Reference
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import Words
from sync_assets.bridge.write_one_row import add_tutorial_row
from sync_assets.bridge.writing import ForeignReference
from sync_assets.entities import locations
from sync_assets.entities.entity import Entity, RecordList
from sync_assets.entities.entity_creation import ByHand, CannotCreate, EntityCreation, Facts
from sync_assets.tutorial.tables import tutorial_locations, tutorial_venues

TABLE = bridge_table(
    "venues",
    Column(
        "location_id",
        Text,
        ForeignKey(locations.TABLE.c.external_id, deferrable=True, initially="DEFERRED"),
        doc="Id in Administrate of the location that the venue is at.",
    ),
    Column("name", Text, doc="The venue's name, by which it is matched within its location."),
    Column("description", Text, doc="What Administrate says of the venue."),
    Column("latitude", Text, doc="Latitude in degrees, as text."),
    Column("longitude", Text, doc="Longitude in degrees, as text."),
    link=("tutorial_venue_id", tutorial_venues),
)


class Venue(Record):
    """A venue; it is not a node, so it has no legacy id. Its location is kept by its external id."""

    name: str
    description: str | None
    latitude: str | None
    longitude: str | None
    location: Reference


# A venue's name counts within the tutorial location that its location is linked to.
LINKED_LOCATION = (
    select(locations.TABLE.c.tutorial_location_id)
    .where(locations.TABLE.c.external_id == TABLE.c.location_id)
    .scalar_subquery()
)


def what_to_type_in(row: Facts) -> str:
    """Say what a person types into Administrate for a tutorial venue."""
    town = f"at the location {row['location_name']!r}" if row["location_name"] else "(its row names no location)"
    about = f", description {row['description']!r}" if row["description"] else ""
    return (
        f"Administrate's API cannot create venues. Type it in there by hand: venue {row['name']!r} {town}{about}; the "
        "next sync links it."
    )


def add_tutorial_venue(connection: Connection, record: Facts) -> int:
    """Insert the tutorial venue of a record. Raises CannotCreate where its location has no tutorial row."""
    there = locations.TABLE
    location = connection.execute(select(there).where(there.c.external_id == record["location_id"])).one()
    if location.tutorial_location_id is None:
        raise CannotCreate(
            f"The venue's location {location.name} ({location.external_id}) has no tutorial row yet: link or create "
            "that first."
        )
    values = {
        "name": record["name"],
        "description": record["description"] or "",
        "location_id": location.tutorial_location_id,
    }
    return add_tutorial_row(connection, tutorial_venues, values)


ENTITY = Entity(
    name="venues",
    singular="venue",
    description="Buildings and rooms within a location. Administrate's API can read them and not create them.",
    table=TABLE,
    reads=RecordList("venues", Venue),
    needs=("locations",),
    references=(ForeignReference("location_id", locations.TABLE, sync_first="locations", to="external_id"),),
    link=Link(
        TABLE,
        Words(key="name", scope="location"),
        key="name",
        scope=(LINKED_LOCATION, tutorial_venues.c.location_id),
    ),
    link_needs=("locations",),
    creation=EntityCreation(
        tutorial_facts=select(
            tutorial_venues,
            tutorial_venues.c.name.label("key"),
            tutorial_locations.c.name.label("location_name"),
            true().label("is_active"),
        ).outerjoin(tutorial_locations, tutorial_locations.c.id == tutorial_venues.c.location_id),
        in_administrate=ByHand(what_to_type_in),
        in_tutorial=add_tutorial_venue,
    ),
)
