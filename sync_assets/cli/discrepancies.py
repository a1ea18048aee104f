"""The command `discrepancies`."""

from __future__ import annotations

from enum import StrEnum

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError

from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import require_current
from sync_assets.database import database_engine
from sync_assets.settings import Settings


class Format(StrEnum):
    """How the list is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def print_discrepancies(entity: str | None, format_: Format) -> None:
    """Print the discrepancies that the last sync found. Raises SyncError."""
    engine = database_engine(Settings.read())
    try:
        with engine.connect() as connection:
            require_current(connection)
            rows = read_discrepancies(connection, entity)
    except DBAPIError as error:
        raise BridgeError(f"The database could not be read: {' '.join(str(error.orig).split())}") from None
    finally:
        engine.dispose()
    if format_ is Format.JSON:
        typer.echo(rows.to_json(orient="records", date_format="iso", indent=2, force_ascii=False))
    elif format_ is Format.CSV:
        typer.echo(rows.to_csv(index=False), nl=False)
    else:
        table = Table("entity", "side", "kind", "name", "id", "why", title=f"{len(rows)} discrepancies")
        for row in rows.itertuples(index=False):
            table.add_row(row.entity, row.side, row.kind, row.name, row.record_id, row.why)
        Console().print(table)
