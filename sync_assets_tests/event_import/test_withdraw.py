"""A way back: drafts of ours without bookings go on both sides, everything else stays and is named."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from sync_assets.event_import.report import EventOutcome
from sync_assets.event_import.stray_drafts import remove_stray_drafts
from sync_assets.event_import.withdraw_events import NoSuchEvents, WithdrawalOutcome, withdraw_events
from sync_assets.sandbox.server.faults import AnswerLost, HttpStatus
from sync_assets_tests.event_import.both_sides import assert_imported, in_tutorial_tables, in_workbook
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems


@BOTH_LAYOUTS
def test_a_whole_upload_is_withdrawn_and_neither_side_has_anything_of_it(systems: Systems) -> None:
    content = systems.workbook(events=6, sessions=20)
    key = systems.store(content)
    systems.run(key)
    systems.sandbox.requests.clear()
    shown = withdraw_events(systems.engine, systems.connect(), upload_keys=[key])
    assert {each.outcome for each in shown} == {WithdrawalOutcome.WOULD_BE_WITHDRAWN}
    assert systems.sandbox.requests.mutations == 0
    assert len(in_tutorial_tables(systems.engine)) == 6
    done = withdraw_events(systems.engine, systems.connect(), upload_keys=[key], apply=True)
    assert {each.outcome for each in done} == {WithdrawalOutcome.WITHDRAWN}, [each.sentence for each in done]
    assert in_tutorial_tables(systems.engine) == []
    assert (len(systems.tenant.events), len(systems.tenant.sessions)) == (0, 0)
    with systems.engine.connect() as connection:
        for table in ("events", "sessions"):
            assert connection.scalar(text(f"select count(*) from adm.{table}")) == 0
        assert connection.scalars(text("select distinct state from adm.planned_events")).all() == ["withdrawn"]
    with pytest.raises(NoSuchEvents, match="sync-assets events list"):
        withdraw_events(systems.engine, systems.connect(), upload_keys=[key])


def test_the_title_of_a_withdrawn_event_is_free_again(systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=7)
    key = systems.store(content)
    systems.run(key)
    withdraw_events(systems.engine, systems.connect(), upload_keys=[key], apply=True)
    assert systems.run(key).counts[EventOutcome.CREATED] == 2
    assert_imported(systems.engine, systems.tenant, content)


def test_what_is_published_booked_or_referred_to_stays_on_both_sides(systems: Systems) -> None:
    content = systems.workbook(events=6, sessions=24)
    key = systems.store(content)
    systems.run(key)
    titles = [event.title for event in in_workbook(content) if event.sessions]
    by_title = {event.title: event for event in systems.tenant.events.values()}
    systems.tenant.publish(by_title[titles[0]])
    systems.tenant.book(by_title[titles[1]], 2)
    with systems.engine.begin() as connection:
        connection.execute(
            text(
                "create table acted.tutorial_choices (id int primary key, session_id bigint "
                "references acted.tutorial_sessions)"
            )
        )
        connection.execute(
            text("""insert into acted.tutorial_choices select 7, min(s.id) from acted.tutorial_sessions s
                    join acted.tutorial_events e on e.id = s.tutorial_event_id where e.code = :title"""),
            {"title": titles[2]},
        )
    done = withdraw_events(systems.engine, systems.connect(), upload_keys=[key], apply=True)
    stays = {each.title: each.sentence or "" for each in done if each.outcome is WithdrawalOutcome.STAYS}
    assert set(stays) == set(titles[:3])
    assert "published" in stays[titles[0]]
    assert "2 places are booked" in stays[titles[1]]
    assert "acted.tutorial_choices 7" in stays[titles[2]]
    assert {event.title for event in systems.tenant.events.values()} == set(titles[:3])
    assert [event.title for event in in_tutorial_tables(systems.engine)] == sorted(titles[:3])


def test_a_deletion_whose_answer_is_lost_is_read_afterwards(systems: Systems) -> None:
    content = systems.workbook(events=3, sessions=10)
    key = systems.store(content)
    systems.run(key)
    title, *_ = (event.title for event in in_workbook(content))
    systems.sandbox.faults.add(AnswerLost(times=1, mentions="payload: delete("))
    done = withdraw_events(systems.engine, systems.connect(), titles=[title], apply=True)
    assert [each.outcome for each in done] == [WithdrawalOutcome.WITHDRAWN]
    systems.sandbox.faults.add(HttpStatus(status=500, times=1, mentions="payload: delete("))
    rest = withdraw_events(systems.engine, systems.connect(), upload_keys=[key], apply=True)
    assert {each.outcome for each in rest} == {WithdrawalOutcome.STAYS}
    again = withdraw_events(systems.engine, systems.connect(), upload_keys=[key], apply=True)
    assert {each.outcome for each in again} == {WithdrawalOutcome.WITHDRAWN}
    assert len(systems.tenant.events) == 0


def test_drafts_of_our_key_that_nobody_needs_are_named_and_removed_with_leave(systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=7)
    key = systems.store(content)
    systems.run(key)
    kept = next(iter(systems.tenant.events.values()))
    with systems.engine.begin() as connection:
        connection.execute(
            text("update adm.planned_events set state = 'withdrawn' where external_id <> :kept"), {"kept": kept.id}
        )
    strays, _ = remove_stray_drafts(systems.engine, systems.connect(), "SA-")
    assert len(strays) == 1
    assert len(systems.tenant.events) == 2
    _, reasons = remove_stray_drafts(systems.engine, systems.connect(), "SA-", apply=True)
    assert reasons == {}
    assert list(systems.tenant.events.values()) == [kept]
