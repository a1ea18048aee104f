"""Values that no honest browser sends, or no honest person writes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import NamedTuple

NAMES = (
    "../../../../escaped.xlsx",
    "..\\..\\escaped.xlsx",
    "/etc/cron.d/escaped.xlsx",
    "a\x00b.xlsx",
    "\r\nSet-Cookie: a=b",
    "x" * 5000 + ".xlsx",
    "<script>.xlsx",
    "', drop table adm.event_uploads; --.xlsx",
    "CON.xlsx",
    "\u202exslx.exe",
    ".",
    "",
)
KEYS = (
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e%2fupload",
    "a'b",
    "a%22b",
    "%F0%9F%8E%93",
    "x" * 900,
    "*",
    "%25",
    "%25%30%30",
    "a;b",
    "{{7*7}}",
    "null",
    "-1",
    "%ED%A0%80",
    "%C0%AF",
    "%FF",
)
TYPES = (
    "application/json",
    "text/xml",
    "text/plain",
    "",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x; charset=nonsense",
    "multipart/form-data; boundary=" + "b" * 3000,
    "multipart/form-data; boundary=x; charset=utf-7",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded",
)


class Queries(NamedTuple):
    """Names that pages ask for, and values that they do not expect."""

    names: tuple[str, ...]
    values: tuple[str, ...]


QUERIES = Queries(
    (
        "page",
        "q",
        "state",
        "side",
        "kind",
        "sitting",
        "location",
        "show",
        "before",
        "back",
        "next",
        "approve_instructors",
    ),
    (
        *("-1", "0", "99999999999999999999", "1e9", "%D9%A3", "%C2%B2", "NaN", "", "%20", "%F0%9F%A6%89", "%FF%FE"),
        *("https://evil.example/", "//evil.example", "/%5Cevil.example", "javascript:alert(1)", "/events/../../etc"),
        *("0001-01-01", "9999-12-31T23:59:59%2B14:00", "0001-01-01T00:00:00%2B14:00", "2026-02-30", "2026-W01-1"),
        *("%ED%A0%80", "%C0%AF", "%00", "a" * 3000, "%27%20or%201=1--", "%25", "%5C", "(((((", "%3Cscript%3E", "right"),
        *("tutorial", "withdrawn", "refused", "infinity", "2026-01-01T00:00:00", "%E2%80%AE", "_", "*"),
    ),
)
PLACES = (
    "tutorial:1",
    "tutorial:99999999999999999999999",
    "tutorial:-1",
    "tutorial:' or 1=1 --",
    "tutorial:abc",
    "tutorial:\u0663",
    "administrate:nobody",
    "administrate:" + "x" * 3000,
    "administrate:*",
    "elsewhere:1",
    "x",
    ":",
    "nobody:Max places",
    "id:1",
    "\U0001f989",
)
CELLS = (
    ("cell:4:Instructor", "\x01\x02\x0b"),
    ("cell:4:Instructor", "\ufffe\uffff"),
    ("cell:4:Instructor", "x" * 40_000),
    ("cell:4:Instructor", '=HYPERLINK("https://evil.example")'),
    ("cell:4:Nowhere", "x"),
    ("cell:9999999:Venue", "x"),
    ("cell:0:Venue", "x"),
    ("cell:-4:Venue", "x"),
    ("cell:\u0664:Venue", "x"),
    ("cell::", "x"),
    ("cell:4", "x"),
    ("cells:0", '[[1e999, "Venue"]]'),
    ("cells:0", '[[NaN, "Venue"]]'),
    ("cells:0", '[[4, "\\ud800"]]'),
    ("cells:0", "[[4]]"),
    ("cells:0", '{"a": 1}'),
    ("cells:0", "[" * 5000),
    ("cells:0", '[[1000000000000000000000000, "Venue"]]'),
    ("cells:0", '[[-4, "Venue"]]'),
    ("cells:0", '[[4, {"a": []}]]'),
    ("cells:0", "9" * 5000),
    ("cells:0", json.dumps([[number, "Venue"] for number in range(2000)])),
)


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP archive with these parts, packed as small as can be."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return stream.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY f SYSTEM "file:///etc/passwd">]><workbook>&b;&f;</workbook>"""
FILES = (
    b"",
    b"PK\x03\x04",
    b"\x00" * 100_000,
    archive({"xl/workbook.xml": b"<a/>"}),
    archive({"xl/workbook.xml": ENTITIES, "[Content_Types].xml": ENTITIES}),
    archive({"xl/workbook.xml": b"\x00" * 100_000_000}),
    archive({"../../../../escaped": b"x", "xl/workbook.xml": b"<workbook/>"}),
)
