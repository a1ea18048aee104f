"""The job that imports an upload, which is a partition, and the job that takes an upload from the launchpad."""

import base64
import os
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from sync_assets.assets.event_assets import EVENTS_KEY, OUTCOMES, UPLOADS, evaluation
from sync_assets.assets.resources import AdministrateResource, DatabaseResource, ImportProgress
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.errors import SyncError
from sync_assets.event_import.import_log import record_import
from sync_assets.event_import.import_tables import ImportState
from sync_assets.event_import.import_upload import MUTATIONS_PER_REQUEST, ImportOptions, import_upload
from sync_assets.event_import.report import EventOutcome, EventProgress, ImportReport
from sync_assets.event_import.report_text import events_by_urgency, summary
from sync_assets.event_import.rows import read_rows
from sync_assets.event_import.stored_uploads import load_upload, request_import, store_upload, take_up_request
from sync_assets.event_import.workbook.sheet import MAX_BYTES
from sync_assets.operations.imports.report_files import write_report_files
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

IMPORT_REPORTED = "import_reported"
"""The metadata of a failure that says that the import came to its report, which an alert of its own tells."""
RUN_KEY = "dagster/run_key"
"""The tag that Dagster gives a run for the run key of a sensor's request: here the request for the import."""
MOST_EVENTS = 500
"""Events that the report in the catalogue lists; the counts beside it are of all."""
MOST_BASE64 = 1_400_000
"""Characters of a file in the run config, about 1 MB of file: the config is kept with the run, and shown."""


class UploadRefused(SyncError):
    """An upload did not come in a way that it can be taken in."""


class ImportConfig(dg.Config):
    """How an upload is imported."""

    dry_run: bool = Field(default=False, description="Validate, say what would be done, and write nothing anywhere.")
    all_or_nothing: bool = Field(default=False, description="Import no event while one event of the file is in error.")
    approve_instructors: bool = Field(
        default=False,
        description="Approve instructors for the course template in Administrate where that is missing, "
        "instead of holding the event back.",
    )
    mutations_per_request: int = Field(
        default=MUTATIONS_PER_REQUEST, ge=1, le=200, description="How many mutations travel in one request."
    )

    def options(self) -> ImportOptions:
        """Return these options, with the tax type of the settings."""
        return ImportOptions(
            dry_run=self.dry_run,
            all_or_nothing=self.all_or_nothing,
            approve_instructors=self.approve_instructors,
            mutations_per_request=self.mutations_per_request,
            tax_type=Settings.read().administrate_tax_type,
        )


class UploadConfig(ImportConfig):
    """A workbook and how it is to be imported: give either path or content_base64."""

    # Empty and not None: the launchpad scaffolds only what has a value.
    path: str = Field(
        default="", description="A workbook in the folder of SYNC_UPLOAD_DIR, absolute or relative to it. Empty: none."
    )
    content_base64: str = Field(
        default="",
        description=f"The workbook itself in base64, at most {MOST_BASE64:,} characters; line breaks do not matter. It "
        "stays in the run's config, so prefer path where there are names in it. Empty: none.",
    )
    file_name: str = Field(
        default="upload.xlsx",
        description="What the file is called, with content_base64. The same name and content are the same upload.",
    )


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

    def tell(event: EventProgress) -> None:
        progress.tell(event)
        if event.failure or event.state == ImportState.COMPLETE:
            context.log.info("%s: %s", event.title, event.failure or event.state)

    with failures_as_sentences():
        report = import_upload(database.engine, administrate.client, key, config.options(), tell)
        files = write_report_files(Settings.read().sync_local_dir, report)
        paths = {name: str(path) for name, path in files.items()}
        with database.engine.begin() as connection:
            record_import(connection, context.run_id, report, paths, now, datetime.now(UTC))
            rows = read_rows(connection, key)
    metadata: dict[str, dg.MetadataValue[Any] | int] = {
        **{outcome.value.replace(" ", "_"): count for outcome, count in report.counts.items()},
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
        for name in OUTCOMES:
            # The context takes it, and says so in its code alone.
            context.log_event(check_evaluation(rows, name))  # type: ignore[arg-type]
    if report.waiting or report.unavailable:
        metadata = {"waiting": len(report.waiting), IMPORT_REPORTED: 1}
        raise dg.Failure(_waiting(report), metadata=metadata, allow_retries=False)


def _partition(context: dg.OpExecutionContext) -> str:
    """Return the key of the run's upload. Raises UploadRefused where the run has none."""
    if not context.has_partition_key:
        raise UploadRefused(
            "This run has no partition, so it is not known which upload it is to import. Launch event_import with one "
            "of its partitions; an upload becomes one by upload_events, by the drop folder, or by `sync-assets import`."
        )
    return context.partition_key


def check_evaluation(rows: pd.DataFrame, name: str) -> dg.AssetCheckEvaluation:
    """Return what a check says of the rows of an upload, with its metadata in the form that events have."""
    said = evaluation(rows, name)
    return dg.AssetCheckEvaluation(**{**said, "metadata": dg.AssetCheckResult(**said).metadata})


def _waiting(report: ImportReport) -> str:
    there = report.counts[EventOutcome.IMPORTED] + report.counts[EventOutcome.ADOPTED]
    first = next((event.sentence for event in report.waiting if event.sentence), None)
    why = report.unavailable or first or ""
    return (
        f"{len(report.waiting)} events wait for Administrate ({there} were completed by this run). Their tutorial rows "
        f"are there. Run the partition {report.upload_key} again to complete them. {why}".strip()
    )


@dg.job(
    partitions_def=UPLOADS,
    executor_def=dg.in_process_executor,
    description="Import the events of one upload. Running the same partition again carries on, and doubles nothing.",
)
def event_import() -> None:
    """Import one upload."""
    import_events()


@dg.op(description="Store a workbook as an upload and ask for its import.")
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
    description="Take a workbook from the launchpad: it becomes an upload, and a run of event_import imports it.",
)
def upload_events() -> None:
    """Take a workbook."""
    store_events_upload()


def uploaded_file(config: UploadConfig, folder: Path | None) -> tuple[str, bytes]:
    """Return the name and the bytes of the workbook that a config names. Raises UploadRefused."""
    path, content = config.path.strip(), "".join(config.content_base64.split())
    if not path and not content:
        raise UploadRefused("Neither path nor content_base64 is set. Give either path or content_base64.")
    if path and content:
        raise UploadRefused("Both path and content_base64 are set. Give either path or content_base64, and not both.")
    if path:
        return _file_of(path, folder)
    return one_line(config.file_name) or "upload.xlsx", _decoded(content)


def _decoded(content: str) -> bytes:
    if len(content) > MOST_BASE64:
        raise UploadRefused(
            f"content_base64 has {len(content):,} characters, more than {MOST_BASE64:,}: put the file into the folder "
            "of SYNC_UPLOAD_DIR and give path, or use `sync-assets import`."
        )
    try:
        return base64.b64decode(content, validate=True)
    except ValueError as error:
        raise UploadRefused(
            f"content_base64 is not base64: {error}. Give what `base64 FILE` prints; line breaks do not matter."
        ) from None


def _file_of(given: str, folder: Path | None) -> tuple[str, bytes]:
    """Return the name and the bytes of a file in the folder for uploads, which is read as the drop folder is."""
    if folder is None:
        raise UploadRefused("SYNC_UPLOAD_DIR is not set, so no path can be read: set it, or use content_base64.")
    try:
        root = folder.resolve()
        path = (root / given).resolve()
    except (OSError, ValueError, RuntimeError):
        raise UploadRefused(f"{one_line(given)} is not a path that a file can have.") from None
    if not path.is_relative_to(root):
        raise UploadRefused(f"{one_line(given)} is outside the folder of SYNC_UPLOAD_DIR.")
    try:
        # Never through a link that has come in its place, and never waiting for a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not S_ISREG(status.st_mode):
                raise UploadRefused(f"{one_line(given)} is not a file with content of its own.")
            if status.st_size > MAX_BYTES:
                raise UploadRefused(f"{one_line(given)} has {status.st_size:,} bytes, at most {MAX_BYTES:,} are taken.")
            return path.name, file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UploadRefused(f"{one_line(given)} cannot be read: {error.strerror}.") from None
