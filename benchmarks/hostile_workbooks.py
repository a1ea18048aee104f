"""Workbooks that are made to do harm, each by a way of its own."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace

from sync_assets_tests.event_import.raw_workbooks import RawWorkbook
from sync_assets_tests.event_import.workbooks import event_row, lms_row, session_row

SHEET = "xl/worksheets/sheet1.xml"
FEW = RawWorkbook((event_row(), session_row(2), lms_row()))
_MEGABYTE = 1_000_000
_DIRECTORY_SIGNATURE = b"PK\x01\x02"


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts of a workbook as a file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _entities(levels: int, each: int) -> str:
    declared = "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * each if level else "x" * each}">' for level in range(levels)
    )
    return f"<!DOCTYPE worksheet [{declared}]>"


def _with_sheet(body: str) -> bytes:
    parts = FEW.parts()
    return zipped(parts | {SHEET: parts[SHEET].decode().replace("</sheetData>", f"{body}</sheetData>").encode()})


def _one_text_of_150_megabytes() -> bytes:
    return _with_sheet(f'<row r="9"><c r="B9" t="inlineStr"><is><t>{"x" * 150_000_000}</t></is></c></row>')


def _many_styles() -> bytes:
    xfs = "<xf/>" * 9_000_000
    styles = f'<styleSheet><fills count="1"><fill/></fills><cellXfs>{xfs}</cellXfs></styleSheet>'
    return replace(FEW, styles=styles).build()


def _long_zeros() -> bytes:
    code = "0" * 1_000_000
    cells = "".join(f'<row r="{row}"><c r="B{row}" s="1"><v>{row}</v></c></row>' for row in range(9, 20_000))
    parts = replace(FEW, date_format=(170, code)).parts()
    sheet = parts[SHEET].decode().replace("</sheetData>", f"{cells}</sheetData>")
    return zipped(parts | {SHEET: sheet.encode()})


def _one_title_many_times() -> bytes:
    title = "a b " * 8_000
    rows = [event_row(EVENT_TITLE="a"), *(session_row(day, SESSION_TITLE=f"{title}{day}") for day in range(2, 2_000))]
    return RawWorkbook(rows).build()


def _claiming(size: int) -> bytes:
    content = bytearray(FEW.build())
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = min(size, 2**32 - 2).to_bytes(4, "little")
    return bytes(content)


def _a_sheet_of_2_gigabytes() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in FEW.parts().items():
            if name != SHEET:
                archive.writestr(name, content)
        with archive.open(SHEET, "w", force_zip64=True) as sheet:
            for _ in range(2_000):
                sheet.write(b" " * _MEGABYTE)
    return stream.getvalue()


def _a_sheet_that_hides_its_size() -> bytes:
    """A sheet of 1.5 GB, of which the archive says that it has a thousand bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in FEW.parts().items():
            if name != SHEET:
                archive.writestr(name, content)
        with archive.open(SHEET, "w") as sheet:
            for _ in range(1_500):
                sheet.write(b" " * _MEGABYTE)
    content = bytearray(stream.getvalue())
    place = content.rindex(_DIRECTORY_SIGNATURE)
    content[place + 24 : place + 28] = (1_000).to_bytes(4, "little")
    return bytes(content)


def _a_wrong_checksum() -> bytes:
    content = bytearray(_with_sheet("<row/>" * 500_000))
    place = content.rindex(SHEET.encode()) - 46
    assert content[place : place + 4] == _DIRECTORY_SIGNATURE
    content[place + 16] ^= 0xFF
    return bytes(content)


def _many_sheets() -> bytes:
    parts = FEW.parts()
    book, relations = parts["xl/workbook.xml"].decode(), parts["xl/_rels/workbook.xml.rels"].decode()
    sheets = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="x{number}"/>' for number in range(9, 100_009))
    links = "".join(
        f'<Relationship Id="x{number}" Type="x/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(9, 100_009)
    )
    return zipped(
        parts
        | {
            "xl/workbook.xml": book.replace("</sheets>", f"{sheets}</sheets>").encode(),
            "xl/_rels/workbook.xml.rels": relations.replace("</Relationships>", f"{links}</Relationships>").encode(),
        }
    )


def _many_parts() -> bytes:
    return zipped(FEW.parts() | {f"xl/media/{number}.png": b"" for number in range(60_000)})


def _many_columns() -> bytes:
    cells = "".join(
        f'<c r="{_column(number)}1" t="inlineStr"><is><t>H{number}</t></is></c>' for number in range(50, 16_384)
    )
    sheet = FEW.parts()[SHEET].decode().replace("</row>", f"{cells}</row>", 1)
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{_column(number)}{row}"><v>1</v></c>' for number in range(50, 16_384))
        + "</row>"
        for row in range(9, 29)
    )
    return zipped(FEW.parts() | {SHEET: sheet.replace("</sheetData>", f"{rows}</sheetData>").encode()})


def _column(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _a_file_of_100_megabytes() -> bytes:
    noise = random.Random(1).randbytes(100 * _MEGABYTE)  # noqa: S311 - what does not compress
    return zipped(FEW.parts() | {"xl/media/picture.png": noise})


def _a_million_formatted_rows() -> bytes:
    return _with_sheet(
        "".join(
            f'<row r="{row}" spans="1:35" s="1" customFormat="1" ht="15"><c r="H{row}" s="1"/></row>'
            for row in range(10, 1_000_010)
        )
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nested entities": lambda: replace(FEW, doctype=_entities(9, 10)).build(),
    "one long entity, many times": lambda: replace(FEW, doctype=_entities(1, 100_000)).build(),
    "an entity that is a file": lambda: replace(
        FEW, doctype='<!DOCTYPE worksheet [<!ENTITY e0 SYSTEM "file:///etc/hostname">]>'
    ).build(),
    "12 million empty cells": lambda: _with_sheet('<row r="9">' + "<c/>" * 12_000_000 + "</row>"),
    "a million cells too many": lambda: _with_sheet(
        "".join(f'<row r="{row}">{"<c><v>1</v></c>" * 250}</row>' for row in range(9, 8_009))
    ),
    "one text of 150 MB": _one_text_of_150_megabytes,
    "40 million shared texts": lambda: replace(
        FEW, extra_parts={"xl/sharedStrings.xml": b"<sst>" + b"<a/>" * 40_000_000 + b"</sst>"}
    ).build(),
    "9 million styles": _many_styles,
    "elements in elements": lambda: _with_sheet("<a>" * 5_000_000),
    "a part that unpacks to 10 GB": lambda: _claiming(10_000_000_000),
    "a number format of a million zeros": _long_zeros,
    "titles of 32,000 characters": _one_title_many_times,
    "a sheet of 2 GB": _a_sheet_of_2_gigabytes,
    "1.5 GB in a part that says 1 kB": _a_sheet_that_hides_its_size,
    "a wrong checksum": _a_wrong_checksum,
    "100,000 sheets": _many_sheets,
    "60,000 parts": _many_parts,
    "16,384 columns": _many_columns,
    "a million formatted empty rows": _a_million_formatted_rows,
    "a file of 100 MB": _a_file_of_100_megabytes,
}
"""Each workbook by what is wrong with it, and how it is made."""
