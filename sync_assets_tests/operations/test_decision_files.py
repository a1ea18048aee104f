from __future__ import annotations

import pytest
from openpyxl import Workbook

from sync_assets.decisions.decision import Action, DecisionRefused
from sync_assets.event_import.workbook.sheet import WorkbookRefused
from sync_assets.operations.decision_files import decisions_of_workbook, is_decisions
from sync_assets_tests.event_import.workbooks import event_row, saved, workbook

HEADER = ["Entity", "Record ID", "action", "side", "link_to", "reason", "apply", "why"]


def decisions(*rows: list[object], header: list[str] | None = None) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    for row in (header or HEADER, *rows):
        page.append(row)
    return saved(book)


def test_decisions_are_told_from_events_by_their_columns() -> None:
    assert is_decisions(decisions())
    assert not is_decisions(workbook(event_row()))
    assert not is_decisions(decisions(header=["entity", "action"]))
    assert not is_decisions(saved(Workbook()))
    with pytest.raises(WorkbookRefused):
        is_decisions(b"no workbook")


def test_a_decision_is_carried_out_where_it_says_so_and_tried_where_it_does_not() -> None:
    found = decisions_of_workbook(
        decisions(
            ["locations", 7, "ignore", "tutorial", None, "closed", "Y", "no match"],
            ["venues", "Gatehouse", "link", "tutorial", "VmVudWU6MTI=", None, None, ""],
            ["venues", "Somewhere", None, None, None, None, "Y", ""],
            ["venues", "Elsewhere", "ignore", "administrate", None, "another", "n", ""],
        )
    )
    assert [(each.entity, each.record, each.action) for each in found.to_apply] == [("locations", "7", Action.ignore)]
    assert [each.record for each in found.to_try] == ["Gatehouse", "Elsewhere"]
    configs = found.configs("drop folder, a.xlsx")
    assert {word: config.dry_run for word, config in configs.items()} == {"apply": False, "try": True}
    assert {config.who for config in configs.values()} == {"drop folder, a.xlsx"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["locations", 7, "destroy"], "Row 2: 'destroy' cannot be the action"),
        (["locations", 7, "ignore", "somewhere"], "Row 2: 'somewhere' cannot be the side"),
        (["locations", 7, "ignore", "tutorial", None, "x", "maybe"], "Row 2, apply: Expected Y or N"),
        (["locations", 7, None], "no row has an action"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_its_row(row: list[object], why: str) -> None:
    with pytest.raises(DecisionRefused, match=why):
        decisions_of_workbook(decisions(row))


def test_a_cell_that_nothing_has_computed_is_refused() -> None:
    with pytest.raises(WorkbookRefused, match="no computed value"):
        decisions_of_workbook(decisions(["locations", "=A1", "ignore"]))
