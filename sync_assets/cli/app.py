"""The commands and their options; what they do stands in the modules beside this one."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sync_assets.entities import ENTITIES
from sync_assets.errors import SyncError

app = typer.Typer(
    name="sync-assets",
    help="Keeps the tutorial database and the Administrate tenant telling the same story.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line; a failure that is made for people is a sentence and exit status 1."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        app()
    except SyncError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


@app.command()
def migrate() -> None:
    """Create the schema adm, or bring it to what this version needs; bridge tables that stand are adopted."""
    from sync_assets.cli.migrate import migrate_database

    migrate_database()


def _entity(name: str) -> str:
    if name not in ENTITIES:
        raise typer.BadParameter(f"{name!r} is no entity; choose from {', '.join(ENTITIES)}")
    return name


@app.command()
def sync(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ENTITY", help="Only this entity and its links; repeatable.", parser=_entity),
    ] = None,
    stop_on_error: Annotated[bool, typer.Option("--stop-on-error", help="Stop at the first failed step.")] = False,
    allow_removals: Annotated[
        bool,
        typer.Option("--allow-removals", help="Let more than a fifth of an entity's records be marked as removed."),
    ] = False,
) -> None:
    """Sync the reference data of the tenant into the bridge and link it to the tutorial tables."""
    from sync_assets.cli.sync import sync_tenant

    if not sync_tenant(only or None, stop_on_error=stop_on_error, allow_removals=allow_removals):
        raise typer.Exit(1)


@app.command()
def discrepancies(
    entity: Annotated[str | None, typer.Option(help="Only those of this entity.", parser=_entity)] = None,
    format_: Annotated[str, typer.Option("--format", help="table, json or csv.")] = "table",
) -> None:
    """List the rows of either side without a link, as the last sync found them."""
    from sync_assets.cli.discrepancies import Format, print_discrepancies

    try:
        chosen = Format(format_)
    except ValueError:
        raise typer.BadParameter(f"{format_!r} is none of table, json, csv", param_hint="--format") from None
    print_discrepancies(entity, chosen)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The workbook, an .xlsx file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate, and write nothing anywhere.")] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Import no event while one of the file is in error.")
    ] = False,
    approve_instructors: Annotated[
        bool, typer.Option("--approve-instructors", help="Approve instructors in Administrate where that is missing.")
    ] = False,
    mutations_per_request: Annotated[
        int, typer.Option(min=1, max=200, help="How many mutations travel in one request.")
    ] = 20,
) -> None:
    """Import the events of a workbook into both systems, or carry on where an earlier run of it stopped."""
    from sync_assets.cli.import_events import import_file
    from sync_assets.operations.event_import import ImportConfig

    config = ImportConfig(
        dry_run=dry_run,
        all_or_nothing=all_or_nothing,
        approve_instructors=approve_instructors,
        mutations_per_request=mutations_per_request,
    )
    if not import_file(file, config):
        raise typer.Exit(1)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8710,
    templates: Annotated[int, typer.Option(min=1, help="Course templates of the made-up provider.")] = 80,
    latency: Annotated[float, typer.Option(min=0, help="Milliseconds that each answer takes longer.")] = 0,
) -> None:
    """Serve a made-up Administrate tenant on this machine, until Ctrl-C."""
    from sync_assets.cli.sandbox import serve_sandbox

    serve_sandbox(port, templates, latency / 1000)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 3000,
) -> None:
    """Serve the Dagster UI with its daemon on this machine, until Ctrl-C."""
    from sync_assets.cli.ui import serve_ui

    serve_ui(port)


@app.command()
def demo(
    no_ui: Annotated[bool, typer.Option("--no-ui", help="End after the tables are printed.")] = False,
    port: Annotated[int, typer.Option(help="Port of the UI on 127.0.0.1; 0 takes a free one.")] = 3000,
    templates: Annotated[int, typer.Option(min=20, help="Course templates of the made-up provider.")] = 80,
    folder: Annotated[Path | None, typer.Option(help="Where the demo's databases are kept.")] = None,
) -> None:
    """Sync a made-up tenant into an embedded database, print what came of it, and serve the Dagster UI."""
    from sync_assets.cli.demo import run_demo

    if not run_demo(folder, port=None if no_ui else port, templates=templates):
        raise typer.Exit(1)
