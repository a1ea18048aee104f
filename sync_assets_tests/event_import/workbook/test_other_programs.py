"""Uploads as other programs write them, or people make them: read as they look in Excel, or refused for the reason."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from sync_assets.event_import.problems import Severity
from sync_assets.event_import.validation.resolution import ResolvedEvent
from sync_assets.event_import.validation.validate import Validation, validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets_tests.event_import.raw_workbooks import (
    DATE_STYLE,
    DURATION_STYLE,
    RELATIONSHIPS,
    TIME_STYLE,
    ZEROS_STYLE,
    Formula,
    Number,
    RawWorkbook,
)
from sync_assets_tests.event_import.workbooks import HEADER, KNOWN, Row, event_row, lms_row, session_row

ROWS: tuple[Row, ...] = (event_row(), session_row(2), session_row(3), lms_row())
PLAIN = RawWorkbook(ROWS)


def validated(book: RawWorkbook) -> Validation:
    return validate_upload(book.build(), KNOWN)


def facts(event: ResolvedEvent) -> object:
    """All that an upload says of an event, apart from where it stands in the sheet."""
    bare = replace(event.upload, row=None, sessions=())  # type: ignore[arg-type]
    sessions = [replace(each.upload, row=None) for each in event.sessions]  # type: ignore[arg-type]
    ids = [each.external_id for session in event.sessions for each in (session.location, *session.instructors)]
    return bare, sessions, ids, event.product, event.custom_fields


def read_like_the_plain_one(book: RawWorkbook) -> bool:
    result = validated(book)
    assert result.problems == ()
    return [facts(event) for event in result.ready] == [facts(event) for event in validated(PLAIN).ready]


def with_cells(cells: dict[tuple[int, str], object]) -> RawWorkbook:
    rows = [dict(row) for row in ROWS]
    for (index, column), value in cells.items():
        rows[index][column] = value
    return replace(PLAIN, rows=rows)


def cell_of(value: object, column: str = columns.EXTRA_INFORMATION, **options: object) -> object:
    book = replace(with_cells({(0, column): value}), **options)  # type: ignore[arg-type]
    return read_sheet(book.build()).rows[0].cell(column)


def test_the_plain_one_is_two_events() -> None:
    assert [len(event.sessions) for event in validated(PLAIN).ready] == [3, 0]


@pytest.mark.parametrize(
    "book",
    [
        replace(PLAIN, is_strict=True),
        replace(PLAIN, is_strict=True, iso_dates=True),
        replace(PLAIN, is_from_1904=True),
        replace(PLAIN, prefix="x:"),
        replace(PLAIN, encoding="utf-16"),
        replace(PLAIN, encoding="iso-8859-1"),
        replace(PLAIN, strings="inline"),
        replace(PLAIN, strings="rich"),
        replace(PLAIN, strings="str"),
        replace(PLAIN, places=False),
        replace(PLAIN, order=(2, 3, 0, 1)),
        replace(PLAIN, application=None),
        replace(PLAIN, first_row=40),
        replace(PLAIN, targets={"xl/worksheets/sheet1.xml": "worksheets\\sheet1.xml"}),
        replace(PLAIN, targets={"xl/worksheets/sheet1.xml": "/xl/worksheets/sheet1.xml"}),
        replace(PLAIN, targets={"xl/worksheets/sheet1.xml": "../xl/worksheets/./sheet1.xml"}),
        replace(PLAIN, names={"xl/worksheets/sheet1.xml": "xl\\Worksheets\\SHEET1.xml"}),
        replace(PLAIN, names={"xl/workbook.xml": "XL/WORKBOOK.XML", "_rels/.rels": "_RELS/.RELS"}),
        replace(PLAIN, without=["[Content_Types].xml", "docProps/app.xml"]),
        replace(PLAIN, without=["_rels/.rels"]),
        replace(PLAIN, before_cells='<dimension ref="A1"/><sheetViews/>'),
        replace(PLAIN, after_cells="<oddExtension/>"),
        replace(PLAIN, row_attributes=' spans="1:2" customHeight="yes"'),
        replace(
            PLAIN,
            extra_relationships=f'<Relationship Id="rId7" Type="{RELATIONSHIPS}/theme" Target="theme/theme1.xml"/>'
            f'<Relationship Id="rId8" Type="{RELATIONSHIPS}/externalLink" Target="externalLinks/a.xml"/>'
            f'<Relationship Id="rId9" Type="{RELATIONSHIPS}/hyperlink" Target="file:///a" TargetMode="External"/>',
        ),
    ],
    ids=lambda book: next(
        (f"{name}={value!r}"[:60] for name, value in vars(book).items() if value != getattr(PLAIN, name)), "?"
    ),
)
def test_whatever_excel_opens_is_read_like_the_plain_one(book: RawWorkbook) -> None:
    assert read_like_the_plain_one(book)


STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fills count="1"><fill/></fills>'
    '<fonts count="0"/><cellXfs count="3"><xf/><xf numFmtId="14" fillId="99"/><xf numFmtId="20"/></cellXfs>'
    "</styleSheet>"
)


def test_styles_that_are_odd_and_say_what_is_a_date_are_enough() -> None:
    assert read_like_the_plain_one(replace(PLAIN, styles=STYLES))


@pytest.mark.parametrize("number", [14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59), 71, 72, 73, 74, 77, 81])
def test_built_in_formats_of_every_language_show_dates(number: int) -> None:
    assert read_like_the_plain_one(replace(PLAIN, date_format=(number, None)))


@pytest.mark.parametrize(
    "code",
    [
        "dd/mm/yyyy",
        "DD.MM.YYYY;@",
        "[$-809]dd mmmm yyyy",
        "[$-F800]dddd, mmmm dd, yyyy",
        'yyyy"年"m"月"d"日"',
        "mmm\\-yy",
        "TT.MM.JJJJ",
        "[ENG][$-409]d\\-mmm\\-yyyy;@",
        "[Red]m/d/yy",
        "d/m/bbbb",
    ],
)
def test_formats_with_a_code_show_dates(code: str) -> None:
    assert read_like_the_plain_one(replace(PLAIN, date_format=(170, code)))


@pytest.mark.parametrize("code", ["0.00E+00", '0 "days"', "General", "Standard", "#,##0.00\\ \\d", "@", "[Red]0", ""])
def test_formats_without_a_day_show_numbers(code: str) -> None:
    result = validated(replace(PLAIN, date_format=(170, code)))
    assert result.ready == ()
    assert "Expected a date" in result.errors[0].sentence


def test_a_file_says_what_is_wrong_with_it() -> None:
    twice = replace(PLAIN, raw_cells={(0, columns.DAY): "<c{place}><v>1</v></c><c{place}><v>2</v></c>"})
    elsewhere = replace(PLAIN, raw_cells={(0, columns.DAY): '<c r="U9"><v>1</v></c>'})
    with pytest.raises(WorkbookRefused, match="two cells for one place in row 2"):
        validated(twice)
    with pytest.raises(WorkbookRefused, match="has the cell U9 in row 2"):
        validated(elsewhere)
    with pytest.raises(WorkbookRefused, match="holds none of that name"):
        validated(replace(PLAIN, without=["xl/worksheets/sheet1.xml"]))
    with pytest.raises(WorkbookRefused, match=r"announces the part xl/sharedStrings\.xml"):
        validated(replace(PLAIN, without=["xl/sharedStrings.xml"]))
    unknown_text = replace(PLAIN, raw_cells={(0, columns.DAY): '<c{place} t="s"><v>999</v></c>'})
    with pytest.raises(WorkbookRefused, match="shared text “999”, which the file does not hold"):
        validated(unknown_text)
    with pytest.raises(WorkbookRefused, match="row 2 twice"):
        validated(replace(PLAIN, before_cells="<sheetData><row r='2'/></sheetData>"))


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("xl/workbook.bin", "binary Excel workbook"),
        ("content.xml", "OpenDocument"),
        ("Index/Document.iwa", "Numbers"),
        ("word/document.xml", "Word document"),
    ],
)
def test_another_format_is_refused_by_its_name(part: str, what: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(part, "content")
    with pytest.raises(WorkbookRefused, match=what):
        read_sheet(stream.getvalue())


def test_rows_out_of_order_are_never_a_part_of_their_event() -> None:
    book = replace(PLAIN, rows=(ROWS[1], ROWS[2], ROWS[0], ROWS[3]))
    book = replace(
        book, rows=[row | {columns.SESSION_TITLE: f"ELO-CB1-01-{row.get(columns.DAY)}"} for row in book.rows]
    )
    result = validated(replace(book, order=(2, 0, 1, 3)))
    assert [event.upload.title for event in result.ready] == ["ELO-CB1-OC"]
    assert result.rows_in_error == {2, 3, 4}


FORMULAS = {
    (0, columns.MAX_PLACES): Formula("7*2", "0"),
    (0, columns.LMS_START_TIME): Formula("TIME(16,0,0)", "0", style=TIME_STYLE),
    (1, columns.CLASSROOM_START_TIME): Formula("I2", "0", style=TIME_STYLE),
}
BY_A_LIBRARY = {"calc": '<calcPr calcId="124519" fullCalcOnLoad="1"/>'}


@pytest.mark.parametrize("writer", [BY_A_LIBRARY, {"application": None}, {"application": "SheetJS"}])
def test_a_zero_that_a_library_stores_for_a_formula_is_an_error_of_its_cell(writer: dict[str, str | None]) -> None:
    result = validated(replace(with_cells(dict(FORMULAS)), **writer))  # type: ignore[arg-type]
    assert [(problem.row, problem.column) for problem in result.errors] == [
        (2, columns.LMS_START_TIME),
        (2, columns.MAX_PLACES),
        (3, columns.CLASSROOM_START_TIME),
    ]
    assert {"no computed value; open the file in Excel" in problem.sentence for problem in result.errors} == {True}
    assert result.rows_in_error == {2, 3, 4}


@pytest.mark.parametrize(
    "writer",
    [
        {"application": "Microsoft Excel"},
        {"application": "LibreOffice/7.4.7.2$Linux_X86_64"},
        {"application": None, "workbook_extension": '<extLst><ext uri="GoogleSheetsCustomDataVersion2"/></extLst>'},
    ],
)
def test_a_zero_that_was_computed_is_a_zero(writer: dict[str, str | None]) -> None:
    midnight = {(0, columns.LMS_END_TIME): Formula("TIME(0,0,0)", "0", style=TIME_STYLE)}
    assert read_like_the_plain_one(replace(with_cells(dict(midnight)), **writer))  # type: ignore[arg-type]


@pytest.mark.parametrize("writer", [{}, BY_A_LIBRARY])
def test_a_formula_without_a_value_is_an_error_and_one_with_another_value_counts(writer: dict[str, str]) -> None:
    assert cell_of(Formula("A1", None), **writer).flaw  # type: ignore[attr-defined]
    assert cell_of(Formula("A1", ""), **writer).flaw  # type: ignore[attr-defined]
    assert cell_of(Formula("7*2", "14"), **writer).value == 14  # type: ignore[attr-defined]
    assert cell_of(Formula('"a"', "a", "str"), **writer).value == "a"  # type: ignore[attr-defined]
    assert bool(cell_of(Formula("A1", "", "str"), **writer).flaw) == bool(writer)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("CB1_x000D_\nOC", "CB1 OC"),
        ("CB1\u200b OC\u200e", "CB1 OC"),
        ("\ufeffCB1\u00a0OC", "CB1 OC"),
        ("CB1\tOC", "CB1 OC"),
        ("C\u00adB1 O\u2060C_x0007_", "CB1 OC"),
    ],
)
def test_what_cannot_be_seen_is_no_part_of_a_value(written: str, read: str) -> None:
    result = validated(with_cells({(0, columns.TUTORS): written}))
    assert result.ready[0].upload.tutors == read


@pytest.mark.parametrize("mark", ["\ufeff", "\u200e", "\u200b", "_x000D_", " \u00a0"])
def test_marks_at_the_ends_of_headers_and_values_change_nothing(mark: str) -> None:
    header = [name and f"{mark}{name}{mark}" for name in HEADER]
    rows = [{f"{mark}{name}{mark}": value for name, value in row.items()} for row in ROWS]
    assert read_like_the_plain_one(replace(PLAIN, header=header, rows=rows))
    written = {
        columns.CLASSROOM_START_DATE: "10/11/2025",
        columns.CLASSROOM_START_TIME: "09:30",
        columns.EVENT_TITLE: "ELO-CB1-01",
        columns.MAX_PLACES: "14",
        columns.SESSION_INSTRUCTOR: "Ida Fernsby",
        columns.EVENT_URL: "https://meet.example.org/room-1/",
        columns.WEB_SALE: "N",
        columns.SITTING: "2026A",
        columns.ZONE: "Europe - London",
    }
    assert read_like_the_plain_one(with_cells({(0, column): f"{mark}{text}{mark}" for column, text in written.items()}))


@pytest.mark.parametrize("mark", ["\u200e", "\u200b", "\u2060"])
def test_marks_within_a_date_or_a_time_change_nothing(mark: str) -> None:
    date_and_time = {
        (0, columns.CLASSROOM_START_DATE): f"{mark}10{mark}/{mark}11/2025",
        (0, columns.CLASSROOM_START_TIME): f"09{mark}:30",
    }
    assert read_like_the_plain_one(with_cells(dict(date_and_time)))


@pytest.mark.parametrize("text", ["\u200b", "_x000D_\n", "\u00ad\u2060", " \u00a0\t"])
def test_a_cell_in_which_nothing_is_left_is_blank(text: str) -> None:
    assert cell_of(text).is_blank  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("clock", "told"), [(time(23, 0), "23:00"), (time(23, 59, 16), "23:59:16"), (time(9, 0), "09:00")]
)
def test_a_time_in_a_date_cell_is_told_with_the_day_that_is_used(clock: time, told: str) -> None:
    evening = datetime.combine(datetime(2025, 11, 9), clock)  # noqa: DTZ001
    cells = {(0, columns.CLASSROOM_START_DATE): evening, (0, columns.FINALISATION_DATE): evening}
    result = validated(with_cells(dict(cells)))
    warnings = {(each.row, each.column): each.sentence for each in result.warnings}
    assert {(2, columns.CLASSROOM_START_DATE), (2, columns.FINALISATION_DATE)} <= set(warnings)
    assert f"holds {told} as well" in warnings[2, columns.FINALISATION_DATE]
    assert "09/11/2025" in warnings[2, columns.FINALISATION_DATE]


def test_a_date_cell_that_holds_the_time_of_the_cell_beside_it_says_nothing_new() -> None:
    start = datetime(2025, 11, 10, 9, 30)  # noqa: DTZ001
    assert read_like_the_plain_one(with_cells({(0, columns.CLASSROOM_START_DATE): start}))


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (Number("0.39583333333333331", TIME_STYLE), time(9, 30)),
        (Number("0.395833333", 0), 0.395833333),
        (Number("0.99999988425925923", TIME_STYLE), time(23, 59, 59, 990_000)),
        (Number("0.9999999999", TIME_STYLE), time(23, 59, 59, 999_000)),
        (Number("1", TIME_STYLE), timedelta(days=1)),
        (Number("1", DURATION_STYLE), timedelta(days=1)),
        (Number("1.4375", DURATION_STYLE), timedelta(days=1.4375)),
        (Number("45971.395833333336", TIME_STYLE), datetime(2025, 11, 10, 9, 30)),  # noqa: DTZ001
        (Number("45970.99999999999", DATE_STYLE), datetime(2025, 11, 10)),  # noqa: DTZ001
        (Number("-1", DATE_STYLE), -1),
        (Number("9999999", DATE_STYLE), 9999999),
    ],
)
def test_numbers_are_the_dates_and_times_that_they_show(cell: Number, read: object) -> None:
    assert cell_of(cell, columns.RECORDINGS).value == read  # type: ignore[attr-defined]


@pytest.mark.parametrize("cell", [Number("1", TIME_STYLE), Number("1", DURATION_STYLE), "24:00"])
def test_the_end_of_a_day_is_not_its_beginning(cell: object) -> None:
    result = validated(with_cells({(0, columns.CLASSROOM_END_TIME): cell}))
    (problem,) = result.errors
    assert "“24:00”, which is not a time of its day" in problem.sentence


@pytest.mark.parametrize("fraction", ["0.99999988425925923", "0.99999999"])
def test_the_last_moment_of_a_day_stays_in_it(fraction: str) -> None:
    result = validated(with_cells({(0, columns.CLASSROOM_END_TIME): Number(fraction, TIME_STYLE)}))
    assert result.ready[0].sessions[0].upload.end.local.time() == time(23, 59, 59)


def test_a_text_column_keeps_the_zeros_that_its_format_shows() -> None:
    result = validated(with_cells({(0, columns.RECORDING_PIN): Number("417", ZEROS_STYLE)}))
    assert result.ready[0].upload.recording_pin == "000417"
    assert cell_of(Number("14", ZEROS_STYLE), columns.MAX_PLACES).value == 14  # type: ignore[attr-defined]


def test_a_number_is_the_text_that_excel_shows() -> None:
    for number, text in {"0.30000000000000004": "0.3", "4.17E2": "417", "417.0": "417", "1E-3": "0.001"}.items():
        result = validated(with_cells({(0, columns.RECORDING_PIN): Number(number)}))
        assert result.ready[0].upload.recording_pin == text


def test_hidden_rows_are_read_and_told() -> None:
    result = validated(replace(PLAIN, hidden=(1, 2)))
    assert [len(event.sessions) for event in result.ready] == [3, 0]
    (warning,) = result.problems
    assert warning.severity is Severity.WARNING
    assert "Rows 3 and 4 of the event are hidden" in warning.sentence


def test_a_problem_is_told_once() -> None:
    result = validated(with_cells({(0, columns.ZONE): "Mars/Base", (0, columns.LOCATION): "x" * 300}))
    assert [(problem.row, problem.column) for problem in result.problems] == [(2, columns.LOCATION), (2, columns.ZONE)]


def test_a_title_that_begins_like_a_formula_is_text() -> None:
    title = '=HYPERLINK("https://example.org")'
    assert validated(with_cells({(0, columns.EVENT_TITLE): title})).ready[0].upload.title == title
