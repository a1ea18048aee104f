"""The job that carries out what people decided about differences of events."""

from typing import Any

import dagster as dg
from pydantic import Field

from sync_assets.assets.drift_assets import DRIFT_KEY
from sync_assets.assets.resources import AdministrateResource, DatabaseResource, DriftProgress
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.event_drift.decide_drift import decide_drift as decide
from sync_assets.event_drift.drift_decision import DriftChoice, DriftDecision, report_as_frame
from sync_assets.event_drift.named_events import NoSuchEvent
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST
from sync_assets.shown_text import one_line, printable

MOST_RESULTS = 500
"""Fields that the table of a run lists; the counts beside it are of all."""
EXAMPLE = """
A whole example, which says what it would do and changes nothing:

```yaml
ops:
  settle_differences:
    config:
      dry_run: true
      who: Ada
      decisions:
        - event: MQ-CB1-001-26A
          choice: take_theirs
          fields: [Max places]
        - event: MQ-CB1-002-26A
          choice: leave_apart
          reason: moved back next week
```
"""


class DriftDecisionConfig(dg.Config):
    """What is to be done about the differences of one event."""

    event: str = Field(description="The event: its title, its id in Administrate, or its tutorial id.")
    choice: DriftChoice = Field(
        description="take_theirs (write here what Administrate has), send_ours (send what is here), or leave_apart."
    )
    fields: list[str] = Field(
        default=[],
        description='The fields as the table of differences names them, such as "Max places" or "Day 2, Location". '
        "None: all that differ.",
    )
    reason: str = Field(default="", description="Why; kept with every decision.")

    def decision(self) -> DriftDecision:
        """Return the decision. Raises NoSuchEvent where it names none."""
        if not one_line(self.event):
            raise NoSuchEvent(
                "A decision names no event: give the event's title, its id in Administrate, or its tutorial id."
            )
        fields = tuple(name for each in self.fields if (name := one_line(each)))
        return DriftDecision(one_line(self.event), DriftChoice(self.choice), fields, one_line(self.reason))


TO_FILL_IN: Any = [{"event": "", "choice": "take_theirs"}]
"""The decision that the launchpad scaffolds; it is refused while it names no event."""


class DecideDriftConfig(dg.Config):
    """Decisions about differences of events. It is a dry run unless dry_run is set to false."""

    decisions: list[DriftDecisionConfig] = Field(default=TO_FILL_IN, description="They are carried out by event.")
    dry_run: bool = Field(
        default=True, description="Say what would be done; send no mutation and change no row. Set it to false to act."
    )
    mutations_per_request: int = Field(
        default=MUTATIONS_PER_REQUEST, ge=1, le=200, description="How many mutations travel in one request at most."
    )
    who: str = Field(default="", description="Who decided; kept with every decision.")


@dg.op(pool=POOL, description=f"Settle differences of events as it was decided.\n{EXAMPLE}")
def settle_differences(
    context: dg.OpExecutionContext,
    config: DecideDriftConfig,
    database: DatabaseResource,
    administrate: AdministrateResource,
    drift_progress: DriftProgress,
) -> None:
    """Carry out the decisions and record a table of them; fail where one of them could not be carried out."""
    with failures_as_sentences():
        decisions = [each.decision() for each in config.decisions]
        report = decide(
            database.engine,
            administrate.client,
            decisions,
            who=one_line(config.who) or "not named",
            run_id=context.run.run_id,
            dry_run=config.dry_run,
            mutations_per_request=config.mutations_per_request,
        )
    for result in report.results:
        log = context.log.error if result.outcome.needs_somebody else context.log.info
        log("%s, %s: %s", one_line(result.title), one_line(result.field), one_line(result.sentence))
    metadata: dict[str, Any] = {
        "dry_run": report.dry_run,
        **{outcome.value.replace(" ", "_"): count for outcome, count in report.counts.items()},
        "requests": report.requests_sent,
        "mutations": report.mutations_sent,
        "fields": rows_as_table(report_as_frame(report), MOST_RESULTS),
    }
    drift_progress.finished(report)
    context.log_event(dg.AssetObservation(DRIFT_KEY, metadata=metadata))
    if report.failure is not None and not report.dry_run:
        raise dg.Failure(printable(report.failure), metadata=metadata, allow_retries=False)
    context.add_output_metadata(metadata)


@dg.job(
    executor_def=dg.in_process_executor,
    description="Carry out what was decided about differences of events: take over what Administrate has, send what is "
    f"here, or leave both as they are. A dry run unless its config says otherwise.\n{EXAMPLE}",
)
def decide_drift() -> None:
    """Decide about differences."""
    settle_differences()
