"""A file beside what both sides have: what it changes, what somebody else has changed, and what is left alone."""

from __future__ import annotations

from sync_assets.event_import.planning.comparison import ChangeKind, FieldChange, Sides, compare, without
from sync_assets.event_import.planning.fields import SESSION, Field, texts, view_as_json, view_from_json
from sync_assets.event_import.planning.plan import EventPlan, as_json, from_json
from sync_assets_tests.event_import.planning.plans import BEN, LEEDS, changed, moment, plan, session, wanted

BEFORE = plan()


def differences(new: EventPlan, seen: Sides, agreed: Sides | None = None) -> list[FieldChange]:
    return compare(wanted(new), seen, wanted(BEFORE) if agreed is None else agreed, texts(new), texts(BEFORE))


def test_a_plan_and_a_view_come_back_from_json_as_they_were() -> None:
    assert from_json(as_json(BEFORE)) == BEFORE
    assert view_from_json(view_as_json(wanted(BEFORE).there or {})) == wanted(BEFORE).there


def test_the_same_file_differs_in_nothing() -> None:
    assert differences(BEFORE, wanted(BEFORE)) == []


def test_what_the_file_changes_is_a_change_on_both_sides_told_by_names() -> None:
    new = plan(location=LEEDS, max_places=25)
    found = differences(new, wanted(BEFORE))
    assert [(str(each.field), each.kind, each.planned, each.here, each.there) for each in found] == [
        ("Location", ChangeKind.CHANGE, "Leeds", "London", "London"),
        ("Max places", ChangeKind.CHANGE, "25", "20", "20"),
    ]


def test_a_time_and_an_instructor_of_one_day_are_fields_of_that_day() -> None:
    new = plan(sessions=(session(1), session(2, start=moment("2026-02-02T10:00"), instructors=(BEN,))))
    found = differences(new, wanted(BEFORE))
    assert [str(each.field) for each in found] == ["Day 2, Session instructor", "Day 2, Classroom start"]
    assert found[1].planned == "02/02/2026 10:00"
    assert found[1].here == "02/02/2026 09:00"


def test_what_somebody_has_changed_since_is_a_conflict_with_all_three_values() -> None:
    new = plan(max_places=25)
    there = changed(wanted(BEFORE).there, Max_places=30)
    (found,) = differences(new, Sides(wanted(BEFORE).here, there))
    assert found.kind is ChangeKind.CONFLICT
    assert str(found) == "Max places: 25 in the file, 20 here and 30 in Administrate"


def test_a_field_that_somebody_has_changed_and_the_file_has_not_is_a_conflict_too() -> None:
    there = changed(wanted(BEFORE).there, Max_places=30)
    (found,) = differences(BEFORE, Sides(wanted(BEFORE).here, there))
    assert (found.kind, found.differs_here, found.differs_there) == (ChangeKind.CONFLICT, False, True)


def test_a_change_that_somebody_has_made_already_is_left_to_the_other_side() -> None:
    new = plan(max_places=25)
    there = changed(wanted(BEFORE).there, Max_places=25)
    (found,) = differences(new, Sides(wanted(BEFORE).here, there))
    assert (found.kind, found.differs_here, found.differs_there) == (ChangeKind.CHANGE, True, False)


def test_a_blank_cell_says_nothing_until_both_sides_have_agreed_on_a_value() -> None:
    there = changed(wanted(BEFORE).there, Registration_Deadline_Date="2026-01-10")
    assert differences(BEFORE, Sides(wanted(BEFORE).here, there)) == []
    filled = plan(url="https://example.org/a")
    found = compare(wanted(BEFORE), wanted(filled), wanted(filled), texts(BEFORE), texts(filled))
    assert [(str(each.field), each.planned, each.here) for each in found] == [
        ("Event url", "nothing", "https://example.org/a")
    ]


def test_a_session_more_and_a_session_less_are_one_difference_each() -> None:
    more = differences(plan(sessions=(session(1), session(2), session(3))), wanted(BEFORE))
    assert [(str(each.field), each.kind, each.here) for each in more] == [
        ("Day 3, Session", ChangeKind.CHANGE, "no session")
    ]
    less = differences(plan(sessions=(session(1),)), wanted(BEFORE))
    assert [(str(each.field), each.planned, each.there) for each in less] == [
        ("Day 2, Session", "no session", "a session")
    ]


def test_a_side_that_was_not_read_and_a_field_that_it_does_not_keep_are_not_compared() -> None:
    new = plan(max_places=25)
    assert [each.differs_there for each in differences(new, Sides(wanted(BEFORE).here, None))] == [False]
    here = {field: value for field, value in (wanted(BEFORE).here or {}).items() if field.column != "Max places"}
    (found,) = differences(new, Sides(here, wanted(BEFORE).there))
    assert (found.here, found.differs_there) == (None, True)


def test_fields_that_are_left_alone_are_as_the_previous_plan_has_them() -> None:
    new = plan(location=LEEDS, max_places=25, sessions=(session(1, instructors=(BEN,)), session(2)))
    kept = without(new, BEFORE, [Field(None, "Max places"), Field(1, "Session instructor"), Field(1, SESSION)])
    assert (kept.location, kept.max_places) == (LEEDS, 20)
    assert kept.session(1).instructors == BEFORE.session(1).instructors
    assert kept.session(1).custom_fields == BEFORE.session(1).custom_fields
