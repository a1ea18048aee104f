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
    ignored: Annotated[bool, typer.Option("--ignored", help="Those that are ignored, with the reasons.")] = False,
) -> None:
    """List the rows of either side without a link, as the last sync found them."""
    from sync_assets.cli.discrepancies import Format, print_discrepancies

    try:
        chosen = Format(format_)
    except ValueError:
        raise typer.BadParameter(f"{format_!r} is none of table, json, csv", param_hint="--format") from None
    print_discrepancies(entity, chosen, ignored=ignored)


@app.command()
def resolve(
    action: Annotated[
        str | None,
        typer.Argument(help="create_administrate, create_tutorial, link, unlink, ignore or unignore."),
    ] = None,
    entity: Annotated[str | None, typer.Argument(help="The entity that the row is of.", parser=_entity)] = None,
    record: Annotated[str | None, typer.Argument(help="The row: its id on its side, or its name or code.")] = None,
    side: Annotated[
        str | None, typer.Option(help="Where the row stands: tutorial or administrate. The create actions imply it.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="link: id, name or code of the row of the other side.")] = None,
    reason: Annotated[str, typer.Option(help="Why; ignore needs it.")] = "",
    who: Annotated[str | None, typer.Option(help="Whose decision it is; else the user of this machine.")] = None,
    automatic: Annotated[
        bool, typer.Option("--automatic", help="unlink: leave it to matching again, instead of holding the two apart.")
    ] = False,
    region: Annotated[str | None, typer.Option(help="create_administrate: id of a location's region.")] = None,
    account: Annotated[str | None, typer.Option(help="create_administrate: id of an instructor's account.")] = None,
    lifecycle_state: Annotated[
        str, typer.Option(help="create_administrate: draft, published or archived, of a course template.")
    ] = "draft",
    learning_mode: Annotated[
        str | None, typer.Option(help="create_administrate: classroom, lms or blended, of a course template.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Many decisions: the CSV of `discrepancies`, with action, link_to and reason."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this it is a dry run.")] = False,
) -> None:
    """Carry out what was decided about rows without a link: create, link, unlink, ignore. A dry run unless --apply."""
    from sync_assets.cli.resolve import decision_of, decisions_of_file, resolve_decisions

    given = {"region_id": region, "account_id": account, "lifecycle_state": lifecycle_state}
    given["learning_mode"] = learning_mode
    if (file is None) == (action is None) or (action is not None and (entity is None or record is None)):
        raise typer.BadParameter("give an action, an entity and a row, or else --file")
    if file is not None:
        decisions = decisions_of_file(file, reason, given)
    else:
        row = {"action": action, "entity": entity, "record_id": record, "side": side, "link_to": to, "reason": reason}
        decisions = [decision_of({**row, "automatic": automatic}, given)]
    if not resolve_decisions(decisions, who, dry_run=not apply):
        raise typer.Exit(1)


@app.command()
def decisions(
    entity: Annotated[str | None, typer.Option(help="Only those of this entity.", parser=_entity)] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest.")] = 50,
) -> None:
    """List what was decided about discrepancies: when, who, what, why, and what became of it."""
    from sync_assets.cli.resolve import print_decisions

    print_decisions(entity, limit)


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
    from sync_assets.operations.imports.import_config import ImportConfig

    config = ImportConfig(
        dry_run=dry_run,
        all_or_nothing=all_or_nothing,
        approve_instructors=approve_instructors,
        mutations_per_request=mutations_per_request,
    )
    if not import_file(file, config):
        raise typer.Exit(1)


@app.command()
def doctor(
    format_: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """Look at all that a run depends on, and say what is wrong and what to do; exit status 1 if anything is."""
    from sync_assets.cli.doctor import Format, print_examination

    try:
        chosen = Format(format_)
    except ValueError:
        raise typer.BadParameter(f"{format_!r} is none of table, json", param_hint="--format") from None
    if not print_examination(chosen):
        raise typer.Exit(1)


@app.command()
def audit(
    since: Annotated[
        str | None, typer.Option(help="Only what was sent since then: 2026-01-31, 2026-01-31T09:00, 90m, 12h, 7d, 2w.")
    ] = None,
    operation: Annotated[
        str | None, typer.Option(help="Only this mutation, such as session.update, or its group: session.")
    ] = None,
    run: Annotated[str | None, typer.Option(help="Only those of this Dagster run; its first characters do.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what was not done without an error.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the last ones.")] = 100,
    format_: Annotated[str, typer.Option("--format", help="table, json or csv.")] = "table",
) -> None:
    """List what was sent to the tenant to change something there, the last first."""
    from sync_assets.cli.audit import Format, moment, print_calls

    try:
        chosen = Format(format_)
    except ValueError:
        raise typer.BadParameter(f"{format_!r} is none of table, json, csv", param_hint="--format") from None
    try:
        begin = moment(since) if since else None
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{since!r} is no date, no time and no age", param_hint="--since") from None
    print_calls(since=begin, mutation=operation, run_id=run, failed=failed, limit=limit, format_=chosen)


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
