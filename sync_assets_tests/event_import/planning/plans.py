"""A plan for tests of planning: a blended event of two days, and views of it."""

from __future__ import annotations

from datetime import datetime

from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import View, wanted_here, wanted_there
from sync_assets.event_import.planning.plan import EventPlan, LocalMoment, NamedRecord, PlannedField, SessionPlan
from sync_assets.event_import.workbook.events import LearningMode

LONDON = NamedRecord(name="London", tutorial_id=1, bridge_id=11, external_id="Location:1")
LEEDS = NamedRecord(name="Leeds", tutorial_id=2, bridge_id=12, external_id="Location:2")
ADA = NamedRecord(name="Ada Quill", tutorial_id=3, bridge_id=13, external_id="Person:3")
BEN = NamedRecord(name="Ben Marsh", tutorial_id=4, bridge_id=14, external_id="Person:4")


def moment(text: str) -> LocalMoment:
    return LocalMoment(local=datetime.fromisoformat(text), zone="Europe/London")


def session(day: int, **values: object) -> SessionPlan:
    known = {
        "day": day,
        "title": f"CB1-01-26A-{day}",
        "start": moment(f"2026-02-0{day}T09:00"),
        "end": moment(f"2026-02-0{day}T17:00"),
        "location": LONDON,
        "instructors": (ADA,),
        "custom_fields": (PlannedField(column="Day", definition_key="D:51", label="Day", value=str(day)),),
    }
    return SessionPlan.model_validate(known | values)


def plan(**values: object) -> EventPlan:
    known = {
        "title": "CB1-01-26A",
        "course_template": NamedRecord(name="CB1_f2f_2", tutorial_id=7, bridge_id=17, external_id="CourseTemplate:7"),
        "learning_mode": LearningMode.BLENDED,
        "zone": "Europe/London",
        "location": LONDON,
        "tax_type": NamedRecord(name="VAT", external_id="TaxType:1"),
        "product_id": 5,
        "sitting": "2026A",
        "max_places": 20,
        "custom_fields": (PlannedField(column="Sitting", definition_key="D:1", label="Sitting", value="2026A"),),
        "sessions": (session(1), session(2)),
    }
    return EventPlan.model_validate(known | values)


def wanted(of: EventPlan) -> Sides:
    return Sides(wanted_here(of), wanted_there(of))


def changed(view: View | None, **values: object) -> View:
    """Return a view with other values of the event's own fields, by column; `_` stands for a space."""
    assert view is not None
    return view | {
        field: values[field.column.replace(" ", "_")]
        for field in view
        if field.day is None and field.column.replace(" ", "_") in values
    }
