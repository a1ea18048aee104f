from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.reference.known_records import (
    LinkedInstructor,
    LinkedLocation,
    LinkedVenue,
    ReferenceData,
    TenantAdministrator,
    TenantTaxType,
)
from sync_assets.event_import.validation.resolution import ResolvedEvent, ValidationOptions
from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.tutorial.catalogue import ExamSession
from sync_assets_tests.event_import.workbooks import (
    GWEN,
    IDA,
    KNOWN,
    LEEDS,
    LIVE_ONLINE,
    LONDON,
    ONLINE_CLASSROOM,
    PRODUCT,
    WATERLOO,
    Row,
    event_row,
    lms_row,
    session_row,
    workbook,
)


def resolved(*rows: Row, known: ReferenceData = KNOWN, **options: Any) -> ResolvedEvent:
    validation = validate_upload(workbook(*rows), known, ValidationOptions(**options))
    assert validation.problems == ()
    (event,) = validation.ready
    return event


def problems_of(*rows: Row, known: ReferenceData = KNOWN, **options: Any) -> list[Problem]:
    validation = validate_upload(workbook(*rows), known, ValidationOptions(**options))
    assert validation.ready == ()
    return list(validation.problems)


def the_problem(*rows: Row, known: ReferenceData = KNOWN, **options: Any) -> Problem:
    (problem,) = problems_of(*rows, known=known, **options)
    return problem


def test_an_event_means_the_records_of_both_sides() -> None:
    event = resolved(
        event_row(ADMINISTRATOR="mona sedgely", INSTRUCTOR="Ida  Fernsby/GWEN MARLOW"),
        session_row(2, SESSION_INSTRUCTOR="Gwen Marlow", LOCATION="leeds", VENUE="TBC"),
    )
    assert event.course_template == LIVE_ONLINE
    assert (event.location, event.venue) == (LONDON, WATERLOO)
    assert event.instructors == (IDA, GWEN)
    assert [administrator.external_id for administrator in event.administrators] == ["Person:9"]
    assert event.exam_session.session_code == "2026-04"
    assert event.product == PRODUCT
    assert event.tax_type.external_id == "TaxType:1"
    assert event.approvals == ()
    first, second = event.sessions
    assert (first.location, first.venue, first.instructors) == (LONDON, WATERLOO, (IDA,))
    assert (second.location, second.venue, second.instructors) == (LEEDS, None, (GWEN,))


def test_an_lms_event_has_no_sessions_and_its_own_template() -> None:
    event = resolved(lms_row())
    assert event.course_template == ONLINE_CLASSROOM
    assert event.sessions == ()


def test_a_name_that_neither_side_knows_is_a_problem_of_each_cell_that_says_it() -> None:
    problems = problems_of(event_row(LOCATION="Paris"), session_row(2, LOCATION="Paris"), session_row(3, LOCATION=None))
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [
        (4, columns.LOCATION, "Paris"),
        (5, columns.LOCATION, "Paris"),
    ]
    assert {problem.kind for problem in problems} == {ProblemKind.REFERENCE}


def test_a_record_of_administrate_alone_is_missing_on_the_tutorial_side() -> None:
    paris = LinkedLocation(bridge_id=19, external_id="Location:9", name="Paris")
    problem = the_problem(event_row(LOCATION="Paris"), known=replace(KNOWN, locations=(*KNOWN.locations, paris)))
    assert problem.kind is ProblemKind.LINK
    assert "Administrate only (Administrate id Location:9)" in problem.sentence


def test_a_tutorial_row_without_a_link_is_missing_across_the_bridge() -> None:
    here = LinkedLocation(tutorial_id=9, name="Paris")
    there = LinkedLocation(bridge_id=19, external_id="Location:9", name="Paris")
    problem = the_problem(event_row(LOCATION="Paris"), known=replace(KNOWN, locations=(*KNOWN.locations, here, there)))
    assert problem.kind is ProblemKind.LINK
    assert "tutorial id 9" in problem.sentence
    assert "unlinked in Administrate: Administrate id Location:9" in problem.sentence


def test_a_name_that_two_tutorial_rows_have_lists_both() -> None:
    twin = replace(IDA, tutorial_id=40, external_id="Person:40")
    known = replace(KNOWN, instructors=(IDA, twin))
    first, second = problems_of(event_row(), known=known)
    assert (first.column, second.column) == (columns.INSTRUCTOR, columns.SESSION_INSTRUCTOR)
    assert "tutorial id 4 and" in first.sentence
    assert "tutorial id 40 and" in first.sentence


def test_inactive_rows_and_removed_records_are_told_as_such() -> None:
    inactive = replace(KNOWN, locations=(replace(LONDON, is_active=False),))
    assert "no longer active" in problems_of(event_row(), known=inactive)[0].sentence
    removed = replace(KNOWN, locations=(replace(LONDON, is_removed=True),))
    assert "gone from Administrate" in problems_of(event_row(), known=removed)[0].sentence


@pytest.mark.parametrize("state", ["draft", "archived", None])
def test_a_course_template_that_is_not_published_is_a_problem(state: str | None) -> None:
    known = replace(KNOWN, course_templates=(replace(LIVE_ONLINE, lifecycle_state=state),))
    problem = the_problem(event_row(), known=known)
    assert (problem.row, problem.column, problem.value) == (4, columns.CODE, "CB1_LO_6")


def test_an_lms_mode_of_a_code_that_does_not_say_so_must_fit_the_template() -> None:
    row = lms_row(CODE="CB1_LO_6")
    assert the_problem(row).column == columns.LEARNING_MODE
    known = replace(KNOWN, course_templates=(replace(LIVE_ONLINE, learning_mode="lms"),))
    assert resolved(row, known=known).upload.is_lms_only


def test_a_venue_is_looked_up_in_its_location() -> None:
    problem = the_problem(event_row(LOCATION="Leeds"))
    assert (problem.column, problem.value) == (columns.VENUE, "Waterloo")
    twin = LinkedVenue(tutorial_id=30, bridge_id=31, external_id="Venue:30", name="Waterloo", location_tutorial_id=2)
    known = replace(KNOWN, venues=(WATERLOO, twin))
    assert resolved(event_row(LOCATION="Leeds"), known=known).venue == twin


def test_a_session_instructor_whom_nobody_knows_is_a_problem_of_the_session_row() -> None:
    problem = the_problem(event_row(), session_row(2, SESSION_INSTRUCTOR="Ida Fernsby / Nobody"))
    assert (problem.row, problem.column) == (5, columns.SESSION_INSTRUCTOR)
    assert "Nobody" in problem.sentence


def test_an_instructor_who_is_not_approved_is_a_problem() -> None:
    known = replace(KNOWN, course_templates=(replace(LIVE_ONLINE, approved_instructors=frozenset({"Person:4"})),))
    problem = the_problem(event_row(), session_row(2, SESSION_INSTRUCTOR="Gwen Marlow"), known=known)
    assert (problem.row, problem.kind) == (5, ProblemKind.APPROVAL)


def test_with_the_option_an_instructor_who_is_not_approved_is_listed_once_for_approval() -> None:
    known = replace(KNOWN, course_templates=(replace(LIVE_ONLINE, approved_instructors=frozenset()),))
    event = resolved(event_row(), session_row(2), known=known, approve_instructors=True)
    assert event.approvals == (IDA,)


def test_an_administrator_is_a_contact_of_that_name() -> None:
    assert the_problem(event_row(ADMINISTRATOR="Ida Fernsby")).column == columns.ADMINISTRATOR
    twins = replace(
        KNOWN, administrators=(TenantAdministrator("A B", "Person:1"), TenantAdministrator("a b", "Person:2"))
    )
    assert "Person:1, Person:2" in the_problem(event_row(ADMINISTRATOR="A B"), known=twins).sentence


def test_a_sitting_without_an_exam_session_is_a_problem() -> None:
    known = replace(KNOWN, exam_sessions=(ExamSession(1, "2025-09"),))
    problem = the_problem(event_row(), known=known)
    assert (problem.column, problem.value) == (columns.SITTING, "2026A")
    assert "2026-04" in problem.sentence


def test_an_event_without_a_product_is_a_problem_of_its_code() -> None:
    problem = the_problem(event_row(), known=replace(KNOWN, products=()))
    assert (problem.column, problem.kind) == (columns.CODE, ProblemKind.PRODUCT)


def test_the_tax_type_is_the_one_that_is_set_else_the_location_s_default() -> None:
    taxes = (TenantTaxType("TaxType:1", "VAT 20%"), TenantTaxType("TaxType:2", "Zero"))
    known = replace(KNOWN, tax_types=taxes)
    assert resolved(event_row(), known=known, tax_type="zero").tax_type == taxes[1]
    assert resolved(event_row(), known=known, tax_type="TaxType:1").tax_type == taxes[0]
    assert the_problem(event_row(), known=known).kind is ProblemKind.TAX_TYPE
    assert the_problem(event_row(), known=known, tax_type="Third").kind is ProblemKind.TAX_TYPE
    default = replace(known, locations=(replace(LONDON, default_tax_type="TaxType:2"),))
    assert resolved(event_row(), known=default).tax_type == taxes[1]


def test_the_instructor_of_a_link_made_by_hand_is_found_by_the_tutorial_name() -> None:
    married = LinkedInstructor(tutorial_id=4, bridge_id=14, external_id="Person:4", name="Ida Fernsby")
    namesake = LinkedInstructor(bridge_id=99, external_id="Person:99", name="Ida Fernsby")
    event = resolved(event_row(), known=replace(KNOWN, instructors=(married, namesake)))
    assert event.instructors == (married,)


def test_an_exam_session_that_is_not_active_is_warned_of_once() -> None:
    known = replace(KNOWN, exam_sessions=(ExamSession(1, "2026-04", is_active=False),))
    rows = (event_row(), lms_row())
    validation = validate_upload(workbook(*rows), known)
    (warning,) = [each for each in validation.problems if each.kind is ProblemKind.EXAM_SESSION]
    assert not warning.is_error
    assert "2026-04 is not active" in warning.sentence
    assert len(validation.ready) == 2


@pytest.mark.parametrize(
    ("changes", "perhaps"),
    [
        ({"SESSION_INSTRUCTOR": "Ida Fernsbey"}, "perhaps Ida Fernsby;"),
        ({"ADMINISTRATOR": "Mona Sedgley"}, "perhaps Mona Sedgely;"),
        ({"LOCATION": "Londn", "VENUE": None}, "perhaps London;"),
        ({"VENUE": "Waterlo"}, "perhaps Waterloo;"),
        ({"CODE": "CB1_LO_5"}, "perhaps CB1_LO_6;"),
    ],
)
def test_a_name_that_nobody_knows_is_told_with_the_nearest_ones(changes: dict[str, Any], perhaps: str) -> None:
    assert perhaps in problems_of(event_row(**changes))[0].sentence


def test_only_names_that_would_do_are_suggested() -> None:
    known = replace(KNOWN, locations=(LONDON, replace(LEEDS, is_active=False)))
    problems = problems_of(event_row(LOCATION="Leds", VENUE=None), known=known)
    assert "perhaps" not in problems[0].sentence
    assert "perhaps" not in the_problem(event_row(SESSION_INSTRUCTOR="Somebody Else")).sentence
