"""Visitors of an empty tenant and of a made-up provider's, and events to make in a tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor


@pytest.fixture
def visitor(sandbox: Sandbox) -> Iterator[Visitor]:
    """A visitor of the empty tenant."""
    one = Visitor(sandbox)
    sandbox.requests.clear()
    yield one
    one.http.close()


@pytest.fixture(scope="session")
def provider() -> Provider:
    return made_up_provider()


@pytest.fixture(scope="session")
def provider_visitor(provider: Provider) -> Iterator[Visitor]:
    """A visitor of the made-up provider's tenant, which every reading test shares."""
    with serve(tenant_of(provider)) as sandbox:
        one = Visitor(sandbox)
        yield one
        one.http.close()


@pytest.fixture
def make_event(tenant: Tenant) -> Callable[..., Event]:
    """Make a blended draft of two sessions in London, with a teacher who may teach it and an administrator."""

    def make(title: str = "MQ-1", **values: Any) -> Event:
        template = tenant.add_course_template("CB1_LO_2", event_learning_mode="blended")
        teacher = tenant.add_contact("Merrick", "Marrowby", is_instructor=True)
        template.approved_instructors.append(teacher)
        tenant.add_contact("Odette", "Fairweatherly", is_admin=True)
        location = tenant.add_location("London", time_zone="Europe/London")
        event = tenant.add_event(
            template,
            title,
            location=location,
            default_tax_type=tenant.add_tax_type(),
            time_zone_name="Europe/London",
            **{"learning_mode": "blended", **values},
        )
        for day in (1, 2) if event.learning_mode != "lms" else ():
            tenant.add_session(event, f"D{day}", f"Day {day}")
        return event

    return make
