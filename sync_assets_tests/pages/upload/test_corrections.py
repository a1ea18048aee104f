"""A cell that is corrected in the page makes a new upload, and changes nothing else."""

from __future__ import annotations

import io
import json
import re

import pytest
from openpyxl import load_workbook

from sync_assets.event_import.upload_list import find_upload, list_uploads
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.pages.served_pages import Person, text_of
from sync_assets_tests.pages.upload.uploading import key_of, upload
from sync_assets_tests.support.systems import Systems

NEAR = re.compile(r'data-fill="(same-\d+)">([^<]+)<')


@pytest.fixture
def bad(systems: Systems) -> bytes:
    """A workbook in which the first instructor's name has one wrong letter."""

    def misspell(sheet: Edited) -> None:
        name = str(sheet.value(4, "Instructor"))
        sheet.set(4, "Instructor", name[:-1] + ("x" if name[-1] != "x" else "y"))

    return edited(systems.workbook(events=3, sessions=10), misspell)


def test_the_nearest_name_is_offered_and_settles_it(planner: Person, systems: Systems, bad: bytes) -> None:
    page = upload(planner, bad)
    assert "1 in error" in text_of(page)
    found = NEAR.search(page.text)
    assert found
    fields = {"same:0": found[2], "cells:0": json.dumps([[4, "Instructor"]])}
    answer = planner.send(f"/uploads/{key_of(page)}/corrections", fields)
    assert answer.status_code == 200
    assert "3 new" in text_of(answer)
    assert "Corrected from an earlier upload" in text_of(answer)
    with systems.engine.connect() as connection:
        corrected = find_upload(connection, key_of(answer))
    assert corrected.corrects == key_of(page)
    assert corrected.uploaded_by == "Ada Fernsby"
    assert corrected.file_name == "Spring events - corrected.xlsx"
    downloaded = planner.get(f"/uploads/{corrected.key}/file")
    assert 'filename="Spring events - corrected.xlsx"' in downloaded.headers["content-disposition"]
    assert load_workbook(io.BytesIO(downloaded.content))["Import"] is not None


def test_a_single_cell_is_corrected_in_its_row(planner: Person, systems: Systems, bad: bytes) -> None:
    page = upload(planner, bad)
    field = "cell:4:Instructor"
    assert f'name="{field}"' in page.text
    found = NEAR.search(page.text)
    assert found
    answer = planner.send(f"/uploads/{key_of(page)}/corrections", {field: found[2]})
    assert "3 new" in text_of(answer)
    with systems.engine.connect() as connection:
        assert len(list_uploads(connection, limit=9)) == 2


def test_nothing_corrected_makes_no_upload(planner: Person, systems: Systems, bad: bytes) -> None:
    page = upload(planner, bad)
    written = re.search(r'name="cell:4:Instructor" value="([^"]*)"', page.text)
    assert written
    answer = planner.send(f"/uploads/{key_of(page)}/corrections", {"cell:4:Instructor": written[1], "same:0": " "})
    assert answer.status_code == 422
    with systems.engine.connect() as connection:
        assert len(list_uploads(connection, limit=9)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"cell:99999:Instructor": "x"},
        {"cell:4:Cabin": "x"},
        {"cell:x:Instructor": "x"},
        {"cell:4:Instructor": "x" * 40_000},
        {"same:0": "x", "cells:0": "["},
        {"same:0": "x", "cells:0": '[[1,"Instructor"]]'},
        {"same:0": "x", "cells:0": '[["a"]]'},
        {"same:0": "x", "cells:0": "[" * 20_000},
        {"same:0": "x"},
        {"cell:": "x"},
    ],
)
def test_cells_that_the_page_does_not_offer_are_refused(
    planner: Person, systems: Systems, bad: bytes, fields: dict[str, str]
) -> None:
    key = key_of(upload(planner, bad))
    assert planner.send(f"/uploads/{key}/corrections", fields).status_code in (400, 422)
    with systems.engine.connect() as connection:
        assert len(list_uploads(connection, limit=9)) == 1
