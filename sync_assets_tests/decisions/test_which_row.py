"""A row is named by its id or by what it is matched on; where the two mean different rows, somebody is asked."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select, update

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.find_row import NoSuchRow, find_row
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.entities import locations
from sync_assets.tutorial.tables import tutorial_locations
from sync_assets_tests.decisions.both_sides import (
    ADMINISTRATE,
    TUTORIAL,
    Resolve,
    add_locations,
    link_of,
    only,
    record_id,
    rows,
    sync,
    tutorial_id,
)

DONE, FAILED = DecisionOutcome.DONE, DecisionOutcome.FAILED


def test_an_id_that_is_another_rows_name_is_refused_and_both_are_named(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    (other,) = add_locations(synced, penmarrow)
    sync(synced, client)
    saltmarsh = record_id(synced, "Saltmarsh")
    before = rows(synced)
    refused = decide(
        Decision("locations", Action.create_administrate, penmarrow),
        Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=penmarrow),
        Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed"),
    )
    assert [each.outcome for each in refused] == [FAILED] * 3
    for each in refused:
        assert f"'{penmarrow}' is the id of one row (Penmarrow) and the name of another one ({penmarrow})" in (
            each.sentence
        )
        assert f"id:{penmarrow} or name:{penmarrow}" in each.sentence
    assert rows(synced) == before
    by_name, by_id = decide(
        Decision("locations", Action.ignore, f"name:{penmarrow}", TUTORIAL, reason="closed"),
        Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=f"id:{penmarrow}"),
    )
    assert (by_name.outcome, by_name.record_id) == (DONE, other)
    assert by_id.outcome is DONE
    assert link_of(synced, "locations", saltmarsh) == (int(penmarrow), "hand")


def test_what_is_unignored_is_asked_for_likewise(decide: Resolve, synced: Engine, client: AdministrateClient) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    add_locations(synced, penmarrow)
    sync(synced, client)
    decide(
        *(
            Decision("locations", Action.ignore, f"{how}:{penmarrow}", TUTORIAL, reason="closed")
            for how in ("id", "name")
        )
    )
    refused = only(decide(Decision("locations", Action.unignore, penmarrow, TUTORIAL)))
    assert refused.outcome is FAILED
    assert "Say which is meant" in refused.sentence
    done = only(decide(Decision("locations", Action.unignore, f"id:{penmarrow}", TUTORIAL)))
    assert (done.outcome, done.record_id) == (DONE, penmarrow)


def test_the_key_of_a_file_has_to_be_that_of_the_row(decide: Resolve, synced: Engine) -> None:
    penmarrow, yewbury = tutorial_id(synced, "Penmarrow"), tutorial_id(synced, "Yewbury")
    before = rows(synced)
    wrong = [
        Decision("locations", Action.create_administrate, yewbury, key="penmarrow"),
        Decision("locations", Action.ignore, yewbury, TUTORIAL, reason="closed", key="penmarrow"),
        Decision("locations", Action.create_tutorial, record_id(synced, "Saltmarsh"), key="penmarrow"),
    ]
    for each in decide(*wrong):
        assert each.outcome is FAILED
        assert "the name 'penmarrow' mean different rows" in each.sentence
    assert rows(synced) == before
    right = Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed", key="PENMARROW")
    assert only(decide(right)).outcome is DONE


def test_a_key_settles_what_an_id_leaves_open(decide: Resolve, synced: Engine, client: AdministrateClient) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    add_locations(synced, penmarrow)
    sync(synced, client)
    done = only(decide(Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed", key="Penmarrow")))
    assert (done.outcome, done.name) == (DONE, "Penmarrow")


def test_the_link_of_an_inactive_row_can_be_undone_by_its_id(decide: Resolve, synced: Engine) -> None:
    london = tutorial_id(synced, "London")
    with synced.begin() as connection:
        inactive = update(tutorial_locations).where(tutorial_locations.c.id == int(london))
        connection.execute(inactive.values(is_active=False))
    done = only(decide(Decision("locations", Action.unlink, london, TUTORIAL)))
    assert done.outcome is DONE, done.sentence
    assert link_of(synced, "locations", done.other_id or "") == (None, "hand")


def test_a_record_whose_id_is_another_ones_name_is_asked_for(decide: Resolve, synced: Engine) -> None:
    saltmarsh = record_id(synced, "Saltmarsh")
    with synced.begin() as connection:
        connection.execute(insert(locations.TABLE).values(external_id="TG9jOjk5", name=saltmarsh))
    refused = only(decide(Decision("locations", Action.create_tutorial, saltmarsh)))
    assert refused.outcome is FAILED
    assert "Say which is meant" in refused.sentence
    with synced.connect() as connection:
        assert (
            connection.execute(select(tutorial_locations).where(tutorial_locations.c.name == "Saltmarsh")).all() == []
        )


class Row:
    def __init__(self, key: str) -> None:
        self.key = self.name = key


def test_find_row() -> None:
    twelve, code = Row("a"), Row("12")
    by_id, by_key = {"12": twelve, "13": code}, {"a": [twelve], "12": [code]}

    def found(given: str, key: str = "") -> list[Row] | str:
        try:
            return find_row(given, by_id, by_key, word="code", key=key)
        except NoSuchRow as error:
            return str(error)

    assert "Say which is meant: id:12 or code:12" in found("12")
    assert found("id:12") == [twelve]
    assert found("code:12") == [code]
    assert found("A") == found("12", "a") == [twelve]
    assert found("13") == found("13", "12") == [code]
    assert "different rows" in found("13", "a")
    assert found("14") == found("14", "a") == found("id:14") == found("") == []
