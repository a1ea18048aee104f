"""Alerts of discrepancies: when new ones come, and once when the last one has gone.

They are read from adm.discrepancies and not from the checks. The table has every row and is written in one transaction
with the links; a check shows two hundred rows, is a step that can be left out of a run, and says nothing if it fails.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sync_assets.bridge.matching import DiscrepancyKind, Side
from sync_assets.operations.alerts.alert_delivery import News
from sync_assets.operations.alerts.alert_text import Alert, Tone, first_items

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    DiscrepancyKind.UNMATCHED: (
        "without a partner",
        "They stand in one of the two systems and have no partner in the other.",
    ),
    DiscrepancyKind.AMBIGUOUS: (
        "with a key that occurs more than once",
        "It is not clear which of them belong together, so none of them is linked.",
    ),
    DiscrepancyKind.HELD_LINK: (
        "with a held link that disagrees",
        "No sync changes their links, and the two systems do not agree with them.",
    ),
    DiscrepancyKind.HELD_APART: ("held apart", "Somebody has decided that no sync links them."),
    DiscrepancyKind.ROW_DELETED: (
        "whose tutorial row was deleted",
        "The tutorial application deleted the row that they were linked to.",
    ),
}
"""By kind what the new ones are, after their number, and a sentence about them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A discrepancy as an alert shows it."""

    entity: str
    side: str
    kind: str
    record_id: str
    name: str
    why: str

    @property
    def key(self) -> str:
        """What makes it this discrepancy: the entity, the side, the kind, and the row."""
        return json.dumps([self.entity, self.side, self.kind, self.record_id], ensure_ascii=False)

    @property
    def sentence(self) -> str:
        """The row and why it is reported."""
        row = "tutorial row" if self.side == Side.TUTORIAL else "Administrate record"
        return f"{self.name or 'without a name'} ({row} {self.record_id}): {self.why}"


def news_of_discrepancies(
    deliveries: Collection[str],
    found: Sequence[Found],
    ignored: Iterable[Found],
    plurals: Mapping[str, str],
    link: Callable[[str], str | None],
) -> News:
    """Return what a channel is to be told. `deliveries` are the keys of those that it knows of, `found` all
    that are open.

    `ignored` are those that a decision has taken out of `found`; they are neither reported nor gone. `plurals`
    are the entities with their word for several, `link` gives the page of the run that found an entity's. Rows that
    went away without the last one going need nobody, and change the keys alone.
    """
    put_aside = {row.key for row in ignored}
    alerts: list[Alert] = []
    for name, plural in plurals.items():
        rows = [row for row in found if row.entity == name]
        known = [key for key in deliveries if json.loads(key)[0] == name]
        if news := [row for row in rows if row.key not in deliveries]:
            alerts.append(_of_new(plural, rows, news, link(name)))
        elif known and not rows:
            alerts.append(_all_clear(name, plural, known, put_aside, link(name)))
    return News(alerts, {row.key for row in found if row.entity in plurals})


def _of_new(plural: str, rows: Sequence[Found], news: Sequence[Found], link: str | None) -> Alert:
    items, more = first_items([row.sentence for row in news])
    counts = Counter(row.kind for row in news)
    kinds = [kind for kind in WORDS if counts[kind]]
    if counts.total() > sum(counts[kind] for kind in kinds):
        new, sentences = _discrepancies(len(news)), ["The two systems do not agree about them."]
    elif len(kinds) == 1:
        which, what = WORDS[kinds[0]]
        new, sentences = f"{len(news)} new {which}", [what]
    else:
        new, sentences = _discrepancies(len(news)), [f"{counts[kind]} {'. '.join(WORDS[kind])}" for kind in kinds]
    if before := len(rows) - len(news):
        verb, still = ("was", "is") if before == 1 else ("were", "are")
        said = f"{before} that {verb} reported before {still} still there."
        sentences = [f"{sentences[0]} {said}"] if len(sentences) == 1 else [*sentences, said]
    return Alert(Tone.WARNING, f"{plural.capitalize()}: {new}", tuple(sentences), items, more, link)


def _discrepancies(count: int) -> str:
    return f"{count} new {'discrepancy' if count == 1 else 'discrepancies'}"


def _all_clear(name: str, plural: str, known: Sequence[str], put_aside: Collection[str], link: str | None) -> Alert:
    """Return the alert that nothing is open any more: what became of those that the channel knows of."""
    aside = sum(key in put_aside for key in known)
    gone = len(known) - aside
    ignored_in_all = sum(json.loads(key)[0] == name for key in put_aside)
    parts = [f"{gone} {'is' if gone == 1 else 'are'} settled"] if gone else []
    parts += [f"{aside} {'is' if aside == 1 else 'are'} ignored by a decision"] if aside else []
    reported = f"Of those that were reported, {' and '.join(parts)}."
    sentences = [f"No discrepancy of the {plural} is open any more. {reported}"]
    if ignored_in_all:
        verb = "is" if ignored_in_all == 1 else "are"
        sentences.append(f"{ignored_in_all} {verb} ignored in all; `sync-assets discrepancies --ignored` lists them.")
    title = f"{plural.capitalize()}: {'all clear' if gone else 'the last ones are ignored'}"
    return Alert(Tone.SUCCESS if gone else Tone.INFO, title, tuple(sentences), link=link)
