"""The commands and their options. What they do is in the modules beside this one."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sync_assets.bridge.planned_tables import EventState
from sync_assets.cli.console import Format, say_failure
from sync_assets.entities import ENTITIES
from sync_assets.errors import SyncError
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST
from sync_assets.tutorial.tables import LayoutName

app = typer.Typer(
    name="sync-assets",
    help="Keeps the tutorial database and the Administrate tenant in step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

events_app = typer.Typer(help="List planned events, continue with them, take them back, or adopt events of others.")
app.add_typer(events_app, name="events", no_args_is_help=True)

FormatOption = Annotated[Format, typer.Option("--format", help="A table for people; json and csv for programs.")]


def main() -> None:
    """Run the command line. A SyncError is printed as a sentence, with exit status 1."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        app()
    except SyncError as error:
        say_failure(Console(stderr=True), str(error))
        sys.exit(1)


@app.command()
def migrate() -> None:
    """Create the schema adm, or bring it to the revision of this version. Existing bridge tables are adopted."""
    from sync_assets.cli.migrate import migrate_database

    migrate_database()


def _entity(name: str) -> str:
    if name not in ENTITIES:
        raise typer.BadParameter(f"{name!r} is not an entity; choose from {', '.join(ENTITIES)}")
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
        typer.Option(
            "--allow-removals", help="Allow more than a fifth of an entity's records to be marked as removed."
        ),
    ] = False,
) -> None:
    """Sync the reference data of the tenant into the bridge and link it to the tutorial tables."""
    from sync_assets.cli.sync import sync_tenant

    if not sync_tenant(only or None, stop_on_error=stop_on_error, allow_removals=allow_removals):
        raise typer.Exit(1)


@app.command()
def discrepancies(
    entity: Annotated[str | None, typer.Option(help="Only rows of this entity.", parser=_entity)] = None,
    format_: FormatOption = Format.TABLE,
    ignored: Annotated[
        bool, typer.Option("--ignored", help="List the ignored rows instead, with the reasons.")
    ] = False,
) -> None:
    """List the rows of either side without a partner, as the last sync found them."""
    from sync_assets.cli.discrepancies import print_discrepancies

    print_discrepancies(entity, format_, ignored=ignored)


@app.command()
def resolve(
    action: Annotated[
        str | None,
        typer.Argument(help="create_administrate, create_tutorial, link, unlink, ignore or unignore."),
    ] = None,
    entity: Annotated[str | None, typer.Argument(help="The entity that the row belongs to.", parser=_entity)] = None,
    record: Annotated[str | None, typer.Argument(help="The row: its id on its side, or its name or code.")] = None,
    side: Annotated[
        str | None,
        typer.Option(help="The side that the row is on: tutorial or administrate. The create actions imply it."),
    ] = None,
    to: Annotated[str | None, typer.Option(help="link: id, name or code of the row on the other side.")] = None,
    reason: Annotated[str, typer.Option(help="Why; ignore needs it.")] = "",
    who: Annotated[str | None, typer.Option(help="Who decided; default: the user of this machine.")] = None,
    automatic: Annotated[
        bool,
        typer.Option(
            "--automatic", help="unlink: leave the link to matching again. Otherwise syncs will not link the two again."
        ),
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
    """Carry out decisions about rows without a partner: create, link, unlink, ignore. A dry run unless --apply."""
    from sync_assets.cli.resolve import decisions_of_file, resolve_decisions
    from sync_assets.operations.decision_files import decision_of

    values = {"region_id": region, "account_id": account, "lifecycle_state": lifecycle_state}
    values["learning_mode"] = learning_mode
    if (file is None) == (action is None) or (action is not None and (entity is None or record is None)):
        raise typer.BadParameter("give an action, an entity and a row, or --file")
    if file is not None:
        decisions = decisions_of_file(file, reason, values)
    else:
        row = {"action": action, "entity": entity, "record_id": record, "side": side, "link_to": to, "reason": reason}
        decisions = [decision_of({**row, "automatic": automatic}, values)]
    if not resolve_decisions(decisions, who, dry_run=not apply):
        raise typer.Exit(1)


@app.command()
def decisions(
    entity: Annotated[str | None, typer.Option(help="Only decisions about this entity.", parser=_entity)] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the newest.")] = 50,
) -> None:
    """List the decisions about discrepancies: when, who, what, why, and the result."""
    from sync_assets.cli.resolve import print_decisions

    print_decisions(entity, limit)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The workbook, an .xlsx file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate, and write nothing anywhere.")] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Import nothing if any event of the file is in error.")
    ] = False,
    approve_instructors: Annotated[
        bool,
        typer.Option(
            "--approve-instructors",
            help="Approve instructors in Administrate for course templates that they are not approved for.",
        ),
    ] = False,
    apply_changes: Annotated[
        bool,
        typer.Option("--apply-changes", help="Change events that already exist and differ from the file."),
    ] = False,
    change_published: Annotated[
        bool,
        typer.Option("--change-published", help="With --apply-changes: also events that are published or booked."),
    ] = False,
    mutations_per_request: Annotated[
        int, typer.Option(min=1, max=200, help="Most mutations in one request.")
    ] = MUTATIONS_PER_REQUEST,
) -> None:
    """Import the events of a workbook into both systems: exit status 1 unless both are as the file says."""
    from sync_assets.cli.import_events import import_file
    from sync_assets.operations.imports.import_config import ImportConfig

    config = ImportConfig(
        dry_run=dry_run,
        all_or_nothing=all_or_nothing,
        approve_instructors=approve_instructors,
        apply_changes=apply_changes,
        change_published=change_published,
        mutations_per_request=mutations_per_request,
    )
    if not import_file(file, config):
        raise typer.Exit(1)


ApplyOption = Annotated[bool, typer.Option("--apply", help="Do it. Without this it is a dry run.")]


@app.command()
def template(
    path: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")] = Path("events.xlsx"),
) -> None:
    """Write an empty workbook for an upload: every column with a note, drop-down lists, and a page of help."""
    from sync_assets.cli.template import write_template

    write_template(path)


@events_app.command("list")
def events_list(
    unfinished: Annotated[bool, typer.Option("--unfinished", help="Only events that wait or were refused.")] = False,
    upload: Annotated[str | None, typer.Option(metavar="KEY", help="Only events of this upload.")] = None,
    sitting: Annotated[str | None, typer.Option(help="Only events of this sitting, such as 2026S.")] = None,
    location: Annotated[str | None, typer.Option(help="Only events at this location.")] = None,
    template: Annotated[str | None, typer.Option(metavar="CODE", help="Only events of this course template.")] = None,
    title: Annotated[str | None, typer.Option(help="Only events with this in their title.")] = None,
    state: Annotated[
        str | None,
        typer.Option(
            help=f"Only events in this state: {', '.join(EventState)} as planned; draft, published or cancelled there."
        ),
    ] = None,
    on_sale: Annotated[
        bool | None, typer.Option("--on-sale/--off-sale", help="Only events that are, or are not, on sale there.")
    ] = None,
    sold_out: Annotated[
        bool | None, typer.Option("--sold-out/--available", help="Only events that are, or are not, sold out there.")
    ] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the planned events of all uploads: state, both ids, why one is not as planned, and what Administrate says.

    What Administrate says is what the last sync has read.
    """
    from sync_assets.cli.events import print_events
    from sync_assets.event_import.planned_list import LifecycleState, PlannedFilter

    known, there = list(EventState), list(LifecycleState)
    if state not in (None, *known, *there):
        raise typer.BadParameter(f"expected {', '.join((*known, *there))}", param_hint="--state")
    chosen = PlannedFilter(
        unfinished,
        upload,
        sitting,
        location,
        template,
        title,
        state=EventState(state) if state in known else None,
        there=LifecycleState(state) if state in there else None,
        on_sale=on_sale,
        sold_out=sold_out,
    )
    print_events(chosen, format_)


def _add_action(name: str, help_: str) -> None:
    """Add the command of an action; only `cancel` can be told to go on with booked events."""

    def command(
        sitting: Annotated[str | None, typer.Option(help="The events of this sitting, such as 2026S.")] = None,
        upload: Annotated[list[str] | None, typer.Option(metavar="KEY", help="All of this upload; repeatable.")] = None,
        title: Annotated[list[str] | None, typer.Option(help="The event of this title; repeatable.")] = None,
        from_: Annotated[
            Path | None,
            typer.Option(
                "--from", metavar="CSV", help="The events of a CSV file: its column administrate_id or title."
            ),
        ] = None,
        location: Annotated[str, typer.Option(help="Of those, only the events at this location.")] = "",
        template: Annotated[str, typer.Option(metavar="CODE", help="Of those, only the events of this template.")] = "",
        cancel_booked: Annotated[
            bool, typer.Option("--cancel-booked", help="cancel: also events that people have booked.")
        ] = False,
        reason: Annotated[str, typer.Option(help="Why; kept with every event.")] = "",
        who: Annotated[str | None, typer.Option(help="Who asks for it; default: the user of this machine.")] = None,
        format_: FormatOption = Format.TABLE,
        apply: ApplyOption = False,
    ) -> None:
        from sync_assets.cli.event_actions import act, events_of_file
        from sync_assets.event_actions.action import EventAction
        from sync_assets.operations.event_action_job import EventActionConfig

        if cancel_booked and name != "cancel":
            raise typer.BadParameter("only cancel asks about bookings", param_hint="--cancel-booked")
        if not (sitting or upload or title or from_):
            raise typer.BadParameter("give --sitting, --upload, --title or --from")
        titles, ids = events_of_file(from_) if from_ else ([], [])
        config = EventActionConfig(
            action=EventAction(name.replace("-", "_")),
            sitting=sitting or "",
            uploads=upload or [],
            titles=[*(title or ()), *titles],
            ids=ids,
            location=location,
            template=template,
            cancel_booked=cancel_booked,
            dry_run=not apply,
            reason=reason,
        )
        if not act(config, who, format_):
            raise typer.Exit(1)

    events_app.command(name, help=f"{help_} A dry run unless --apply.")(command)


_add_action("publish", "Publish events, with the sessions that are drafts.")
_add_action("on-sale", "Offer events on the web.")
_add_action("off-sale", "Offer events on the web no longer.")
_add_action("sold-out", "Say that events are sold out.")
_add_action("available", "Say that events are not sold out.")
_add_action("cancel", "Cancel events with their sessions.")


@events_app.command("drift")
def events_drift(
    sitting: Annotated[str | None, typer.Option(help="Only events of this sitting, such as 2026S.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only one kind: changed-here, changed-there, changed-in-both or never-agreed.")
    ] = None,
    left_apart: Annotated[bool, typer.Option("--left-apart", help="Those that somebody left apart instead.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the fields in which the two sides of an event differ, as the last comparison found them."""
    from sync_assets.cli.event_drift import print_drift
    from sync_assets.event_drift.three_way import DriftKind

    kinds = {each.value.replace(" ", "-"): each for each in DriftKind}
    if kind is not None and kind not in kinds:
        raise typer.BadParameter(f"expected {', '.join(kinds)}", param_hint="--kind")
    print_drift(sitting, kinds[kind] if kind else None, left_apart=left_apart, format_=format_)


@events_app.command("decide")
def events_decide(
    choice: Annotated[
        str, typer.Argument(help="take-theirs, send-ours or leave-apart; as-in-file: what the column choice says.")
    ],
    event: Annotated[list[str] | None, typer.Option(help="The event, by title or id; repeatable.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(help="Only this field, as `events drift` names it; repeatable.")
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="CSV", help="Many: the CSV of `events drift --format csv`.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with every decision.")] = "",
    who: Annotated[str | None, typer.Option(help="Who decides; default: the user of this machine.")] = None,
    format_: FormatOption = Format.TABLE,
    apply: ApplyOption = False,
) -> None:
    """Decide about differences of events: take theirs, send ours, or leave both apart. A dry run unless --apply."""
    from sync_assets.cli.event_drift import decide, decisions_of_file
    from sync_assets.event_drift.drift_decision import DriftChoice
    from sync_assets.operations.drift_job import DecideDriftConfig, DriftDecisionConfig

    choices = {each.value.replace("_", "-"): each for each in DriftChoice}
    if choice not in (*choices, "as-in-file"):
        raise typer.BadParameter(f"expected {', '.join(choices)} or as-in-file", param_hint="CHOICE")
    if not (event or from_) or (choice == "as-in-file" and event):
        raise typer.BadParameter("give --event or --from; as-in-file takes --from alone")
    decisions = decisions_of_file(from_, choices.get(choice), reason) if from_ else []
    decisions += [
        DriftDecisionConfig(event=each, choice=choices[choice], fields=field or [], reason=reason)
        for each in event or ()
    ]
    if not decide(DecideDriftConfig(decisions=decisions, dry_run=not apply), who, format_):
        raise typer.Exit(1)


@events_app.command("export")
def events_export(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write; it must not be there yet.")],
    sitting: Annotated[str | None, typer.Option(help="The events of this sitting, such as 2026S.")] = None,
    upload: Annotated[str | None, typer.Option(metavar="KEY", help="The events of this upload.")] = None,
) -> None:
    """Write planned events, as both sides have them now, as a workbook that can be edited and imported again."""
    from sync_assets.cli.event_export import export

    if not (sitting or upload):
        raise typer.BadParameter("give --sitting or --upload")
    if not export(path, sitting, upload):
        raise typer.Exit(1)


@events_app.command("carry-on")
def events_carry_on() -> None:
    """Continue with every event that waits for Administrate."""
    from sync_assets.cli.events import carry_on_with_all

    if not carry_on_with_all():
        raise typer.Exit(1)


@events_app.command("withdraw")
def events_withdraw(
    title: Annotated[list[str] | None, typer.Option(help="The event of this title; repeatable.")] = None,
    upload: Annotated[list[str] | None, typer.Option(metavar="KEY", help="All of this upload; repeatable.")] = None,
    apply: ApplyOption = False,
) -> None:
    """Take drafts without bookings back on both sides. Events that are published, booked or referred to stay."""
    from sync_assets.cli.events import withdraw

    if not title and not upload:
        raise typer.BadParameter("give --title or --upload")
    if not withdraw(title or (), upload or (), apply=apply):
        raise typer.Exit(1)


@events_app.command("adopt")
def events_adopt(
    title: Annotated[list[str], typer.Option(help="The title in the upload and in Administrate; repeatable.")],
    apply: ApplyOption = False,
) -> None:
    """Take over an event that somebody else made in Administrate. The dry run shows what would change."""
    from sync_assets.cli.events import adopt

    if not adopt(title, apply=apply):
        raise typer.Exit(1)


@events_app.command("strays")
def events_strays(apply: ApplyOption = False) -> None:
    """Find drafts in Administrate with our key that no planned event has. Remove them with --apply."""
    from sync_assets.cli.events import remove_strays

    if not remove_strays(apply=apply):
        raise typer.Exit(1)


@app.command()
def doctor(
    format_: FormatOption = Format.TABLE,
) -> None:
    """Examine everything that a run depends on. Exit status 1 if anything is wrong, with what to do about it."""
    from sync_assets.cli.doctor import print_examination

    if not print_examination(format_):
        raise typer.Exit(1)


@app.command()
def audit(
    since: Annotated[
        str | None, typer.Option(help="Only what was sent since: 2026-01-31, 2026-01-31T09:00, 90m, 12h, 7d, 2w.")
    ] = None,
    operation: Annotated[
        str | None, typer.Option(help="Only this mutation, such as session.update, or its group: session.")
    ] = None,
    run: Annotated[
        str | None, typer.Option(help="Only mutations of this Dagster run: its id, or the first characters of it.")
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only mutations that failed, or whose outcome is unknown.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the newest.")] = 100,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the mutations that were sent to the tenant, the newest first."""
    from sync_assets.cli.audit import moment, print_calls

    try:
        start = moment(since) if since else None
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{since!r} is not a date, a time or an age", param_hint="--since") from None
    print_calls(since=start, mutation=operation, run_id=run, failed=failed, limit=limit, format_=format_)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8710,
    templates: Annotated[int, typer.Option(min=1, help="Course templates of the made-up provider.")] = 80,
    latency: Annotated[float, typer.Option(min=0, help="Milliseconds that each answer takes longer.")] = 0,
    mutation_time: Annotated[float, typer.Option(min=0, help="Milliseconds that each mutation takes.")] = 0,
    read_lag: Annotated[float, typer.Option(min=0, help="Milliseconds until lists show a mutation.")] = 0,
    proxy_timeout: Annotated[
        float | None, typer.Option(min=0, help="Milliseconds after which a proxy answers 504 while the work goes on.")
    ] = None,
    fill: Annotated[
        LayoutName | None,
        typer.Option(help="Fill the empty database of SYNC_DATABASE_URL with the provider's tutorial tables first."),
    ] = None,
) -> None:
    """Serve a made-up Administrate tenant on this machine, until Ctrl-C."""
    from sync_assets.cli.sandbox import serve_sandbox

    serve_sandbox(
        port,
        templates,
        latency=latency / 1000,
        mutation_time=mutation_time / 1000,
        read_lag=read_lag / 1000,
        proxy_timeout=None if proxy_timeout is None else proxy_timeout / 1000,
        fill=fill,
    )


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 3000,
) -> None:
    """Serve the Dagster UI with its daemon on this machine, until Ctrl-C."""
    from sync_assets.cli.ui import serve_ui

    serve_ui(port)


@app.command()
def pages(
    host: Annotated[
        str, typer.Option(help="Address to serve at; others than 127.0.0.1 need a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; on 127.0.0.1, 0 takes a free one.")] = 8000,
) -> None:
    """Serve the pages for those who schedule events, until Ctrl-C. Dagster's webserver has to run beside them."""
    from sync_assets.cli.pages import serve_pages

    serve_pages(host, port)


@app.command()
def demo(
    no_ui: Annotated[bool, typer.Option("--no-ui", help="End without serving the UI.")] = False,
    port: Annotated[int, typer.Option(help="Port of the UI on 127.0.0.1; 0 takes a free one.")] = 3000,
    pages_port: Annotated[int, typer.Option(help="Port of the pages on 127.0.0.1; 0 takes a free one.")] = 8000,
    templates: Annotated[int, typer.Option(min=51, help="Course templates of the made-up provider.")] = 80,
    folder: Annotated[Path | None, typer.Option(help="Where the demo's databases are kept.")] = None,
    layout: Annotated[
        LayoutName, typer.Option(help="The layout of the tutorial tables: as they are since May, or of February 2026.")
    ] = LayoutName.MAY,
) -> None:
    """Sync a made-up tenant into an embedded database, import events, say what came of it, and serve the pages."""
    from sync_assets.cli.demo import run_demo

    if not run_demo(folder, port=None if no_ui else port, pages_port=pages_port, templates=templates, layout=layout):
        raise typer.Exit(1)
