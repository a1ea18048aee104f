"""Conversations on cells, as Excel keeps them beside notes: they stay, and what is to be said stands beside them."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.error_workbook.styles import Mark
from sync_assets.event_import.workbook.sheet_cells import column_letters
from sync_assets_tests.event_import.workbook.test_error_workbook import corrected, page_of, parts_of
from sync_assets_tests.event_import.workbooks import HEADER, event_row, lms_row, saved, workbook

PART = "xl/threadedComments/threadedComment1.xml"
TYPE = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
NAMESPACE = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
STANDS_IN = "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment"


def place(column: str, row: int) -> str:
    return f"{column_letters(HEADER.index(column))}{row}"


def with_conversations(content: bytes, *cells: str) -> bytes:
    """A workbook in which people have talked about cells: a note that stands in, and the part of the conversation."""
    book = load_workbook(io.BytesIO(content))
    for number, cell in enumerate(cells):
        book["Import"][cell].comment = Comment(STANDS_IN, f"tc={{0000000{number}}}")
    said = "".join(
        f'<threadedComment ref="{cell}" dT="2026-01-05T09:00:00" personId="{{1}}" id="{{{number}}}">'
        f"<text>Is {cell} right?</text></threadedComment>"
        for number, cell in enumerate(cells)
    )
    source, target = io.BytesIO(saved(book)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/_rels/sheet1.xml.rels":
                relationship = f'<Relationship Id="rId77" Type="{TYPE}" Target="/{PART}"/>'.encode()
                part = part.replace(b"</Relationships>", relationship + b"</Relationships>")
            new.writestr(name, part)
        new.writestr(PART, f'<ThreadedComments xmlns="{NAMESPACE}">{said}</ThreadedComments>')
    return target.getvalue()


def notes(page: Worksheet) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}


def said_about(content: bytes) -> list[str]:
    return re.findall(r'ref="(\w+)"', parts_of(content)[PART].decode())


def test_a_sentence_stands_beside_the_conversation_of_its_cell() -> None:
    plain = workbook(event_row(SITTING="never", OCR_MOODLE_CODE=None), lms_row())
    sitting = place(columns.SITTING, 4)
    content = with_conversations(plain, sitting)
    _, errors = corrected(content)
    page = page_of(errors)
    assert page[sitting].fill.fgColor.rgb == Mark.ERROR.value
    found = notes(page)
    assert found[sitting] == STANDS_IN
    beside = found[place(columns.OCR_MOODLE_CODE, 4)]
    assert beside.startswith("— Event import —\nSitting: Expected a sitting")
    assert said_about(errors) == [sitting]
    # A second round says the same once.
    _, again = corrected(errors)
    assert notes(page_of(again)) == found


def test_two_sentences_share_a_note_where_one_has_to_move() -> None:
    plain = workbook(event_row(WEB_SALE="perhaps", SITTING="never"))
    web_sale, sitting = place(columns.WEB_SALE, 4), place(columns.SITTING, 4)
    _, errors = corrected(with_conversations(plain, web_sale))
    found = notes(page_of(errors))
    assert "Web sale: Expected" in found[sitting]
    assert "Sitting: Expected" in found[sitting]


def test_a_conversation_on_a_row_that_is_taken_out_goes_with_it() -> None:
    plain = workbook(event_row(SITTING="never"), lms_row())
    kept, gone = place(columns.EVENT_TITLE, 4), place(columns.EVENT_TITLE, 5)
    _, errors = corrected(with_conversations(plain, kept, gone))
    assert said_about(errors) == [kept]
    found = notes(page_of(errors))
    assert kept in found
    assert gone not in found
