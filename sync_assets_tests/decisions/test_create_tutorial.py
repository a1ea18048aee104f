"""A tutorial row is made where its link will stand, and nowhere else."""

from __future__ import annotations

from sqlalchemy import Engine, update

from sync_assets.administrate.client import AdministrateClient
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.entities import locations
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.decisions.both_sides import (
    TUTORIAL,
    Resolve,
    link_of,
    only,
    record_id,
    rows,
    sync,
    tutorial_id,
)

SALTMARSH = Decision("locations", Action.create_tutorial, "Saltmarsh")


def test_an_ambiguous_key_is_refused_and_the_others_are_named(
    decide: Resolve, synced: Engine, tenant: Tenant, client: AdministrateClient
) -> None:
    first = record_id(synced, "Saltmarsh")
    second = tenant.add_location("SALTMARSH").id
    sync(synced, client)
    before = rows(synced)
    for one, other in ((first, second), (second, first)):
        failed = only(decide(Decision("locations", Action.create_tutorial, one)))
        assert failed.outcome is DecisionOutcome.FAILED
        assert "Several records of Administrate have the name" in failed.sentence
        assert other in failed.sentence
    assert rows(synced) == before


def test_a_key_that_is_ambiguous_with_a_record_held_apart_is_refused(
    decide: Resolve, synced: Engine, tenant: Tenant, client: AdministrateClient
) -> None:
    london = tutorial_id(synced, "London")
    decide(Decision("locations", Action.unlink, london, TUTORIAL))
    tenant.add_location("london")
    sync(synced, client)
    second = next(each.id for each in tenant.locations.values() if each.name == "london")
    failed = only(decide(Decision("locations", Action.create_tutorial, second)))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "Several records of Administrate" in failed.sentence


def test_what_is_linked_stays_linked_in_the_same_run_and_the_next_sync(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    done = only(decide(SALTMARSH))
    assert done.outcome is DecisionOutcome.DONE
    assert link_of(synced, "locations", done.record_id) == (int(done.other_id or 0), "match")
    before = rows(synced)
    sync(synced, client)
    assert rows(synced) == before


def test_a_key_that_the_table_changes_is_held(decide: Resolve, synced: Engine, client: AdministrateClient) -> None:
    with synced.begin() as connection:
        connection.exec_driver_sql(
            "create function acted.shorten() returns trigger language plpgsql as $$ "
            "begin new.name := left(new.name, 4); return new; end $$"
        )
        connection.exec_driver_sql(
            "create trigger shorten before insert on acted.tutorial_locations "
            "for each row execute function acted.shorten()"
        )
    done = only(decide(SALTMARSH))
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    assert link_of(synced, "locations", done.record_id) == (int(done.other_id or 0), "hand")
    sync(synced, client)
    assert link_of(synced, "locations", done.record_id) == (int(done.other_id or 0), "hand")


def test_a_row_that_cannot_stay_linked_is_not_there_afterwards(decide: Resolve, synced: Engine) -> None:
    """The table gives the row a name that another row has: matching would part the two in the same run."""
    with synced.begin() as connection:
        connection.exec_driver_sql(
            "create function acted.twice() returns trigger language plpgsql as $$ begin "
            "if pg_trigger_depth() = 1 then insert into acted.tutorial_locations "
            "(name, code, is_active, created_at, updated_at) values (new.name, '', true, now(), now()); "
            "end if; return new; end $$"
        )
        connection.exec_driver_sql(
            "create trigger twice after insert on acted.tutorial_locations for each row execute function acted.twice()"
        )
    saltmarsh = record_id(synced, "Saltmarsh")
    results = decide(SALTMARSH, Decision("locations", Action.create_tutorial, "Fernhollow"), SALTMARSH)
    assert [each.outcome for each in results] == [DecisionOutcome.FAILED] * 3, [each.sentence for each in results]
    assert link_of(synced, "locations", saltmarsh) == (None, None)
    with synced.connect() as connection:
        found = connection.exec_driver_sql("select 1 from acted.tutorial_locations where name = 'Saltmarsh'").all()
    assert found == []


def test_a_record_that_has_left_administrate_is_not_given_a_row(decide: Resolve, synced: Engine) -> None:
    with synced.begin() as connection:
        gone = update(locations.TABLE).where(locations.TABLE.c.name == "Saltmarsh")
        connection.execute(gone.values(removed_at=locations.TABLE.c.created_at))
    failed = only(decide(SALTMARSH))
    assert failed.outcome is DecisionOutcome.FAILED
    assert "that Administrate still has" in failed.sentence
