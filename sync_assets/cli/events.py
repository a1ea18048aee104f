"""The commands `events …`: list planned events, continue with them, take them back, or adopt events of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
import typer
from rich.table import Table
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.assets.audit import Audit
from sync_assets.assets.resources import connection_from
from sync_assets.cli.console import Format, open_console, say, shown
from sync_assets.csv_text import frame_as_csv
from sync_assets.database import open_bridge, open_engine
from sync_assets.event_import.adopt_events import AdoptionOutcome, adopt_events
from sync_assets.event_import.carry_on import carry_on
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.planned_list import PlannedFilter, read_planned
from sync_assets.event_import.stray_drafts import remove_stray_drafts
from sync_assets.event_import.withdraw_events import Withdrawal, WithdrawalOutcome, withdraw_events
from sync_assets.settings import Settings
from sync_assets.shown_text import as_json_text

NOT_IN_THE_TABLE = ["sitting", "template", "next_try_at", "upload", "places"]
"""Columns that the other formats have besides; a title has the sitting, and a terminal only so much room."""


def print_events(chosen: PlannedFilter, format_: Format) -> None:
    """Print one row per planned event."""
    with open_bridge(Settings.read()) as connection:
        frame = read_planned(connection, chosen)
    if format_ is Format.JSON:
        typer.echo(as_json_text(frame.to_json(orient="records", date_format="iso")))
    elif format_ is Format.CSV:
        typer.echo(frame_as_csv(frame), nl=False)
    else:
        _print_table(frame.drop(columns=NOT_IN_THE_TABLE))
        counts = ", ".join(f"{count} {state}" for state, count in frame["state"].value_counts().items())
        open_console().print(f"{len(frame)} events: {counts or 'none'}.", highlight=False)


def _print_table(frame: pd.DataFrame) -> None:
    table = Table(*(name.replace("_", " ") for name in frame.columns), header_style="bold")
    for row in frame.astype(object).itertuples(index=False):
        table.add_row(*map(shown, row))
    open_console().print(table)


def withdraw(titles: Sequence[str], uploads: Sequence[str], *, apply: bool) -> bool:
    """Take events back, print each result, and return whether no event had to stay."""
    settings = Settings.read()
    with _both(settings) as (engine, client):
        withdrawals = withdraw_events(
            engine,
            client,
            titles=titles,
            upload_keys=uploads,
            apply=apply,
            quiet_seconds=settings.administrate_quiet_seconds,
        )
    for withdrawal in withdrawals:
        say(withdrawal_line(withdrawal))
    if not apply:
        say("Nothing was changed. Add --apply to do it.")
    return all(withdrawal.outcome is not WithdrawalOutcome.STAYS for withdrawal in withdrawals)


def withdrawal_line(withdrawal: Withdrawal) -> str:
    """Return what became of a withdrawal, with the ids that the event has."""
    known = {"tutorial": withdrawal.tutorial_event_id, "Administrate": withdrawal.external_id}
    ids = ", ".join(f"{side} {id_}" for side, id_ in known.items() if id_ is not None)
    why = f": {withdrawal.sentence}" if withdrawal.sentence else ""
    return f"{withdrawal.title} ({ids or 'on neither side'}) {withdrawal.outcome.value}{why}"


def adopt(titles: Sequence[str], *, apply: bool) -> bool:
    """Adopt events of Administrate, print what changes, and return whether all of them were adopted."""
    settings = Settings.read()
    options = ImportOptions(
        tax_type=settings.administrate_tax_type,
        code_prefix=settings.administrate_code_prefix,
        quiet_seconds=settings.administrate_quiet_seconds,
    )
    with _both(settings) as (engine, client):
        adoptions = adopt_events(engine, client, titles, options, apply=apply)
    for adoption in adoptions:
        event = f"the {adoption.lifecycle_state} event {adoption.external_id}"
        say(f"{adoption.title}: {event} {adoption.outcome.value}")
        for change in adoption.changes:
            say(f"  {change}")
        if adoption.sentence:
            say(f"  {adoption.sentence}")
    if not apply:
        say("Nothing was changed. Add --apply to do it.")
    return all(adoption.outcome is not AdoptionOutcome.NOT_FINISHED for adoption in adoptions)


def remove_strays(*, apply: bool) -> bool:
    """Print the drafts with our key that no planned event has; with `apply`, remove them. Return False if one stays."""
    settings = Settings.read()
    with _both(settings) as (engine, client):
        strays, reasons = remove_stray_drafts(engine, client, settings.administrate_code_prefix, apply=apply)
    for event in strays:
        result = reasons.get(event.external_id) or ("removed" if apply else "would be removed")
        say(f"{event.title} ({event.external_id}, code {event.code}): {result}")
    say(f"{len(strays)} drafts." + ("" if apply else " Nothing was changed. Add --apply to remove them."))
    return not reasons


def carry_on_with_all() -> bool:
    """Continue with every unfinished event, print the result, and return whether all are as planned."""
    settings = Settings.read()
    with _both(settings) as (engine, client):
        result = carry_on(engine, client, quiet_seconds=settings.administrate_quiet_seconds)
    for event in (*result.refused, *result.waiting):
        say(f"{event.title}: {event.refusal or event.failure}")
    say(result.words)
    return result.is_success


@contextmanager
def _both(settings: Settings) -> Iterator[tuple[Engine, AdministrateClient]]:
    """Open the database and a client of the tenant that writes every mutation into the audit."""
    address = connection_from(settings)
    with open_engine(settings) as engine, AdministrateClient(address, observe=Audit(engine, None).note) as client:
        yield engine, client
