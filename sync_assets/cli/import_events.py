"""The command `import`: runs event_import for an upload, with a progress display, a table and the report's files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.assets.resources import connection_from
from sync_assets.cli.console import open_console, progress_display, say_failure, shown
from sync_assets.database import open_bridge
from sync_assets.definitions import build_defs
from sync_assets.errors import SyncError
from sync_assets.event_import.report import EventOutcome, EventProgress, ImportReport
from sync_assets.event_import.report_text import report_as_frame
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.operations.imports.report_files import report_files
from sync_assets.operations.instance.home import open_instance
from sync_assets.operations.instance.run_in_process import run_partition
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

STYLES = {
    EventOutcome.ERROR: "red",
    EventOutcome.REFUSED: "red",
    EventOutcome.WAITING: "red",
    EventOutcome.DIFFERS: "yellow",
    EventOutcome.HELD_BACK: "yellow",
    EventOutcome.DUPLICATE: "yellow",
    EventOutcome.WOULD_CREATE: "cyan",
    EventOutcome.WOULD_CHANGE: "cyan",
}


class _Display:
    """Stands in for the resource `ImportProgress`: moves a progress bar, and keeps the report."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("validating", total=None)
        self._titles: set[str] = set()
        self._ended: set[str] = set()
        self._report: ImportReport | None = None

    def tell(self, event: EventProgress) -> None:
        """Show the event, and count it when this run does no more about it."""
        self._titles.add(event.title)
        if event.has_ended:
            self._ended.add(event.title)
        self._progress.update(
            self._task,
            description=shown(f"{event.title}: {event.sentence or event.state}"[:60]),
            total=len(self._titles),
            completed=len(self._ended),
        )

    def finished(self, report: ImportReport) -> None:
        """Keep the report for the table."""
        self._report = report

    @property
    def report(self) -> ImportReport | None:
        """The report, None where the run ended before it had one."""
        return self._report


def import_file(path: Path, config: ImportConfig) -> bool:
    """Import a workbook, print the result, and return whether all of its events are on both sides.

    Raises SyncError for a file that cannot be read, and for missing settings.
    """
    settings = Settings.read()
    connection_from(settings)
    key = _store(settings, path, config)
    console = open_console()
    with open_instance(settings) as instance, progress_display(console) as progress:
        instance.add_dynamic_partitions(str(UPLOADS.name), [key])
        display = _Display(progress)
        outcome = run_partition(build_defs(progress=display), instance, "event_import", key, "import_events", config)
    if display.report is not None:
        print_report(console, display.report)
        for what, path in report_files(settings.sync_local_dir, key, outcome.run_id).items():
            console.print(f"{what.replace('_', ' ')}: {one_line(path)}", markup=False, highlight=False, soft_wrap=True)
    for failure in outcome.failures:
        say_failure(console, failure)
    console.print(
        f"Upload {key}, run {outcome.run_id} {'succeeded' if outcome.success else 'failed'}.", highlight=False
    )
    return outcome.success and display.report is not None and display.report.is_success


def _store(settings: Settings, path: Path, config: ImportConfig) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SyncError(f"{path} cannot be read: {error.strerror}.") from None
    with open_bridge(settings) as connection:
        return store_upload(connection, path.name, content, "command line", config.model_dump(), datetime.now(UTC))


def print_report(console: Console, report: ImportReport) -> None:
    """Print one row per event, what belongs to none, and the counts."""
    table = Table("event", "rows", "outcome", "tutorial", "Administrate", "why", header_style="bold")
    frame = report_as_frame(report).astype(object)
    for event, row in zip(report.events, frame.itertuples(index=False), strict=True):
        style = STYLES.get(event.outcome, "green")
        table.add_row(
            shown(event.title),
            str(row.rows),
            f"[{style}]{event.outcome.words}",
            str(event.tutorial_event_id or ""),
            shown(event.external_id),
            shown(row.why),
        )
    console.print(table)
    for problem in report.of_no_event:
        console.print(one_line(problem), markup=False, highlight=False, soft_wrap=True)
    counts = ", ".join(f"{count} {outcome.words}" for outcome, count in report.counts.items() if count)
    console.print(
        f"{'Dry run: ' if report.dry_run else ''}{counts or 'no events'}; "
        f"{report.requests_sent} requests, {report.mutations_sent} mutations.",
        highlight=False,
    )
