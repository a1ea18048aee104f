"""One person is not made twice: looked for by whole name and by e-mail address, on both sides."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update

from sync_assets.administrate.client import AdministrateClient
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.entities import instructors
from sync_assets.sandbox.server.faults import AnswerLost, EmptyList, ProxyGivesUp
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import auth_user, staff, tutorial_instructors
from sync_assets_tests.decisions.both_sides import Resolve, link_of, only, rows, sync
from sync_assets_tests.support.waiting import eventually

OTTOLINE = Decision("instructors", Action.create_administrate, "Ottoline Featherbow")
QUENTINA = Decision("instructors", Action.create_tutorial, "Quentina Hazelrigby")
DONE, FAILED = DecisionOutcome.DONE, DecisionOutcome.FAILED


@pytest.fixture
def ottoline(synced: Engine) -> Engine:
    """Give the tutorial instructor whom Administrate lacks an e-mail address."""
    with synced.begin() as connection:
        is_she = (auth_user.c.first_name == "Ottoline") & (auth_user.c.last_name == "Featherbow")
        connection.execute(update(auth_user).where(is_she).values(email="Ottoline@Example.org"))
    return synced


def people(tenant: Tenant, last_name: str) -> list[str]:
    return [each.id for each in tenant.contacts.values() if each.last_name == last_name]


def add(tenant: Tenant, first: str, last: str, **values: Any) -> str:
    return tenant.add_contact(first, last, account=next(iter(tenant.accounts.values())), **values).id


@pytest.mark.parametrize("is_instructor", [True, False])
@pytest.mark.parametrize("address", ["Ottoline@Example.org", "ottoline@example.org"])
def test_a_contact_with_the_address_is_not_given_a_second_self(
    decide: Resolve, ottoline: Engine, tenant: Tenant, address: str, is_instructor: bool
) -> None:
    there = add(tenant, "Tilly", "Featherbow-Smith", email_address=address, is_instructor=is_instructor)
    failed = only(decide(OTTOLINE))
    assert failed.outcome is FAILED
    assert f"the contact {there} (Tilly Featherbow-Smith) with the e-mail address" in failed.sentence
    assert ("make the contact an instructor there" in failed.sentence) is not is_instructor
    assert people(tenant, "Featherbow") == []


@pytest.mark.parametrize("name", [("Ottoline", "FEATHERBOW"), ("Ottoline Featherbow", "")])
def test_a_contact_of_the_whole_name_is_found_however_it_is_written_and_split(
    decide: Resolve, ottoline: Engine, tenant: Tenant, name: tuple[str, str]
) -> None:
    there = add(tenant, *name, is_instructor=False)
    failed = only(decide(OTTOLINE))
    assert failed.outcome is FAILED
    assert f"Administrate has the contact {there} of the name" in failed.sentence


def test_a_create_without_an_answer_is_found_in_the_list_and_not_taken_for_somebody_else(
    decide: Resolve, ottoline: Engine, tenant: Tenant, sandbox: Sandbox
) -> None:
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.3)
    sandbox.faults.add(ProxyGivesUp(seconds=0, mentions="createInstructor", times=1))
    assert only(decide(OTTOLINE)).outcome is FAILED
    eventually(lambda: people(tenant, "Featherbow") != [])
    done = only(decide(OTTOLINE))
    assert done.outcome is DONE, done.sentence
    assert link_of(ottoline, "instructors", people(tenant, "Featherbow")[0]) == (int(done.record_id), "match")
    assert sandbox.requests.count_of("contact.create") == 1


def test_a_look_that_does_not_find_a_known_instructor_says_nothing(
    decide: Resolve, ottoline: Engine, tenant: Tenant, sandbox: Sandbox
) -> None:
    tenant.behaviour = TenantBehaviour(ignored_filters=frozenset({"Contact.isInstructor"}))
    sandbox.faults.add(EmptyList(connection="contacts", mentions="contactsLikePerson"))
    failed = only(decide(OTTOLINE))
    assert failed.outcome is FAILED
    assert "who must be there" in failed.sentence
    assert sandbox.requests.count_of("contact.create") == 0


def test_a_rehearsal_looks_as_well(decide: Resolve, ottoline: Engine, tenant: Tenant) -> None:
    assert only(decide(OTTOLINE, dry_run=True)).outcome is DecisionOutcome.WOULD_BE_DONE
    add(tenant, "Ottoline", "Featherbow", is_instructor=False)
    assert "who is no instructor there" in only(decide(OTTOLINE, dry_run=True)).sentence


def test_a_user_of_the_name_is_not_made_a_second_one(decide: Resolve, synced: Engine) -> None:
    with synced.begin() as connection:
        connection.execute(
            insert(auth_user).values(
                username="qh",
                password="!",
                first_name=" quentina",
                last_name="Hazelrigby\u00a0",
                email="",
                is_superuser=False,
                is_staff=False,
                is_active=True,
                date_joined=func.now(),
            )
        )
    before = rows(synced)
    failed = only(decide(QUENTINA))
    assert failed.outcome is FAILED
    assert "The user qh has the name Quentina Hazelrigby already" in failed.sentence
    assert rows(synced) == before


def test_an_instructor_of_another_name_with_the_address_is_named(decide: Resolve, synced: Engine) -> None:
    with synced.begin() as connection:
        of_instructor = (
            select(auth_user.c.id)
            .join(staff, staff.c.user_id == auth_user.c.id)
            .join(tutorial_instructors, tutorial_instructors.c.staff_id == staff.c.id)
            .limit(1)
            .scalar_subquery()
        )
        connection.execute(update(auth_user).where(auth_user.c.id == of_instructor).values(email="Q@example.org "))
        is_she = instructors.TABLE.c.last_name == "Hazelrigby"
        connection.execute(update(instructors.TABLE).where(is_she).values(email_address="q@example.org"))
    failed = only(decide(QUENTINA))
    assert failed.outcome is FAILED
    assert "an instructor of another name: link the two by hand" in failed.sentence


def test_a_person_who_was_found_by_name_is_linked(
    decide: Resolve, ottoline: Engine, tenant: Tenant, client: AdministrateClient, sandbox: Sandbox
) -> None:
    there = add(tenant, "Ottoline", "Featherbow", is_instructor=True)
    sandbox.faults.add(AnswerLost(mentions="createInstructor"))
    done = only(decide(OTTOLINE))
    assert done.sentence.startswith(f"Found instructor {there}")
    assert link_of(ottoline, "instructors", there) == (int(done.record_id), "match")
    before = rows(ottoline)
    sync(ottoline, client)
    assert rows(ottoline) == before
