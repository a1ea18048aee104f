"""What is left to do with an event, from what both sides have of it."""

from __future__ import annotations

from typing import Any

import pytest

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.current_state import CurrentEvent
from sync_assets.event_actions.wanted import FlagFields, work_of
from sync_assets.event_import.reference.known_records import TenantCustomField
from sync_assets.tutorial.events import NOT_KEPT, StoredEvent, StoredSession

FIELDS = FlagFields(
    TenantCustomField("Event", "Web sale", "sale", "string"), TenantCustomField("Event", "Cancelled", "gone", "string")
)


def there(
    state: str = "draft", *sessions: str, booked: int = 0, sold_out: bool | None = None, **texts: str
) -> CurrentEvent:
    nodes = [
        {"node": {"id": f"s{n}", "title": f"Day {n}", "lifecycleState": each}} for n, each in enumerate(sessions, 1)
    ]
    return CurrentEvent.model_validate(
        {
            "id": "e1",
            "code": None,
            "title": "MQ-1",
            "lifecycleState": state,
            "isSoldOut": sold_out,
            "bookedPlaces": booked,
            "location": None,
            "courseTemplate": None,
            "customFieldValues": [{"definitionKey": key, "value": value} for key, value in texts.items()],
            "sessions": {"edges": nodes},
        }
    )


def here(**values: Any) -> StoredEvent:
    rows = [StoredSession(1, {"day": 1, "cancelled": values.pop("session_cancelled", False)})]
    return StoredEvent(7, "e1", values, rows)


@pytest.mark.parametrize(
    ("action", "event", "stored", "sent", "sessions", "changed_here"),
    [
        ("publish", there("draft", "draft", "cancelled"), here(lifecycle_state="draft"), True, ["s1"], True),
        ("publish", there("published", "draft", "published"), here(lifecycle_state="published"), False, ["s1"], False),
        ("publish", there("published"), here(lifecycle_state="draft"), False, [], True),
        ("on_sale", there(sale="N"), here(web_sale=False), True, [], True),
        ("on_sale", there(sale="yes"), here(web_sale=True), False, [], False),
        ("on_sale", there(), None, True, [], False),
        ("off_sale", there(), here(web_sale=NOT_KEPT), False, [], False),
        ("off_sale", there(), here(web_sale=True), False, [], True),
        ("off_sale", there(sale="perhaps"), here(web_sale=False), True, [], False),
        ("sold_out", there(sold_out=None), here(sold_out=False), True, [], True),
        ("available", there(sold_out=None), here(sold_out=False), False, [], False),
        ("available", there(sold_out=True), here(sold_out=True), True, [], True),
        ("cancel", there("published", "draft", "cancelled"), here(cancelled=False), True, ["s1"], True),
        ("cancel", there("cancelled", "draft", gone="Y"), here(cancelled=True), False, ["s1"], False),
    ],
)
def test_only_what_is_not_as_wanted_is_left(
    action: str, event: CurrentEvent, stored: StoredEvent | None, sent: bool, sessions: list[str], changed_here: bool
) -> None:
    work = work_of(EventAction(action), event, stored, FIELDS, cancel_booked=False)
    assert work.refusal is None
    assert bool(work.event_input) is sent
    assert [session.id for session in work.sessions] == sessions
    values = stored.values if stored else {}
    assert any(values.get(name, NOT_KEPT) not in (NOT_KEPT, value) for name, value in work.here.items()) is changed_here
    assert bool(work.changes) is (sent or bool(sessions) or changed_here)


@pytest.mark.parametrize(
    ("action", "event", "fields", "sentence"),
    [
        ("publish", there("cancelled"), FIELDS, "cancelled in Administrate"),
        ("on_sale", there("cancelled"), FIELDS, "cancelled in Administrate"),
        ("sold_out", there("cancelled"), FIELDS, "cancelled in Administrate"),
        ("on_sale", there(), FlagFields(), "just one Event custom field labelled Web sale"),
        ("cancel", there("published", booked=2), FIELDS, "2 places are booked"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    action: str, event: CurrentEvent, fields: FlagFields, sentence: str
) -> None:
    work = work_of(EventAction(action), event, here(), fields, cancel_booked=False)
    assert sentence in (work.refusal or "")
    assert [*work.event_input, *work.sessions, *work.here] == []


def test_a_booked_event_that_is_cancelled_already_is_as_wanted() -> None:
    work = work_of(EventAction.cancel, there("cancelled", booked=2, gone="yes"), None, FIELDS, cancel_booked=False)
    assert (work.refusal, list(work.changes)) == (None, [])
