"""Work takes time, goes on beside other work, and goes on when nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from sync_assets.sandbox.server.faults import HalfDone, ProxyGivesUp
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor
from sync_assets_tests.support.waiting import eventually

LONG = 60.0


def creating(*names: str) -> str:
    """A document that makes locations of those names, each with a mutation of its own."""
    inputs = (f'{{regionId: "UmVnaW9uOjE=", name: "{name}"}}' for name in names)
    parts = (
        f"m{index}: location {{ create(input: {each}) {{ location {{ id }} }} }}" for index, each in enumerate(inputs)
    )
    return f"mutation {{ {' '.join(parts)} }}"


@pytest.fixture(autouse=True)
def _region(tenant: Tenant) -> None:
    tenant.add_region()


@pytest.fixture
def impatient(visitor: Visitor) -> Iterator[Visitor]:
    """A visitor who waits for a tenth of a second."""
    one = Visitor(visitor.sandbox)
    one.http.timeout = httpx.Timeout(0.1)
    yield one
    one.http.close()


def done(tenant: Tenant) -> list[str | None]:
    return [each.title for each in tenant.carried_out]


def takes(tenant: Tenant, seconds: float) -> None:
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=seconds)


def test_others_are_answered_while_a_mutation_takes_its_time(
    visitor: Visitor, impatient: Visitor, tenant: Tenant
) -> None:
    takes(tenant, LONG)
    with pytest.raises(httpx.ReadTimeout):
        impatient.post(creating("Slow"))
    assert visitor.data("{ locations { edges { node { name } } } }") == {"locations": {"edges": []}}
    takes(tenant, 0)
    visitor.data(creating("Quick"))
    assert done(tenant) == ["Quick"]


def test_mutations_of_a_request_are_carried_out_one_after_another(visitor: Visitor, tenant: Tenant) -> None:
    takes(tenant, 0.01)
    names = [f"Town {number}" for number in range(8)]
    visitor.data(creating(*names))
    assert done(tenant) == names
    moments = [each.at for each in tenant.carried_out]
    assert moments == sorted(moments)


def test_every_mutation_of_an_abandoned_request_is_carried_out(impatient: Visitor, tenant: Tenant) -> None:
    takes(tenant, 0.1)
    with pytest.raises(httpx.ReadTimeout):
        impatient.post(creating("A", "B", "C"))
    assert done(tenant) != ["A", "B", "C"]
    eventually(lambda: done(tenant) == ["A", "B", "C"])


def test_the_end_of_the_server_is_the_end_of_its_work(impatient: Visitor, tenant: Tenant) -> None:
    takes(tenant, LONG)
    with pytest.raises(httpx.ReadTimeout):
        impatient.post(creating("Never"))
    # The fixture stops the server, and would wait for a minute if it let the work go on.


@pytest.mark.parametrize(("status", "seconds"), [(504, 0.05), (502, 0), (500, 0)])
def test_a_proxy_gives_up_and_the_work_is_done_later(
    visitor: Visitor, tenant: Tenant, status: int, seconds: float
) -> None:
    takes(tenant, 0.1)
    visitor.sandbox.faults.add(ProxyGivesUp(seconds=seconds, status=status, times=1))
    assert visitor.post(creating("A", "B")).status_code == status
    assert done(tenant) != ["A", "B"]
    eventually(lambda: done(tenant) == ["A", "B"])


def test_a_connection_is_closed_and_the_work_is_done_later(visitor: Visitor, tenant: Tenant) -> None:
    takes(tenant, 0.1)
    visitor.sandbox.faults.add(ProxyGivesUp(seconds=0, status=None, times=1))
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.post(creating("A", "B"))
    eventually(lambda: done(tenant) == ["A", "B"])


def test_a_proxy_passes_on_what_is_answered_in_time(visitor: Visitor, tenant: Tenant) -> None:
    visitor.sandbox.faults.add(ProxyGivesUp(seconds=LONG))
    assert visitor.post(creating("A")).status_code == 200
    assert done(tenant) == ["A"]


@pytest.mark.parametrize(("names", "half"), [(["A"], []), (["A", "B", "C"], ["A"]), (["A", "B", "C", "D"], ["A", "B"])])
def test_half_of_a_request_is_done_and_then_it_is_500(
    visitor: Visitor, tenant: Tenant, names: list[str], half: list[str]
) -> None:
    visitor.sandbox.faults.add(HalfDone(times=1))
    assert visitor.post("{ hello }").status_code == 200
    assert visitor.post(creating(*names)).status_code == 500
    assert done(tenant) == half
    visitor.data(creating("After"))
    assert done(tenant) == [*half, "After"]


def test_many_requests_at_once_leave_each_record_with_a_number_of_its_own(visitor: Visitor, tenant: Tenant) -> None:
    takes(tenant, 0.001)
    documents = [creating(*(f"Town {request}-{part}" for part in range(5))) for request in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(visitor.post, documents))
    made = [part["create"]["location"]["id"] for answer in answers for part in answer.json()["data"].values()]
    assert len(set(made)) == len(tenant.locations) == 60
    for request in range(12):
        own = [title for title in done(tenant) if title and title.startswith(f"Town {request}-")]
        assert own == [f"Town {request}-{part}" for part in range(5)]
