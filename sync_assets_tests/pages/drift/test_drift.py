"""Differences of events: listed, looked for, and what a decision would do; nothing changes before it is confirmed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from sync_assets.event_drift.drift_decision import DriftChoice
from sync_assets_tests.event_drift.drifting import compare, decide, drift, imported, move_session_here
from sync_assets_tests.pages.forms import fields_of
from sync_assets_tests.pages.served_pages import Person, text_of
from sync_assets_tests.support.systems import Systems


@pytest.fixture
def title(systems: Systems) -> str:
    """The title of an event whose first session was moved in the tutorial application."""
    event = next(event for event in imported(systems) if event.sessions)
    compare(systems)
    move_session_here(systems, event.title)
    compare(systems)
    return event.title


def places(systems: Systems) -> list[str]:
    return [f"{row.administrate_id}:{row.field}" for row in drift(systems).itertuples()]


def test_before_any_difference_the_page_says_so(person: Person) -> None:
    assert "Both sides have the same." in text_of(person.get("/drift"))
    assert "Nothing was called right as it is." in text_of(person.get("/drift?show=right"))


def test_differences_are_listed_and_looked_for(planner: Person, systems: Systems, title: str) -> None:
    count = len(drift(systems))
    said = text_of(planner.get("/drift"))
    assert title in said
    assert "changed in the tutorial application" in said
    assert f"{count} differences" in said
    assert "Nothing fits this search." in text_of(planner.get("/drift?q=no+such+event"))
    assert "Nothing fits this search." in text_of(planner.get("/drift?kind=changed+there"))
    assert title in text_of(planner.get("/drift", params={"q": title.upper(), "kind": "changed here"}))
    assert planner.get("/drift?kind=x&page=-1&sitting=%F0%9F%A6%89").status_code == 200


@pytest.mark.parametrize("choice", list(DriftChoice))
def test_what_would_be_done_is_said_and_nothing_is_changed(
    planner: Person, systems: Systems, title: str, choice: DriftChoice
) -> None:
    before, rows = drift(systems), places(systems)
    answer = planner.send("/drift/plan", {"row": rows, "do": choice.value, "reason": "as agreed"})
    said = text_of(answer)
    assert "Nothing is changed yet." in said
    assert title in said
    assert sorted(fields_of(answer)["row"]) == sorted(rows)
    compare(systems)
    assert drift(systems).equals(before)


def test_what_was_left_apart_is_listed_with_its_reason(planner: Person, systems: Systems, title: str) -> None:
    decide(systems, DriftChoice.leave_apart, title, reason="moved back next week")
    assert "Both sides have the same." in text_of(planner.get("/drift"))
    said = text_of(planner.get("/drift?show=right"))
    assert "Ada: moved back next week" in said


def test_what_is_missing_is_said(planner: Person, systems: Systems, title: str) -> None:
    assert title
    row = places(systems)[0]
    for fields, sentence in (
        ({"do": "send_ours"}, "Tick the differences"),
        ({"row": row}, "Choose what is to be done"),
        ({"row": row, "do": "leave_apart"}, "Say why it is right"),
    ):
        answer = planner.send("/drift/plan", fields)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
    assert planner.send("/drift/plan", {"row": "x", "do": "send_ours"}).status_code == 400
    assert planner.send("/drift/plan", {"row": row, "do": "drop"}).status_code == 400


def test_a_decision_that_cannot_be_started_changes_nothing(planner: Person, systems: Systems, title: str) -> None:
    assert title
    fields = {"row": places(systems)[0], "do": "send_ours", "run": str(uuid4())}
    answer = planner.send("/drift/carry-out", fields)
    assert answer.status_code == 503
    assert "nothing was started" in text_of(answer)
    assert planner.http.post("/drift/carry-out", data=fields).status_code == 403


def test_days_and_moments_are_written_as_people_do_and_the_overview_leads_here(
    planner: Person, systems: Systems, title: str
) -> None:
    del title
    values = {row.here for row in drift(systems).itertuples()}
    assert any("T" in value and "+00:00" in value for value in values)
    assert "+00:00" not in text_of(planner.get("/drift"))
    overview = planner.get("/overview")
    assert "Something needs you." in text_of(overview)
    assert 'href="/drift">' in overview.text
