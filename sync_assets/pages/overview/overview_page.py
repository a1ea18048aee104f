"""The page that says whether all is in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import dagster as dg
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from sync_assets.bridge.discrepancies import count_discrepancies
from sync_assets.bridge.planned_tables import EventState
from sync_assets.errors import SyncError, database_said
from sync_assets.event_drift.find_drift import count_drift
from sync_assets.operations.doctor.examination import examine
from sync_assets.operations.doctor.finding import Finding, Health
from sync_assets.operations.overview import DatabaseOverview, SyncOverview, database_overview, sync_overview
from sync_assets.operations.sync.schedules import timing_of
from sync_assets.pages.visit import Visit, page

OLD: Final = timedelta(hours=30)
"""The age from which the last sync is too old: one comes each night."""
HEALTH: Final[Mapping[Health, tuple[str, str]]] = {
    Health.OK: ("in order", "good"),
    Health.WARNING: ("look at it", "warn"),
    Health.WRONG: ("wrong", "bad"),
    Health.NOT_CHECKED: ("not examined", ""),
}
"""What an examination has found of one thing in words, with the kind of its badge."""


def show_overview(visit: Visit) -> Response:
    """Show both sides in numbers and what needs somebody."""
    return visit.show("overview/overview.html", _numbers(visit))


def show_syncs(visit: Visit) -> Response:
    """Show the last sync and the next one, as a part of the page."""
    try:
        timing = timing_of(visit.services.settings)
        syncs = sync_overview(visit.services.instance, timing, datetime.now(UTC))
    except (SyncError, DBAPIError) as error:
        why = database_said(error) if isinstance(error, DBAPIError) else str(error)
        return visit.show("overview/syncs.html", {"syncs": None, "why": why, "is_old": False})
    return visit.show("overview/syncs.html", {"syncs": syncs, "why": "", "is_old": _is_old(syncs)})


def show_examination(visit: Visit) -> Response:
    """Examine all that the project stands on, and show what was found."""
    findings = examine(_definitions)
    values = {"findings": sorted(findings, key=_by_urgency), "health": HEALTH}
    if visit.request.headers.get("HX-Request"):
        return visit.show("overview/examination.html", values)
    return visit.show("overview/overview.html", {**_numbers(visit), **values})


def _numbers(visit: Visit) -> Mapping[str, Any]:
    with visit.bridge() as connection:
        overview = database_overview(connection)
        ignored = sum(sum(each.values()) for each in count_discrepancies(connection, ignored=True).values())
        differences = sum(count_drift(connection).values())
    return {
        "overview": overview,
        "differences": differences,
        "events": sum(count for state, count in overview.events.items() if state is not EventState.WITHDRAWN),
        "still_open": _still_open(overview),
        "ignored": ignored,
        "findings": None,
    }


def _still_open(overview: DatabaseOverview) -> int:
    return sum(each.open_discrepancies for each in overview.entities)


def _is_old(syncs: SyncOverview) -> bool:
    last = syncs.last
    return last is None or datetime.now(UTC) - (last.ended_at or last.began_at) > OLD


def _by_urgency(finding: Finding) -> int:
    return (Health.WRONG, Health.WARNING, Health.NOT_CHECKED, Health.OK).index(finding.state)


def _definitions() -> dg.Definitions:
    # Imported late: settings that the definitions refuse are a finding, and do not keep the pages from starting.
    from sync_assets.definitions import build_defs

    return build_defs()


ROUTES: Final = [
    page("/overview", show_overview),
    page("/overview/syncs", show_syncs),
    page("/overview/examination", show_examination, sends=True),
]
