"""The compose file as `docker compose` itself understands it; no engine is needed for that."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from sync_assets.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = Path(sys.executable).parent / "docker-compose"
FILLED_IN = {
    "SYNC_DATABASE_URL": "'postgresql://provider:pa$word@db.example.org/provider'",
    "MIGRATION_DATABASE_URL": "'postgresql://migration:pa$word@db.example.org/provider'",
    "DAGSTER_DB_PASSWORD": "0123456789abcdef",
    "ADMINISTRATE_CLIENT_SECRET": "'se$cret'",
    "SYNC_PAGES_PASSWORD": "'pa$word of the pages'",
    "UI_USER": "staff",
    "UI_PASSWORD_HASH": "'$2a$14$abcdefghijklmnopqrstuv'",
}


def resolved(folder: Path, filled_in: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `docker compose config` on a copy of the file with the example environment, filled in."""
    shutil.copy(DEPLOY / "compose.yaml", folder)
    lines = (DEPLOY / ".env.example").read_text("utf-8").splitlines()
    named = [line.split("=")[0] for line in lines]
    for name, value in filled_in.items():
        lines[named.index(name)] = f"{name}={value}"
    (folder / ".env").write_text("\n".join(lines), "utf-8")
    return subprocess.run(
        [COMPOSE, "--file", "compose.yaml", "config", "--format", "json"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = resolved(tmp_path_factory.mktemp("compose"), FILLED_IN)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


def environment(services: dict[str, Any], name: str) -> dict[str, str]:
    """A service's environment, with the dollar signs that compose doubles for its own output."""
    return {key: value.replace("$$", "$") for key, value in services[name].get("environment", {}).items()}


def test_only_the_proxy_is_reached_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]


def test_the_proxy_reaches_the_pages_and_the_webserver_alone(services: dict[str, Any]) -> None:
    shared = {
        name for name, service in services.items() if set(service["networks"]) & set(services["proxy"]["networks"])
    }
    assert shared == {"proxy", "webserver", "pages"}


def test_the_pages_know_their_address_the_webserver_and_the_proxy(services: dict[str, Any]) -> None:
    given = environment(services, "pages")
    assert given["SYNC_PAGES_URL"] == "https://sync.example.org"
    assert given["SYNC_UI_URL"] == "https://sync.example.org/dagster"
    assert given["SYNC_DAGSTER_URL"] == "http://webserver:3000/dagster"
    command = services["webserver"]["command"]
    assert command[command.index("--path-prefix") + 1] == "/dagster"
    Settings.model_validate({name.lower(): value for name, value in given.items() if value})
    assert ip_network(given["SYNC_PAGES_TRUSTED_PROXIES"]).is_private


def test_the_password_of_the_pages_is_known_to_the_pages_alone(services: dict[str, Any]) -> None:
    knowing = [name for name in services if environment(services, name).get("SYNC_PAGES_PASSWORD")]
    assert knowing == ["pages"]
    assert environment(services, "pages")["SYNC_PAGES_PASSWORD"] == "pa$word of the pages"


def test_nothing_but_the_database_can_write_to_its_own_files(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if not service.get("read_only")} == {"postgres"}
    for name, service in services.items():
        assert name == "postgres" or service["tmpfs"], name


def test_every_service_has_limits_of_memory_and_processes(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert int(service["mem_limit"]) <= 2 * 1024**3, name
        assert service["pids_limit"] <= 256, name


def test_the_password_of_the_proxy_is_known_to_the_proxy_alone(services: dict[str, Any]) -> None:
    assert [name for name in services if environment(services, name).get("UI_PASSWORD_HASH")] == ["proxy"]


def test_values_with_a_dollar_sign_arrive_as_they_are(services: dict[str, Any]) -> None:
    given = environment(services, "code_server")
    assert given["SYNC_DATABASE_URL"] == "postgresql://provider:pa$word@db.example.org/provider"
    assert given["ADMINISTRATE_CLIENT_SECRET"] == "se$cret"
    assert environment(services, "proxy")["UI_PASSWORD_HASH"] == "$2a$14$abcdefghijklmnopqrstuv"


def test_the_tenants_secret_and_the_providers_database_are_known_to_the_code_alone(services: dict[str, Any]) -> None:
    knowing = {name for name in services if "ADMINISTRATE_CLIENT_SECRET" in environment(services, name)}
    assert knowing == {"code_server", "migrate", "pages"}
    assert {name for name in services if "SYNC_DATABASE_URL" in environment(services, name)} == knowing


def test_the_service_migrate_alone_has_the_role_that_changes_tables(services: dict[str, Any]) -> None:
    migrating = "postgresql://migration:pa$word@db.example.org/provider"
    assert [name for name in services if migrating in environment(services, name).values()] == ["migrate"]
    assert environment(services, "migrate")["SYNC_DATABASE_URL"] == migrating


def test_without_a_role_for_migrations_the_service_migrate_has_that_of_the_others(tmp_path: Path) -> None:
    done = resolved(tmp_path, {**FILLED_IN, "MIGRATION_DATABASE_URL": ""})
    services = json.loads(done.stdout)["services"]
    assert (
        environment(services, "migrate")["SYNC_DATABASE_URL"]
        == environment(services, "code_server")["SYNC_DATABASE_URL"]
    )


def test_the_storage_is_named_with_its_driver_for_every_process_of_dagster(services: dict[str, Any]) -> None:
    for name in ("migrate", "code_server", "daemon", "webserver", "pages"):
        assert environment(services, name)["DAGSTER_PG_URL"].startswith("postgresql+psycopg2://dagster:0123"), name


def test_every_service_comes_back_by_itself_and_says_whether_it_is_well(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
        # The code server's check is in the image, the proxy's image brings none and needs none.
        assert ("healthcheck" in service) is (name not in ("code_server", "proxy")), name


@pytest.mark.parametrize(
    "name",
    ["SYNC_DATABASE_URL", "DAGSTER_DB_PASSWORD", "SYNC_PAGES_PASSWORD", "UI_ADDRESS", "UI_USER", "UI_PASSWORD_HASH"],
)
def test_what_has_to_be_filled_in_is_asked_for_by_name(tmp_path: Path, name: str) -> None:
    done = resolved(tmp_path, {**FILLED_IN, name: "''"})
    assert done.returncode != 0
    assert f"{name} is missing a value: set it in deploy/.env" in done.stderr
