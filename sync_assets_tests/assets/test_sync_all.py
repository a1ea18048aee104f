import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import Engine, select, text, update

from sync_assets.definitions import build_defs
from sync_assets.entities import course_templates, locations
from sync_assets.operations.instance.run_in_process import RunOutcome, StepState, run_assets
from sync_assets.sandbox.server.faults import HalvedList, Html
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.records import CourseTemplate
from sync_assets.tutorial.tables import tutorial_locations
from sync_assets_tests.operations.dagster_internals import steps_from_failure

DEFS = build_defs()


def sync(instance: dg.DagsterInstance, *keys: str, **options: Any) -> RunOutcome:
    return run_assets(
        DEFS,
        instance,
        "sync_all",
        asset_keys=[dg.AssetKey(key.split("/")) for key in keys] or None,
        run_config={"resources": {"options": {"config": options}}},
    )


def checks(instance: dg.DagsterInstance, outcome: RunOutcome) -> dict[str, dg.AssetCheckEvaluation]:
    found = instance.all_logs(outcome.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    evaluations = [entry.get_dagster_event().asset_check_evaluation_data for entry in found]
    return {item.asset_check_key.to_user_string(): item for item in evaluations}


def test_a_run_tells_its_counts_as_numbers(provided: Engine, instance: dg.DagsterInstance) -> None:
    outcome = sync(instance)
    assert outcome.success
    told = outcome.assets["adm/course_templates"].metadata
    assert told["dagster/row_count"] == told["created"] > 20
    assert {told[name] for name in ("updated", "unchanged", "removed", "restored")} == {0}
    assert told["requests"] >= 1
    assert outcome.assets["adm/location_links"].metadata["unmatched_tutorial"] > 0


def test_discrepancies_are_warnings_with_a_count_and_a_table(provided: Engine, instance: dg.DagsterInstance) -> None:
    evaluations = checks(instance, sync(instance))
    found = evaluations["adm/location_links:tutorial_rows_without_match"]
    assert not found.passed
    assert found.severity is dg.AssetCheckSeverity.WARN
    assert found.metadata["count"].value == len(found.metadata["rows"].value.records) > 0
    assert evaluations["adm/location_links:unambiguous_matches_linked"].passed
    assert evaluations["adm/venues:table_in_its_schema"].passed


def test_a_clean_entity_passes(provided: Engine, instance: dg.DagsterInstance) -> None:
    with provided.begin() as connection:
        connection.execute(text("update acted.tutorial_locations set is_active = false"))
        connection.execute(update(tutorial_locations).where(tutorial_locations.c.id == 1).values(is_active=True))
    assert checks(instance, sync(instance))["adm/location_links:tutorial_rows_without_match"].passed


def test_a_match_that_is_not_linked_is_an_error(provided: Engine, instance: dg.DagsterInstance) -> None:
    sync(instance)
    with provided.begin() as connection:
        table = locations.TABLE
        connection.execute(update(table).values(tutorial_location_id=None, linked_by=None))
    job = DEFS.resolve_job_def("sync_all")
    only = dg.AssetCheckKey(dg.AssetKey(["adm", "location_links"]), "unambiguous_matches_linked")
    run = job.get_subset(asset_selection=set(), asset_check_selection={only}).execute_in_process(instance=instance)
    (evaluation,) = run.get_asset_check_evaluations()
    assert not evaluation.passed
    assert evaluation.severity is dg.AssetCheckSeverity.ERROR


def test_what_does_not_depend_on_a_failed_step_goes_on(
    provided: Engine, sandbox: Sandbox, instance: dg.DagsterInstance
) -> None:
    sandbox.faults.add(Html(mentions="courseTemplates("))
    outcome = sync(instance)
    assert not outcome.success
    states = {key: step.state for key, step in outcome.assets.items()}
    assert states.pop("adm/course_templates") is StepState.FAILED
    assert states.pop("adm/course_template_links") is StepState.NOT_RUN
    assert states.pop("adm/course_template_price_levels") is StepState.NOT_RUN
    # Events are read after what they refer to.
    for key in ("administrate_events", "administrate_sessions", "event_links", "event_drift"):
        assert states.pop(f"adm/{key}") is StepState.NOT_RUN
    assert set(states.values()) == {StepState.DONE}
    assert "no GraphQL answer" in (outcome.assets["adm/course_templates"].failure or "")


def test_a_run_that_is_to_stop_at_a_failure_runs_no_further_step(
    provided: Engine, sandbox: Sandbox, instance: dg.DagsterInstance
) -> None:
    sandbox.faults.add(Html())
    outcome = sync(instance, stop_on_error=True)
    states = [step.state for step in outcome.assets.values()]
    assert states.count(StepState.FAILED) == 1
    assert states.count(StepState.NOT_RUN) == len(states) - 1


def test_an_asset_alone_refuses_and_names_what_to_sync_first(provided: Engine, instance: dg.DagsterInstance) -> None:
    outcome = sync(instance, "adm/venues")
    assert not outcome.success
    assert outcome.assets["adm/venues"].failure == "adm.locations has no row yet: sync locations first."


@pytest.fixture
def templates(sandbox: Sandbox) -> Iterator[list[CourseTemplate]]:
    """The course templates of the shared tenant, which has them again afterwards."""
    kind = sandbox.tenant.course_templates
    there = dict(kind)
    yield list(there.values())
    kind.clear()
    kind.update(there)


def test_removals_can_be_allowed_for_a_run(
    provided: Engine, sandbox: Sandbox, instance: dg.DagsterInstance, templates: list[CourseTemplate]
) -> None:
    sync(instance)
    for template in templates[12:]:
        sandbox.tenant.remove(template)
    refused = sync(instance, "adm/course_templates")
    assert "more than a fifth" in (refused.assets["adm/course_templates"].failure or "")
    allowed = sync(instance, "adm/course_templates", allow_removals=True)
    assert allowed.assets["adm/course_templates"].metadata["removed"] > 5
    with provided.connect() as connection:
        assert connection.scalar(text("select count(*) from adm.course_templates where removed_at is not null"))
    assert course_templates.TABLE.c.removed_at is not None


def test_removals_that_are_allowed_are_none_where_the_records_are_there(
    provided: Engine, sandbox: Sandbox, instance: dg.DagsterInstance
) -> None:
    sync(instance)
    sandbox.faults.add(HalvedList(connection="courseTemplates", times=1))
    told = sync(instance, "adm/course_templates", allow_removals=True).assets["adm/course_templates"].metadata
    assert (told["removed"], told["unchanged"]) == (0, told["dagster/row_count"])


def test_removals_are_counted_over_the_days_that_are_set(
    provided: Engine,
    sandbox: Sandbox,
    instance: dg.DagsterInstance,
    templates: list[CourseTemplate],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sync(instance)
    for part in (templates[:4], templates[4:8]):
        for template in part:
            sandbox.tenant.remove(template)
        outcome = sync(instance, "adm/course_templates").assets["adm/course_templates"]
    assert "4 more were removed in the 7 days before" in (outcome.failure or "")
    monkeypatch.setenv("SYNC_REMOVAL_DAYS", "0.00000001")
    assert sync(instance, "adm/course_templates").assets["adm/course_templates"].metadata["removed"] == 4


def test_an_odd_record_is_a_warning_of_the_run_and_stands_in_the_metadata(
    provided: Engine, sandbox: Sandbox, instance: dg.DagsterInstance, templates: list[CourseTemplate]
) -> None:
    sync(instance)
    known, tenant = next(each for each in templates if each.public_prices).public_prices[0], sandbox.tenant
    template = tenant.add_course_template("NEW_LO_1")
    price = tenant.add_price(template, known.price_level, "9.99", known.financial_unit, known.region)
    outcome = sync(instance, "adm/course_template_price_levels")
    assert outcome.success
    told = outcome.assets["adm/course_template_price_levels"].metadata
    assert (told["created"], told["odd"]) == (0, 1)
    (record,) = told["odd_records"].records
    assert price.id in record.data["why"]
    warnings = [entry.user_message for entry in instance.all_logs(outcome.run_id) if entry.level == logging.WARNING]
    assert warnings == [record.data["why"]]


def test_what_was_taken_over_is_in_the_metadata_and_what_disagrees_is_a_warning(
    provided: Engine, instance: dg.DagsterInstance
) -> None:
    sync(instance)
    with provided.begin() as connection:
        table = locations.TABLE
        linked = connection.execute(select(table).where(table.c.linked_by == "match").order_by(table.c.id)).all()
        connection.execute(text("update adm.locations set linked_by = 'adopted' where linked_by = 'match'"))
        for one, other in ((linked[0], linked[1]), (linked[1], linked[0])):
            connection.execute(
                update(table).where(table.c.id == one.id).values(tutorial_location_id=other.tutorial_location_id)
            )
    outcome = sync(instance)
    told = outcome.assets["adm/location_links"].metadata
    assert (told["taken_over"], told["adopted"], told["held_that_disagree"]) == (len(linked) - 2, 2, 2)
    assert {record.data["record_id"] for record in told["adopted_that_disagree"].records} == {
        linked[0].external_id,
        linked[1].external_id,
    }
    found = checks(instance, outcome)
    assert not found["adm/location_links:held_links_that_disagree"].passed
    assert found["adm/location_links:held_links_that_disagree"].severity is dg.AssetCheckSeverity.WARN
    assert found["adm/location_links:unambiguous_matches_linked"].passed
    assert found["adm/location_links:deleted_tutorial_rows"].passed


def test_a_missing_setting_is_a_sentence_of_the_step(
    provided: Engine, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADMINISTRATE_CLIENT_SECRET")
    failure = sync(instance, "adm/locations").assets["adm/locations"].failure
    assert failure
    assert failure.startswith("ADMINISTRATE_CLIENT_SECRET is not set.")


def test_a_database_that_is_down_is_a_sentence(
    provided: Engine, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNC_DATABASE_URL", "postgresql://nobody:hidden-word@127.0.0.1:9/none")
    failure = sync(instance, "adm/locations").assets["adm/locations"].failure
    assert failure
    assert failure.startswith("The database refused or could not be reached")
    assert "hidden-word" not in failure


def test_a_table_that_somebody_else_holds_is_a_sentence_that_does_not_say_that_nothing_was_changed(
    provided: Engine, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_assets.database.LOCK_TIMEOUT", "200ms")
    with provided.begin() as holder:
        holder.execute(text("lock table adm.locations in access exclusive mode"))
        failure = sync(instance, "adm/locations").assets["adm/locations"].failure
    assert failure
    assert "lock timeout" in failure
    assert "othing was changed" not in failure


def test_what_was_left_out_is_part_of_the_run_again_from_failure(
    provided: Engine, sandbox: Sandbox, instance: dg.DagsterInstance
) -> None:
    sandbox.faults.add(Html())
    failed = sync(instance, stop_on_error=True)
    again = steps_from_failure(instance, failed.run_id)
    assert again >= {key.replace("/", "__") for key in failed.assets}
