"""Workbooks written part by part, as other programs write them: what no library of ours would ever write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sync_assets.event_import.workbook.sheet_cells import column_letters
from sync_assets_tests.event_import.workbooks import HEADER, Row

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DATE_STYLE, TIME_STYLE, ZEROS_STYLE, DURATION_STYLE = 1, 2, 3, 4


@dataclass(frozen=True)
class Formula:
    """A formula and what is stored as its result; None for nothing at all."""

    text: str
    stored: str | None
    kind: str = "n"
    style: int = 0


@dataclass(frozen=True)
class Number:
    """A number as text, in a style."""

    text: str
    style: int = 0


@dataclass
class RawWorkbook:
    """A workbook of one sheet of rows, and every way in which its parts are written."""

    rows: Sequence[Row]
    header: Sequence[str | None] = HEADER
    first_row: int = 2
    sheet: str = "Import"
    is_strict: bool = False
    is_from_1904: bool = False
    iso_dates: bool = False
    prefix: str = ""
    encoding: str = "utf-8"
    strings: str = "shared"
    """shared, inline, rich (runs of letters) or str (as results of formulas are)."""
    places: bool = True
    """Whether rows and cells say where they stand."""
    order: Sequence[int] | None = None
    """The rows in the order in which they are written, by their index; the header is always the first."""
    hidden: Sequence[int] = ()
    """Indexes of rows that are hidden."""
    date_format: tuple[int, str | None] = (14, None)
    styles: str | None = None
    """The whole part instead."""
    has_styles: bool = True
    calc: str = ""
    application: str | None = "Microsoft Excel"
    workbook_extension: str = ""
    after_cells: str = ""
    before_cells: str = ""
    row_attributes: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of parts in the archive where they differ from those that are announced."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """How a part is announced, by its name."""
    extra_relationships: str = ""
    extra_parts: Mapping[str, bytes] = field(default_factory=dict)
    without: Sequence[str] = ()
    raw_cells: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """The XML of a cell by row index and column, in the place of what its row says."""
    declaration: str = '<?xml version="1.0" encoding="{}" standalone="yes"?>'
    doctype: str = ""

    def parts(self) -> dict[str, bytes]:
        """The parts by name, before any of them is renamed or left out."""
        texts: list[str] = []
        sheet = self._xml(self._sheet(texts))
        found = {
            "[Content_Types].xml": self._content_types().encode(),
            "_rels/.rels": self._package_relationships().encode(),
            "xl/workbook.xml": self._xml(self._workbook()),
            "xl/_rels/workbook.xml.rels": self._workbook_relationships().encode(),
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": self._xml(self._shared_strings(texts)),
        }
        if self.has_styles:
            found["xl/styles.xml"] = self.styles.encode() if self.styles is not None else self._xml(self._styles())
        if self.application is not None:
            found["docProps/app.xml"] = (
                '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
                f"<Application>{escape(self.application)}</Application></Properties>"
            ).encode()
        return found | dict(self.extra_parts)

    def build(self) -> bytes:
        """The file."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts().items():
                if name not in self.without:
                    archive.writestr(self.names.get(name, name), content)
        return stream.getvalue()

    def _xml(self, body: str) -> bytes:
        declared = self.declaration.format(self.encoding.removesuffix("-le").removesuffix("-be")) + self.doctype
        return (declared + body).encode(self.encoding)

    def _tag(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def _root(self, name: str) -> str:
        main = STRICT_MAIN if self.is_strict else MAIN
        xmlns = f'xmlns:{self.prefix.rstrip(":")}="{main}"' if self.prefix else f'xmlns="{main}"'
        return f'<{self._tag(name)} {xmlns} xmlns:r="{STRICT_RELATIONSHIPS if self.is_strict else RELATIONSHIPS}"'

    def _target(self, part: str, otherwise: str) -> str:
        return quoteattr(self.targets.get(part, otherwise))

    def _relation(self, id_: str, kind: str, target: str) -> str:
        base = STRICT_RELATIONSHIPS if self.is_strict else RELATIONSHIPS
        return f'<Relationship Id="{id_}" Type="{base}/{kind}" Target={target}/>'

    def _package_relationships(self) -> str:
        own = self._relation("rId1", "officeDocument", self._target("xl/workbook.xml", "xl/workbook.xml"))
        own += self._relation("rId2", "extended-properties", '"docProps/app.xml"')
        return f'<Relationships xmlns="{PACKAGE}/relationships">{own}</Relationships>'

    def _workbook_relationships(self) -> str:
        own = self._relation("rId1", "worksheet", self._target("xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"))
        own += self._relation("rId2", "styles", self._target("xl/styles.xml", "styles.xml"))
        own += self._relation("rId3", "sharedStrings", self._target("xl/sharedStrings.xml", "sharedStrings.xml"))
        own += self.extra_relationships
        return f'<Relationships xmlns="{PACKAGE}/relationships">{own}</Relationships>'

    def _content_types(self) -> str:
        base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        parts = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet"}
        parts |= {"sharedStrings": "sharedStrings"} | ({"styles": "styles"} if self.has_styles else {})
        overrides = "".join(
            f'<Override PartName="/xl/{part}.xml" ContentType="{base}.{kind}+xml"/>' for part, kind in parts.items()
        )
        return (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
        )

    def _workbook(self) -> str:
        t = self._tag
        return (
            f"{self._root('workbook')}>"
            f'<{t("workbookPr")} date1904="{int(self.is_from_1904)}"/>'
            f'<{t("sheets")}><{t("sheet")} name={quoteattr(self.sheet)} sheetId="1" r:id="rId1"/></{t("sheets")}>'
            f"{self.calc}{self.workbook_extension}</{t('workbook')}>"
        )

    def _styles(self) -> str:
        id_, code = self.date_format
        custom = "" if code is None else f'<{self._tag("numFmt")} numFmtId="{id_}" formatCode={quoteattr(code)}/>'
        text = (
            f'{self._root("styleSheet")}><numFmts count="2">'
            '<numFmt numFmtId="190" formatCode="000000"/><numFmt numFmtId="191" formatCode="[h]:mm"/>'
            f"{custom}</numFmts>"
            '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/>'
            f'<xf numFmtId="{id_}"/><xf numFmtId="20"/><xf numFmtId="190"/><xf numFmtId="191"/></cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        )
        if not self.prefix:
            return text
        # The prefix is on each tag of the part.
        return (
            text.replace("</", f"\0{self.prefix}")
            .replace("<", f"<{self.prefix}")
            .replace("\0", "</")
            .replace(f"<{self.prefix}{self.prefix}", f"<{self.prefix}")
        )

    def _shared_strings(self, texts: Sequence[str]) -> str:
        t = self._tag
        items = "".join(f"<{t('si')}>{self._runs(text)}</{t('si')}>" for text in texts)
        return f"{self._root('sst')}>{items}</{t('sst')}>"

    def _runs(self, text: str) -> str:
        t = self._tag
        if self.strings != "rich":
            return f'<{t("t")} xml:space="preserve">{escape(text)}</{t("t")}>'
        bold = f"<{t('rPr')}><{t('b')}/></{t('rPr')}>"
        letters = (f'<{t("t")} xml:space="preserve">{escape(letter)}</{t("t")}>' for letter in text)
        runs = "".join(f"<{t('r')}>{bold}{letter}</{t('r')}>" for letter in letters)
        return f'{runs}<{t("rPh")} sb="0" eb="1"><{t("t")}>phonetic</{t("t")}></{t("rPh")}>'

    def _sheet(self, texts: list[str]) -> str:
        t = self._tag
        header: Row = {name: name for name in self.header if name}
        numbered = [(1, -1, header), *((self.first_row + index, index, row) for index, row in enumerate(self.rows))]
        written = [self._row(number, index, row, texts) for number, index, row in numbered]
        if self.order is not None:
            written = [written[0], *(written[index + 1] for index in self.order)]
        return (
            f"{self._root('worksheet')}>{self.before_cells}<{t('sheetData')}>{''.join(written)}</{t('sheetData')}>"
            f"{self.after_cells}</{t('worksheet')}>"
        )

    def _row(self, number: int, index: int, row: Row, texts: list[str]) -> str:
        cells = []
        for position, column in enumerate(self.header):
            place = f' r="{column_letters(position)}{number}"' if self.places else ""
            raw = None if column is None else self.raw_cells.get((index, column))
            value = None if column is None else row.get(column)
            if raw is not None:
                cells.append(raw.replace("{place}", place))
            elif value is not None:
                cells.append(self._cell(place, value, texts))
            elif not self.places:
                cells.append(f"<{self._tag('c')}/>")
        attributes = f' r="{number}"' if self.places else ""
        if index in self.hidden:
            attributes += ' hidden="1"'
        name = self._tag("row")
        return f"<{name}{attributes}{self.row_attributes}>{''.join(cells)}</{name}>"

    def _cell(self, place: str, value: Any, texts: list[str]) -> str:
        c, v, f = self._tag("c"), self._tag("v"), self._tag("f")
        match value:
            case Formula():
                stored = "" if value.stored is None else f"<{v}>{escape(value.stored)}</{v}>"
                kind = "" if value.kind == "n" else f' t="{value.kind}"'
                return f'<{c}{place}{kind} s="{value.style}"><{f}>{escape(value.text)}</{f}>{stored}</{c}>'
            case Number():
                return f'<{c}{place} s="{value.style}"><{v}>{value.text}</{v}></{c}>'
            case bool():
                return f'<{c}{place} t="b"><{v}>{int(value)}</{v}></{c}>'
            case int() | float():
                return f"<{c}{place}><{v}>{value!r}</{v}></{c}>"
            case date() if self.iso_dates:
                return f'<{c}{place} t="d" s="{DATE_STYLE}"><{v}>{value.isoformat()}</{v}></{c}>'
            case time() if self.iso_dates:
                return f'<{c}{place} t="d" s="{TIME_STYLE}"><{v}>{value.isoformat()}</{v}></{c}>'
            case datetime():
                epoch = datetime(1904, 1, 1) if self.is_from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
                return f'<{c}{place} s="{DATE_STYLE}"><{v}>{(value - epoch) / timedelta(days=1)!r}</{v}></{c}>'
            case time():
                fraction = (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
                return f'<{c}{place} s="{TIME_STYLE}"><{v}>{fraction!r}</{v}></{c}>'
        text = str(value)
        if self.strings == "inline":
            return f'<{c}{place} t="inlineStr"><{self._tag("is")}>{self._runs(text)}</{self._tag("is")}></{c}>'
        if self.strings == "str":
            return f'<{c}{place} t="str"><{v}>{escape(text)}</{v}></{c}>'
        if text not in texts:
            texts.append(text)
        return f'<{c}{place} t="s"><{v}>{texts.index(text)}</{v}></{c}>'
