"""The part that lists the sheets of a workbook, and whether the results of its formulas can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sync_assets.event_import.workbook.package import Package
from sync_assets.event_import.workbook.refusal import WorkbookRefused
from sync_assets.event_import.workbook.xml_stream import parse_part
from sync_assets.text import match_key

SHEET_NAME: Final = "Import"
_COMPUTES: Final = (
    *("microsoft", "libreoffice", "openoffice", "collabora", "onlyoffice", "wps", "kingsoft", "google", "gnumeric"),
    *("apple", "numbers", "calligra", "softmaker", "planmaker", "zoho", "hancom", "polaris", "freeoffice"),
)
"""The first letters of the names of programs that compute what they store."""
_GOOGLE_EXTENSION: Final = "GoogleSheetsCustomDataVersion"
"""Google Sheets says no name of a program, and marks its workbooks with an extension of this name."""
_STRICT: Final = "http://purl.oclc.org/ooxml/"
"""The first letters of the namespaces of Strict Open XML, ISO/IEC 29500."""
_TRUE: Final = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class WorkbookPart:
    """What a workbook says of itself.

    `part` is the name of the part that holds it, `sheet` and `sheet_part` the name of the sheet that an upload is read
    from and of its part. `strings` and `styles` are parts that may be None. `computed` says that a program that
    computes has stored the results of the formulas; where it is false, a 0 may mean that nothing was computed.
    `is_strict` says that the file is Strict Open XML, `is_sheet_hidden` that Excel does not show the sheet.
    """

    part: str
    sheet: str
    sheet_part: str
    strings: str | None
    styles: str | None
    is_from_1904: bool
    computed: bool
    is_strict: bool = False
    is_sheet_hidden: bool = False


def workbook_part(package: Package) -> WorkbookPart:
    """Read which sheet holds the events: the one called Import, else the first that is not hidden, else the first.

    Raises WorkbookRefused where there is no sheet with cells, or its part is missing.
    """
    part = package.workbook_part()
    found = _Workbook()
    parse_part(part, package.chunks(part), found)
    related = package.relationships(part)
    parts = {each.id: each.target for each in related if each.kind == "worksheet"}
    sheets = [sheet for sheet in found.sheets if sheet.id in parts]
    if not sheets:
        raise WorkbookRefused("The workbook has no sheet with cells. Put the events on a sheet named Import.")
    wanted = match_key(SHEET_NAME)
    shown = [sheet for sheet in sheets if not sheet.is_hidden] or sheets
    sheet = next((sheet for sheet in sheets if match_key(sheet.name) == wanted), shown[0])
    by_kind = {each.kind: each.target for each in reversed(related)}
    return WorkbookPart(
        part=part,
        sheet=sheet.name,
        sheet_part=parts[sheet.id],
        strings=by_kind.get("sharedStrings"),
        styles=by_kind.get("styles"),
        is_from_1904=found.is_from_1904,
        is_strict=found.is_strict,
        is_sheet_hidden=sheet.is_hidden,
        computed=not found.is_to_be_computed and (found.is_from_google or _is_by_a_program_that_computes(package)),
    )


def _is_by_a_program_that_computes(package: Package) -> bool:
    part = package.related("", "extended-properties") or package.related("", "extendedProperties")
    if part is None or package.entry(part) is None:
        return False
    properties = _Properties()
    parse_part(part, package.chunks(part), properties)
    return "".join(properties.application).strip().casefold().startswith(_COMPUTES)


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    id: str
    is_hidden: bool


class _Workbook:
    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.is_from_1904 = False
        self.is_to_be_computed = False
        self.is_from_google = False
        self.is_strict = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbook":
            self.is_strict = any(value.startswith(_STRICT) for value in attributes.values())
        elif name == "sheet":
            # The prefix of the relationship's id differs from program to program.
            id_ = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append(_Sheet(attributes.get("name", ""), id_, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":
            self.is_from_1904 = attributes.get("date1904", "") in _TRUE
        elif name == "calcPr":
            self.is_to_be_computed = attributes.get("fullCalcOnLoad", "") in _TRUE
        elif name == "ext":
            self.is_from_google |= attributes.get("uri", "").startswith(_GOOGLE_EXTENSION)

    def end(self, name: str) -> None:
        """Nothing follows from an end."""

    def text(self, text: str) -> None:
        """Nothing is read from text."""


class _Properties:
    def __init__(self) -> None:
        self.application: list[str] = []
        self._is_application = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._is_application = name == "Application"

    def end(self, name: str) -> None:
        self._is_application = False

    def text(self, text: str) -> None:
        if self._is_application:
            self.application.append(text[:200])
