"""Yes and no as each type of custom field takes them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.event_import.planning.custom_field_flags import flag_text
from sync_assets.event_import.reference.known_records import TenantCustomField
from sync_assets_tests.event_actions.sittings import act, imported, outcomes
from sync_assets_tests.support.systems import Systems, synced

YES_NO = (("On the web: yes", "w1"), ("Yes", "w2"), ("No", "w3"))


@pytest.mark.parametrize(
    ("type_", "options", "current", "yes", "no"),
    [
        ("checkbox", (), None, "true", "false"),
        ("choice", YES_NO, "w3", "w2", "w3"),
        ("choice", (("Sold", "a"), ("Not sold", "b")), None, None, None),
        ("string", (), "N", "Y", "N"),
        ("string", (), "Yes", "Yes", "No"),
        ("string", (), None, "True", "False"),
        ("text", (), "perhaps", "True", "False"),
    ],
)
def test_a_flag_is_written_in_the_form_of_its_field(
    type_: str, options: tuple[tuple[str, str], ...], current: str | None, yes: str | None, no: str | None
) -> None:
    definition = TenantCustomField("Event", "Web sale", "k", type_, options)
    assert (flag_text(definition, True, current), flag_text(definition, False, current)) == (yes, no)


@pytest.mark.parametrize(
    ("type_", "choices", "yes"),
    [("checkbox", (), "true"), ("choice", YES_NO, "w2"), ("choice", (("Sold", "a"), ("Not sold", "b")), None)],
)
def test_an_event_is_put_on_sale_whatever_the_type_of_the_field(
    systems: Systems, type_: str, choices: tuple[tuple[str, str], ...], yes: str | None
) -> None:
    key = imported(systems)
    field = next(each for each in systems.tenant.definitions_of("Event") if each.label == "Web sale")
    systems.tenant.edit(field, type=type_, choices=choices)
    for event in systems.tenant.events.values():
        systems.tenant.edit(event, custom_fields={k: v for k, v in event.custom_fields.items() if k != field.id})
    synced(systems.engine, systems.connect())
    report = act(systems, EventAction.on_sale, Selection(uploads=(key,)))
    held = {event.custom_fields.get(field.id) for event in systems.tenant.events.values()}
    assert held == {yes}
    assert outcomes(report) == {ActionOutcome.DONE if yes else ActionOutcome.REFUSED}
    if yes is None:
        assert "Sold, Not sold" in (report.results[0].sentence or "")
    with systems.engine.connect() as connection:
        assert connection.scalar(text("select bool_or(web_sale) from acted.tutorial_events")) is bool(yes)
