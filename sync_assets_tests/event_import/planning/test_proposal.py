"""What an upload proposes for one event, whatever is recorded of it and whatever both sides have."""

from __future__ import annotations

from dataclasses import replace

from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.plan import NamedRecord
from sync_assets.event_import.planning.proposal import ProposalKind, Recorded, Situation, propose
from sync_assets.event_import.workbook.events import LearningMode
from sync_assets_tests.event_import.planning.plans import changed, plan, wanted

PLAN = plan()
AGREED = Recorded(PLAN, wanted(PLAN), is_agreed=True, was_sent=True, is_in_administrate=True)
AS_PLANNED = Situation(wanted(PLAN))


def test_an_event_that_nobody_has_is_created() -> None:
    assert propose(PLAN, None, Situation()).kind is ProposalKind.CREATE


def test_a_cancelled_event_that_nobody_has_is_refused() -> None:
    found = propose(plan(cancelled=True), None, Situation())
    assert found.kind is ProposalKind.REFUSED
    assert "nothing to cancel" in (found.sentence or "")


def test_somebody_elses_event_of_the_title_is_refused_with_what_to_do() -> None:
    found = propose(PLAN, None, Situation(foreign="Administrate has the event Course:9 (draft)."))
    assert (found.kind, found.sentence) == (ProposalKind.REFUSED, "Administrate has the event Course:9 (draft).")


def test_what_both_sides_have_as_the_file_says_is_the_same() -> None:
    assert propose(PLAN, AGREED, AS_PLANNED).kind is ProposalKind.SAME


def test_an_unfinished_event_is_carried_on_with_the_new_plan() -> None:
    started = replace(AGREED, is_agreed=False, agreed=Sides(None, None), is_in_administrate=False, was_sent=False)
    assert propose(plan(max_places=9), started, Situation()).kind is ProposalKind.CARRY_ON


def test_what_was_deleted_on_a_side_is_made_again() -> None:
    assert propose(PLAN, replace(AGREED, is_gone_there=True), Situation()).kind is ProposalKind.CARRY_ON
    assert propose(PLAN, replace(AGREED, is_gone_here=True), AS_PLANNED).kind is ProposalKind.CARRY_ON


def test_what_cannot_be_read_is_left_as_it_is() -> None:
    found = propose(plan(max_places=9), AGREED, Situation(unreadable="Administrate answered with null."))
    assert (found.kind, found.sentence) == (ProposalKind.UNKNOWN, "Administrate answered with null.")


def test_a_change_of_a_published_or_booked_event_is_guarded() -> None:
    new = plan(max_places=9)
    assert propose(new, AGREED, AS_PLANNED).guard is None
    assert "published" in (propose(new, AGREED, replace(AS_PLANNED, is_published=True)).guard or "")
    assert "3 places are booked" in (propose(new, AGREED, replace(AS_PLANNED, booked_places=3)).guard or "")


def test_a_conflict_alone_needs_no_guard_since_nothing_is_changed() -> None:
    seen = Sides(wanted(PLAN).here, changed(wanted(PLAN).there, Max_places=30))
    found = propose(PLAN, AGREED, Situation(seen, is_published=True))
    assert (found.kind, len(found.conflicts), found.guard) == (ProposalKind.CHANGE, 1, None)


def test_mode_and_template_of_an_event_that_is_there_cannot_be_changed() -> None:
    other = NamedRecord(name="CM2_f2f_2", bridge_id=18, external_id="CourseTemplate:8")
    for new in (plan(learning_mode=LearningMode.CLASSROOM), plan(course_template=other)):
        found = propose(new, AGREED, AS_PLANNED)
        assert found.kind is ProposalKind.REFUSED
        assert "sync-assets events withdraw" in (found.sentence or "")
    waiting = replace(AGREED, is_agreed=False, agreed=Sides(None, None), is_in_administrate=False)
    assert propose(plan(course_template=other), waiting, Situation()).kind is ProposalKind.REFUSED
    unsent = replace(waiting, was_sent=False)
    assert propose(plan(course_template=other), unsent, Situation()).kind is ProposalKind.CARRY_ON


def test_a_tutorial_event_from_elsewhere_is_taken_over_only_with_leave() -> None:
    elsewhere = "The tutorial tables have the event 5 of this title, which no import has made."
    found = propose(PLAN, None, Situation(Sides(wanted(PLAN).here, None), elsewhere=elsewhere))
    assert found.kind is ProposalKind.CHANGE
    assert found.sentence == f"{elsewhere} Administrate does not have it."
    assert propose(PLAN, None, Situation(wanted(PLAN), elsewhere=elsewhere)).kind is ProposalKind.SAME
