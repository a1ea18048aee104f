"""Which layout a database's tables have, held column by column against what this package reads and writes.

The tutorial application goes on: a deployment may stand between two of its versions, or have a newer one. Then nothing
is written, and the sentence says what does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, text

from sync_assets.tutorial import february_tables, may_tables, tables
from sync_assets.tutorial.errors import TutorialTablesUnknown
from sync_assets.tutorial.pairs import event_pairs, session_pairs
from sync_assets.tutorial.rights import RIGHTS
from sync_assets.tutorial.tables import LayoutName

TITLES: Final = {LayoutName.FEBRUARY: "February 2026", LayoutName.MAY: "May 2026"}
"""What people call the layouts."""
_SHOWN: Final = 12
_INSERTED: Final = frozenset({*RIGHTS, "adm.events", "adm.sessions"})
"""The tables of the application that rows are inserted into."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What `information_schema` says of a column: whether it may be null, and whether it is filled by itself."""

    is_nullable: bool
    has_default: bool


Columns = Mapping[str, Mapping[str, ColumnFacts]]
"""Columns by name, by qualified name of their table."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of it: the layout, or None and what does not fit the one that comes nearest."""

    layout: LayoutName | None
    nearest: LayoutName
    problems: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say what was found, and what to do where it is neither layout."""
        if self.layout is not None:
            return f"The tutorial application's tables are those of {TITLES[self.layout]}."
        more = f"; and {len(self.problems) - _SHOWN} more" if len(self.problems) > _SHOWN else ""
        return (
            f"The tutorial application's tables are those of neither {' nor '.join(TITLES.values())}. They come "
            f"nearest to {TITLES[self.nearest]}, but: {'; '.join(self.problems[:_SHOWN])}{more}. If the application's "
            "upgrade is under way, finish it; if the application is newer, install a version of sync-assets that "
            "knows it. Then run `sync-assets doctor`."
        )


def read_columns(connection: Connection) -> Columns:
    """Read the columns of all tables of the schemas that matter."""
    found: dict[str, dict[str, ColumnFacts]] = {}
    for row in connection.execute(
        text("""
            select table_schema || '.' || table_name as table_name, column_name, is_nullable = 'YES' as is_nullable,
                column_default is not null or is_identity = 'YES' or is_generated <> 'NEVER' as has_default
            from information_schema.columns
            where table_schema in ('acted', 'adm') or (table_schema, table_name) = ('public', 'auth_user')
            order by 1, ordinal_position""")
    ):
        found.setdefault(row.table_name, {})[row.column_name] = ColumnFacts(row.is_nullable, row.has_default)
    return found


def examine(columns: Columns) -> Examination:
    """Hold the columns of a database against both layouts."""
    # The table is what the application's upgrade makes about half way.
    nearest = LayoutName.MAY if may_tables.tutorial_products.fullname in columns else LayoutName.FEBRUARY
    problems = tuple(_problems(columns, nearest))
    return Examination(None if problems else nearest, nearest, problems)


def require_known_tables(connection: Connection) -> None:
    """Raise TutorialTablesUnknown where the application's tables are those of neither layout."""
    examination = examine(read_columns(connection))
    if examination.layout is None:
        raise TutorialTablesUnknown(examination.sentence)


def table_problems(columns: Columns, table: Table, *, is_inserted: bool) -> Iterator[str]:
    """Say what of a declared table is not in the database, and what an insert of ours could not fill there."""
    name = table.fullname
    found = columns.get(name)
    if found is None:
        yield f"there is no table {name}"
        return
    if missing := [column.name for column in table.c if column.name not in found]:
        yield f"{name} has no column {', '.join(missing)}"
    for column_name, facts in found.items() if is_inserted else ():
        declared = table.c.get(column_name)
        is_given = declared is not None and not declared.nullable and declared.server_default is None
        is_filled = is_given or (declared is not None and declared.info.get("filled"))
        if not (facts.is_nullable or facts.has_default or is_filled):
            yield f"{name}.{column_name} may not be empty, and this version does not fill it"


def has_whole_rows(columns: Columns, table: Table) -> bool:
    """Tell whether `adm.events` or `adm.sessions` has February's shape, as against that of pairs of ids."""
    return "title" in columns.get(table.fullname, {})


def _problems(columns: Columns, layout: LayoutName) -> Iterator[str]:
    for table in _tables_of(layout):
        yield from table_problems(columns, table, is_inserted=table.fullname in _INSERTED)
    for whole, pair in (
        (february_tables.bridge_events, event_pairs),
        (february_tables.bridge_sessions, session_pairs),
    ):
        if pair.fullname in columns:
            is_whole = layout is LayoutName.FEBRUARY and has_whole_rows(columns, whole)
            yield from table_problems(columns, whole if is_whole else pair, is_inserted=True)


def _tables_of(layout: LayoutName) -> Sequence[Table]:
    """Return the tables of `acted` and `auth_user`, each with the columns that the layout has."""
    metadata = february_tables.METADATA if layout is LayoutName.FEBRUARY else may_tables.METADATA
    own = {table.fullname: table for table in metadata.tables.values() if table.schema == "acted"}
    shared = {table.fullname: table for table in tables.METADATA.tables.values()}
    return list({**shared, **own}.values())
