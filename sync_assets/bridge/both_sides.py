"""Both sides of a link as they are within one transaction: read once, changed as it is decided, written set by set."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Row, Text, cast, func, update

from sync_assets.bridge.bridge_table import ADOPTED, HAND, MATCHED
from sync_assets.bridge.candidates import BridgeCandidate, TutorialCandidate, Verdict
from sync_assets.bridge.find_row import BY_ID, NoSuchRow, find_row
from sync_assets.bridge.held_links import HeldLinks
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import match
from sync_assets.text import match_key


@dataclass(frozen=True, slots=True)
class ChosenRecord:
    """A live bridge row as decisions see it; `linked_before` is the row whose deletion took its link away."""

    id: int
    external_id: str
    name: str
    key: str
    scope: int | None
    linked_to: int | None
    linked_by: str | None
    linked_before: int | None = None
    is_open: bool = True

    @property
    def is_held(self) -> bool:
        """Whether its link, or that there is none, is somebody's decision."""
        return self.linked_by not in (None, MATCHED)


class BothSides:
    """The bridge rows and the tutorial rows of a link. Whoever means to change links locks the bridge table before.

    `what` is what the records are called in sentences, `as_of` the day that says which rows are open (unset: today).
    """

    def __init__(self, connection: Connection, link: Link, what: str, as_of: date | None = None) -> None:
        self.link = link
        day = as_of or datetime.now(UTC).date()
        self._all_records, self._all_rows = link.records_on(day), link.tutorial_rows_on(day)
        self._connection = connection
        self._what = what
        self._records: dict[str, ChosenRecord] = {}
        self._records_by_key: defaultdict[str, list[ChosenRecord]] = defaultdict(list)
        self._linked_before: defaultdict[int, dict[int, ChosenRecord]] = defaultdict(dict)
        self._taken_from_removed: set[int] = set()
        self._linked: defaultdict[int, dict[int, ChosenRecord]] = defaultdict(dict)
        self._active: dict[str, TutorialCandidate] = {}
        self._inactive: dict[str, TutorialCandidate] = {}
        self._active_by_key: defaultdict[str, list[TutorialCandidate]] = defaultdict(list)
        self._inactive_by_key: defaultdict[str, list[TutorialCandidate]] = defaultdict(list)
        self._changed: dict[int, tuple[int | None, str | None]] = {}
        for row in connection.execute(self._all_records):
            self._take_record(_record(row))
        self._take_rows(connection.execute(self._all_rows))

    @property
    def has_changes(self) -> bool:
        """Whether links were changed that are not written yet."""
        return bool(self._changed)

    def record(self, given: str, key: str = "") -> ChosenRecord:
        """Return the live record that is meant. Raises NoSuchRow."""
        word = self.link.words.key
        found = find_row(given, self._records, self._records_by_key, word=word, key=key)
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(record.external_id for record in found)
            raise NoSuchRow(
                f"Administrate has {len(found)} records {given!r} among the {self._what}: give the id of the one you "
                f"mean: {ids}."
            )
        raise NoSuchRow(
            f"Among the {self._what}, {self.link.table.fullname} has no record with the id or the {word} {given!r} "
            f"{_with(word, key)}that Administrate still has. Run a sync if it is new there."
        )

    def row(self, given: str, key: str = "") -> TutorialCandidate:
        """Return the active tutorial row that is meant. Raises NoSuchRow."""
        word, table = self.link.words.key, self.link.tutorial_table.fullname
        found = find_row(given, self._active, self._active_by_key, word=word, key=key)
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(str(row.id) for row in found)
            raise NoSuchRow(f"{table} has {len(found)} rows {given!r}: give the id of the one you mean: {ids}.")
        if given.removeprefix(f"{BY_ID}:").strip() in self._inactive:
            raise NoSuchRow(
                f"Row {given} of {table} is inactive, so it cannot be linked. Make it active in the tutorial "
                "application first."
            )
        raise NoSuchRow(f"{table} has no active row with the id or the {word} {given!r}{_with(word, key).rstrip()}.")

    def linked_row_id(self, given: str, key: str = "") -> int:
        """Return the id of the tutorial row whose link is meant; it may be inactive. Raises NoSuchRow."""
        by_id = ChainMap(self._active, self._inactive)
        found = find_row(given, by_id, self._active_by_key, word=self.link.words.key, key=key)
        return found[0].id if len(found) == 1 else self.row(given, key).id

    def linked_to(self, row_id: int) -> list[ChosenRecord]:
        """Return the live records that a tutorial row is linked to."""
        return [self._linked[row_id][id_] for id_ in sorted(self._linked[row_id])] if row_id in self._linked else []

    def records_like(self, record: ChosenRecord) -> list[ChosenRecord]:
        """Return the live records of the same key and scope, the record itself among them."""
        return [each for each in self._records_by_key[record.key] if each.scope == record.scope]

    def rows_like(self, one: ChosenRecord | TutorialCandidate) -> list[TutorialCandidate]:
        """Return the active tutorial rows of the same key and scope."""
        return [each for each in self._active_by_key[one.key] if each.scope == one.scope]

    def inactive_rows_like(self, one: ChosenRecord | TutorialCandidate) -> list[TutorialCandidate]:
        """Return the inactive tutorial rows of the same key and scope."""
        return [each for each in self._inactive_by_key[one.key] if each.scope == one.scope]

    def would_match(self, record: ChosenRecord, row: TutorialCandidate) -> bool:
        """Tell whether a link step would link these two. It asks the step's own rules, of what has to do with them."""
        before = self._linked_before[row.id].values() if row.id in self._linked_before else ()
        others = {each.id: each for each in (*self.records_like(record), *self.linked_to(row.id), *before)}
        others[record.id] = replace(record, linked_to=row.id, linked_by=MATCHED, linked_before=None)
        rows = {each.id: each for each in (*self.rows_like(record), row)}
        matching = match([_candidate(each) for each in others.values()], rows.values(), self.link.words)
        return matching.links.get(record.id) == row.id

    def verdict_of_held(self, record: ChosenRecord, row: TutorialCandidate) -> Verdict | None:
        """Return what a link step will say of a record that is linked to a row by hand; None where the two agree."""
        held = replace(record, linked_to=row.id, linked_by=HAND, linked_before=None)
        return HeldLinks([_candidate(held)], {row.id: row}, self.link.words).verdict(_candidate(held))

    def stands(self, external_id: str, row_id: int) -> bool:
        """Tell whether a record is linked to a row, and a link step would leave it so."""
        record, row = self._records.get(external_id), self._active.get(str(row_id))
        if record is None or row is None or record.linked_to != row_id:
            return False
        return record.is_held or self.would_match(record, row)

    def set_link(self, record: ChosenRecord, row_id: int | None, by: str | None) -> ChosenRecord:
        """Change a link, to be written by `write`; return the record with it."""
        changed = replace(record, linked_to=row_id, linked_by=by, linked_before=None)
        self._changed[record.id] = row_id, by
        self._forget(record)
        return self._take_record(changed)

    def take_from_removed(self, row_id: int) -> None:
        """Keep links to a row from coming back with records that Administrate no longer has."""
        self._taken_from_removed.add(row_id)

    def write(self) -> None:
        """Write the links that were changed."""
        table = self.link.table
        if self._taken_from_removed:
            self._connection.execute(
                update(table)
                .where(table.c.removed_at.is_not(None), table.c.linked_row_id.in_(self._taken_from_removed))
                .values({self.link.column: None, "linked_by": None, "linked_row_id": None, "updated_at": func.now()})
            )
            self._taken_from_removed = set()
        if not self._changed:
            return
        new = (
            func.unnest(
                cast(list(self._changed), ARRAY(BigInteger)),
                cast([row_id for row_id, _ in self._changed.values()], ARRAY(BigInteger)),
                cast([by for _, by in self._changed.values()], ARRAY(Text)),
            )
            .table_valued("id", "target", "set_by", name="new")
            .render_derived()
        )
        values = {
            self.link.column: new.c.target,
            "linked_by": new.c.set_by,
            "linked_row_id": new.c.target,
            "updated_at": func.now(),
        }
        self._connection.execute(update(table).where(table.c.id == new.c.id).values(**values))
        self._changed = {}

    def read_record(self, external_id: str) -> ChosenRecord:
        """Return a record that has just been brought into the bridge table."""
        table = self.link.table
        row = self._connection.execute(self._all_records.where(table.c.external_id == external_id)).one()
        if known := self._records.get(external_id):
            self._forget(known)
        return self._take_record(_record(row))

    def read_row(self, row_id: int) -> TutorialCandidate:
        """Return a tutorial row that has just been inserted."""
        table = self.link.tutorial_table
        self._take_rows(self._connection.execute(self._all_rows.where(table.c.id == row_id)))
        return self._active[str(row_id)]

    def _take_record(self, record: ChosenRecord) -> ChosenRecord:
        self._records[record.external_id] = record
        if record.key:
            self._records_by_key[record.key].append(record)
        if record.linked_to is not None:
            self._linked[record.linked_to][record.id] = record
        if record.linked_before is not None:
            self._linked_before[record.linked_before][record.id] = record
        return record

    def _forget(self, record: ChosenRecord) -> None:
        del self._records[record.external_id]
        if record.key:
            self._records_by_key[record.key].remove(record)
        if record.linked_to is not None:
            del self._linked[record.linked_to][record.id]
        if record.linked_before is not None:
            del self._linked_before[record.linked_before][record.id]

    def _take_rows(self, rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            candidate = TutorialCandidate(
                row.id, match_key(row.key), row.name or "", row.scope, bool(row.is_active), bool(row.is_open)
            )
            by_id, by_key = (
                (self._active, self._active_by_key) if row.is_active else (self._inactive, self._inactive_by_key)
            )
            by_id[str(row.id)] = candidate
            if candidate.key:
                by_key[candidate.key].append(candidate)


def _with(word: str, key: str) -> str:
    return f"(and the {word} {key!r} in the file) " if key else ""


def _candidate(record: ChosenRecord) -> BridgeCandidate:
    return BridgeCandidate(
        id=record.id,
        key=record.key,
        name=record.name,
        external_id=record.external_id,
        scope=record.scope,
        linked_to=record.linked_to,
        held=record.is_held,
        adopted=record.linked_by == ADOPTED,
        linked_before=record.linked_before,
        is_open=record.is_open,
    )


def _record(row: Row[Any]) -> ChosenRecord:
    return ChosenRecord(
        id=row.id,
        external_id=row.external_id,
        name=row.name or "",
        key=match_key(row.key),
        scope=row.scope,
        linked_to=row.linked_to,
        linked_by=row.linked_by,
        linked_before=row.linked_row_id if row.linked_to is None else None,
        is_open=bool(row.is_open),
    )
