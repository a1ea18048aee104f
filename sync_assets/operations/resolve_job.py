"""The job that carries out what people decided about discrepancies."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from sync_assets.assets.catalogue import link_key
from sync_assets.assets.resources import AdministrateResource, DatabaseResource
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.bridge.matching import Side
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome, DecisionResult
from sync_assets.decisions.resolve import resolve
from sync_assets.entities import ENTITIES
from sync_assets.entities.entity_creation import Given
from sync_assets.frame_workbook import frames_as_workbook
from sync_assets.operations.imports.answers import after_the_work, put_decided, put_failure
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

DROPPED = "sync_assets/dropped"
"""The tag of a run that carries out a workbook of the drop folder: the digest of its content."""
LINKED = ", ".join(name for name, entity in ENTITIES.items() if entity.link)


# A run's config takes an enumeration by its members' names, so they are named as they are written.
class OnSide(StrEnum):
    """The side that a row stands on."""

    tutorial = "tutorial"
    administrate = "administrate"


class TemplateState(StrEnum):
    """The state of a course template in Administrate."""

    draft = "draft"
    published = "published"
    archived = "archived"


class TemplateMode(StrEnum):
    """The learning mode of a course template in Administrate."""

    classroom = "classroom"
    lms = "lms"
    blended = "blended"


class DecisionConfig(dg.Config):
    """What is to be done about one row that has no partner on the other side."""

    entity: str = Field(description=f"One of {LINKED}.")
    action: Action = Field(
        description="create_administrate (for a tutorial row), create_tutorial (for a record of Administrate), link, "
        "unlink, ignore or unignore."
    )
    record: str = Field(
        description="The row: a tutorial row's id, a record's id in Administrate, or the name or code that it is "
        "matched on, where that occurs once. The check's table shows both."
    )
    key: str = Field(
        default="",
        description="What the row is matched on, if it is known: a row that has another name or code is not meant.",
    )
    side: OnSide | None = Field(
        default=None, description="The side that the row stands on. The create actions imply it."
    )
    link_to: str | None = Field(
        default=None, description="With link: the row of the other side, by its id or by its name or code."
    )
    automatic: bool = Field(
        default=False,
        description="With unlink: leave the record to matching again. Otherwise it is held apart: no sync links it.",
    )
    reason: str = Field(default="", description="Why. ignore needs it; it is kept with every decision.")
    who: str = Field(default="", description="Whose decision it is, if not that of the run's `who`.")
    region_id: str | None = Field(
        default=None, description="create_administrate, location: id of its region; else ADMINISTRATE_REGION_ID."
    )
    account_id: str | None = Field(
        default=None, description="create_administrate, instructor: id of the account; else ADMINISTRATE_ACCOUNT_ID."
    )
    lifecycle_state: TemplateState = Field(
        default=TemplateState.draft, description="create_administrate, course template: its state there."
    )
    learning_mode: TemplateMode | None = Field(
        default=None, description="create_administrate, course template: its learning mode; unset: none is sent."
    )

    def decision(self) -> Decision:
        """Return the decision."""
        return Decision(
            entity=one_line(self.entity),
            action=self.action,
            record=one_line(self.record),
            key=one_line(self.key),
            side=Side(self.side.value) if self.side else None,
            link_to=one_line(self.link_to) or None,
            automatic=self.automatic,
            reason=one_line(self.reason),
            who=one_line(self.who),
            given=Given(
                one_line(self.region_id) or None,
                one_line(self.account_id) or None,
                self.lifecycle_state.value,
                self.learning_mode.value if self.learning_mode else None,
            ),
        )


TO_FILL_IN: Any = [{"entity": "locations", "action": "ignore", "record": "", "side": "tutorial", "reason": ""}]
"""The decision that the launchpad scaffolds: it scaffolds what has a default, and is refused while it names no row."""
EXAMPLE = """
A whole example, which first says what it would do:

```yaml
ops:
  carry_out_decisions:
    config:
      dry_run: true
      who: Ada
      decisions:
        - entity: locations
          action: create_administrate
          record: Penmarrow
        - entity: venues
          action: link
          side: tutorial
          record: Gatehouse Hall
          link_to: VmVudWU6MTI=
        - entity: instructors
          action: ignore
          side: administrate
          record: ada@example.org
          reason: teaches for another provider
```
"""


class ResolveConfig(dg.Config):
    """Decisions about discrepancies. It is a dry run unless dry_run is set to false."""

    decisions: list[DecisionConfig] = Field(
        default=TO_FILL_IN, description="They are carried out in this order, each by itself."
    )
    who: str = Field(default="", description="Who decided; kept with every decision.")
    dry_run: bool = Field(
        default=True, description="Say what would be done; send no mutation and change no row. Set it to false to act."
    )


@dg.op(
    pool=POOL, description=f"Carry out decisions about discrepancies: each by itself, and all of it kept.\n{EXAMPLE}"
)
def carry_out_decisions(
    context: dg.OpExecutionContext,
    config: ResolveConfig,
    database: DatabaseResource,
    administrate: AdministrateResource,
) -> None:
    """Carry out the decisions and record a table of them with the run; fail where one of them could not be done."""
    try:
        resolved = _resolve(context, config, database, administrate)
    except dg.Failure as failure:
        with after_the_work(context.log):
            if dropped := _dropped(context):
                put_failure(*dropped, failure.description or "The run failed.", datetime.now(UTC))
        raise
    for each in resolved:
        log = context.log.error if each.outcome is DecisionOutcome.FAILED else context.log.info
        log("%s: %s", each.outcome.value, one_line(each.sentence))
    with after_the_work(context.log):
        if dropped := _dropped(context):
            put_decided(*dropped, frames_as_workbook({"Decisions": as_frame(resolved)}))
    metadata: dict[str, Any] = {"dry_run": config.dry_run, "decisions": rows_as_table(as_frame(resolved))}
    _observe(context, resolved, dry_run=config.dry_run)
    failed = [each for each in resolved if each.outcome is DecisionOutcome.FAILED]
    if failed:
        raise dg.Failure(
            f"{len(failed)} of {len(resolved)} decisions could not be carried out; the others do not depend on them. "
            f"The first: {one_line(failed[0].sentence)}",
            metadata=metadata,
            allow_retries=False,
        )
    context.add_output_metadata(metadata)


def _resolve(
    context: dg.OpExecutionContext,
    config: ResolveConfig,
    database: DatabaseResource,
    administrate: AdministrateResource,
) -> Sequence[DecisionResult]:
    with failures_as_sentences():
        settings = Settings.read()
        return resolve(
            database.engine,
            lambda: administrate.client,
            ENTITIES,
            [each.decision() for each in config.decisions],
            who=one_line(config.who) or "not named",
            run_id=context.run.run_id,
            dry_run=config.dry_run,
            defaults=Given(settings.administrate_region_id, settings.administrate_account_id),
            quiet_seconds=settings.administrate_quiet_seconds,
            code_prefix=settings.administrate_code_prefix,
        )


def _dropped(context: dg.OpExecutionContext) -> tuple[Path, str] | None:
    """Return the drop folder and the digest of the workbook that the decisions come from, None if from elsewhere."""
    folder, digest = Settings.read().sync_upload_dir, context.run.tags.get(DROPPED)
    return None if folder is None or digest is None else (folder, digest)


def as_frame(resolved: Sequence[DecisionResult]) -> pd.DataFrame:
    """Return one row per decision: entity, action, side, record, name, outcome, what became of it, the reason."""
    columns = ["entity", "action", "side", "record", "name", "outcome", "what", "reason"]
    rows = [
        (
            each.decision.entity,
            each.decision.action.value,
            each.side,
            each.record_id,
            each.name,
            each.outcome.value,
            each.sentence,
            each.decision.reason,
        )
        for each in resolved
    ]
    return pd.DataFrame(rows, columns=columns)


def _observe(context: dg.OpExecutionContext, resolved: Sequence[DecisionResult], *, dry_run: bool) -> None:
    """Show the decisions on the pages of the links that they are about."""
    for entity in ENTITIES.values():
        about = [each for each in resolved if each.decision.entity == entity.name]
        if entity.link and about:
            counts: dict[str, Any] = {
                outcome.value.replace(" ", "_"): sum(each.outcome is outcome for each in about)
                for outcome in (DecisionOutcome.DONE, DecisionOutcome.WOULD_BE_DONE, DecisionOutcome.FAILED)
            }
            table: dict[str, Any] = {"dry_run": dry_run, "decisions": rows_as_table(as_frame(about))}
            context.log_event(dg.AssetObservation(link_key(entity), metadata={**table, **counts}))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Carry out what was decided about rows without a link: create them on the other side, link, unlink or "
    f"ignore them. A dry run unless its config says otherwise.\n{EXAMPLE}",
)
def resolve_discrepancies() -> None:
    """Resolve discrepancies."""
    carry_out_decisions()
