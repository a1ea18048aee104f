"""Links by hand, rows that are ignored, and the log of what was decided."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.decision_log import decisions as log
from sync_assets.bridge.decision_log import read_decisions
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.matching import DiscrepancyKind
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.sandbox.server.faults import Down
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import (
    tutorial_course_templates,
    tutorial_locations,
)
from sync_assets_tests.decisions.both_sides import (
    ADMINISTRATE,
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


def test_a_link_by_hand_is_left_by_the_next_ten_syncs(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    penmarrow, saltmarsh = tutorial_id(synced, "Penmarrow"), record_id(synced, "Saltmarsh")
    done = only(decide(Decision("locations", Action.link, penmarrow, TUTORIAL, link_to=saltmarsh)))
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    assert saltmarsh not in open_rows(synced, "locations", ADMINISTRATE)
    assert penmarrow not in open_rows(synced, "locations", TUTORIAL)
    sync(synced, client)
    before = rows(synced)
    for _ in range(10):
        sync(synced, client)
    assert rows(synced) == before
    assert link_of(synced, "locations", saltmarsh) == (int(penmarrow), "hand")


def test_what_is_linked_by_hand_in_spite_of_another_name_is_told_of_when_it_disagrees_in_another_way(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    penmarrow, saltmarsh = tutorial_id(synced, "Penmarrow"), record_id(synced, "Saltmarsh")
    link = Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=penmarrow, reason="it was renamed")
    said = only(decide(link, dry_run=True)).sentence
    assert "the row has another name. That is decided with it" in said
    assert said == only(decide(link)).sentence.replace("Linked", "Would have linked", 1)
    with synced.connect() as connection:
        kept = read_discrepancies(connection, "locations", kind=DiscrepancyKind.HELD_LINK, ignored=True)
    assert list(kept[["record_id", "reason", "who"]].itertuples(index=False, name=None)) == [
        (saltmarsh, "linked by hand: it was renamed", "Ada")
    ]
    assert sync(synced, client)["locations"].held_that_disagree == 0

    def rename_or_retire(**values: object) -> int:
        with synced.begin() as connection:
            table = tutorial_locations
            connection.execute(update(table).where(table.c.id == int(penmarrow)).values(**values))
        return sync(synced, client)["locations"].held_that_disagree

    assert rename_or_retire(is_active=False) == 1
    assert saltmarsh in open_rows(synced, "locations", ADMINISTRATE, DiscrepancyKind.HELD_LINK)
    assert rename_or_retire(is_active=True) == 0
    assert rename_or_retire(name="Penmarrow-on-Sea") == 1
    assert rename_or_retire(name="Penmarrow") == 0
    decide(Decision("locations", Action.unignore, saltmarsh, ADMINISTRATE))
    assert saltmarsh in open_rows(synced, "locations", ADMINISTRATE, DiscrepancyKind.HELD_LINK)


def test_a_link_by_hand_that_is_ignored_for_whatever_it_disagrees_in_stays_ignored(
    decide: Resolve, synced: Engine, client: AdministrateClient
) -> None:
    penmarrow, saltmarsh = tutorial_id(synced, "Penmarrow"), record_id(synced, "Saltmarsh")
    decide(Decision("locations", Action.link, saltmarsh, ADMINISTRATE, link_to=penmarrow))
    decide(Decision("locations", Action.ignore, saltmarsh, ADMINISTRATE, reason="whatever they call it"))
    with synced.begin() as connection:
        table = tutorial_locations
        connection.execute(update(table).where(table.c.id == int(penmarrow)).values(name="Penmarrow-on-Sea"))
    assert sync(synced, client)["locations"].held_that_disagree == 0


def test_one_of_an_ambiguous_key_can_be_linked_by_hand(decide: Resolve, synced: Engine) -> None:
    row, record = tutorial_id(synced, "YEWBURY"), record_id(synced, "Yewbury")
    done = only(decide(Decision("locations", Action.link, record, ADMINISTRATE, link_to=row)))
    assert done.outcome is DecisionOutcome.DONE
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
    assert taken.outcome is DecisionOutcome.DONE, taken.sentence
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
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    record = done.other_id or ""
    sync(synced, client)
    assert link_of(synced, "locations", record) == (None, "hand")
    assert london in open_rows(synced, "locations", TUTORIAL)
    again = only(decide(Decision("locations", Action.unlink, record, ADMINISTRATE)))
    assert "is held apart already" in again.sentence
    back = only(decide(Decision("locations", Action.unlink, record, ADMINISTRATE, automatic=True)))
    assert back.outcome is DecisionOutcome.DONE
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
    assert done.outcome is DecisionOutcome.DONE, done.sentence
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
    assert [each.outcome for each in resolved] == [DecisionOutcome.FAILED] * 3 + [DecisionOutcome.DONE]
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
    assert (there.outcome, here.outcome) == (DecisionOutcome.FAILED, DecisionOutcome.DONE)


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


def test_a_dry_run_of_an_unlink_and_of_an_unignore_changes_nothing(decide: Resolve, synced: Engine) -> None:
    london, penmarrow = tutorial_id(synced, "London"), tutorial_id(synced, "Penmarrow")
    decide(Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed"))
    before = rows(synced)
    resolved = decide(
        Decision("locations", Action.unlink, london, TUTORIAL, reason="another London"),
        Decision("locations", Action.unignore, penmarrow, TUTORIAL),
        dry_run=True,
    )
    assert [each.outcome for each in resolved] == [DecisionOutcome.WOULD_BE_DONE] * 2, [
        each.sentence for each in resolved
    ]
    assert rows(synced) == before
