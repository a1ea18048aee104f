"""The job that imports an upload, which is a partition, and the job that takes an upload from the launchpad."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from sync_assets.assets.event_assets import EVENTS_KEY, OUTCOMES, UPLOADS, evaluation
from sync_assets.assets.resources import AdministrateResource, DatabaseResource, ImportProgress
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.errors import SyncError
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST, ImportOptions
from sync_assets.event_import.import_upload import import_upload
from sync_assets.event_import.report import EventProgress
from sync_assets.event_import.report_text import report_as_markdown
from sync_assets.event_import.rows import read_rows
from sync_assets.event_import.stored_uploads import load_upload, request_import, store_upload
from sync_assets.operations.imports.answers import put_answer, put_failure
from sync_assets.operations.imports.regular_files import read_regular_file
from sync_assets.operations.imports.report_files import write_report_files
from sync_assets.settings import Settings

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
    apply_changes: bool = Field(
        default=False,
        description="Change events that are there already and differ from the file, on both sides. What somebody else "
        "has changed since is told and left alone. Without it differences are told, and nothing is changed.",
    )
    change_published: bool = Field(
        default=False, description="With apply_changes: change events that are published or have bookings, too."
    )
    mutations_per_request: int = Field(
        default=MUTATIONS_PER_REQUEST,
        ge=1,
        le=200,
        description="How many mutations travel in one request at most. It begins with few.",
    )

    def options(self) -> ImportOptions:
        """Return these options, with those of the settings."""
        settings = Settings.read()
        return ImportOptions(
            dry_run=self.dry_run,
            all_or_nothing=self.all_or_nothing,
            approve_instructors=self.approve_instructors,
            apply_changes=self.apply_changes,
            change_published=self.change_published,
            mutations_per_request=self.mutations_per_request,
            tax_type=settings.administrate_tax_type,
            code_prefix=settings.administrate_code_prefix,
            quiet_seconds=settings.administrate_quiet_seconds,
        )


class UploadConfig(ImportConfig):
    """A workbook and how it is to be imported: give either path or content_base64."""

    path: str | None = Field(
        default=None, description="A workbook in the folder of SYNC_UPLOAD_DIR, absolute or relative to it."
    )
    content_base64: str | None = Field(
        default=None,
        description=f"The workbook itself in base64, at most {MOST_BASE64:,} characters. It stays in the run's config, "
        "so prefer path where there are names in it.",
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
    if not context.has_partition_key:
        raise dg.Failure(
            "The run has no upload: choose a partition of event_import, or take a workbook in with the job "
            "upload_events.",
            allow_retries=False,
        )
    key = context.partition_key
    settings = Settings.read()

    def tell(event: EventProgress) -> None:
        progress.tell(event)
        if event.has_ended:
            context.log.info("%s: %s", event.title, event.sentence or event.state)

    try:
        with failures_as_sentences():
            report = import_upload(database.engine, administrate.client, key, config.options(), tell)
            with database.engine.connect() as connection:
                rows = read_rows(connection, key)
    except dg.Failure as failure:
        with _after_the_work(context):
            _answer_failure(settings, database, key, failure.description or "The run failed.")
        raise
    files: dict[str, Path] = {}
    with _after_the_work(context):
        files |= write_report_files(settings.sync_local_dir, report, context.run.run_id, datetime.now(UTC))
    with _after_the_work(context):
        _answer(settings, database, key, files)
    metadata: dict[str, dg.MetadataValue[Any] | int] = {
        **{outcome.value: count for outcome, count in report.counts.items()},
        "requests": report.requests_sent,
        "mutations": report.mutations_sent,
        "report": dg.MetadataValue.md(report_as_markdown(report)),
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
    if report.failure is not None:
        raise dg.Failure(report.failure, metadata={"events": len(report.not_done)}, allow_retries=False)


@contextmanager
def _after_the_work(context: dg.OpExecutionContext) -> Iterator[None]:
    """Keep what goes wrong from ending the run: what is to be written only says what has been done already."""
    try:
        yield
    except Exception:
        context.log.warning("A file about this import could not be written.", exc_info=True)


def _answer(settings: Settings, database: DatabaseResource, key: str, files: Mapping[str, Path]) -> None:
    """Put the files of a run beside the file that was dropped, if it came that way."""
    if settings.sync_upload_dir is None:
        return
    with database.engine.connect() as connection:
        content = load_upload(connection, key).content
    put_answer(settings.sync_upload_dir, content, files)


def _answer_failure(settings: Settings, database: DatabaseResource, key: str, sentence: str) -> None:
    """Say beside the file that was dropped, if it came that way, why there is no report."""
    if settings.sync_upload_dir is None:
        return
    with database.engine.connect() as connection:
        content = load_upload(connection, key).content
    put_failure(settings.sync_upload_dir, content, sentence, datetime.now(UTC))


def check_evaluation(rows: pd.DataFrame, name: str) -> dg.AssetCheckEvaluation:
    """Return what a check says of the rows of an upload, with its metadata in the form that events have."""
    said = evaluation(rows, name)
    return dg.AssetCheckEvaluation(**{**said, "metadata": dg.AssetCheckResult(**said).metadata})


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
    """Return the name and the bytes of the workbook that a config names. Raises UploadRefused, WorkbookRefused."""
    if config.path is None and config.content_base64 is None:
        raise UploadRefused("Give either path or content_base64, and not both: neither of them is there.")
    if config.path is not None and config.content_base64 is not None:
        raise UploadRefused("Give either path or content_base64, and not both: both of them are there.")
    if config.content_base64 is not None:
        return _file_name(config.file_name), _from_base64(config.content_base64)
    if folder is None:
        raise UploadRefused("SYNC_UPLOAD_DIR is not set, so no path can be read: set it, or use content_base64.")
    root = folder.resolve()
    path = root / str(config.path)
    try:
        # The folders may be links within the folder; the file itself must not be one.
        path = path.parent.resolve() / path.name
        path.lstat()
    except FileNotFoundError:
        pass
    except (ValueError, OSError, RuntimeError):
        raise UploadRefused(f"{config.path!r} cannot be the path of a file.") from None
    if not path.is_relative_to(root) or path == root:
        raise UploadRefused(f"{config.path} is outside the folder of SYNC_UPLOAD_DIR.")
    try:
        return path.name, read_regular_file(path)[0]
    except OSError as error:
        raise UploadRefused(f"{config.path} cannot be read: {error.strerror}.") from None


def _from_base64(text: str) -> bytes:
    # Lines are broken by most programs that write it.
    joined = "".join(text.split())
    if len(joined) > MOST_BASE64:
        raise UploadRefused(
            f"content_base64 has {len(joined):,} characters, more than {MOST_BASE64:,}: put the "
            "file into the folder of SYNC_UPLOAD_DIR and give path, or use `sync-assets import`."
        )
    try:
        return base64.b64decode(joined, validate=True)
    except ValueError as error:
        raise UploadRefused(f"content_base64 is not base64: {error}.") from None


def _file_name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise UploadRefused(f"{name!r} cannot be the name of a file.")
    return name
