"""The jobs of the reference sync: all of it, and what changes often."""

import dagster as dg

from sync_assets.assets.catalogue import SYNC_GROUP, link_key, table_key
from sync_assets.assets.drift_assets import DRIFT_KEY
from sync_assets.entities import ENTITIES

sync_all = dg.define_asset_job(
    "sync_all",
    selection=dg.AssetSelection.groups(SYNC_GROUP),
    description=(
        "Read every reference list of the tenant, write what changed into the bridge, and link it to the tutorial "
        "tables. What does not depend on a failed step goes on, unless stop_on_error is set."
    ),
)

FREQUENT = ("course_templates", "course_template_price_levels", "instructors")
"""What is edited during a working day and waited for by those who plan events: the catalogue, its prices, the people.

Towns and venues, and the tenant's own settings (tax types, administrators), change a few times a year: the night is
enough for them.
"""


EVENTS = ("events", "sessions")
"""What people edit after an import."""


def _with_what_they_need(names: tuple[str, ...]) -> list[dg.AssetKey]:
    """Return the assets of these entities, of all that they refer to, and of their links.

    A new price can be of a new price level: without that one it could not be written before the next night.
    """
    found: set[str] = set()
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        found.add(name)
        wanted += [*ENTITIES[name].needs, *ENTITIES[name].link_needs]
    chosen = [ENTITIES[name] for name in sorted(found)]
    return [*(table_key(entity.table) for entity in chosen), *(link_key(entity) for entity in chosen if entity.link)]


sync_frequent = dg.define_asset_job(
    "sync_frequent",
    selection=dg.AssetSelection.assets(*_with_what_they_need(FREQUENT)),
    description=(
        "Sync what changes often: course templates, their prices, instructors, what these refer to, and their links. "
        "The job sync_all has all the rest."
    ),
)

sync_events = dg.define_asset_job(
    "sync_events",
    selection=dg.AssetSelection.assets(
        *(table_key(ENTITIES[name].table) for name in EVENTS), link_key(ENTITIES["events"]), DRIFT_KEY
    ),
    config={"resources": {"options": {"config": {"changes_only": True}}}},
    description=(
        "Read the events that changed since the last sync and all sessions, which have no time of their last change, "
        "link the events, and compare both sides. Events that are gone are seen by the job sync_all."
    ),
)
