from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor

CHOICES = ("2026A", "2026S")


def errors_of(visitor: Visitor, event: Event, key: str, value: str | None) -> list[Any]:
    fields = {"customFieldValues": [{"definitionKey": key, "value": value}]}
    selection = "errors { label message value }"
    payload = visitor.mutate("event", "update", selection, eventId__ID=event.id, input__EventUpdateInput=fields)
    errors: list[Any] = payload["errors"]
    return errors


@pytest.mark.parametrize(
    ("type_", "fits", "refused"),
    [
        ("string", "anything", None),
        ("text", "two\nlines", None),
        ("html", "<b>bold</b>", None),
        ("document", "handbook.pdf", None),
        ("country", "GB", None),
        ("province", "Kent", None),
        ("language", "en", None),
        ("locations", "London", None),
        ("email", "ana@example.org", "ana at example"),
        ("url", "https://example.org/a", "example.org"),
        ("integer", "-12", "1.5"),
        ("number", "12.50", "twelve"),
        ("date", "2026-02-28", "2026-02-29"),
        ("date", "2026-02-28", "28/02/2026"),
        ("datetime", "2026-02-28T09:00:00", "2026-02-28 09:00"),
        ("datetime", "2026-02-28T09:00:00", "2026-02-28T09:00:00Z"),
        ("time", "09:30:00", "25:00:00"),
        ("time", "09:30:00", "9:30"),
        ("checkbox", "true", "Y"),
        ("choice", "2026A", "2026B"),
        ("multichoice", "2026A|2026S", "2026A,2026S"),
    ],
)
def test_a_value_has_the_form_of_its_type(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event], type_: str, fits: str, refused: str | None
) -> None:
    event = make_event()
    choices = CHOICES if "choice" in type_ else ()
    field = tenant.add_custom_field("Event", "Detail", type=type_, choices=choices)
    assert errors_of(visitor, event, field.key, fits) == []
    if refused is not None:
        (error,) = errors_of(visitor, event, field.key, refused)
        assert error["label"] == "customFieldValues"
        assert f"Detail is a {type_}" in error["message"]
        assert error["value"] == refused
    assert event.custom_fields == {field.key: fits}


def test_a_choice_is_written_by_its_value_and_not_by_its_label(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event()
    choices = (("On sale", "on"), ("Off sale", "off"))
    field = tenant.add_custom_field("Event", "Web sale", type="choice", choices=choices)
    (error,) = errors_of(visitor, event, field.key, "On sale")
    assert "cannot hold this" in error["message"]
    assert errors_of(visitor, event, field.key, "on") == []
    document = """{ customFieldTemplate(type: Event) { customFieldDefinitions {
        ... on StandardCustomFieldDefinition { options { label value } } } } }"""
    (definition,) = visitor.data(document)["customFieldTemplate"]["customFieldDefinitions"]
    assert definition["options"] == [{"label": "On sale", "value": "on"}, {"label": "Off sale", "value": "off"}]


@pytest.mark.parametrize("value", [None, "", " "])
def test_a_required_field_cannot_be_emptied(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event], value: str | None
) -> None:
    event = make_event()
    field = tenant.add_custom_field("Event", "Sitting", is_required=True)
    assert errors_of(visitor, event, field.key, "2026A") == []
    (error,) = errors_of(visitor, event, field.key, value)
    assert (error["label"], error["message"]) == ("Sitting", "Sitting is required.")
    assert event.custom_fields == {field.key: "2026A"}


def test_an_update_that_leaves_a_required_field_out_is_carried_out(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    event = make_event()
    tenant.add_custom_field("Event", "Sitting", is_required=True)
    payload = visitor.mutate(
        "event", "update", "errors { label }", eventId__ID=event.id, input__EventUpdateInput={"title": "MQ-2"}
    )
    assert payload == {"errors": []}


@pytest.mark.parametrize("record_type", ["CourseTemplate", "Contact"])
def test_a_required_field_is_needed_to_make_a_record(visitor: Visitor, tenant: Tenant, record_type: str) -> None:
    field = tenant.add_custom_field(record_type, "Sage code", is_required=True)
    account = tenant.add_account()
    group, fields = {
        "CourseTemplate": ("courseTemplate", {"code": "CB1", "title": "Business"}),
        "Contact": (
            "contact",
            {"accountId": account.id, "personalName": {"firstName": "Piers", "lastName": "Gatherwood"}},
        ),
    }[record_type]

    def create(**more: Any) -> Any:
        given = {f"input__{record_type}CreateInput": {**fields, **more}}
        return visitor.mutate(group, "create", "errors { label }", **given)["errors"]

    assert create() == [{"label": "Sage code"}]
    assert create(customFieldValues=[{"definitionKey": field.key, "value": "S-1"}]) == []
