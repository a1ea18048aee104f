"""A record is created in Administrate once, whatever becomes of the request and however often it is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.decision_log import decisions as log
from sync_assets.bridge.decision_log import read_decisions
from sync_assets.bridge.migrate import migrate
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome, DecisionResult
from sync_assets.decisions.planned_records import planned_records
from sync_assets.entities import locations
from sync_assets.sandbox.server.faults import (
    AnswerLost,
    EmptyList,
    HalvedList,
    HttpStatus,
    NullData,
    PayloadError,
    ProxyGivesUp,
    TopLevelErrors,
)
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import tutorial_locations
from sync_assets_tests.bridge.schemas import migrate_to
from sync_assets_tests.decisions.both_sides import (
    QUIET,
    Clock,
    Resolve,
    add_locations,
    link_of,
    names_in,
    only,
    tutorial_id,
)
from sync_assets_tests.support.waiting import eventually

PENMARROW = Decision("locations", Action.create_administrate, "Penmarrow")
SECOND_LOOK = QUIET / 10


def creates(sandbox: Sandbox) -> int:
    return sandbox.requests.count_of("location.create")


def decide_until_done(decide: Resolve, clock: Clock, decision: Decision) -> DecisionResult:
    """Decide as often as the sentences ask for, and return the last result."""
    for seconds in (QUIET, SECOND_LOOK, 0):
        result = only(decide(decision))
        if result.outcome is DecisionOutcome.DONE:
            break
        clock.forward(seconds)
    return result


def test_three_tries_on_a_tenant_that_is_slower_than_the_time_out_give_one_record(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, connect: Callable[..., AdministrateClient]
) -> None:
    impatient = connect(timeout=0.3)
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.6)
    results = [only(decide(PENMARROW, client=impatient)) for _ in range(3)]
    eventually(lambda: names_in(tenant, "Penmarrow") != [])
    assert creates(sandbox) == 1
    results.append(only(decide(PENMARROW)))
    assert len(names_in(tenant, "Penmarrow")) == 1
    assert results[0].outcome is DecisionOutcome.FAILED
    assert "no answer came" in results[0].sentence
    assert any(each.outcome is DecisionOutcome.DONE for each in results)


@pytest.mark.parametrize(
    "fault",
    [
        HttpStatus(status=500, mentions="createLocation", times=1),
        NullData(mentions="createLocation", times=1),
        TopLevelErrors(mentions="createLocation", times=1),
    ],
)
def test_a_create_without_an_answer_is_sent_again_after_the_quiet_time_and_two_looks(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, clock: Clock, fault: Any
) -> None:
    sandbox.faults.add(fault)
    failed = only(decide(PENMARROW))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "sent again only when it is certain that it was not carried out" in failed.sentence
    for seconds in (QUIET - 1, 1, SECOND_LOOK - 1):
        clock.forward(seconds)
        assert only(decide(PENMARROW)).outcome is DecisionOutcome.FAILED
        assert creates(sandbox) == 1
    clock.forward(1)
    assert only(decide(PENMARROW)).outcome is DecisionOutcome.DONE
    assert creates(sandbox) == 2
    assert len(names_in(tenant, "Penmarrow")) == 1


def test_a_create_that_is_carried_out_late_is_found_and_linked(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine
) -> None:
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.2)
    sandbox.faults.add(ProxyGivesUp(seconds=0, mentions="createLocation", times=1))
    assert only(decide(PENMARROW)).outcome is DecisionOutcome.FAILED
    eventually(lambda: names_in(tenant, "Penmarrow") != [])
    done = only(decide(PENMARROW))
    assert done.sentence.startswith("Found location")
    assert link_of(synced, "locations", names_in(tenant, "Penmarrow")[0]) == (int(done.record_id), "match")
    assert creates(sandbox) == 1


def test_the_same_row_twice_in_one_run_is_one(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine
) -> None:
    by_id = Decision("locations", Action.create_administrate, tutorial_id(synced, "Penmarrow"))
    results = decide(PENMARROW, by_id, PENMARROW)
    assert [each.outcome for each in results] == [DecisionOutcome.DONE] * 3, [each.sentence for each in results]
    assert len({each.other_id for each in results}) == creates(sandbox) == len(names_in(tenant, "Penmarrow")) == 1
    saltmarsh = Decision("locations", Action.create_tutorial, "Saltmarsh")
    twice = decide(saltmarsh, saltmarsh)
    assert [each.outcome for each in twice] == [DecisionOutcome.DONE] * 2
    assert twice[0].other_id == twice[1].other_id


def test_the_same_row_twice_in_one_run_is_one_where_no_answer_comes(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox
) -> None:
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.3)
    sandbox.faults.add(ProxyGivesUp(seconds=0, mentions="createLocation"))
    assert all(each.outcome is DecisionOutcome.FAILED for each in decide(PENMARROW, PENMARROW, PENMARROW))
    eventually(lambda: names_in(tenant, "Penmarrow") != [])
    assert creates(sandbox) == len(names_in(tenant, "Penmarrow")) == 1


def test_a_refusal_of_administrate_can_be_decided_again_at_once(decide: Resolve, sandbox: Sandbox) -> None:
    sandbox.faults.add(PayloadError(value="Penmarrow", times=1))
    assert "Administrate refused to create the location" in only(decide(PENMARROW)).sentence
    assert only(decide(PENMARROW)).outcome is DecisionOutcome.DONE


def test_a_record_that_comes_with_an_error_is_there(decide: Resolve, sandbox: Sandbox, tenant: Tenant) -> None:
    sandbox.faults.add(PayloadError(value="Penmarrow", times=1, work_done=True))
    done = only(decide(PENMARROW))
    assert done.outcome is DecisionOutcome.DONE
    assert "With a warning: This could not be saved." in done.sentence
    assert len(names_in(tenant, "Penmarrow")) == 1


@pytest.mark.parametrize(
    "fault",
    [EmptyList(connection="locations"), HalvedList(connection="locations"), "lag"],
    ids=["empty", "half", "lag"],
)
def test_a_look_that_does_not_show_what_must_be_there_says_nothing(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, clock: Clock, fault: Any
) -> None:
    sandbox.faults.add(AnswerLost(mentions="createLocation", times=1, status=502))
    if fault == "lag":
        tenant.clock = lambda: clock.moment.timestamp()
        tenant.behaviour = TenantBehaviour(read_lag_seconds=QUIET / 2)
    else:
        sandbox.faults.add(fault)
    for seconds in (QUIET / 4, *([QUIET] * 3 if fault != "lag" else [])):
        failed = only(decide(PENMARROW))
        assert failed.outcome is DecisionOutcome.FAILED, failed.sentence
        clock.forward(seconds)
    sandbox.faults.clear()
    assert decide_until_done(decide, clock, PENMARROW).outcome is DecisionOutcome.DONE
    assert len(names_in(tenant, "Penmarrow")) == 1


def test_the_first_create_needs_a_look_that_says_something(decide: Resolve, sandbox: Sandbox, tenant: Tenant) -> None:
    sandbox.faults.add(EmptyList(connection="locations"))
    failed = only(decide(PENMARROW))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "does not show the location" in failed.sentence
    assert "Run a sync first" in failed.sentence
    assert creates(sandbox) == 0


def test_a_list_without_the_newest_record_does_not_keep_the_next_create_of_the_run(
    decide: Resolve, synced: Engine, tenant: Tenant, clock: Clock
) -> None:
    tenant.clock = lambda: clock.moment.timestamp()
    tenant.behaviour = TenantBehaviour(read_lag_seconds=QUIET / 2)
    ids = add_locations(synced, "First Town", "Second Town")
    results = decide(*(Decision("locations", Action.create_administrate, id_) for id_ in ids))
    assert [each.outcome for each in results] == [DecisionOutcome.DONE] * 2, [each.sentence for each in results]


def test_a_location_without_a_code_gets_our_key_and_is_found_by_it(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine
) -> None:
    with_code, without = add_locations(synced, "Coded", code="CDD")[0], add_locations(synced, "Plain")[0]
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.05)
    sandbox.faults.add(ProxyGivesUp(seconds=0, mentions="createLocation"))
    for row in (with_code, without):
        decide(Decision("locations", Action.create_administrate, row))
    eventually(lambda: names_in(tenant, "Coded") != [] and names_in(tenant, "Plain") != [])
    coded, plain = (tenant.locations[names_in(tenant, name)[0]] for name in ("Coded", "Plain"))
    assert coded.code == "CDD"
    assert (plain.code or "").startswith("SA-")
    plain.name = "Renamed there"
    found = only(decide(Decision("locations", Action.create_administrate, without)))
    assert found.sentence.startswith(f"Found location {plain.id}")
    assert link_of(synced, "locations", plain.id) == (int(without), "hand")


def test_no_key_of_ours_is_sent_where_the_prefix_says_so(decide: Resolve, tenant: Tenant, synced: Engine) -> None:
    (row,) = add_locations(synced, "Plain")
    decide(Decision("locations", Action.create_administrate, row), code_prefix="none")
    assert tenant.locations[names_in(tenant, "Plain")[0]].code is None


def test_a_row_that_the_application_has_made_anew_waits_for_the_create_of_the_old_one(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine
) -> None:
    (row,) = add_locations(synced, "Plain")
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=2.0)
    sandbox.faults.add(ProxyGivesUp(seconds=0, mentions="createLocation"))
    decide(Decision("locations", Action.create_administrate, row))
    with synced.begin() as connection:
        connection.execute(delete(tutorial_locations).where(tutorial_locations.c.id == int(row)))
    (anew,) = add_locations(synced, "Plain")
    assert only(decide(Decision("locations", Action.create_administrate, anew))).outcome is DecisionOutcome.FAILED
    eventually(lambda: names_in(tenant, "Plain") != [])
    done = only(decide(Decision("locations", Action.create_administrate, anew)))
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    assert creates(sandbox) == len(names_in(tenant, "Plain")) == 1
    assert link_of(synced, "locations", done.other_id or "") == (int(anew), "match")


def test_a_row_that_was_renamed_in_between_is_found_under_the_name_that_was_sent(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine
) -> None:
    (row,) = add_locations(synced, "Plain")
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.1)
    sandbox.faults.add(ProxyGivesUp(seconds=0, mentions="createLocation"))
    decision = Decision("locations", Action.create_administrate, row)
    decide(decision, code_prefix="none")
    with synced.begin() as connection:
        renamed = update(tutorial_locations).where(tutorial_locations.c.id == int(row))
        connection.execute(renamed.values(name="Plain and Simple"))
    eventually(lambda: names_in(tenant, "Plain") != [])
    done = only(decide(decision, code_prefix="none"))
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    assert creates(sandbox) == 1
    assert link_of(synced, "locations", done.other_id or "") == (int(row), "hand")


def test_a_row_that_takes_the_name_of_another_one_obeys_the_creates_of_both(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine, clock: Clock
) -> None:
    first, second = add_locations(synced, "First Town", "Second Town")
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.5)
    sandbox.faults.add(ProxyGivesUp(seconds=0, mentions="createLocation"))
    decisions = [Decision("locations", Action.create_administrate, row) for row in (first, second)]
    decide(decisions[0])
    clock.forward(1)
    decide(decisions[1])
    with synced.begin() as connection:
        connection.execute(delete(tutorial_locations).where(tutorial_locations.c.id == int(first)))
        renamed = update(tutorial_locations).where(tutorial_locations.c.id == int(second))
        connection.execute(renamed.values(name="First Town"))
    assert only(decide(decisions[1])).outcome is DecisionOutcome.FAILED
    eventually(lambda: names_in(tenant, "First Town") != [] and names_in(tenant, "Second Town") != [])
    told = only(decide(decisions[1]))
    assert "Administrate has 2 locations of this key already" in told.sentence
    assert creates(sandbox) == 2


def test_a_record_that_was_deleted_there_can_be_created_again(
    decide: Resolve, tenant: Tenant, synced: Engine, client: AdministrateClient, clock: Clock
) -> None:
    first = only(decide(PENMARROW))
    tenant.remove(tenant.locations[first.other_id or ""])
    with synced.begin() as connection:
        gone = update(locations.TABLE).where(locations.TABLE.c.external_id == first.other_id)
        connection.execute(gone.values(removed_at=clock(), tutorial_location_id=None))
    again = only(decide(PENMARROW))
    assert again.sentence.startswith("Created location"), again.sentence
    assert again.other_id != first.other_id


def test_an_intention_of_another_run_keeps_this_one_from_sending(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine, clock: Clock
) -> None:
    """The lock of a run can be lost; what is recorded of a create is the last guard."""
    row = int(tutorial_id(synced, "Penmarrow"))
    place = {"entity": "locations", "tutorial_id": row, "key": "penmarrow"}
    with synced.begin() as connection:
        connection.execute(insert(planned_records).values(**place, create_sent_at=clock()))
    assert "no answer came" in only(decide(PENMARROW)).sentence
    assert creates(sandbox) == 0


def test_a_create_that_a_former_version_began_is_obeyed(
    decide: Resolve, synced: Engine, sandbox: Sandbox, clock: Clock
) -> None:
    row = int(tutorial_id(synced, "Penmarrow"))
    begun = {"entity": "locations", "tutorial_id": row, "create_sent_at": clock()}
    with synced.begin() as connection:
        connection.execute(insert(planned_records).values(begun))
    assert only(decide(PENMARROW)).outcome is DecisionOutcome.FAILED
    assert creates(sandbox) == 0
    assert decide_until_done(decide, clock, PENMARROW).outcome is DecisionOutcome.DONE
    assert creates(sandbox) == 1


def test_what_the_log_of_a_former_version_began_is_taken_over(tutorial_database: Engine) -> None:
    lines = [
        ("1", "begun"),
        ("2", "begun"),
        ("2", "done"),
        ("3", "done"),
        ("3", "begun"),
        ("3", "failed"),
        ("Town", "begun"),
        ("4", "begun"),
        ("4", "begun"),
    ]
    with tutorial_database.begin() as connection:
        migrate_to(connection, "0006")
        for record_id, outcome in lines:
            connection.execute(
                insert(log).values(
                    who="Ada",
                    entity="locations",
                    side="tutorial",
                    record_id=record_id,
                    name="Town",
                    action="create_administrate",
                    reason="",
                    dry_run=False,
                    outcome=outcome,
                    sentence="",
                )
            )
        migrate(connection)
        kept = connection.execute(select(planned_records).order_by(planned_records.c.tutorial_id)).all()
        newest = connection.execute(select(log.c.decided_at).order_by(log.c.id.desc()).limit(1)).scalar_one()
    assert [(row.entity, row.tutorial_id, row.key, row.external_id) for row in kept] == [
        ("locations", id_, None, None) for id_ in (1, 3, 4)
    ]
    assert kept[-1].create_sent_at == newest


def test_the_intention_the_id_and_the_log_are_kept(decide: Resolve, synced: Engine, clock: Clock) -> None:
    done = only(decide(PENMARROW))
    with synced.connect() as connection:
        kept = connection.execute(select(planned_records)).one()
        assert list(read_decisions(connection)["outcome"]) == ["begun", "done"]
    assert (kept.entity, str(kept.tutorial_id), kept.key) == ("locations", done.record_id, "penmarrow")
    assert (kept.external_id, kept.create_sent_at) == (done.other_id, clock())


def test_several_records_of_the_key_are_named(decide: Resolve, tenant: Tenant) -> None:
    ids = [tenant.add_location(name).id for name in ("Penmarrow", "PENMARROW ")]
    failed = only(decide(PENMARROW))
    assert all(id_ in failed.sentence for id_ in ids)
    assert failed.outcome is DecisionOutcome.FAILED
