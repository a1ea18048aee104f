"""The command `discrepancies`."""

from __future__ import annotations

from enum import StrEnum

import typer
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from sync_assets.bridge.discrepancies import IGNORED_COLUMNS, read_discrepancies
from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import require_current
from sync_assets.cli.console import open_console
from sync_assets.database import database_engine
from sync_assets.settings import Settings

SHOWN = ["entity", "side", "kind", "name", "record_id", "why"]


class Format(StrEnum):
    """How the list is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def print_discrepancies(entity: str | None, format_: Format, *, ignored: bool = False) -> None:
    """Print the discrepancies that the last sync found, or those of them that are ignored. Raises SyncError."""
    engine = database_engine(Settings.read())
    try:
        with engine.connect() as connection:
            require_current(connection)
            rows = read_discrepancies(connection, entity, ignored=ignored)
    except DBAPIError as error:
        raise BridgeError(f"The database could not be read: {' '.join(str(error.orig).split())}") from None
    finally:
        engine.dispose()
    if format_ is Format.JSON:
        typer.echo(rows.to_json(orient="records", date_format="iso", indent=2, force_ascii=False))
    elif format_ is Format.CSV:
        typer.echo(rows.to_csv(index=False), nl=False)
    else:
        shown = [*SHOWN, *IGNORED_COLUMNS] if ignored else SHOWN
        table = Table(*shown, title=f"{len(rows)} {'ignored ' if ignored else ''}discrepancies")
        for row in rows[shown].astype(str).to_dict(orient="records"):
            table.add_row(*row.values())
        open_console().print(table)
