"""Custom field definitions of the record types that can carry them. They have no tutorial side."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field
from sqlalchemy import Boolean, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import load_document
from sync_assets.administrate.records import Record, WireModel, parse_record
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.entities.entity import Entity

TABLE = bridge_table(
    "custom_fields",
    Column("entity_type", Text, nullable=False),
    Column("label", Text),
    Column("field_type", Text),
    Column("description", Text),
    Column("definition_locator", Text),
    Column("is_required", Boolean),
    Column("is_restricted", Boolean),
    Column("can_edit", Boolean),
    Column("options", JSONB(none_as_null=True)),
    Column("roles", JSONB(none_as_null=True)),
    Index(
        "custom_fields_live_key", "entity_type", "external_id", unique=True, postgresql_where=text("removed_at is null")
    ),
    unique_external_id=False,
)
DOCUMENT = load_document(__package__, "custom_fields")


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


class Template(WireModel):
    """The definitions of one record type."""

    custom_field_definitions: list[dict[str, object]]


class CustomFieldTemplates:
    """The definitions of every record type, which one request reads."""

    def whole(self, client: AdministrateClient) -> Iterator[CustomField]:
        """Yield all definitions. Raises AdministrateError."""
        for entity_type, template in client.query(DOCUMENT).items():
            definitions = Template.model_validate(template).custom_field_definitions if template else []
            for definition in definitions:
                yield parse_record(CustomField, {**definition, "entityType": entity_type}, "custom field")


ENTITY = Entity(
    name="custom_fields",
    singular="custom field",
    description="The custom fields that records of the tenant can carry, with the keys that values are written with.",
    table=TABLE,
    reads=CustomFieldTemplates(),
    key=("entity_type", "external_id"),
)
