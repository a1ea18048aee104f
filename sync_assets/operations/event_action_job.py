"""The job that publishes events, puts them on sale, says that they are sold out, or cancels them."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
from pydantic import Field

from sync_assets.assets.event_assets import EVENTS_KEY
from sync_assets.assets.resources import ActionProgress, AdministrateResource, DatabaseResource
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.event_actions.act_on_events import act_on_events as act
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.action_report import ActionReport, report_as_frame
from sync_assets.event_actions.selection import Selection
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST
from sync_assets.operations.started_by import WHO_TAG
from sync_assets.shown_text import one_line, printable

MOST_EVENTS = 500
"""Events that the table of a run lists; the counts beside it are of all."""
EXAMPLE = """
A whole example, which says what it would do and changes nothing:

```yaml
ops:
  change_events:
    config:
      action: publish
      sitting: 2026S
      location: London
      dry_run: true
      who: Ada
```
"""


class EventActionConfig(dg.Config):
    """What is to be done with which events. It is a dry run unless dry_run is set to false."""

    action: EventAction = Field(
        default=EventAction.publish,
        description="publish (with the draft sessions), on_sale, off_sale, sold_out, available or cancel.",
    )
    # Empty and not None: the launchpad scaffolds only what has a value.
    sitting: str = Field(
        default="",
        description="The events of a sitting such as 2026S: those planned here, and those of Administrate whose custom "
        "field Sitting says so. Empty: not by sitting.",
    )
    uploads: list[str] = Field(default=[], description="The events of these uploads, by their keys.")
    titles: list[str] = Field(default=[], description="The events of these titles.")
    ids: list[str] = Field(default=[], description="The events of these ids in Administrate.")
    location: str = Field(default="", description="Of all of those, only the events at this location.")
    template: str = Field(default="", description="Of all of those, only the events of this course template's code.")
    cancel_booked: bool = Field(default=False, description="With cancel: also events that people have booked.")
    dry_run: bool = Field(
        default=True, description="Say what would be done; send no mutation and change no row. Set it to false to act."
    )
    mutations_per_request: int = Field(
        default=MUTATIONS_PER_REQUEST, ge=1, le=200, description="How many mutations travel in one request at most."
    )
    who: str = Field(default="", description="Who asked for it; kept with every event.")
    reason: str = Field(default="", description="Why; kept with every event.")

    def selection(self) -> Selection:
        """Return which events are meant."""
        return Selection(
            one_line(self.sitting) or None,
            _lines(self.uploads),
            _lines(self.titles),
            _lines(self.ids),
            one_line(self.location) or None,
            one_line(self.template) or None,
        )

    def options(self) -> ActionOptions:
        """Return how it is done."""
        return ActionOptions(self.dry_run, self.cancel_booked, self.mutations_per_request)


def _lines(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for value in values if (line := one_line(value)))


@dg.op(pool=POOL, description=f"Publish, offer or cancel events, on both sides.\n{EXAMPLE}")
def change_events(
    context: dg.OpExecutionContext,
    config: EventActionConfig,
    database: DatabaseResource,
    administrate: AdministrateResource,
    action_progress: ActionProgress,
) -> None:
    """Do it, record a table with the run and with the asset of planned events, and fail where an event is not so."""
    with failures_as_sentences():
        selection = config.selection()
        report = act(
            database.engine,
            administrate.client,
            EventAction(config.action),
            selection,
            config.options(),
            who=one_line(config.who) or context.run.tags.get(WHO_TAG, "not named"),
            reason=one_line(config.reason),
            run_id=context.run.run_id,
        )
    for result in report.results:
        log = context.log.error if result.outcome.needs_somebody else context.log.info
        log("%s: %s", one_line(result.title), one_line(result.sentence or result.outcome.value))
    metadata = _metadata(report)
    action_progress.finished(report)
    context.log_event(dg.AssetObservation(EVENTS_KEY, metadata=metadata))
    if report.failure is not None and not report.dry_run:
        raise dg.Failure(printable(report.failure), metadata=metadata, allow_retries=False)
    context.add_output_metadata(metadata)


def _metadata(report: ActionReport) -> dict[str, Any]:
    return {
        "action": report.action.value,
        "dry_run": report.dry_run,
        **{outcome.value.replace(" ", "_"): count for outcome, count in report.counts.items()},
        "requests": report.requests_sent,
        "mutations": report.mutations_sent,
        "events": rows_as_table(report_as_frame(report), MOST_EVENTS),
        "left_as_they_are": dg.MetadataValue.text(", ".join(map(one_line, report.only_titled)) or "none"),
    }


@dg.job(
    executor_def=dg.in_process_executor,
    description="Publish events with their sessions, offer them on the web or no longer, say that they are sold out or "
    f"not, or cancel them. A dry run unless its config says otherwise.\n{EXAMPLE}",
)
def act_on_events() -> None:
    """Act on events."""
    change_events()
