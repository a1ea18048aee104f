"""The command `audit`: the mutations that were sent to the tenant."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd
import typer
from rich.table import Table

from sync_assets.bridge.audit import DONE, AuditEntry, read_calls
from sync_assets.cli.console import Format, open_console, shown
from sync_assets.csv_text import frame_as_csv
from sync_assets.database import open_bridge
from sync_assets.settings import Settings
from sync_assets.shown_text import as_json_text

COLUMNS: Final = ("sent_at", "run_id", "mutations", "result", "seconds", "said", "variables", "answer", "id")
UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str) -> datetime:
    """Return the moment that a text names: a date, a date with a time, or an age such as 90m, 12h, 7d or 2w.

    A moment without a zone is in this machine's zone. Raises ValueError for any other text.
    """
    if age := re.fullmatch(r"(\d{1,5})([mhdw])", text.strip()):
        return datetime.now(UTC) - timedelta(**{UNITS[age[2]]: int(age[1])})
    named = datetime.fromisoformat(text.strip())
    return named if named.tzinfo else named.astimezone()


def print_calls(
    *,
    since: datetime | None,
    mutation: str | None,
    run_id: str | None,
    failed: bool,
    limit: int,
    format_: Format,
) -> None:
    """Print the mutations, the newest first; only JSON and CSV have variables and answers. Raises SyncError."""
    with open_bridge(Settings.read()) as connection:
        calls = read_calls(connection, since=since, mutation=mutation, run_id=run_id, failed=failed, limit=limit + 1)
    printed, is_cut = calls[:limit], len(calls) > limit
    if format_ is Format.JSON:
        typer.echo(as_json_text(json.dumps([_record(call) for call in printed], indent=2, ensure_ascii=False)))
    elif format_ is Format.CSV:
        typer.echo(_as_csv(printed), nl=False)
    else:
        _print_table(printed)
    if is_cut:
        typer.echo(f"There are more than {limit}: see them with --limit, or choose others with --since.", err=True)


def _record(call: AuditEntry) -> dict[str, Any]:
    values = {name: getattr(call, name) for name in COLUMNS}
    return {**values, "sent_at": call.sent_at.isoformat(), "id": str(call.id)}


def _as_csv(calls: Sequence[AuditEntry]) -> str:
    rows: list[dict[str, Any]] = []
    for call in calls:
        nested = {name: json.dumps(getattr(call, name), ensure_ascii=False) for name in ("variables", "answer")}
        rows.append({**_record(call), "mutations": _counted(call.mutations), **nested})
    return frame_as_csv(pd.DataFrame(rows, columns=list(COLUMNS)))


def _print_table(calls: Sequence[AuditEntry]) -> None:
    title = f"{len(calls)} requests with mutations"
    table = Table("sent", "run", "mutations", "result", "seconds", "said", title=title)
    table.columns[4].justify = "right"
    for call in calls:
        table.add_row(
            call.sent_at.astimezone().isoformat(sep=" ", timespec="seconds"),
            (call.run_id or "")[:8],
            shown(_counted(call.mutations)),
            call.result if call.result == DONE else f"[red]{call.result}",
            "" if call.seconds is None else f"{call.seconds:.2f}",
            shown(call.said),
        )
    open_console().print(table)


def _counted(mutations: Mapping[str, int]) -> str:
    return ", ".join(name if count == 1 else f"{count} {name}" for name, count in mutations.items())
