"""The job that imports an upload, which is a partition, and the job that takes an upload from the launchpad."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from sync_assets.assets.event_assets import EVENTS_KEY, OUTCOMES, UPLOADS, evaluation, not_yet_evaluation
from sync_assets.assets.resources import AdministrateResource, DatabaseResource, ImportProgress
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.event_import.import_log import record_import
from sync_assets.event_import.import_upload import import_upload
from sync_assets.event_import.report import EventProgress
from sync_assets.event_import.report_text import events_by_urgency, summary
from sync_assets.event_import.row_outcomes import read_rows
from sync_assets.event_import.stored_uploads import load_upload, request_import, store_upload, take_up_request
from sync_assets.event_import.upload_list import note_run
from sync_assets.operations.imports.answers import after_the_work, put_answer, put_failure
from sync_assets.operations.imports.import_config import (
    EXAMPLE,
    ImportConfig,
    UploadConfig,
    UploadRefused,
    uploaded_file,
)
from sync_assets.operations.imports.regular_files import digest_of
from sync_assets.operations.imports.report_files import write_report_files
from sync_assets.operations.started_by import WHO_TAG
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line, printable

IMPORT_REPORTED = "import_reported"
"""The metadata of a failure that says that the import came to its report, which an alert of its own tells."""
RUN_KEY = "dagster/run_key"
"""The tag that Dagster gives a run for the run key of a sensor's request: here the request for the import."""
MOST_EVENTS = 500
"""Events that the report in the catalogue lists; the counts beside it are of all."""


@dg.op(pool=POOL, description="Import an upload into both systems, or carry on where an earlier run of it stopped.")
def import_events(
    context: dg.OpExecutionContext,
    config: ImportConfig,
    database: DatabaseResource,
    administrate: AdministrateResource,
    progress: ImportProgress,
) -> None:
    """Import the upload of the run's partition, and report it as a materialization with its checks."""
    with failures_as_sentences():
        key = _partition(context)
        now = datetime.now(UTC)
        if request := context.run.tags.get(RUN_KEY):
            with database.engine.begin() as connection:
                take_up_request(connection, request, context.run_id, now)
        elif WHO_TAG in context.run.tags:
            with database.engine.begin() as connection:
                note_run(connection, key, context.run_id)
        settings = Settings.read()

    def tell(event: EventProgress) -> None:
        progress.tell(event)
        if event.has_ended:
            context.log.info("%s: %s", one_line(event.title), one_line(event.sentence or event.state))

    try:
        with failures_as_sentences():
            report = import_upload(database.engine, administrate.client, key, config.options(), tell)
    except dg.Failure as failure:
        with after_the_work(context.log):
            if dropped := _dropped(settings, database, key):
                put_failure(*dropped, failure.description or "The run failed.", datetime.now(UTC))
        raise
    for problem in report.of_no_event:
        context.log.warning("%s", one_line(problem))
    files: dict[str, Path] = {}
    with after_the_work(context.log):
        files |= write_report_files(settings.sync_local_dir, report, context.run.run_id, datetime.now(UTC))
    with after_the_work(context.log):
        if dropped := _dropped(settings, database, key):
            put_answer(*dropped, files)
    with failures_as_sentences(), database.engine.begin() as connection:
        paths = {name: str(path) for name, path in files.items()}
        started_by = context.run.tags.get(WHO_TAG)
        record_import(connection, context.run_id, report, paths, now, datetime.now(UTC), started_by)
        rows, not_yet = read_rows(connection, key), not_yet_evaluation(connection)
    metadata: dict[str, dg.MetadataValue[Any] | int] = {
        **{outcome.value: count for outcome, count in report.counts.items()},
        "requests": report.requests_sent,
        "mutations": report.mutations_sent,
        "summary": dg.MetadataValue.text(one_line(summary(report))),
        "report": rows_as_table(events_by_urgency(report), MOST_EVENTS),
        **{name: dg.MetadataValue.path(str(path)) for name, path in files.items()},
    }
    progress.finished(report)
    if report.dry_run:
        context.log_event(dg.AssetObservation(EVENTS_KEY, partition=key, metadata=metadata))
    else:
        context.log_event(dg.AssetMaterialization(EVENTS_KEY, partition=key, metadata=metadata))
        for said in (*(evaluation(rows, name) for name in OUTCOMES), not_yet):
            # The context takes it, and says so in its code alone.
            context.log_event(check_evaluation(said))  # type: ignore[arg-type]
    if report.failure is not None:
        metadata = {"events": len(report.not_done), IMPORT_REPORTED: 1}
        raise dg.Failure(printable(report.failure), metadata=metadata, allow_retries=False)


def _partition(context: dg.OpExecutionContext) -> str:
    """Return the key of the run's upload. Raises UploadRefused where the run has none."""
    if not context.has_partition_key:
        raise UploadRefused(
            "This run has no partition, so it is not known which upload it is to import. Launch event_import with one "
            "of its partitions: a workbook becomes one by upload_events, the drop folder, or `sync-assets import`."
        )
    return context.partition_key


def _dropped(settings: Settings, database: DatabaseResource, key: str) -> tuple[Path, str] | None:
    """Return the drop folder and the digest of an upload; None where nothing can have been dropped."""
    if settings.sync_upload_dir is None:
        return None
    with database.engine.connect() as connection:
        return settings.sync_upload_dir, digest_of(load_upload(connection, key).content)


def check_evaluation(said: dict[str, Any]) -> dg.AssetCheckEvaluation:
    """Return what a check says, with its metadata in the form that events have."""
    return dg.AssetCheckEvaluation(**{**said, "metadata": dg.AssetCheckResult(**said).metadata})


@dg.job(
    partitions_def=UPLOADS,
    executor_def=dg.in_process_executor,
    description="Import the events of one upload. Running the same partition again carries on, and doubles nothing.",
)
def event_import() -> None:
    """Import one upload."""
    import_events()


@dg.op(description=f"Store a workbook as an upload and ask for its import.\n{EXAMPLE}")
def store_events_upload(context: dg.OpExecutionContext, config: UploadConfig, database: DatabaseResource) -> None:
    """Store the workbook of the config, register its partition, and leave the run of it to the sensor."""
    with failures_as_sentences():
        file_name, content = uploaded_file(config, Settings.read().sync_upload_dir)
        now = datetime.now(UTC)
        options = config.model_dump(include=set(ImportConfig.model_fields))
        with database.engine.begin() as connection:
            key = store_upload(connection, file_name, content, "launchpad", options, now)
            request_import(connection, key, options, now)
            size = len(load_upload(connection, key).content)
    context.instance.add_dynamic_partitions(str(UPLOADS.name), [key])
    context.log.info("Stored as %s; the sensor event_upload_requests starts its import.", key)
    context.add_output_metadata({"upload": key, "bytes": size})


@dg.job(
    executor_def=dg.in_process_executor,
    description="Take a workbook from the launchpad: it becomes an upload, and a run of event_import imports it.\n"
    f"{EXAMPLE}",
)
def upload_events() -> None:
    """Take a workbook."""
    store_events_upload()
