"""What other people do on either side meanwhile, and what the two sides have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import parse_document
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.event_drift.compare_events import compare_events
from sync_assets_tests.processes.both_systems import BothSystems

EVENTS = parse_document("""
query Events { events(first: 100) { edges { node { id title lifecycleState isSoldOut maxPlaces
  customFieldValues { definitionKey value } } } } }
""")
RENAME = parse_document("""
mutation Rename($id: ID!, $title: String!) {
  event { update(eventId: $id, input: { title: $title }) { errors { message } event { id } } } }
""")


def in_tenant(systems: BothSystems) -> dict[str, Any]:
    """Each event as the tenant has it, by its title."""
    with AdministrateClient(systems.connection) as client:
        found: Any = client.query(EVENTS)["events"]
    return {edge["node"]["title"]: edge["node"] for edge in found["edges"]}


def places_here(systems: BothSystems, title: str) -> Any:
    """The places of an event in the tutorial application; None where it has no event of that title."""
    statement = text("select max_places from acted.tutorial_events where code = :title")
    with systems.engine.connect() as connection:
        return connection.scalar(statement, {"title": title})


def change_places_here(systems: BothSystems, title: str, places: int) -> None:
    """Change the places of an event as the tutorial application does."""
    statement = text("update acted.tutorial_events set max_places = :places where code = :title")
    with systems.engine.begin() as connection:
        assert connection.execute(statement, {"title": title, "places": places}).rowcount


def rename_there(systems: BothSystems, title: str, new_title: str) -> None:
    """Rename an event as somebody does in Administrate."""
    with AdministrateClient(systems.connection) as client:
        answer = client.send(RENAME, {"id": in_tenant(systems)[title]["id"], "title": new_title})
    assert not answer.errors, answer.errors
    assert new_title in in_tenant(systems)


def compare(systems: BothSystems) -> None:
    """Read all events of the tenant, and compare both sides."""
    with AdministrateClient(systems.connection) as client:
        for name in ("events", "sessions"):
            sync_entity(systems.engine, client, ENTITIES[name], ENTITIES)
    link_entity(systems.engine, ENTITIES["events"], ENTITIES)
    compare_events(systems.engine)
