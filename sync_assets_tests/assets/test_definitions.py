import subprocess
import sys
from collections import defaultdict

import dagster as dg
import pytest

from sync_assets.definitions import build_defs
from sync_assets.entities import ENTITIES

DEFS = build_defs()
GRAPH = DEFS.resolve_asset_graph()


@pytest.mark.slow
def test_the_code_location_loads_in_a_fresh_process() -> None:
    code = "from sync_assets.definitions import defs; import dagster; dagster.Definitions.validate_loadable(defs)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_graph_holds_an_asset_for_each_table_and_link_and_no_phantom() -> None:
    groups: dict[str, set[str]] = defaultdict(set)
    for key in GRAPH.get_all_asset_keys():
        groups[str(GRAPH.get(key).group_name)].add(key.to_user_string())
    # A mistyped dependency would stand in the default group.
    assert set(groups) == {"events", "sync", "tutorial"}
    assert groups["events"] == {"adm/planned_events"}
    tables = {f"adm/{entity.table.name}" for entity in ENTITIES.values()}
    links = {f"adm/{entity.singular.replace(' ', '_')}_links" for entity in ENTITIES.values() if entity.link}
    assert groups["sync"] == tables | links | {"adm/event_drift"}
    assert groups["tutorial"] == {
        "public/auth_user",
        "acted/staff",
        "acted/tutorial_course_templates",
        "acted/tutorial_events",
        "acted/tutorial_instructors",
        "acted/tutorial_locations",
        "acted/tutorial_sessions",
        "acted/tutorial_venues",
    }


def test_the_order_comes_from_the_graph() -> None:
    def parents(name: str) -> set[str]:
        return {key.to_user_string() for key in GRAPH.get(dg.AssetKey(name.split("/"))).parent_keys}

    assert parents("adm/course_templates") == {"adm/custom_fields"}
    assert parents("adm/course_template_price_levels") == {"adm/course_templates", "adm/pricelevels"}
    assert parents("adm/venues") == {"adm/locations"}
    # Events are read and compared after what they refer to.
    reference = {f"adm/{entity.table.name}" for name, entity in ENTITIES.items() if name not in ("events", "sessions")}
    assert parents("adm/administrate_events") == reference
    assert parents("adm/administrate_sessions") == {"adm/administrate_events"} | reference
    assert list(ENTITIES)[-2:] == ["events", "sessions"]
    assert parents("adm/event_drift") >= {"adm/event_links", "adm/administrate_sessions", "adm/location_links"}
    # Which events are over is told by their sessions.
    assert parents("adm/event_links") >= {"adm/administrate_sessions", "acted/tutorial_sessions"}
    assert parents("adm/venue_links") == {"adm/venues", "adm/location_links", "acted/tutorial_venues"}


def test_every_column_in_the_catalogue_says_what_it_holds() -> None:
    described = {}
    for spec in DEFS.resolve_all_asset_specs():
        schema = spec.metadata.get("dagster/column_schema")
        if schema is not None:
            described |= {f"{spec.key.to_user_string()}.{each.name}": each.description for each in schema.columns}
    assert described
    assert [name for name, description in described.items() if not description] == []
    assert [text for text in described.values() if not text.endswith(".")] == []


def test_materialize_all_is_one_unpartitioned_click() -> None:
    executable = list(GRAPH.executable_asset_keys)
    assert executable
    assert all(GRAPH.get(key).partitions_def is None for key in executable)


def test_every_linked_entity_has_the_checks_of_its_discrepancies() -> None:
    names = {(key.asset_key.path[-1], key.name) for key in GRAPH.asset_check_keys}
    for entity in ENTITIES.values():
        assert (entity.table.name, "table_in_its_schema") in names
        if entity.link:
            links = f"{entity.singular.replace(' ', '_')}_links"
            for check in (
                "tutorial_rows_without_match",
                "administrate_records_without_match",
                "ambiguous_keys",
                "held_links_that_disagree",
                "records_held_apart",
                "deleted_tutorial_rows",
                "unambiguous_matches_linked",
            ):
                assert (links, check) in names


def test_prerequisites_are_blocking_checks() -> None:
    blocking = {key.to_user_string() for key in GRAPH.asset_check_keys if GRAPH.get(key).blocking}
    assert blocking == {
        "adm/course_templates:has_rows",
        "adm/custom_fields:has_rows",
        "adm/location_links:has_linked_rows",
        "adm/locations:has_rows",
        "adm/pricelevels:has_rows",
    }


def test_no_secret_can_stand_in_a_run_config() -> None:
    schema = str(DEFS.resolve_job_def("sync_all").run_config_schema.config_type.fields["resources"].config_type.fields)
    assert "secret" not in schema.lower()
    assert "url" not in schema.lower()
