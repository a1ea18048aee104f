"""What the doctor says of a tenant that lacks something, and that it always comes to an end."""

from __future__ import annotations

import time
from collections.abc import Callable

import dagster as dg
import pytest

from sync_assets.operations.doctor import Finding, Health, examine
from sync_assets.operations.doctor.administrate import look_at_administrate
from sync_assets.operations.doctor.finding import Findings
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.faults import HeldBack, NullData
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.settings import Settings
from sync_assets_tests.support.environment import environment_of, set_environment


@pytest.fixture
def tenant() -> Tenant:
    return tenant_of(made_up_provider(24))


@pytest.fixture
def look(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, list[Finding]]]:
    set_environment(monkeypatch, environment_of(sandbox))

    def looked() -> dict[str, list[Finding]]:
        findings = Findings()
        look_at_administrate(findings, Settings.read())
        by_name: dict[str, list[Finding]] = {}
        for finding in findings.entries:
            by_name.setdefault(finding.name, []).append(finding)
        return by_name

    return looked


Look = Callable[[], dict[str, list[Finding]]]


def test_introspection_that_is_switched_off_is_a_warning_and_the_rest_is_looked_at(
    sandbox: Sandbox, look: Look
) -> None:
    sandbox.faults.add(NullData(mentions="IntrospectionQuery"))
    found = look()
    (documents,) = found["documents"]
    assert documents.state is Health.WARNING
    assert "switched off" in documents.sentence
    assert found["tax types"][0].state is Health.OK


def test_a_custom_field_that_an_import_needs_is_named(tenant: Tenant, look: Look) -> None:
    kept = {key: each for key, each in tenant.custom_field_definitions.items() if each.label not in ("Day", "Web sale")}
    tenant.custom_field_definitions.clear()
    tenant.custom_field_definitions.update(kept)
    tenant.add_custom_field("Event", "Sitting")
    found = {finding.sentence: finding.state for finding in look()["custom fields"]}
    assert {("Day" in said, "Web sale" in said, "Sitting" in said): state for said, state in found.items()} == {
        (True, False, False): Health.WRONG,
        (False, True, False): Health.WARNING,
        (False, False, True): Health.WRONG,
    }


def test_a_tax_type_that_is_not_there_is_named(tenant: Tenant, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATE_TAX_TYPE", "Luxury tax")
    (finding,) = look()["tax types"]
    assert finding.state is Health.WRONG
    assert "Standard tax" in finding.sentence
    tenant.tax_types.clear()
    assert look()["tax types"][0].state is Health.WRONG


@pytest.mark.usefixtures("look")
def test_what_gives_no_answer_is_given_up(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = "postgresql://user@127.0.0.1:9/nothing"
    monkeypatch.setenv("SYNC_DATABASE_URL", nowhere)
    monkeypatch.setenv("DAGSTER_PG_URL", nowhere)
    sandbox.faults.add(HeldBack(seconds=30))
    begin = time.monotonic()
    findings = examine(dg.Definitions, patience=2)
    assert time.monotonic() - begin < 10
    assert any("no answer within 2 seconds" in finding.sentence for finding in findings)
    assert [finding.name for finding in findings if finding.state is Health.WRONG][:1] == ["database"]
