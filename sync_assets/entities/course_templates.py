"""Course templates: what events are made from, linked to the tutorial course templates by code."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Integer, Text, select
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.administrate.documents import load_document
from sync_assets.administrate.records import (
    CustomFieldValue,
    Nodes,
    Record,
    Reference,
    WireModel,
    values_by_label,
)
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import Words
from sync_assets.bridge.write_one_row import add_tutorial_row
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Entity, RecordList
from sync_assets.entities.entity_creation import EntityCreation, Facts, Given, InAdministrate
from sync_assets.tutorial.tables import tutorial_course_templates

TABLE = bridge_table(
    "course_templates",
    Column("legacy_id", Text, doc="The number in Administrate's older interfaces and pages."),
    Column("code", Text, doc="The template's code, by which it is matched."),
    Column("title", Text, doc="The template's title."),
    Column("event_learning_mode", Text, doc="How its events are delivered: classroom, blended or lms."),
    Column("lifecycle_state", Text, doc="draft, published or archived; events are made from published ones."),
    Column("min_places", Integer, doc="Fewest places of an event, unless the event says otherwise."),
    Column("max_places", Integer, doc="Most places of an event, unless the event says otherwise."),
    Column("custom_fields", JSONB(none_as_null=True), doc="Custom field values as text, by label."),
    Column(
        "learning_categories", JSONB(none_as_null=True), doc="The categories that it is listed under, as id and name."
    ),
    Column(
        "approved_instructors", JSONB(none_as_null=True), doc="Ids in Administrate of the contacts who may teach it."
    ),
    link=("tutorial_course_template_id", tutorial_course_templates),
)


class LearningCategory(WireModel):
    """A category that a template stands in."""

    id: str
    name: str


class CourseTemplate(Record):
    """A course template; the API reads the learning mode as eventLearningMode and writes it as learningMode."""

    legacy_id: str
    code: str
    title: str
    lifecycle_state: str
    event_learning_mode: str | None
    min_places: int | None
    max_places: int | None
    custom_field_values: tuple[CustomFieldValue, ...]
    approved_instructors: Nodes[Reference]
    learning_categories: Nodes[LearningCategory]


def rows(template: CourseTemplate) -> Iterator[Row]:
    """Turn a template into its row; `approved_instructors` holds the contacts' external ids."""
    row = template.as_row()
    row["custom_fields"] = values_by_label(template.custom_field_values)
    row["approved_instructors"] = sorted(contact.id for contact in template.approved_instructors)
    row["learning_categories"] = sorted(row["learning_categories"], key=itemgetter("id"))
    del row["custom_field_values"]
    yield row


def course_template_input(row: Facts, given: Given) -> dict[str, Any]:
    """Return the input that makes a tutorial course template's record; a learning mode is sent where one is given."""
    made: dict[str, Any] = {"code": row["code"], "title": row["title"], "lifecycleState": given.lifecycle_state}
    return {**made, "learningMode": given.learning_mode} if given.learning_mode else made


def add_tutorial_course_template(connection: Connection, record: Facts) -> int:
    """Insert the tutorial course template of a record, without a description: the bridge knows none."""
    values = {"code": record["code"], "title": record["title"], "description": "", "is_active": True}
    return add_tutorial_row(connection, tutorial_course_templates, values)


ENTITY = Entity(
    name="course_templates",
    singular="course template",
    description="What events are made from, with custom field values, categories and approved instructors.",
    table=TABLE,
    reads=RecordList("courseTemplates", CourseTemplate, nested=("approvedInstructors", "learningCategories")),
    rows=rows,
    needs=("custom_fields",),
    link=Link(
        TABLE,
        Words(key="code"),
        key="code",
        name=(
            TABLE.c.code + " " + TABLE.c.title,
            tutorial_course_templates.c.code + " " + tutorial_course_templates.c.title,
        ),
    ),
    creation=EntityCreation(
        tutorial_facts=select(tutorial_course_templates, tutorial_course_templates.c.code.label("key")),
        in_administrate=InAdministrate(
            load_document(__package__, "create_course_template"),
            CourseTemplate,
            lambda template: template.code,
            course_template_input,
        ),
        in_tutorial=add_tutorial_course_template,
    ),
)
