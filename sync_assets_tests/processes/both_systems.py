"""The two sides as the processes leave them: the tutorial tables in the database, the tenant over HTTP."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import httpx
import openpyxl
from sqlalchemy import Engine, text

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.administrate.documents import parse_document
from sync_assets_tests.event_import.both_sides import in_tutorial_tables, in_workbook

FIRST_ROW = 4
EVENTS = parse_document("""
query Events { events(first: 100) { pageInfo { hasNextPage } edges { node { title
  sessions(first: 100) { edges { node { title lifecycleState } } } } } } }
""")

LINKED = text("""
select count(*), count(distinct external_id), count(distinct tutorial_event_id),
    count(*) filter (where state = 'agreed')
from adm.planned_events where title = any(:titles)
""")


def parts_of(content: bytes, count: int) -> list[bytes]:
    """Cut a workbook into that many, each with events of its own."""
    return [_part(content, number, count) for number in range(count)]


def _part(content: bytes, number: int, count: int) -> bytes:
    whole = openpyxl.load_workbook(io.BytesIO(content))["Import"]
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = whole.title
    event = -1
    for index, row in enumerate(whole.iter_rows(values_only=True), 1):
        event += index >= FIRST_ROW and bool(row[0])
        if index < FIRST_ROW or (any(row) and event % count == number):
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@dataclass(frozen=True)
class BothSystems:
    """The provider's database, and its tenant in another process."""

    engine: Engine
    tenant: str
    connection: TenantAddress

    def answer_late(self, seconds: float) -> None:
        """Let the tenant take that long for each answer to a mutation, or no longer than it needs."""
        faults = [{"kind": "latency", "seconds": seconds, "mentions": "payload:"}] if seconds else []
        httpx.put(f"{self.tenant}/faults", json=faults).raise_for_status()

    def work_slowly(self, seconds: float) -> None:
        """Let the tenant work that long on each mutation, or no longer than it needs."""
        httpx.put(f"{self.tenant}/behaviour", json={"seconds_per_mutation": seconds}).raise_for_status()

    def creations(self) -> list[dict[str, Any]]:
        """Return every creation that the tenant has carried out, with type and title, of what is gone since as well."""
        done: list[dict[str, Any]] = httpx.get(f"{self.tenant}/mutations").raise_for_status().json()
        return [each for each in done if each["mutation"].partition(".")[2].startswith("create")]

    def requests_under_way(self) -> int:
        """Return how many requests with mutations the tenant has received and not answered yet."""
        received = httpx.get(f"{self.tenant}/requests").raise_for_status().json()["requests"]
        return sum(request["mutation_fields"] > 0 and request["status"] is None for request in received)

    def events_in_tenant(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return each event's title with those of its sessions, sorted."""
        with AdministrateClient(self.connection) as client:
            found: Any = client.query(EVENTS)["events"]
        assert not found["pageInfo"]["hasNextPage"]
        return sorted(
            (
                node["title"],
                tuple(
                    sorted(
                        session["node"]["title"]
                        for session in node["sessions"]["edges"]
                        if session["node"]["lifecycleState"] != "cancelled"
                    )
                ),
            )
            for node in (edge["node"] for edge in found["edges"])
        )

    def begun(self, content: bytes) -> int:
        """Return how many events of a workbook the tenant has."""
        titles = {event.title for event in in_workbook(content)}
        return sum(title in titles for title, _ in self.events_in_tenant())

    def events_of(self, content: bytes) -> int:
        """Return how many events a workbook has."""
        return len(in_workbook(content))

    def assert_holds_once(self, *contents: bytes) -> None:
        """The events of the workbooks are on both sides, each once, with all of their sessions, and linked."""
        expected = sorted((event for content in contents for event in in_workbook(content)), key=lambda one: one.title)
        titles = [event.title for event in expected]
        assert [event for event in in_tutorial_tables(self.engine) if event.title in titles] == expected
        assert [event for event in self.events_in_tenant() if event[0] in titles] == [
            (event.title, tuple(sorted(session.title for session in event.sessions))) for event in expected
        ]
        with self.engine.connect() as connection:
            linked = connection.execute(LINKED, {"titles": titles}).one()
        assert tuple(linked) == (len(expected),) * 4
