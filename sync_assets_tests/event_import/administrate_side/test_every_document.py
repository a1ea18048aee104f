"""The list of what an import sends is whole: nothing that one sends is missing in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from sync_assets.administrate.audit import MutationRecord, Result
from sync_assets.administrate.client import AdministrateClient
from sync_assets.event_import.administrate_side.batches import FRAGMENTS
from sync_assets.event_import.administrate_side.every_document import EVERY_MUTATION, every_document
from sync_assets_tests.support.systems import Systems


def paths(value: Any, place: str = "") -> set[str]:
    if isinstance(value, dict):
        return {path for name, content in value.items() for path in paths(content, f"{place}.{name}")}
    if isinstance(value, list):
        return {path for content in value for path in paths(content, place)}
    return {place}


def test_whatever_an_import_fills_is_filled_in_the_list(systems: Systems) -> None:
    calls: list[MutationRecord] = []
    client = AdministrateClient(systems.connect().connection, observe=calls.append)
    with systems.engine.begin() as connection:
        connection.execute(text("update adm.course_templates set approved_instructors = '[]'"))
    for course_template in systems.tenant.course_templates.values():
        course_template.approved_instructors.clear()
    key = systems.store(systems.workbook(events=20, sessions=75))
    with client:
        report = systems.run(key, client, mutations_per_request=1, approve_instructors=True)
    assert report.is_success, [event.sentence for event in report.events]
    listed = {
        mutation.name: {path for argument in mutation.arguments for path in paths(argument.value, argument.name)}
        for mutation in EVERY_MUTATION
    }
    sent: dict[str, set[str]] = {}
    for call in calls:
        assert call.result in (Result.SENT, Result.DONE)
        (name,) = call.mutations
        given = {path for variable, value in call.variables.items() for path in paths(value, variable[:-1])}
        sent.setdefault(name, set()).update(given)
    assert len(sent) >= 6
    for name, given in sent.items():
        assert given <= listed[name], name


def test_every_fragment_is_in_the_list() -> None:
    texts = "".join(document.text for _, document, _ in every_document())
    assert all(f"fragment {name} " in texts for name in FRAGMENTS)
