from __future__ import annotations

from collections.abc import Callable

from sync_assets.sandbox.tenant.carried_out import CarriedOutMutations
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor


def test_mutations_are_kept_in_their_order_without_those_that_were_refused(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event("MQ-1")
    for title in ("MQ-2", "", "MQ-3"):
        visitor.mutate(
            "event", "update", "errors { message }", eventId__ID=event.id, input__EventUpdateInput={"title": title}
        )
    visitor.mutate("event", "delete", "errors { message }", input__DeleteInput={"eventIds": [event.id]})
    assert [(each.mutation, each.title) for each in tenant.carried_out] == [
        ("event.update", "MQ-2"),
        ("event.update", "MQ-3"),
        ("event.delete", "MQ-3"),
    ]
    assert {each.record_id for each in tenant.carried_out} == {event.id}
    assert (tenant.carried_out.count_of("event.update"), tenant.carried_out.count_of("event")) == (2, 3)
    tenant.carried_out.clear()
    assert len(tenant.carried_out) == 0


def test_a_title_is_created_twice_even_if_one_of_the_two_was_deleted(
    tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    log = CarriedOutMutations()
    first, second, other = make_event("MQ-1"), make_event(" mq-1 "), make_event("MQ-2")
    for event in (first, second, other):
        log.note("event.createBlended", event)
    log.note("event.update", other)
    log.note("event.delete", first)
    assert log.created_twice() == {"mq-1": 2}
    assert log.created_twice("Session") == {}
