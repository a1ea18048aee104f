"""A plain client of the stand-in tenant, so that what a test sees is what the server answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant

# Making one takes longer than most tests of this folder.
TLS = httpx.create_ssl_context()


class Visitor:
    """Sends documents to a served tenant with a token of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(timeout=10, verify=TLS)
        self.token = self.ask_for_token().json().get("access_token", "none")

    def ask_for_token(self, **form: str) -> httpx.Response:
        known = {"client_id": self.sandbox.client_id, "client_secret": self.sandbox.client_secret}
        return self.http.post(self.sandbox.token_url, data={"grant_type": "client_credentials", **known, **form})

    def post(self, document: str, **variables: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.post(self.sandbox.api_url, json={"query": document, "variables": variables}, headers=headers)

    def data(self, document: str, **variables: Any) -> Any:
        answer = self.post(document, **variables).json()
        assert answer["errors"] == []
        return answer["data"]

    def errors(self, document: str, **variables: Any) -> list[str]:
        return [error["message"] for error in self.post(document, **variables).json()["errors"]]

    def mutate(self, group: str, field: str, selection: str, **arguments: Any) -> Any:
        """The payload of one mutation; an argument is written as `name__Type=value`."""
        declared = ", ".join(f"${name}: {kind}!" for name, kind in (each.split("__") for each in arguments))
        passed = ", ".join(f"{name}: ${name}" for name in (each.split("__")[0] for each in arguments))
        document = f"mutation({declared}) {{ {group} {{ {field}({passed}) {{ {selection} }} }} }}"
        variables = {each.split("__")[0]: value for each, value in arguments.items()}
        return self.data(document, **variables)[group][field]


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something holds that another thread brings about; fail if it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "What was waited for did not come about."
        time.sleep(0.005)


def nodes(connection: dict[str, Any]) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


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
