"""The job resolve_discrepancies, and what checks and links say of what is ignored."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import Engine

from sync_assets.assets.catalogue import link_key
from sync_assets.bridge.decision_log import read_decisions
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.definitions import build_defs
from sync_assets.entities import locations
from sync_assets.operations.instance.run_in_process import run_assets
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import set_environment, settings_of
from sync_assets_tests.support.systems import synced_template

DEFS = build_defs()
PROVIDER = made_up_provider(24)


@pytest.fixture
def shared_sandbox() -> Iterator[Sandbox]:
    """A tenant for each test here, since they create records in it."""
    with serve(tenant_of(PROVIDER)) as served:
        yield served


@pytest.fixture
def synced(server: DatabaseServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    with server.engine(synced_template(server, PROVIDER)) as engine:
        set_environment(monkeypatch, settings_of(engine, sandbox))
        yield engine


def resolve(instance: dg.DagsterInstance, *decisions: dict[str, Any], **config: Any) -> dg.ExecuteInProcessResult:
    return DEFS.resolve_job_def("resolve_discrepancies").execute_in_process(
        instance=instance,
        run_config={"ops": {"carry_out_decisions": {"config": {"decisions": list(decisions), **config}}}},
        raise_on_error=False,
    )


def observed(run: dg.ExecuteInProcessResult) -> list[dict[str, Any]]:
    """The table of decisions that the run has put on the page of the location links."""
    (event,) = [event for event in run.all_events if event.event_type is dg.DagsterEventType.ASSET_OBSERVATION]
    observation = event.asset_observation_data.asset_observation
    assert observation.asset_key == link_key(locations.ENTITY)
    return [record.data for record in observation.metadata["decisions"].value.records]


def check(instance: dg.DagsterInstance, name: str) -> dg.AssetCheckEvaluation:
    key = dg.AssetCheckKey(link_key(locations.ENTITY), name)
    run = DEFS.resolve_job_def("sync_all").get_subset(asset_selection=set(), asset_check_selection={key})
    (evaluation,) = run.execute_in_process(instance=instance).get_asset_check_evaluations()
    return evaluation


IGNORE = {"entity": "locations", "action": "ignore", "side": "tutorial", "record": "Penmarrow", "reason": "closed"}


def test_a_run_is_dry_unless_its_config_says_otherwise(synced: Engine, instance: dg.DagsterInstance) -> None:
    run = resolve(instance, IGNORE, who="Ada")
    assert run.success
    (row,) = observed(run)
    assert (row["outcome"], row["name"], row["reason"]) == ("would be done", "Penmarrow", "closed")
    with synced.connect() as connection:
        kept = read_decisions(connection, run_id=run.run_id)
        assert read_discrepancies(connection, ignored=True).empty
    assert list(kept[["who", "dry_run"]].iloc[0]) == ["Ada", True]


def test_after_ignoring_the_check_passes_and_says_how_many_are_ignored(
    synced: Engine, instance: dg.DagsterInstance
) -> None:
    before = check(instance, "tutorial_rows_without_match")
    assert not before.passed
    assert resolve(instance, IGNORE, dry_run=False).success
    run_assets(DEFS, instance, "sync_all")
    after = check(instance, "tutorial_rows_without_match")
    assert after.passed
    assert after.metadata["count"].value == before.metadata["count"].value - 1 == 0
    assert after.metadata["ignored"].value == 1
    assert after.description == "0 tutorial rows have no Administrate record, 1 ignored"


def test_the_links_tell_the_ignored_apart_from_the_unmatched(synced: Engine, instance: dg.DagsterInstance) -> None:
    resolve(instance, IGNORE, dry_run=False)
    told = run_assets(DEFS, instance, "sync_all").assets["adm/location_links"].metadata
    assert (told["unmatched_tutorial"], told["ignored"]) == (0, 1)


def test_one_that_cannot_be_done_fails_the_run_and_not_the_others(synced: Engine, instance: dg.DagsterInstance) -> None:
    venue = {"entity": "venues", "action": "create_administrate", "record": "Gatehouse Hall"}
    run = resolve(instance, venue, {**IGNORE}, dry_run=False)
    assert not run.success
    (failure,) = [event for event in run.all_events if event.is_step_failure]
    said = failure.step_failure_data.user_failure_data
    assert said
    assert "1 of 2 decisions could not be carried out" in (said.description or "")
    assert "cannot create venues" in (said.description or "")
    assert len(said.metadata["decisions"].value.records) == 2  # type: ignore[union-attr]
    with synced.connect() as connection:
        assert len(read_discrepancies(connection, ignored=True)) == 1


def test_the_region_of_a_new_location_comes_from_the_settings(
    synced: Engine, sandbox: Sandbox, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = {"entity": "locations", "action": "create_administrate", "record": "Penmarrow"}
    assert "ADMINISTRATE_REGION_ID" in resolve_failure(resolve(instance, create, dry_run=False))
    monkeypatch.setenv("ADMINISTRATE_REGION_ID", next(iter(sandbox.tenant.regions)))
    assert resolve(instance, create, dry_run=False).success
    told = run_assets(DEFS, instance, "sync_all").assets["adm/location_links"].metadata
    assert told["newly_linked"] == told["relinked"] == told["unlinked"] == 0


def resolve_failure(run: dg.ExecuteInProcessResult) -> str:
    (failure,) = [event for event in run.all_events if event.is_step_failure]
    said = failure.step_failure_data.user_failure_data
    return (said.description or "") if said else ""


def test_hand_links_and_ignoring_need_no_way_into_administrate(
    synced: Engine, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADMINISTRATE_CLIENT_SECRET")
    link = {"entity": "locations", "action": "link", "side": "tutorial", "record": "Penmarrow", "link_to": "Saltmarsh"}
    assert resolve(instance, link, dry_run=False).success


def test_an_action_that_there_is_not_is_refused_before_the_run(synced: Engine, instance: dg.DagsterInstance) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError):
        resolve(instance, {**IGNORE, "action": "forget"})
