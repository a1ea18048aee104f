"""Alerts of imports that have ended: from a row of `adm.event_imports` to an alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sync_assets.event_import.import_log import EndedImport, EventToCorrect
from sync_assets.event_import.import_tables import ImportOutcome
from sync_assets.event_import.report import EventOutcome
from sync_assets.operations.alerts.alert_delivery import News
from sync_assets.operations.alerts.alert_text import Alert, Tone, first_items

FIRST_LOOK = timedelta(hours=1)
"""How far back a channel is told that was not there before."""
LONGEST_OUTAGE = timedelta(days=30)
"""How long a channel may be broken and still hear of each import."""
KNOWN_SINCE = "known since"
"""The key that stands for the channel itself: its moment is that of the first look."""


def news_of_imports(
    deliveries: Mapping[str, datetime],
    imports: Sequence[EndedImport],
    link: Callable[[str], str | None],
    now: datetime,
) -> News:
    """Return what a channel is to be told of imports. `deliveries` are the ids that it knows of, with the moments."""
    since = max(deliveries.get(KNOWN_SINCE, now) - FIRST_LOOK, now - LONGEST_OUTAGE)
    recent = [each for each in imports if each.ended_at >= since]
    alerts = [
        alert_of_import(each, link(each.run_id) if each.run_id else None)
        for each in recent
        if str(each.id) not in deliveries
    ]
    return News(alerts, {KNOWN_SINCE, *(str(each.id) for each in recent)})


def alert_of_import(ended: EndedImport, link: str | None) -> Alert:
    """Return the alert of an import that has ended."""
    counts = ", ".join(f"{count} {_words(outcome)}" for outcome, count in _ordered(ended.counts)) or "no events"
    sentences = [f"Upload {ended.upload_key}: {counts}."]
    if ended.dry_run:
        sentences.append("It was a dry run: nothing was written.")
    waits = ended.outcome == ImportOutcome.WAITING
    if waits:
        sentences.append(
            f"The tutorial rows of the events that wait for Administrate are there. Run the partition "
            f"{ended.upload_key} of event_import again to complete them. {ended.unavailable or ''}".strip()
        )
    items, more = first_items([_item(event) for event in ended.to_correct])
    if workbook := ended.files.get("error_workbook"):
        sentences.append(f"The rows to correct, as a workbook to upload again: {workbook}")
    sentences += [] if link or not ended.run_id else [f"Run {ended.run_id}."]
    needs_somebody = ended.outcome != ImportOutcome.SUCCESS
    tone = Tone.FAILURE if waits else Tone.WARNING if needs_somebody else Tone.SUCCESS
    what = "Import stopped half-way" if waits else "Dry run of an import" if ended.dry_run else "Import finished"
    return Alert(tone, f"{what}: {counts}", tuple(sentences), items, more, link)


def _item(event: EventToCorrect) -> str:
    rows = f"row {event.first_row}" if event.first_row == event.last_row else f"rows {event.first_row}-{event.last_row}"
    return f"{rows}, {event.title}: {event.sentence}"


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    order = [outcome.value for outcome in EventOutcome]
    return sorted(counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


def _words(outcome: str) -> str:
    known = {each.value: each.words for each in EventOutcome}
    return known.get(outcome, outcome.replace("_", " "))
