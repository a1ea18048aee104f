"""Every decision, dry and real, on a provider whose two sides disagree in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.acted import METADATA as ACTED
from sync_assets.bridge.acted import (
    auth_user,
    staff,
    tutorial_course_templates,
    tutorial_instructors,
    tutorial_locations,
    tutorial_venues,
)
from sync_assets.bridge.decisions import decisions as log
from sync_assets.bridge.decisions import read_decisions
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.linking import Linked
from sync_assets.bridge.matching import Side
from sync_assets.bridge.tables import METADATA as ADM
from sync_assets.entities import ENTITIES, instructors, locations
from sync_assets.entities.creation import Given
from sync_assets.entities.decided import Action, Decision, Outcome, Resolved
from sync_assets.entities.resolving import resolve
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.sandbox.faults import AnswerLost, Down, HttpStatus, NullData, TopLevelErrors
from sync_assets.sandbox.provider import Provider, made_up_provider
from sync_assets.sandbox.server import Sandbox, serve
from sync_assets.sandbox.tenant import Tenant
from sync_assets.sandbox.tenant_of_provider import tenant_of
from sync_assets.sandbox.tutorial_tables import fill_tutorial_tables

TUTORIAL, ADMINISTRATE = Side.TUTORIAL, Side.ADMINISTRATE
Resolve = Callable[..., list[Resolved]]


@pytest.fixture(scope="module")
def provider() -> Provider:
    return made_up_provider(24)


@pytest.fixture
def tenant(provider: Provider) -> Tenant:
    return tenant_of(provider)


@pytest.fixture
def sandbox(tenant: Tenant) -> Iterator[Sandbox]:
    with serve(tenant) as served:
        yield served


@pytest.fixture
def synced(database: Engine, provider: Provider, client: AdministrateClient) -> Engine:
    with database.begin() as connection:
        fill_tutorial_tables(connection, provider)
    sync(database, client)
    return database


@pytest.fixture
def decide(synced: Engine, client: AdministrateClient, tenant: Tenant) -> Resolve:
    given = Given(region_id=next(iter(tenant.regions)), account_id=next(iter(tenant.accounts)))

    def carry_out(*decided: Decision, dry_run: bool = False, defaults: Given = given) -> list[Resolved]:
        return resolve(
            synced, lambda: client, ENTITIES, decided, who="Ada", run_id="r1", dry_run=dry_run, defaults=defaults
        )

    return carry_out


def sync(database: Engine, client: AdministrateClient) -> dict[str, Linked]:
    for entity in ENTITIES.values():
        sync_entity(database, client, entity, ENTITIES)
    return {name: link_entity(database, entity, ENTITIES) for name, entity in ENTITIES.items() if entity.link}


def rows(database: Engine, *, log_too: bool = False) -> dict[str, list[Any]]:
    tables = [*ACTED.sorted_tables, *ADM.sorted_tables]
    with database.connect() as connection:
        return {
            table.fullname: sorted(map(repr, connection.execute(select(text("xmin::text"), table))))
            for table in tables
            if (log_too or table is not log) and table.name not in ("api_calls",)
        }


def open_rows(database: Engine, entity: str, side: Side) -> set[str]:
    with database.connect() as connection:
        return set(read_discrepancies(connection, entity, side=side)["record_id"])


def link_of(database: Engine, entity: str, external_id: str) -> tuple[int | None, str | None]:
    link = ENTITIES[entity].link
    assert link
    with database.connect() as connection:
        found = connection.execute(
            select(link.table.c[link.column], link.table.c.linked_by).where(link.table.c.external_id == external_id)
        ).one()
    return found[0], found[1]


def only(resolved: list[Resolved]) -> Resolved:
    (one,) = resolved
    return one


def tutorial_id(database: Engine, name: str) -> str:
    with database.connect() as connection:
        found = select(tutorial_locations.c.id).where(tutorial_locations.c.name == name)
        return str(connection.execute(found).scalar_one())


def record_id(database: Engine, name: str) -> str:
    with database.connect() as connection:
        table = locations.TABLE
        return connection.execute(select(table.c.external_id).where(table.c.name == name)).scalar_one()


CREATED_THERE = [("locations", "Penmarrow"), ("instructors", "Ottoline Featherbow")]


@pytest.mark.parametrize(("entity", "key"), CREATED_THERE)
def test_a_tutorial_row_gets_its_record_in_administrate_and_is_linked_at_once(
    decide: Resolve, synced: Engine, client: AdministrateClient, entity: str, key: str
) -> None:
    done = only(decide(Decision(entity, Action.create_administrate, key)))
    assert done.outcome is Outcome.DONE, done.sentence
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
    assert done.outcome is Outcome.DONE, done.sentence
    made = tenant.course_templates[done.other_id or ""]
    facts = next(each for each in provider.tutorial_course_templates if each.id == row)
    assert (made.code, made.title, made.lifecycle_state) == (facts.code, facts.title, "draft")
    assert made.event_learning_mode == "lms"
    assert link_of(synced, "course_templates", made.id) == (row, "match")


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
    assert {each.outcome for each in resolved[:2]} == {Outcome.WOULD_BE_DONE}
    assert resolved[0].sentence.startswith("Would have created location 'Penmarrow' in Administrate (regionId ")
    assert rows(synced) == before
    assert not any(request.mutation_fields for request in sandbox.requests.all())
    with synced.connect() as connection:
        kept = read_decisions(connection)
    assert list(kept["outcome"]) == [each.outcome.value for each in resolved]
    assert kept["dry_run"].all()


def test_a_location_and_its_venue_are_created_in_the_tutorial_tables_in_one_run(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    decided = (
        Decision("locations", Action.create_tutorial, "Saltmarsh"),
        Decision("venues", Action.create_tutorial, "Samphire Room", reason="opened in May"),
    )
    assert [each.outcome for each in decide(*decided, dry_run=True)] == [Outcome.WOULD_BE_DONE] * 2
    location, venue = decide(*decided)
    assert (location.outcome, venue.outcome) == (Outcome.DONE, Outcome.DONE), venue.sentence
    with synced.connect() as connection:
        row = connection.execute(select(tutorial_venues).where(tutorial_venues.c.id == int(venue.other_id or 0))).one()
    assert (row.name, str(row.location_id), row.description) == ("Samphire Room", location.other_id, "")
    assert link_of(synced, "venues", venue.record_id) == (row.id, "match")
    before = rows(synced)
    sync(synced, client)
    assert rows(synced) == before


def test_a_venue_whose_location_has_no_tutorial_row_says_what_to_do_first(decide: Resolve) -> None:
    failed = only(decide(Decision("venues", Action.create_tutorial, "Samphire Room")))
    assert failed.outcome is Outcome.FAILED
    assert "Saltmarsh" in failed.sentence
    assert "link or create that first" in failed.sentence


def test_a_venue_cannot_be_created_in_administrate_and_the_answer_is_what_to_type_in(decide: Resolve) -> None:
    failed = only(decide(Decision("venues", Action.create_administrate, "Gatehouse Hall")))
    assert failed.outcome is Outcome.FAILED
    assert "cannot create venues" in failed.sentence
    assert "venue 'Gatehouse Hall' at the location 'London'" in failed.sentence


def test_an_instructor_becomes_a_user_without_rights_or_password_with_a_name_of_their_own(
    decide: Resolve, synced: Engine, tenant: Tenant
) -> None:
    with synced.begin() as connection:
        connection.execute(update(auth_user).where(auth_user.c.id == 1).values(username="quentina.hazelrigby"))
    done = only(decide(Decision("instructors", Action.create_tutorial, "Quentina Hazelrigby")))
    assert done.outcome is Outcome.DONE, done.sentence
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
    assert failed.outcome is Outcome.FAILED
    assert "The user tutor0001 has the e-mail address" in failed.sentence
    assert rows(synced) == before


def test_a_contact_of_the_name_who_is_no_instructor_is_not_doubled(decide: Resolve, tenant: Tenant) -> None:
    tenant.add_contact("Ottoline", "Featherbow", account=next(iter(tenant.accounts.values())), is_instructor=False)
    count = len(tenant.contacts)
    failed = only(decide(Decision("instructors", Action.create_administrate, "Ottoline Featherbow")))
    assert failed.outcome is Outcome.FAILED
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
    assert failed.outcome is Outcome.FAILED
    assert setting in failed.sentence


def test_an_ambiguous_row_is_not_given_another_record(decide: Resolve, synced: Engine, tenant: Tenant) -> None:
    count = len(tenant.locations)
    failed = only(decide(Decision("locations", Action.create_administrate, tutorial_id(synced, "Yewbury"))))
    assert "Several tutorial rows" in failed.sentence
    by_name = only(decide(Decision("locations", Action.create_administrate, "Yewbury")))
    assert "say which by its id" in by_name.sentence
    assert len(tenant.locations) == count


def test_a_record_whose_only_tutorial_row_is_inactive_is_not_given_a_second_one(decide: Resolve) -> None:
    failed = only(decide(Decision("locations", Action.create_tutorial, "Fernhollow")))
    assert failed.outcome is Outcome.FAILED
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
    assert done.outcome is Outcome.DONE
    assert "With a warning" in done.sentence
    assert len(tenant.locations) == count + 1
    assert link_of(synced, "locations", done.other_id or "") == (int(done.record_id), "match")


@pytest.mark.parametrize(
    "fault",
    [
        HttpStatus(status=500, mentions="createLocation", times=1),
        NullData(mentions="createLocation", times=1),
        TopLevelErrors(mentions="createLocation", times=1),
        HttpStatus(status=429, mentions="createLocation", times=1),
    ],
)
def test_a_create_that_failed_is_a_sentence_and_can_be_decided_again(
    decide: Resolve, tenant: Tenant, sandbox: Sandbox, fault: Any
) -> None:
    count = len(tenant.locations)
    sandbox.faults.add(fault)
    decision = Decision("locations", Action.create_administrate, "Penmarrow")
    failed = only(decide(decision))
    assert failed.outcome is Outcome.FAILED
    assert len(tenant.locations) == count
    assert only(decide(decision)).outcome is Outcome.DONE
    assert len(tenant.locations) == count + 1


def test_no_second_record_is_created_beside_one_that_is_held_apart(
    decide: Resolve, synced: Engine, tenant: Tenant
) -> None:
    london = tutorial_id(synced, "London")
    decide(Decision("locations", Action.unlink, london, TUTORIAL))
    count = len(tenant.locations)
    failed = only(decide(Decision("locations", Action.create_administrate, london)))
    assert failed.outcome is Outcome.FAILED
    assert "held apart by hand; a second one is not created" in failed.sentence
    assert len(tenant.locations) == count


def test_a_refusal_of_administrate_is_told_in_its_words(decide: Resolve) -> None:
    given = Given(region_id="UmVnaW9uOjk5OTk=")
    failed = only(decide(Decision("locations", Action.create_administrate, "Penmarrow", given=given)))
    assert failed.sentence.startswith("Administrate refused to create the location: regionId: ")


def test_a_link_by_hand_is_left_by_the_next_ten_syncs(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    penmarrow, saltmarsh = tutorial_id(synced, "Penmarrow"), record_id(synced, "Saltmarsh")
    done = only(decide(Decision("locations", Action.link, penmarrow, TUTORIAL, link_to=saltmarsh)))
    assert done.outcome is Outcome.DONE, done.sentence
    assert saltmarsh not in open_rows(synced, "locations", ADMINISTRATE)
    assert penmarrow not in open_rows(synced, "locations", TUTORIAL)
    sync(synced, client)
    before = rows(synced)
    for _ in range(10):
        sync(synced, client)
    assert rows(synced) == before
    assert link_of(synced, "locations", saltmarsh) == (int(penmarrow), "hand")


def test_one_of_an_ambiguous_key_can_be_linked_by_hand(decide: Resolve, synced: Engine) -> None:
    row, record = tutorial_id(synced, "YEWBURY"), record_id(synced, "Yewbury")
    done = only(decide(Decision("locations", Action.link, record, ADMINISTRATE, link_to=row)))
    assert done.outcome is Outcome.DONE
    assert link_of(synced, "locations", record) == (int(row), "hand")


def test_a_link_by_hand_can_be_moved_and_takes_the_row_of_a_record_that_is_gone(
    decide: Resolve, synced: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    saltmarsh, fernhollow = record_id(synced, "Saltmarsh"), record_id(synced, "Fernhollow")
    penmarrow, yewbury = tutorial_id(synced, "Penmarrow"), tutorial_id(synced, "Yewbury")
    decide(Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=penmarrow))
    moved = only(decide(Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=yewbury)))
    assert f"instead of row {penmarrow}" in moved.sentence
    for venue in [each for each in tenant.venues.values() if each.location.id == saltmarsh]:
        tenant.remove(venue)
    tenant.remove(tenant.locations[saltmarsh])
    sync(synced, client)
    taken = only(decide(Decision("locations", Action.link, fernhollow, ADMINISTRATE, link_to=yewbury)))
    assert taken.outcome is Outcome.DONE, taken.sentence
    assert link_of(synced, "locations", saltmarsh) == (None, None)


def test_a_link_is_refused_for_a_row_that_is_linked_missing_or_inactive(decide: Resolve, synced: Engine) -> None:
    saltmarsh = record_id(synced, "Saltmarsh")
    london, oldbridge = tutorial_id(synced, "London"), tutorial_id(synced, "Oldbridge")
    before = rows(synced)
    linked, missing, inactive, no_record, no_side = decide(
        Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=london),
        Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to="99999"),
        Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=oldbridge),
        Decision("locations", Action.link, london, TUTORIAL, link_to="TG9jYXRpb246OTk5"),
        Decision("locations", Action.link, saltmarsh, link_to=london),
    )
    assert f"Row {london} (London) of acted.tutorial_locations is linked to the record" in linked.sentence
    assert "has no active row" in missing.sentence
    assert "is inactive" in inactive.sentence
    assert "has no record with the id" in no_record.sentence
    assert "needs the side" in no_side.sentence
    assert rows(synced) == before


def test_what_is_unlinked_stays_apart_until_it_is_left_to_matching(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    london = tutorial_id(synced, "London")
    done = only(decide(Decision("locations", Action.unlink, london, TUTORIAL, reason="another London")))
    assert done.outcome is Outcome.DONE, done.sentence
    record = done.other_id or ""
    sync(synced, client)
    assert link_of(synced, "locations", record) == (None, "hand")
    assert london in open_rows(synced, "locations", TUTORIAL)
    again = only(decide(Decision("locations", Action.unlink, record, ADMINISTRATE)))
    assert "is held apart already" in again.sentence
    back = only(decide(Decision("locations", Action.unlink, record, ADMINISTRATE, automatic=True)))
    assert back.outcome is Outcome.DONE
    assert link_of(synced, "locations", record) == (int(london), "match")


def test_an_ignored_row_leaves_the_list_and_the_counts_until_it_is_told_of_again(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    before = sync(synced, client)["locations"]
    decide(Decision("locations", Action.ignore, "penmarrow", TUTORIAL, reason="closed in 2024"))
    after = sync(synced, client)["locations"]
    assert (after.unmatched_tutorial, after.ignored) == (before.unmatched_tutorial - 1, 1)
    with synced.connect() as connection:
        ignored = read_discrepancies(connection, "locations", ignored=True)
    assert list(ignored[["record_id", "reason", "who"]].iloc[0]) == [penmarrow, "closed in 2024", "Ada"]
    assert penmarrow not in open_rows(synced, "locations", TUTORIAL)
    done = only(decide(Decision("locations", Action.unignore, "Penmarrow", TUTORIAL)))
    assert done.outcome is Outcome.DONE, done.sentence
    assert sync(synced, client)["locations"] == before


def test_a_row_is_ignored_for_what_it_is_and_told_of_when_it_becomes_another_thing(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    decide(Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed"))
    with synced.begin() as connection:
        is_it = tutorial_locations.c.name == "Yewbury"
        connection.execute(update(tutorial_locations).where(is_it).values(name="PENMARROW"))
    assert sync(synced, client)["locations"].ignored == 0
    assert penmarrow in open_rows(synced, "locations", TUTORIAL)


def test_ignoring_needs_a_reason_and_a_discrepancy(decide: Resolve, synced: Engine) -> None:
    no_reason, no_discrepancy, not_ignored = decide(
        Decision("locations", Action.ignore, "Penmarrow", TUTORIAL),
        Decision("locations", Action.ignore, tutorial_id(synced, "London"), TUTORIAL, reason="why not"),
        Decision("locations", Action.unignore, "Penmarrow", TUTORIAL),
    )
    assert "needs a reason" in no_reason.sentence
    assert "is no discrepancy" in no_discrepancy.sentence
    assert "is not ignored" in not_ignored.sentence


def test_each_decision_is_by_itself_and_all_are_kept(decide: Resolve, synced: Engine) -> None:
    resolved = decide(
        Decision("price_levels", Action.ignore, "1", ADMINISTRATE, reason="x"),
        Decision("towns", Action.ignore, "1", ADMINISTRATE, reason="x"),
        Decision("locations", Action.create_administrate, "Penmarrow", ADMINISTRATE),
        Decision("locations", Action.ignore, "Penmarrow", TUTORIAL, reason="closed", who="Grace"),
    )
    assert [each.outcome for each in resolved] == [Outcome.FAILED] * 3 + [Outcome.DONE]
    assert "have no tutorial side" in resolved[0].sentence
    assert "is no entity" in resolved[1].sentence
    assert "of the side tutorial, not of administrate" in resolved[2].sentence
    with synced.connect() as connection:
        kept = read_decisions(connection, run_id="r1")
        assert list(kept["who"]) == ["Ada", "Ada", "Ada", "Grace"]
        assert list(kept["outcome"]) == ["failed", "failed", "failed", "done"]
        assert not kept["dry_run"].any()
        assert connection.scalar(select(func.count()).select_from(log)) == 4


@pytest.mark.parametrize("change", ["update adm.decisions set who = 'x'", "delete from adm.decisions"])
def test_what_was_decided_cannot_be_changed(decide: Resolve, synced: Engine, change: str) -> None:
    decide(Decision("locations", Action.ignore, "Penmarrow", TUTORIAL, reason="closed"))
    with pytest.raises(DBAPIError, match="only ever added to"), synced.begin() as connection:
        connection.execute(text(change))


def test_a_create_is_noted_before_it_is_sent(decide: Resolve, synced: Engine) -> None:
    decide(Decision("locations", Action.create_administrate, "Penmarrow"))
    with synced.connect() as connection:
        assert list(read_decisions(connection)["outcome"]) == ["begun", "done"]


def test_a_tenant_that_is_down_keeps_only_what_needs_it(decide: Resolve, sandbox: Sandbox) -> None:
    sandbox.faults.add(Down())
    there, here = decide(
        Decision("locations", Action.create_administrate, "Penmarrow"),
        Decision("locations", Action.create_tutorial, "Saltmarsh"),
    )
    sandbox.faults.clear()
    assert (there.outcome, here.outcome) == (Outcome.FAILED, Outcome.DONE)


def test_a_text_that_the_tutorial_tables_cannot_hold_is_named(
    decide: Resolve, synced: Engine, client: AdministrateClient, tenant: Tenant
) -> None:
    code = "LONG" * 20
    tenant.add_course_template(code, "A long code", lifecycle_state="draft")
    sync(synced, client)
    failed = only(decide(Decision("course_templates", Action.create_tutorial, code)))
    assert "acted.tutorial_course_templates.code holds 50 characters" in failed.sentence
    with synced.connect() as connection:
        assert not connection.scalar(
            select(func.count())
            .select_from(tutorial_course_templates)
            .where(tutorial_course_templates.c.title == "A long code")
        )
