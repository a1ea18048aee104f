"""The command `discrepancies`, and the summary of them that a sync ends with."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from sync_assets.bridge.discrepancies import IGNORED_COLUMNS, read_discrepancies
from sync_assets.bridge.matching import DiscrepancyKind
from sync_assets.cli.console import Format, open_console, shown
from sync_assets.csv_text import frame_as_csv
from sync_assets.database import open_bridge
from sync_assets.settings import Settings
from sync_assets.shown_text import as_json_text

SHOWN = ["entity", "side", "kind", "name", "record_id", "why"]
EXAMPLES, LONGEST_NAME = 2, 40
"""How many rows of each kind a summary names, and how many characters of each name it shows."""


def print_discrepancies(entity: str | None, format_: Format, *, ignored: bool = False) -> None:
    """Print the discrepancies that the last sync found, or those of them that are ignored. Raises SyncError."""
    with open_bridge(Settings.read()) as connection:
        rows = read_discrepancies(connection, entity, ignored=ignored)
    if format_ is Format.JSON:
        typer.echo(as_json_text(rows.to_json(orient="records", date_format="iso", indent=2, force_ascii=False)))
    elif format_ is Format.CSV:
        typer.echo(frame_as_csv(rows), nl=False)
    else:
        columns = [*SHOWN, *IGNORED_COLUMNS] if ignored else SHOWN
        table = Table(*columns, title=f"{len(rows)} {'ignored ' if ignored else ''}discrepancies")
        for row in rows[columns].astype(object).to_dict(orient="records"):
            table.add_row(*map(shown, row.values()))
        open_console().print(table)


def print_summary(console: Console, settings: Settings, entities: Collection[str]) -> None:
    """Print how many rows of these entities have no partner, by entity, side and kind, and where to see all of them.

    Raises SyncError.
    """
    with open_bridge(settings) as connection:
        rows = read_discrepancies(connection)
    rows = rows[rows["entity"].isin(list(entities))]
    if rows.empty:
        console.print("Every row has a partner on the other side.")
        return
    table = Table("entity", "side", "kind", "rows", "such as", header_style="bold")
    table.columns[3].justify = "right"
    for (name, side, kind), group in rows.groupby(["entity", "side", "kind"], sort=False):
        table.add_row(str(name), str(side), str(kind), str(len(group)), shown(_examples(group)))
    console.print(table)
    held = int((rows["kind"] == DiscrepancyKind.HELD_LINK).sum())
    console.print(
        f"{len(rows) - held} rows have no partner on the other side."
        f"{f' {held} links are held although the two sides disagree with them.' if held else ''} "
        "`sync-assets discrepancies` lists all of them with the reasons, and so do the checks of the link assets in "
        "Dagster's UI.",
        highlight=False,
    )


def _examples(rows: pd.DataFrame) -> str:
    names = [name or record_id for name, record_id in zip(rows["name"], rows["record_id"], strict=True)][:EXAMPLES]
    cut = [name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in names]
    return "; ".join([*cut, "…"] if len(rows) > EXAMPLES else cut)
