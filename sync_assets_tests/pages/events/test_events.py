"""Events: looked for, chosen, and what an action would do; nothing is changed before that is confirmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from sync_assets.bridge.planned_tables import planned_events
from sync_assets.event_actions.act_on_events import act_on_events
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.sandbox.server.faults import Down
from sync_assets_tests.pages.forms import fields_of
from sync_assets_tests.pages.served_pages import Person, text_of
from sync_assets_tests.support.systems import Systems

SCRIPT = '<img src=x onerror="alert(1)">'


@pytest.fixture
def titles(systems: Systems) -> Sequence[str]:
    """The titles of six events that are imported."""
    assert systems.run(systems.store(systems.workbook(events=6, sessions=18))).is_success
    with systems.engine.connect() as connection:
        return connection.scalars(select(planned_events.c.title).order_by(planned_events.c.title)).all()


def test_before_the_first_event_the_page_leads_to_the_upload(planner: Person) -> None:
    answer = planner.get("/events")
    assert "There are no events yet." in text_of(answer)
    assert 'href="/upload"' in answer.text


def test_all_events_are_listed_with_how_far_they_are(planner: Person, titles: Sequence[str]) -> None:
    answer = planner.get("/events")
    said = text_of(answer)
    assert "6 events" in said
    for title in titles:
        assert title in said
    assert said.count("on both sides") >= 6


def test_events_are_looked_for(planner: Person, systems: Systems, titles: Sequence[str]) -> None:
    with systems.engine.begin() as connection:
        connection.execute(
            update(planned_events)
            .where(planned_events.c.title == titles[0])
            .values(state="refused", refusal="Administrate says no.")
        )
        location = connection.scalar(
            select(planned_events.c.plan["location"]["name"].astext).where(planned_events.c.title == titles[1])
        )
    refused = planner.get("/events?state=refused")
    assert "1 event of 6" in text_of(refused)
    assert "Administrate says no." in text_of(refused)
    assert titles[1] not in refused.text
    assert "1 event of 6" in text_of(planner.get("/events", params={"q": titles[2].upper()}))
    assert titles[1] in text_of(planner.get("/events", params={"location": location}))
    assert "No event fits this search." in text_of(planner.get("/events?sitting=1999S"))
    assert "No event fits this search." in text_of(planner.get("/events?state=withdrawn"))
    assert planner.get("/events?state=x&page=-3&q=%F0%9F%A6%89").status_code == 200


def test_a_title_may_hold_a_script(planner: Person, systems: Systems, titles: Sequence[str]) -> None:
    with systems.engine.begin() as connection:
        connection.execute(update(planned_events).where(planned_events.c.title == titles[0]).values(title=SCRIPT))
    answer = planner.get("/events")
    assert SCRIPT not in answer.text
    assert "&lt;img src=x" in answer.text


@pytest.mark.parametrize("action", list(EventAction))
def test_what_an_action_would_do_is_said_and_nothing_is_sent(
    planner: Person, systems: Systems, titles: Sequence[str], action: EventAction
) -> None:
    answer = planner.send("/events/plan", {"event": list(titles[:2]), "do": action.value, "reason": "as agreed"})
    said = text_of(answer)
    assert "Nothing is changed yet." in said
    assert "2 events" in said
    assert titles[0] in said
    assert titles[2] not in said
    assert "as agreed" in said
    if action in (EventAction.publish, EventAction.cancel, EventAction.sold_out):
        sent = fields_of(answer)
        assert sent["event"] == list(titles[:2])
        assert sent["do"] == [action.value]
    states = {event.lifecycle_state for event in systems.tenant.events.values()}
    assert states == {"draft"}


def test_all_that_the_search_has_found_are_meant(planner: Person, titles: Sequence[str]) -> None:
    answer = planner.send(f"/events/plan?q={titles[0]}", {"all": "yes", "do": "publish"})
    assert fields_of(answer)["event"] == [titles[0]]
    answer = planner.send("/events/plan", {"all": "yes", "do": "publish"})
    assert sorted(fields_of(answer)["event"]) == sorted(titles)


@pytest.mark.parametrize(("fields", "sentence"), [({}, "Tick the events"), ({"ticked": "1"}, "Choose what is to be")])
def test_what_is_missing_is_said_above_the_form_as_it_was(
    planner: Person, titles: Sequence[str], fields: dict[str, str], sentence: str
) -> None:
    answer = planner.send("/events/plan", {"event": titles[0]} if fields else {"do": "publish"})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    if fields:
        assert re.search(rf'value="{re.escape(titles[0])}"[^>]* checked', answer.text)


def test_what_no_page_sends_is_refused(planner: Person, titles: Sequence[str]) -> None:
    assert planner.send("/events/plan", {"event": titles[0], "do": "delete"}).status_code == 400
    assert planner.send("/events/plan", {"event": "no such event", "do": "publish"}).status_code == 422
    many = [f"event {number}" for number in range(2001)]
    assert planner.send("/events/plan", {"event": many, "do": "publish"}).status_code == 422


def test_administrate_that_does_not_answer_is_a_sentence(
    planner: Person, systems: Systems, titles: Sequence[str]
) -> None:
    systems.sandbox.faults.replace([Down()])
    answer = planner.send("/events/plan", {"event": titles[0], "do": "publish"})
    assert answer.status_code == 502
    assert "Administrate does not answer" in text_of(answer)


def test_an_action_that_cannot_be_started_changes_nothing(
    planner: Person, systems: Systems, titles: Sequence[str]
) -> None:
    fields = {"event": titles[0], "do": "publish", "run": str(uuid4())}
    answer = planner.send("/events/carry-out", fields)
    assert answer.status_code == 503
    assert "nothing was started" in text_of(answer)
    assert {event.lifecycle_state for event in systems.tenant.events.values()} == {"draft"}
    assert planner.send("/events/carry-out", {**fields, "run": "x"}).status_code == 400
    assert planner.http.post("/events/carry-out", data=fields).status_code == 403


def test_events_are_looked_for_by_how_they_stand_in_administrate(
    planner: Person, systems: Systems, titles: Sequence[str]
) -> None:
    selection = Selection(titles=(titles[0],))
    for action in (EventAction.publish, EventAction.sold_out):
        act_on_events(systems.engine, systems.connect(), action, selection, ActionOptions(dry_run=False))
    for query in ("lifecycle=published", "soldout=yes", "lifecycle=published&soldout=yes&state=agreed"):
        said = text_of(planner.get(f"/events?{query}"))
        assert "1 event of 6" in said, query
        assert f"{titles[0]} " in said
        assert "published sold out" in said
    assert "5 events of 6" in text_of(planner.get("/events?lifecycle=draft"))
    assert "No event fits this search." in text_of(planner.get("/events?lifecycle=cancelled"))
    on_sale, off_sale = (text_of(planner.get(f"/events?sale={is_so}")) for is_so in ("yes", "no"))
    for title in titles:
        assert (f"{title} " in on_sale) is not (f"{title} " in off_sale)
    assert "6 events" in text_of(planner.get("/events?lifecycle=x&sale=perhaps&soldout=1"))
    answer = planner.send("/events/plan?lifecycle=published", {"all": "yes", "do": "cancel"})
    assert fields_of(answer)["event"] == [titles[0]]


def test_what_was_taken_back_is_never_meant_as_a_whole(
    planner: Person, systems: Systems, titles: Sequence[str]
) -> None:
    with systems.engine.begin() as connection:
        connection.execute(update(planned_events).where(planned_events.c.title == titles[0]).values(state="withdrawn"))
    assert 'type="checkbox" name="event"' not in planner.get("/events?state=withdrawn").text
    answer = planner.send("/events/plan?state=withdrawn", {"all": "yes", "do": "cancel"})
    assert "Tick the events" in text_of(answer)
