"""Custom field definitions of the record types that can carry them. They have no tutorial side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import Boolean, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import load_document
from sync_assets.administrate.errors import NoData, UnexpectedRecord
from sync_assets.administrate.paging import ListReading, OddRecord
from sync_assets.administrate.records import Record, WireModel, parse_record
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.entities.entity import Entity

TABLE = bridge_table(
    "custom_fields",
    Column(
        "entity_type",
        Text,
        nullable=False,
        doc="The type of record that has the field: Event, Session, CourseTemplate, Contact, Learner or Account.",
    ),
    Column("label", Text, doc="What people call the field; it is looked for by this."),
    Column(
        "field_type",
        Text,
        doc="The kind of its values: string, date, checkbox, choice and so on. All of them travel as text.",
    ),
    Column("description", Text, doc="What Administrate says of the field."),
    Column("definition_locator", Text, doc="Administrate's own name for the definition."),
    Column("is_required", Boolean, doc="Whether a record cannot be saved without a value."),
    Column("is_restricted", Boolean, doc="Whether only some roles may see it."),
    Column("can_edit", Boolean, doc="Whether the user whom the credentials act for may write it."),
    Column("options", JSONB(none_as_null=True), doc="Of a choice: the label and the value of each option."),
    Column("roles", JSONB(none_as_null=True), doc="The roles that may see a restricted field."),
    Index(
        "custom_fields_live_key", "entity_type", "external_id", unique=True, postgresql_where=text("removed_at is null")
    ),
    unique_external_id=False,
)
DOCUMENT = load_document(__package__, "custom_fields")
RECORD_TYPES = ("CourseTemplate", "Event", "Session", "Contact", "Learner", "Account")
"""The record types whose definitions the document asks for, by the names that it gives them."""


class Option(WireModel):
    """One choice of a field of type choice or multichoice."""

    label: str
    value: str


class CustomField(Record):
    """A definition; its `key` is what values are written with, and differs from tenant to tenant."""

    id: str = Field(alias="key")
    entity_type: str
    label: str
    field_type: str = Field(alias="type")
    description: str | None
    definition_locator: str | None
    is_required: bool
    is_restricted: bool
    can_edit: bool
    options: list[Option] | None
    roles: list[str]


class CustomFieldTemplates:
    """The definitions of every record type. They are no connection: one answer has all of them, and no pages."""

    def whole(self, client: AdministrateClient) -> ListReading[CustomField]:
        """Return all definitions. Raises AdministrateError; NoData where one record type is null."""
        data = client.query(DOCUMENT)
        fields: list[CustomField] = []
        odd: list[OddRecord] = []
        for entity_type in RECORD_TYPES:
            for definition in _definitions(data.get(entity_type), entity_type):
                try:
                    fields.append(parse_record(CustomField, {**definition, "entityType": entity_type}, "custom field"))
                except UnexpectedRecord as error:
                    odd.append(OddRecord(str(definition["key"]), str(error)))
        return ListReading(fields, odd)

    def those(
        self, client: AdministrateClient, ids: Sequence[str], surely_there: Sequence[str]
    ) -> ListReading[CustomField]:
        """Return the definitions of these keys that are still there.

        A definition is not a node, and no filter takes its key, so all of them are read once more.
        """
        del surely_there
        again = self.whole(client)
        return ListReading([field for field in again.records if field.id in ids], again.odd)


def _definitions(template: Any, entity_type: str) -> list[Mapping[str, Any]]:
    definitions = template.get("customFieldDefinitions") if isinstance(template, Mapping) else None
    if not isinstance(definitions, list) or any(not isinstance(each, Mapping) for each in definitions):
        raise NoData(
            f"Administrate answered with null in place of the custom fields of {entity_type}, or of one of them. "
            "Nothing was changed; run again, and if it stays so, check the rights of the user whom the credentials act "
            "for."
        )
    if any(not each.get("key") for each in definitions):
        raise UnexpectedRecord(f"Among Administrate's custom fields of {entity_type} is one without a key.")
    return definitions


ENTITY = Entity(
    name="custom_fields",
    singular="custom field",
    description="The custom fields that records of the tenant can carry, with the keys that values are written with.",
    table=TABLE,
    reads=CustomFieldTemplates(),
    key=("entity_type", "external_id"),
    removals_per="entity_type",
)
