"""The job that takes events of imports back."""

import dagster as dg
import pandas as pd
from pydantic import Field

from sync_assets.assets.event_assets import EVENTS_KEY
from sync_assets.assets.resources import AdministrateResource, DatabaseResource
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.event_import.withdraw_events import NoSuchEvents, Withdrawal, WithdrawalOutcome, withdraw_events
from sync_assets.operations.started_by import WHO_TAG
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

EXAMPLE = """
A whole example, which says what would be taken back and changes nothing:

```yaml
ops:
  take_back_events:
    config:
      titles: [MQ-CB1-001-26A]
      dry_run: true
      who: Ada
```
"""


class WithdrawConfig(dg.Config):
    """Which events are to be taken back. It is a dry run unless dry_run is set to false."""

    upload_keys: list[str] = Field(default=[], description="All events of these uploads, by the uploads' keys.")
    titles: list[str] = Field(default=[], description="The events with these titles.")
    who: str = Field(default="", description="Who wants it; logged with the run.")
    dry_run: bool = Field(default=True, description="Say what would be taken back. Set it to false to do it.")


@dg.op(
    pool=POOL,
    description="Take events back on both sides: drafts without bookings go, all others stay. Run it again to go on.\n"
    f"{EXAMPLE}",
)
def take_back_events(
    context: dg.OpExecutionContext,
    config: WithdrawConfig,
    database: DatabaseResource,
    administrate: AdministrateResource,
) -> None:
    """Take events back and record a table of them with the run; fail where one has to stay."""
    who = one_line(config.who) or context.run.tags.get(WHO_TAG, "not named")
    context.log.info("%s takes back: %s", who, one_line(", ".join([*config.upload_keys, *config.titles])))
    with failures_as_sentences():
        if not config.upload_keys and not config.titles:
            raise NoSuchEvents("Name the titles of events or the keys of uploads: none is named.")
        withdrawals = withdraw_events(
            database.engine,
            administrate.client,
            titles=config.titles,
            upload_keys=config.upload_keys,
            apply=not config.dry_run,
            quiet_seconds=Settings.read().administrate_quiet_seconds,
        )
    for each in withdrawals:
        context.log.info("%s: %s %s", one_line(each.title), each.outcome.value, one_line(each.sentence))
    table = rows_as_table(as_frame(withdrawals))
    context.log_event(dg.AssetObservation(EVENTS_KEY, metadata={"who": one_line(who), "withdrawals": table}))
    stay = [each for each in withdrawals if each.outcome is WithdrawalOutcome.STAYS]
    if stay:
        raise dg.Failure(
            f"{len(stay)} of {len(withdrawals)} events stay; the others do not depend on them. The first is "
            f"{one_line(stay[0].title)}: {one_line(stay[0].sentence)}",
            allow_retries=False,
        )


def as_frame(withdrawals: list[Withdrawal]) -> pd.DataFrame:
    """Return one row per event: title, outcome, both ids, why it stays."""
    rows = [
        (each.title, each.outcome.value, each.tutorial_event_id, each.external_id, each.sentence or "")
        for each in withdrawals
    ]
    columns = ["event", "outcome", "tutorial_event_id", "administrate_id", "why"]
    return pd.DataFrame(rows, columns=columns).astype({"tutorial_event_id": "Int64"})


@dg.job(
    executor_def=dg.in_process_executor,
    description="Take back events that imports have made: drafts without bookings, on both sides. A dry run unless its "
    f"config says otherwise.\n{EXAMPLE}",
)
def withdraw_planned_events() -> None:
    """Take events back."""
    take_back_events()
