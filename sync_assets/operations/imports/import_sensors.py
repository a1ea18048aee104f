"""What starts runs by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.assets.resources import DatabaseResource
from sync_assets.assets.steps import failures_as_sentences
from sync_assets.bridge.migrate import require_current
from sync_assets.event_import.stored_uploads import open_requests
from sync_assets.operations.decision_files import decisions_of_workbook
from sync_assets.operations.imports.drop_folder import (
    DropFolderUnusable,
    cursor_of,
    looks_of,
    store_and_request,
    take_in,
)
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.operations.imports.import_jobs import event_import
from sync_assets.operations.imports.regular_files import digest_of
from sync_assets.operations.resolve_job import DROPPED, resolve_discrepancies
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line


@dg.sensor(
    job=event_import,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs event_import for each upload whose import has been asked for.",
)
def event_upload_requests(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
    """Ask for one run per request that no run has taken up.

    Its state is in the database, so that a cursor that was lost runs nothing again. Until a run takes it up, it is
    asked for by each tick; the run key keeps it from running twice.
    """
    with failures_as_sentences(), database.engine.connect() as connection:
        require_current(connection)
        requests = open_requests(connection)
    runs = [
        dg.RunRequest(
            run_key=request.id,
            partition_key=request.key,
            run_config=dg.RunConfig(ops={"import_events": ImportConfig(**request.options)}),
        )
        for request in requests
    ]
    return dg.SensorResult(
        run_requests=runs,
        dynamic_partitions_requests=[UPLOADS.build_add_request([request.key for request in requests])],
    )


@dg.sensor(
    job=resolve_discrepancies,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes the .xlsx files that are put into the folder of SYNC_UPLOAD_DIR, not those of its folders, and "
    "asks for their import. A file is moved to taken/, where its report and the workbook of the rows to correct "
    "are put beside it, or to refused/ with the reason in a text file beside it. A workbook of decisions about "
    "discrepancies is carried out if its column apply says so, and tried if it does not.",
)
def drop_folder(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
    """Take what is complete in the drop folder; the sensor above starts the runs of imports."""
    with failures_as_sentences():
        folder = Settings.read().sync_upload_dir
        if folder is None:
            return dg.SensorResult(skip_reason="SYNC_UPLOAD_DIR is not set.", cursor=context.cursor)
        now = datetime.now(UTC)
        known = looks_of(context.cursor)

        def store(file_name: str, content: bytes, since: datetime) -> str:
            options = ImportConfig().model_dump()
            return store_and_request(database.engine, file_name, content, options, since, now)

        result = take_in(folder, known, store, now)
        for name, key in result.taken.items():
            context.log.info("Took %s as upload %s.", one_line(name), key)
        for name, why in result.refused.items():
            context.log.warning("Refused %s: %s", one_line(name), one_line(why))
        for sentence in result.stuck:
            context.log.error(one_line(sentence))
        if result.stuck and result.waiting == known:
            # A tick that fails keeps its old cursor: it may only where there is nothing new to remember.
            raise DropFolderUnusable(result.stuck[0])
    if result.decisions:
        runs = [
            run
            for name, content in result.decisions.items()
            for run in _runs_of_decisions(name, content, result.waiting[name].since)
        ]
        return dg.SensorResult(run_requests=runs, cursor=cursor_of(result.waiting))
    said = f"{len(result.taken)} taken, {len(result.refused)} refused, {len(result.waiting)} waiting."
    return dg.SensorResult(skip_reason=said, cursor=cursor_of(result.waiting))


def _runs_of_decisions(name: str, content: bytes, since: datetime) -> Iterator[dg.RunRequest]:
    """Yield the runs that a workbook of decisions needs: the same ones as long as the file stands in the folder."""
    digest = digest_of(content)
    for word, config in decisions_of_workbook(content).configs(f"drop folder, {one_line(name)}").items():
        yield dg.RunRequest(
            run_key=f"{digest}:{since.isoformat()}:{word}",
            run_config=dg.RunConfig(ops={"carry_out_decisions": config}),
            tags={DROPPED: digest},
        )
