"""The pages that list what has no partner, side by side, and ask what is to be done with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.bridge.candidates import Side
from sync_assets.bridge.discrepancy_history import read_totals
from sync_assets.entities import Entity
from sync_assets.pages.discrepancies.chosen import place_of
from sync_assets.pages.discrepancies.given_fields import FIELDS
from sync_assets.pages.discrepancies.list_view import (
    Sought,
    count_entities,
    entity_of,
    list_discrepancies,
)
from sync_assets.pages.discrepancies.over_time import open_over_time
from sync_assets.pages.discrepancies.words import KINDS, SIDES, Choice
from sync_assets.pages.shown_rows import with_query
from sync_assets.pages.visit import Visit, page


def show_entities(visit: Visit) -> Response:
    """Show how many rows of each kind of record have no partner, now and over time."""
    now = _now(visit)
    with visit.bridge() as connection:
        entities = count_entities(connection)
        over_time = open_over_time(read_totals(connection, now), now)
    return visit.show("discrepancies/entities.html", {"entities": entities, "over_time": over_time})


def show_discrepancies(visit: Visit) -> Response:
    """Show the rows of a kind of record."""
    return discrepancy_list(visit, entity_asked(visit))


def entity_asked(visit: Visit) -> Entity[Any]:
    """Return the entity of the page's path. Raises HTTPException where there is none."""
    entity = entity_of(visit.part("entity"))
    if entity is None:
        raise HTTPException(404)
    return entity


def discrepancy_list(
    visit: Visit, entity: Entity[Any], *, problem: str = "", ticked: Collection[str] = (), status: int = 200
) -> Response:
    """Return the list that the address asks for; with a problem, as the form was when it was sent."""
    sought, now = Sought.of(visit.request.query_params), _now(visit)
    with visit.bridge() as connection:
        listed = list_discrepancies(connection, entity, sought, visit.asked("page"))
        over_time = open_over_time(read_totals(connection, now, entity.name), now)
    place = f"/discrepancies/{entity.name}"
    values = {
        "entity": entity,
        "listed": listed,
        "sought": sought,
        "over_time": over_time,
        "problem": problem,
        "ticked": ticked,
        "form": visit.form,
        "place": place,
        "given_fields": FIELDS.get(entity.name, ()) if Choice.CREATE_ADMINISTRATE in listed.choices else (),
        "plan_path": with_query(f"{place}/plan", {**sought.query, "page": listed.rows.number}),
        "page_path": lambda number: with_query(place, {**sought.query, "page": number}),
        "sides": SIDES,
        "kinds": KINDS,
        "place_of": place_of,
        "other_side": lambda side: Side.TUTORIAL if side is Side.ADMINISTRATE else Side.ADMINISTRATE,
    }
    return visit.show("discrepancies/list.html", values, status=status)


def _now(visit: Visit) -> datetime:
    return datetime.now(ZoneInfo(visit.services.settings.sync_time_zone))


ROUTES: Final = [
    page("/discrepancies", show_entities),
    page("/discrepancies/{entity}", show_discrepancies),
]
