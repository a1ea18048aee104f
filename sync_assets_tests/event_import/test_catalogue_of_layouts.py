"""A made-up upload finds its exam sessions and products in either layout."""

from __future__ import annotations

from sync_assets.event_import.reference.load import load_reference
from sync_assets.event_import.validation.validate import Validation, validate_upload
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems


def validation(systems: Systems, *, events: int, sessions: int) -> Validation:
    with systems.engine.connect() as connection:
        known = load_reference(connection)
    return validate_upload(systems.workbook(events=events, sessions=sessions), known)


@BOTH_LAYOUTS
def test_every_event_of_a_full_sitting_has_one_product(systems: Systems, layout: LayoutName) -> None:
    found = validation(systems, events=120, sessions=480)
    assert [str(problem) for problem in found.problems] == []
    assert len(found.ready) == 120
    codes = {event.exam_session.session_code for event in found.ready}
    assert codes == {"2026-04", "2026-09"} | ({"26", "26S"} if layout is LayoutName.MAY else set())
    for event in found.ready:
        assert event.product.subject_code in event.course_template.code
        assert event.product.exam_session_id == event.exam_session.id
