"""The progress of an import, as it is told while the import is under way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_assets.event_import.upload_list import begin_import, note_run
from sync_assets.settings import Settings
from sync_assets_tests.pages.served_pages import Person, person_at, served_pages
from sync_assets_tests.pages.upload.uploading import key_of, upload
from sync_assets_tests.support.systems import Systems


@pytest.fixture
def silent_dagster() -> Iterator[str]:
    """The address of a webserver that takes requests and answers none of them."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def under_way(planner: Person, systems: Systems) -> str:
    """An upload whose import has begun, and does nothing."""
    key = key_of(upload(planner, systems.workbook(events=2, sessions=4)))
    with systems.engine.begin() as connection:
        begin_import(connection, key, {}, "Ada", datetime.now(UTC))
        note_run(connection, key, "4d8f2c1e-0000-4000-8000-000000000000")
    return key


def messages(person: Person, key: str, count: int) -> list[dict[str, Any]]:
    """The first messages of a stream; each has to come within ten seconds."""
    found: list[dict[str, Any]] = []
    with person.http.stream("GET", f"/uploads/{key}/progress", timeout=10) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: ")))
            if len(found) == count:
                break
    return found


def test_progress_is_told_while_dagster_does_not_answer(
    systems: Systems, silent_dagster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNC_DAGSTER_URL", silent_dagster)
    with served_pages(Settings.read()) as address, person_at(address) as person:
        person.sign_in()
        key = under_way(person, systems)
        told = messages(person, key, 3)
    assert [each["run"] for each in told] == ["unknown"] * 3


def test_many_who_follow_an_import_are_told_the_same(planner: Person, systems: Systems) -> None:
    key = under_way(planner, systems)
    told: list[list[dict[str, Any]]] = []
    threads = [threading.Thread(target=lambda: told.append(messages(planner, key, 2))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert told == [told[0]] * 12
