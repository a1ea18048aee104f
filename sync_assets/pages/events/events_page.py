"""The page that lists events, and asks what is to be done with those that are ticked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from starlette.responses import Response

from sync_assets.pages.events.action_words import ACTIONS
from sync_assets.pages.events.event_list import LIFECYCLES, STATES, SoughtEvents, list_events
from sync_assets.pages.shown_rows import with_query
from sync_assets.pages.visit import Visit, page


def show_events(visit: Visit) -> Response:
    """Show the events that the address asks for."""
    return event_list(visit)


def event_list(visit: Visit, *, problem: str = "", ticked: Collection[str] = (), status: int = 200) -> Response:
    """Return the list that the address asks for; with a problem, as the form was when it was sent."""
    sought = SoughtEvents.of(visit.request.query_params)
    with visit.bridge() as connection:
        listed = list_events(connection, sought, visit.asked("page"))
    values = {
        "listed": listed,
        "sought": sought,
        "problem": problem,
        "ticked": ticked,
        "form": visit.form,
        "states": STATES,
        "lifecycles": LIFECYCLES,
        "actions": ACTIONS,
        "plan_path": with_query("/events/plan", {**sought.query, "page": listed.rows.number}),
        "page_path": lambda number: with_query("/events", {**sought.query, "page": number}),
        "as_day": date.fromisoformat,
    }
    return visit.show("events/list.html", values, status=status)


ROUTES: Final = [page("/events", show_events)]
