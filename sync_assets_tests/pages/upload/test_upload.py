"""Uploading a workbook: what it would do is shown, and nothing but the file itself is written."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from sync_assets.event_import.import_tables import event_uploads
from sync_assets.event_import.upload_list import find_upload, list_uploads
from sync_assets.event_import.workbook import columns
from sync_assets.sandbox.server.faults import Down
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.pages.served_pages import Person, text_of
from sync_assets_tests.pages.upload.uploading import XLSX, key_of, rows_written, upload
from sync_assets_tests.support.systems import Systems


def test_a_good_workbook_shows_the_events_that_it_would_make_and_writes_nothing(
    planner: Person, systems: Systems
) -> None:
    before = rows_written(systems.engine)
    answer = upload(planner, systems.workbook(events=6, sessions=20))
    assert answer.status_code == 200
    assert "6 new" in text_of(answer)
    assert "Nothing has been changed" in text_of(answer)
    assert rows_written(systems.engine) == before
    with systems.engine.connect() as connection:
        found = find_upload(connection, key_of(answer))
    assert (found.uploaded_by, found.way_in, found.state) == ("Ada Fernsby", "pages", "new")


def test_one_unknown_name_in_many_rows_is_one_thing_to_settle(planner: Person, systems: Systems) -> None:
    content = systems.workbook(events=6, sessions=20)

    def misspell(sheet: Edited) -> None:
        for row in range(4, 16):
            if sheet.value(row, "Session instructor"):
                sheet.set(row, "Session instructor", "Nobody Knownhere")

    answer = upload(planner, edited(content, misspell))
    assert answer.text.count("There is no instructor Nobody Knownhere") > 1
    to_do, _, _ = answer.text.partition("To know")
    assert to_do.count('<li class="group">') == 1
    assert "Instead of “Nobody Knownhere”" in answer.text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("notes.txt", b"hello", "not an Excel workbook"),
        ("empty.xlsx", b"", "Choose a workbook first"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, ".xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused_and_leaves_nothing_behind(
    planner: Person, systems: Systems, name: str, content: bytes, sentence: str
) -> None:
    answer = upload(planner, content, name)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    with systems.engine.connect() as connection:
        assert connection.execute(event_uploads.select()).all() == []


def test_a_workbook_without_its_columns_is_refused_and_leaves_nothing_behind(planner: Person, systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=4)
    book = load_workbook(io.BytesIO(content))
    book["Import"].cell(1, 2).value = "Name"
    stream = io.BytesIO()
    book.save(stream)
    answer = upload(planner, stream.getvalue())
    assert answer.status_code == 422
    assert "lacks the column" in text_of(answer)
    with systems.engine.connect() as connection:
        assert list_uploads(connection, limit=5) == []


def test_what_a_title_holds_is_text_and_never_a_script(planner: Person, systems: Systems) -> None:
    title = "<script>alert(1)</script>'\"&"
    content = edited(systems.workbook(events=2, sessions=4), lambda sheet: sheet.set(4, "Event title", title))
    answer = upload(planner, content, "<img src=x onerror=alert(1)>.xlsx")
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert title in text_of(answer)


def test_changes_are_shown_field_by_field_with_what_is_there_now(planner: Person, systems: Systems) -> None:
    content = systems.workbook(events=3, sessions=10)
    systems.run(systems.store(content))
    answer = upload(planner, edited(content, lambda sheet: sheet.set(4, "Max places", 3)), "Second version.xlsx")
    said = text_of(answer)
    assert "1 changed" in said
    assert "2 the same" in said
    assert "Max places:" in said
    assert "becomes 3" in said


def test_a_tenant_that_does_not_answer_is_said(planner: Person, systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=4)
    systems.sandbox.faults.add(Down())
    answer = upload(planner, content)
    assert "Administrate could not be asked" in text_of(answer)


def test_the_page_of_an_upload_that_there_is_not_says_so(planner: Person) -> None:
    for path in ("plan", "plan/part", "file", "report", "to-correct", "progress", "withdraw", "withdraw/part"):
        assert planner.get(f"/uploads/nothing_12345678/{path}").status_code == 404, path
    assert planner.get("/uploads/nothing_12345678").status_code == 404


def test_the_empty_workbook_can_be_taken_from_the_page_and_be_read_again(planner: Person) -> None:
    assert 'href="/upload/template"' in planner.get("/upload").text
    given = planner.get("/upload/template")
    assert given.headers["content-type"] == XLSX
    header = next(load_workbook(io.BytesIO(given.content)).worksheets[0].iter_rows(max_row=1, values_only=True))
    assert set(columns.REQUIRED) <= set(header)
