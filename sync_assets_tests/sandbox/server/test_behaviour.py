"""What the tenant is like is set over HTTP, and what it did is read there."""

from __future__ import annotations

import pytest

from sync_assets.sandbox.tenant.behaviour import Denial, TenantBehaviour, UnreadableField
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor


def test_the_behaviour_is_set_read_and_reset_over_http(visitor: Visitor, tenant: Tenant) -> None:
    address = f"{visitor.sandbox.url}/behaviour"
    wanted = {"read_lag_seconds": 2.5, "unreadable": [{"field": "Query.events", "denial": "error"}]}
    answer = visitor.http.put(address, json=wanted).json()
    assert {name: answer[name] for name in wanted} == wanted
    assert tenant.behaviour == TenantBehaviour(
        read_lag_seconds=2.5, unreadable=frozenset({UnreadableField(field="Query.events", denial=Denial.ERROR)})
    )
    assert visitor.http.get(address).json() == answer
    assert visitor.http.delete(address).json() == TenantBehaviour().model_dump(mode="json")


@pytest.mark.parametrize("wrong", [{"haste": 1}, {"read_lag_seconds": -1}, {"unreadable": [{"field": "events"}]}])
def test_a_behaviour_that_does_not_exist_is_422(visitor: Visitor, tenant: Tenant, wrong: dict[str, object]) -> None:
    assert visitor.http.put(f"{visitor.sandbox.url}/behaviour", json=wrong).status_code == 422
    assert tenant.behaviour == TenantBehaviour()


def test_what_was_carried_out_is_read_and_forgotten_over_http(visitor: Visitor, tenant: Tenant) -> None:
    region = tenant.add_region()
    fields = {"regionId": region.id, "name": "Leeds"}
    visitor.mutate("location", "create", "errors { label }", input__LocationCreateInput=fields)
    address = f"{visitor.sandbox.url}/mutations"
    (mutation,) = visitor.http.get(address).json()
    assert (mutation["mutation"], mutation["type"], mutation["title"]) == ("location.create", "Location", "Leeds")
    assert mutation["record_id"] in tenant.locations
    assert visitor.http.delete(address).json() == []
