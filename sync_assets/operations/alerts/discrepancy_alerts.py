"""Alerts of rows without a partner: when new ones come, and once when the last one has gone.

They are read from adm.discrepancies and not from the checks. The table has every row and is written in one transaction
with the links; a check shows two hundred rows, is a step that can be left out of a run, and says nothing if it fails.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sync_assets.bridge.matching import Side
from sync_assets.operations.alerts.alert_text import Alert, Tone, first_items

MOST_KNOWN = 200
"""Rows of an entity that the state tells apart. Of more the set is known as a whole: one row more is no news then."""
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A discrepancy as an alert shows it."""

    side: str
    kind: str
    record_id: str
    name: str
    why: str

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits of what makes it this discrepancy: the row, its side, and the kind."""
        return hashlib.sha256(f"{self.side}\n{self.kind}\n{self.record_id}".encode()).hexdigest()[:_DIGITS]

    @property
    def sentence(self) -> str:
        """The row and why it has no partner."""
        row = "tutorial row" if self.side == Side.TUTORIAL else "Administrate record"
        return f"{self.name or 'without a name'} ({row} {self.record_id}): {self.why}"


@dataclass(frozen=True, slots=True)
class LastTold:
    """What was last told of an entity: how many there were, a hash of all, and the fingerprints of each if not many."""

    count: int
    all: str
    each: frozenset[str] | None

    @classmethod
    def of(cls, found: Sequence[Found]) -> LastTold:
        """Return what is to be remembered of these."""
        prints = sorted(row.fingerprint for row in found)
        return cls(
            len(prints),
            hashlib.sha256("".join(prints).encode()).hexdigest()[:16],
            frozenset(prints) if len(prints) <= MOST_KNOWN else None,
        )


NOTHING = LastTold.of(())
State = Mapping[str, LastTold]
"""What was last told, by entity; an entity that is not in it had none."""


def read_state(cursor: str | None) -> State:
    """Return the state that a cursor holds."""
    kept = json.loads(cursor) if cursor else {}
    return {
        name: LastTold(
            count,
            whole,
            None if each is None else frozenset(each[at : at + _DIGITS] for at in range(0, len(each), _DIGITS)),
        )
        for name, (count, whole, each) in kept.items()
    }


def write_state(state: State) -> str:
    """Return a state as a cursor, of at most about 1.6 kB an entity."""
    return json.dumps(
        {
            name: [known.count, known.all, None if known.each is None else "".join(sorted(known.each))]
            for name, known in sorted(state.items())
            if known.count
        }
    )


def alerts_of(
    plurals: Mapping[str, str],
    state: State,
    found: Mapping[str, Sequence[Found]],
    link: Callable[[str], str | None],
) -> tuple[list[Alert], State]:
    """Return what is to be told, and the state once it has been told.

    `plurals` are the entities with their word for several, `link` gives the page of the run that found an entity's.
    Rows that went away without the last one going need nobody, and change the state alone.
    """
    alerts: list[Alert] = []
    after: dict[str, LastTold] = {}
    for name, plural in plurals.items():
        rows = found.get(name, ())
        known, now = state.get(name, NOTHING), LastTold.of(rows)
        after[name] = now
        if now == known:
            continue
        key = f"discrepancies:{name}:{known.all}:{now.all}"
        if not rows:
            gone = "The one that there was is gone." if known.count == 1 else f"The {known.count} are gone."
            alerts.append(
                Alert(
                    key,
                    Tone.SUCCESS,
                    f"{plural.capitalize()}: all clear",
                    (f"No row of either side is without its partner any more. {gone}",),
                    link=link(name),
                )
            )
        elif news := _news(known, now, rows):
            alerts.append(_of_new(key, plural, rows, news, link(name)))
    return alerts, after


def _news(known: LastTold, now: LastTold, rows: Sequence[Found]) -> list[Found]:
    if known.each is not None:
        return [row for row in rows if row.fingerprint not in known.each]
    # What there was is known only as a whole: it counts as news unless it has become less.
    return [] if now.count < known.count else list(rows)


def _of_new(key: str, plural: str, rows: Sequence[Found], news: Sequence[Found], link: str | None) -> Alert:
    items, more = first_items([row.sentence for row in news])
    before = len(rows) - len(news)
    told = (
        f" {before} that {'was' if before == 1 else 'were'} told before {'is' if before == 1 else 'are'} still there."
    )
    return Alert(
        key,
        Tone.WARNING,
        f"{plural.capitalize()}: {len(news)} new without a partner",
        (f"They stand in one of the two systems and have no partner in the other.{told if before else ''}",),
        items,
        more,
        link,
    )
