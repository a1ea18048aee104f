"""What the tutorial tables and the bridge know, as an import needs it: one query per type of record, no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, case, func, or_, select

from sync_assets.bridge.required_rows import require_live
from sync_assets.entities import (
    administrators,
    course_templates,
    custom_fields,
    instructors,
    locations,
    tax_types,
    venues,
)
from sync_assets.event_import.reference.known_records import (
    EVENT,
    SESSION,
    LinkedCourseTemplate,
    LinkedInstructor,
    LinkedLocation,
    LinkedVenue,
    ReferenceData,
    TenantAdministrator,
    TenantCustomField,
    TenantTaxType,
)
from sync_assets.tutorial import tables as tutorial
from sync_assets.tutorial.layout import layout_of

_NEEDED: Final = (
    (course_templates.TABLE, "the course templates", None),
    (course_templates.TABLE, "the course template links", "tutorial_course_template_id"),
    (locations.TABLE, "the locations", None),
    (locations.TABLE, "the location links", "tutorial_location_id"),
    (instructors.TABLE, "the instructors", None),
    (instructors.TABLE, "the instructor links", "tutorial_instructor_id"),
    (custom_fields.TABLE, "the custom fields", None),
    (tax_types.TABLE, "the tax types", None),
)


def load_reference(connection: Connection) -> ReferenceData:
    """Return what events are validated against.

    Raises PrerequisiteMissing, which names what to sync first, and TutorialTablesUnknown.
    """
    layout = layout_of(connection)
    for table, sync_first, linked in _NEEDED:
        require_live(connection, table, sync_first=sync_first, linked=linked)
    return ReferenceData(
        course_templates=_course_templates(connection),
        locations=_locations(connection),
        venues=_venues(connection),
        instructors=_instructors(connection),
        administrators=_administrators(connection),
        subjects=[row.code for row in connection.execute(select(tutorial.catalog_subjects.c.code))],
        exam_sessions=layout.exam_sessions(connection),
        products=layout.products(connection),
        custom_fields=load_custom_fields(connection),
        tax_types=_tax_types(connection),
    )


def _pairs(tutorial: Table, bridge: Table, link: str, *columns: ColumnElement[Any]) -> Select[Any]:
    """Select tutorial rows and bridge rows, side by side where they are linked, else alone.

    A record that is gone from Administrate is beside the row that it was linked to. If it never was, it says nothing to
    anybody and is left out.
    """
    linked_row = func.coalesce(bridge.c[link], case((bridge.c.removed_at.is_not(None), bridge.c.linked_row_id)))
    joined = tutorial.outerjoin(bridge, linked_row == tutorial.c.id, full=True)
    is_active = tutorial.c.is_active if "is_active" in tutorial.c else tutorial.c.id.is_not(None)
    return (
        select(
            tutorial.c.id.label("tutorial_id"),
            bridge.c.id.label("bridge_id"),
            bridge.c.external_id,
            func.coalesce(is_active, True).label("is_active"),
            bridge.c.removed_at.is_not(None).label("is_removed"),
            *columns,
        )
        .select_from(joined)
        .where(or_(tutorial.c.id.is_not(None), bridge.c.removed_at.is_(None)))
        .order_by(tutorial.c.id, bridge.c.removed_at.is_not(None), bridge.c.id)
    )


def _known(rows: Iterable[Row[Any]]) -> Iterable[tuple[Row[Any], Mapping[str, Any]]]:
    """Yield each row with its ids; of several records that one tutorial row is linked to, a live one only."""
    seen: set[int] = set()
    for row in rows:
        if row.is_removed and row.tutorial_id in seen:
            continue
        if row.tutorial_id is not None:
            seen.add(row.tutorial_id)
        yield (
            row,
            {
                "tutorial_id": row.tutorial_id,
                "bridge_id": row.bridge_id,
                "external_id": row.external_id,
                "is_active": row.is_active,
                "is_removed": row.is_removed,
            },
        )


def _course_templates(connection: Connection) -> list[LinkedCourseTemplate]:
    here, there = tutorial.tutorial_course_templates, course_templates.TABLE
    rows = connection.execute(
        _pairs(
            here,
            there,
            "tutorial_course_template_id",
            here.c.code,
            here.c.title,
            there.c.code.label("code_there"),
            there.c.title.label("title_there"),
            there.c.lifecycle_state,
            there.c.event_learning_mode,
            there.c.approved_instructors,
        )
    )
    return [
        LinkedCourseTemplate(
            **ids,
            code=row.code or row.code_there or "",
            title=row.title or row.title_there or "",
            lifecycle_state=row.lifecycle_state,
            learning_mode=row.event_learning_mode,
            approved_instructors=frozenset(row.approved_instructors or ()),
        )
        for row, ids in _known(rows)
    ]


def _locations(connection: Connection) -> list[LinkedLocation]:
    here, there = tutorial.tutorial_locations, locations.TABLE
    rows = connection.execute(
        _pairs(
            here,
            there,
            "tutorial_location_id",
            here.c.name,
            here.c.code,
            there.c.name.label("name_there"),
            there.c.default_tax_type_id,
        )
    )
    return [
        LinkedLocation(
            **ids, name=row.name or row.name_there or "", code=row.code, default_tax_type=row.default_tax_type_id
        )
        for row, ids in _known(rows)
    ]


def _venues(connection: Connection) -> list[LinkedVenue]:
    here, there = tutorial.tutorial_venues, venues.TABLE
    rows = connection.execute(
        _pairs(
            here,
            there,
            "tutorial_venue_id",
            here.c.name,
            here.c.location_id.label("tutorial_location_id"),
            there.c.name.label("name_there"),
            there.c.location_id.label("location_external_id"),
        )
    )
    return [
        LinkedVenue(
            **ids,
            name=row.name or row.name_there or "",
            location_tutorial_id=row.tutorial_location_id,
            location_external_id=row.location_external_id,
        )
        for row, ids in _known(rows)
    ]


def _instructors(connection: Connection) -> list[LinkedInstructor]:
    there = instructors.TABLE
    name = instructors.TUTORIAL_NAME.label("name")
    rows = connection.execute(
        _pairs(tutorial.tutorial_instructors, there, "tutorial_instructor_id").add_columns(
            name, instructors.RECORD_NAME.label("name_there")
        )
    )
    return [LinkedInstructor(**ids, name=row.name or row.name_there or "") for row, ids in _known(rows)]


def _administrators(connection: Connection) -> list[TenantAdministrator]:
    table = administrators.TABLE
    rows = connection.execute(
        select(table.c.external_id, func.concat_ws(" ", table.c.first_name, table.c.last_name).label("name")).where(
            table.c.removed_at.is_(None), table.c.is_active.is_not(False)
        )
    )
    return [TenantAdministrator(row.name, row.external_id) for row in rows]


def load_custom_fields(connection: Connection) -> list[TenantCustomField]:
    """Return the custom fields of events and sessions that Administrate has."""
    table = custom_fields.TABLE
    rows = connection.execute(
        select(table.c.entity_type, table.c.label, table.c.external_id, table.c.field_type, table.c.options).where(
            table.c.removed_at.is_(None), table.c.entity_type.in_((EVENT, SESSION))
        )
    )
    return [
        TenantCustomField(
            row.entity_type,
            row.label or "",
            row.external_id,
            row.field_type or "",
            tuple((option["label"], option["value"]) for option in row.options or ()),
        )
        for row in rows
    ]


def _tax_types(connection: Connection) -> list[TenantTaxType]:
    table = tax_types.TABLE
    rows = connection.execute(select(table.c.external_id, table.c.name).where(table.c.removed_at.is_(None)))
    return [TenantTaxType(row.external_id, row.name or "") for row in rows]
