"""Records and rows that are created on the other side, dry and real."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.decision_log import read_decisions
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.entities import instructors
from sync_assets.entities.entity_creation import Given
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.server.faults import AnswerLost, HttpStatus, TopLevelErrors
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import (
    auth_user,
    staff,
    tutorial_instructors,
    tutorial_venues,
)
from sync_assets_tests.decisions.both_sides import (
    TUTORIAL,
    Resolve,
    link_of,
    only,
    open_rows,
    record_id,
    rows,
    sync,
    tutorial_id,
)
from sync_assets_tests.support.layouts import BOTH_LAYOUTS

CREATED_THERE = [("locations", "Penmarrow"), ("instructors", "Ottoline Featherbow")]


@pytest.mark.parametrize(("entity", "key"), CREATED_THERE)
def test_a_tutorial_row_gets_its_record_in_administrate_and_is_linked_at_once(
    decide: Resolve, synced: Engine, client: AdministrateClient, entity: str, key: str
) -> None:
    done = only(decide(Decision(entity, Action.create_administrate, key)))
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    assert done.other_id
    assert link_of(synced, entity, done.other_id) == (int(done.record_id), "match")
    assert done.record_id not in open_rows(synced, entity, TUTORIAL)
    before = rows(synced)
    for _ in range(2):
        sync(synced, client)
    assert rows(synced) == before


def test_a_course_template_is_created_as_a_draft_with_its_code_and_title(
    decide: Resolve, synced: Engine, tenant: Tenant, provider: Provider
) -> None:
    row = provider.expected.course_templates.unmatched_tutorial[0]
    given = Given(learning_mode="lms")
    done = only(decide(Decision("course_templates", Action.create_administrate, str(row), given=given)))
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    made = tenant.course_templates[done.other_id or ""]
    facts = next(each for each in provider.tutorial_course_templates if each.id == row)
    assert (made.code, made.title, made.lifecycle_state) == (facts.code, facts.title, "draft")
    assert made.event_learning_mode == "lms"
    assert link_of(synced, "course_templates", made.id) == (row, "match")


@BOTH_LAYOUTS
def test_a_dry_run_sends_no_mutation_and_writes_no_row_but_the_log(
    decide: Resolve, synced: Engine, sandbox: Sandbox
) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    before = rows(synced)
    sandbox.requests.clear()
    resolved = decide(
        Decision("locations", Action.create_administrate, penmarrow),
        Decision("locations", Action.create_tutorial, "Saltmarsh"),
        Decision("venues", Action.create_tutorial, "Samphire Room"),
        Decision("instructors", Action.create_tutorial, "Quentina Hazelrigby"),
        Decision("locations", Action.link, penmarrow, TUTORIAL, link_to=record_id(synced, "Fernhollow")),
        Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed"),
        dry_run=True,
    )
    assert {each.outcome for each in resolved[:2]} == {DecisionOutcome.WOULD_BE_DONE}
    assert resolved[0].sentence.startswith("Would have created location 'Penmarrow' in Administrate (regionId ")
    assert rows(synced) == before
    assert not any(request.mutation_fields for request in sandbox.requests.all())
    with synced.connect() as connection:
        kept = read_decisions(connection)
    assert list(kept["outcome"]) == [each.outcome.value for each in resolved]
    assert kept["dry_run"].all()


@BOTH_LAYOUTS
def test_a_location_and_its_venue_are_created_in_the_tutorial_tables_in_one_run(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    decided = (
        Decision("locations", Action.create_tutorial, "Saltmarsh"),
        Decision("venues", Action.create_tutorial, "Samphire Room", reason="opened in May"),
    )
    assert [each.outcome for each in decide(*decided, dry_run=True)] == [DecisionOutcome.WOULD_BE_DONE] * 2
    location, venue = decide(*decided)
    assert (location.outcome, venue.outcome) == (DecisionOutcome.DONE, DecisionOutcome.DONE), venue.sentence
    with synced.connect() as connection:
        row = connection.execute(select(tutorial_venues).where(tutorial_venues.c.id == int(venue.other_id or 0))).one()
    assert (row.name, str(row.location_id), row.description) == ("Samphire Room", location.other_id, "")
    assert link_of(synced, "venues", venue.record_id) == (row.id, "match")
    before = rows(synced)
    sync(synced, client)
    assert rows(synced) == before


def test_a_venue_whose_location_has_no_tutorial_row_says_what_to_do_first(decide: Resolve) -> None:
    failed = only(decide(Decision("venues", Action.create_tutorial, "Samphire Room")))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "Saltmarsh" in failed.sentence
    assert "link or create that first" in failed.sentence


def test_a_venue_cannot_be_created_in_administrate_and_the_answer_is_what_to_type_in(decide: Resolve) -> None:
    failed = only(decide(Decision("venues", Action.create_administrate, "Gatehouse Hall")))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "cannot create venues" in failed.sentence
    assert "venue 'Gatehouse Hall' at the location 'London'" in failed.sentence


@BOTH_LAYOUTS
def test_an_instructor_becomes_a_user_without_rights_or_password_with_a_name_of_their_own(
    decide: Resolve, synced: Engine, tenant: Tenant
) -> None:
    with synced.begin() as connection:
        connection.execute(update(auth_user).where(auth_user.c.id == 1).values(username="quentina.hazelrigby"))
    done = only(decide(Decision("instructors", Action.create_tutorial, "Quentina Hazelrigby")))
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    with synced.connect() as connection:
        user = connection.execute(
            select(auth_user)
            .join(staff, staff.c.user_id == auth_user.c.id)
            .join(tutorial_instructors, tutorial_instructors.c.staff_id == staff.c.id)
            .where(tutorial_instructors.c.id == int(done.other_id or 0))
        ).one()
    assert (user.username, user.password, user.is_staff, user.is_superuser) == (
        "quentina.hazelrigby.2",
        "!",
        False,
        False,
    )
    assert user.email == (tenant.contacts[done.record_id].email_address or "")


def test_a_contact_whose_address_a_user_has_is_not_made_a_second_user(decide: Resolve, synced: Engine) -> None:
    with synced.begin() as connection:
        connection.execute(update(auth_user).where(auth_user.c.id == 1).values(email="Q@example.org"))
        is_she = instructors.TABLE.c.last_name == "Hazelrigby"
        connection.execute(update(instructors.TABLE).where(is_she).values(email_address="q@example.org"))
    before = rows(synced)
    failed = only(decide(Decision("instructors", Action.create_tutorial, "Quentina Hazelrigby")))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "The user tutor0001 has the e-mail address" in failed.sentence
    assert rows(synced) == before


def test_a_contact_of_the_name_who_is_no_instructor_is_not_doubled(decide: Resolve, tenant: Tenant) -> None:
    tenant.add_contact("Ottoline", "Featherbow", account=next(iter(tenant.accounts.values())), is_instructor=False)
    count = len(tenant.contacts)
    failed = only(decide(Decision("instructors", Action.create_administrate, "Ottoline Featherbow")))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "who is no instructor there" in failed.sentence
    assert len(tenant.contacts) == count


@pytest.mark.parametrize(
    ("entity", "key", "setting"),
    [
        ("locations", "Penmarrow", "ADMINISTRATE_REGION_ID"),
        ("instructors", "Ottoline Featherbow", "ADMINISTRATE_ACCOUNT_ID"),
    ],
)
def test_what_administrate_needs_more_is_asked_for_by_name(
    decide: Resolve, entity: str, key: str, setting: str
) -> None:
    failed = only(decide(Decision(entity, Action.create_administrate, key), defaults=Given()))
    assert failed.outcome is DecisionOutcome.FAILED
    assert setting in failed.sentence


def test_an_ambiguous_row_is_not_given_another_record(decide: Resolve, synced: Engine, tenant: Tenant) -> None:
    count = len(tenant.locations)
    failed = only(decide(Decision("locations", Action.create_administrate, tutorial_id(synced, "Yewbury"))))
    assert "Several tutorial rows" in failed.sentence
    by_name = only(decide(Decision("locations", Action.create_administrate, "Yewbury")))
    assert "give the id of the one you mean" in by_name.sentence
    assert len(tenant.locations) == count


def test_a_record_whose_only_tutorial_row_is_inactive_is_not_given_a_second_one(decide: Resolve) -> None:
    failed = only(decide(Decision("locations", Action.create_tutorial, "Fernhollow")))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "is inactive. Make it active" in failed.sentence


def test_a_record_that_is_there_already_is_adopted(decide: Resolve, tenant: Tenant, synced: Engine) -> None:
    there = tenant.add_location(" PENMARROW", region=next(iter(tenant.regions.values())))
    count = len(tenant.locations)
    done = only(decide(Decision("locations", Action.create_administrate, "Penmarrow")))
    assert done.sentence.startswith(f"Found location {there.id}")
    assert len(tenant.locations) == count
    assert link_of(synced, "locations", there.id) == (int(done.record_id), "match")


@pytest.mark.parametrize(
    "fault",
    [
        AnswerLost(mentions="createLocation", times=1),
        AnswerLost(mentions="createLocation", times=1, status=502),
        TopLevelErrors(mentions="createLocation", times=1, with_data=True),
    ],
)
def test_a_create_whose_answer_is_lost_is_looked_for_and_not_repeated(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, synced: Engine, fault: Any
) -> None:
    count = len(tenant.locations)
    sandbox.faults.add(fault)
    done = only(decide(Decision("locations", Action.create_administrate, "Penmarrow")))
    assert done.outcome is DecisionOutcome.DONE
    assert "With a warning" in done.sentence
    assert len(tenant.locations) == count + 1
    assert link_of(synced, "locations", done.other_id or "") == (int(done.record_id), "match")


def test_a_create_that_certainly_did_nothing_can_be_decided_again_at_once(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox
) -> None:
    count = len(tenant.locations)
    sandbox.faults.add(HttpStatus(status=429, mentions="createLocation", times=1))
    decision = Decision("locations", Action.create_administrate, "Penmarrow")
    failed = only(decide(decision))
    assert failed.outcome is DecisionOutcome.FAILED
    assert len(tenant.locations) == count
    assert only(decide(decision)).outcome is DecisionOutcome.DONE
    assert len(tenant.locations) == count + 1


def test_no_second_record_is_created_beside_one_that_is_held_apart(
    decide: Resolve, synced: Engine, tenant: Tenant
) -> None:
    london = tutorial_id(synced, "London")
    decide(Decision("locations", Action.unlink, london, TUTORIAL))
    count = len(tenant.locations)
    failed = only(decide(Decision("locations", Action.create_administrate, london)))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "held apart by hand; a second one is not created" in failed.sentence
    assert len(tenant.locations) == count


def test_a_refusal_of_administrate_is_told_in_its_words(decide: Resolve) -> None:
    given = Given(region_id="UmVnaW9uOjk5OTk=")
    failed = only(decide(Decision("locations", Action.create_administrate, "Penmarrow", given=given)))
    assert failed.sentence.startswith("Administrate refused to create the location: regionId: ")
