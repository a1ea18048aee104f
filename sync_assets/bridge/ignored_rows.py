"""The discrepancies of an entity and what is ignored of them: read once, changed as it is decided, written at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from sync_assets.bridge.bridge_table import discrepancies
from sync_assets.bridge.candidates import Side
from sync_assets.bridge.decision_log import ignored
from sync_assets.bridge.find_row import NoSuchRow, find_row


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A discrepancy that the last link step found."""

    record_id: str
    kind: str
    key: str
    name: str


class IgnoredRows:
    """What is ignored of an entity on either side. A row is ignored for what it is: as unmatched, or as ambiguous."""

    def __init__(self, connection: Connection, entity: str, word: str) -> None:
        self._connection = connection
        self._entity = entity
        self._word = word
        self._open: dict[Side, dict[str, OpenRow]] = {side: {} for side in Side}
        self._by_key: dict[Side, defaultdict[str, list[OpenRow]]] = {side: defaultdict(list) for side in Side}
        self._kinds: dict[Side, defaultdict[str, set[str]]] = {side: defaultdict(set) for side in Side}
        self._added: dict[tuple[str, str, str], tuple[str, str, str | None]] = {}
        self._dropped: dict[tuple[str, str, str], None] = {}
        self._for_one_reason: set[tuple[str, str, str]] = set()
        found = select(discrepancies).where(discrepancies.c.entity == entity).order_by(discrepancies.c.id)
        for row in connection.execute(found):
            one = OpenRow(row.record_id, row.kind, row.key, row.name)
            self._open[Side(row.side)][row.record_id] = one
            if row.key:
                self._by_key[Side(row.side)][row.key].append(one)
        kept = select(ignored.c.side, ignored.c.record_id, ignored.c.kind, ignored.c.why)
        for side, record_id, kind, why in connection.execute(kept.where(ignored.c.entity == entity)):
            self._kinds[Side(side)][record_id].add(kind)
            if why is not None:
                self._for_one_reason.add((side, record_id, kind))

    def find(self, side: Side, given: str, key: str = "") -> OpenRow:
        """Return the discrepancy that is meant. Raises NoSuchRow."""
        found = find_row(given, self._open[side], self._by_key[side], word=self._word, key=key)
        if len(found) == 1:
            return found[0]
        what = "is no discrepancy that the last sync found"
        if found:
            ids = ", ".join(row.record_id for row in found)
            what = f"are {len(found)} discrepancies: give the id of the one you mean: {ids}"
        raise NoSuchRow(f"On the side {side}, {given!r} {what}.")

    def ignore(self, side: Side, row: OpenRow, *, reason: str, who: str, why: str | None = None) -> None:
        """Ignore a row as the kind that it is now. If it is ignored already, it gets the new reason.

        With `why` it is ignored as long as the discrepancy says just this.
        """
        place = (side.value, row.record_id, row.kind)
        self._kinds[side][row.record_id].add(row.kind)
        self._dropped.pop(place, None)
        self._added[place] = (reason, who, why)
        if why is None:
            self._for_one_reason.discard(place)
        else:
            self._for_one_reason.add(place)

    def forget_reason(self, side: Side, record_id: str, kind: str) -> None:
        """No longer ignore a row as a kind for one reason alone, which is gone; what is ignored for any stays."""
        place = (side.value, record_id, kind)
        if place in self._for_one_reason:
            self._for_one_reason.remove(place)
            self._kinds[side][record_id].discard(kind)
            self._added.pop(place, None)
            self._dropped[place] = None

    def unignore(self, side: Side, given: str, key: str = "") -> str:
        """No longer ignore a row, of any kind, and return its id. Raises NoSuchRow where it is not ignored."""
        kinds = self._kinds[side]
        record_id = given.removeprefix("id:").strip()
        named = [row for row in self._meant_by_key(side, given, key) if kinds.get(row.record_id)]
        if kinds.get(record_id):
            if others := [row for row in named if row.record_id != record_id]:
                raise NoSuchRow(
                    f"On the side {side}, {given!r} is the id of one row that is ignored, and the {self._word} of "
                    f"another one ({others[0].name}). Say which is meant: id:{given} or {self._word}:{given}."
                )
        elif len(named) == 1:
            record_id = named[0].record_id
        else:
            ids = ", ".join(sorted(row.record_id for row in named))
            several = f"{given!r} is ignored as {ids}: give the id of the one you mean"
            raise NoSuchRow(f"On the side {side}, {several if named else f'{given!r} is not ignored'}.")
        for kind in kinds.pop(record_id):
            place = (side.value, record_id, kind)
            self._added.pop(place, None)
            self._for_one_reason.discard(place)
            self._dropped[place] = None
        return record_id

    def _meant_by_key(self, side: Side, given: str, key: str) -> list[OpenRow]:
        return find_row(given, {}, self._by_key[side], word=self._word, key=key)

    def write(self) -> None:
        """Write what was changed."""
        if self._dropped:
            place = tuple_(ignored.c.side, ignored.c.record_id, ignored.c.kind)
            self._connection.execute(
                delete(ignored).where(ignored.c.entity == self._entity, place.in_(list(self._dropped)))
            )
        if self._added:
            adding = insert_or_update(ignored)
            new = {name: adding.excluded[name] for name in ("reason", "who", "why")} | {"ignored_at": func.now()}
            self._connection.execute(
                adding.on_conflict_do_update(index_elements=["entity", "side", "record_id", "kind"], set_=new),
                [
                    {
                        "entity": self._entity,
                        "side": side,
                        "record_id": record_id,
                        "kind": kind,
                        "reason": reason,
                        "who": who,
                        "why": why,
                    }
                    for (side, record_id, kind), (reason, who, why) in self._added.items()
                ],
            )
        self._added, self._dropped = {}, {}
