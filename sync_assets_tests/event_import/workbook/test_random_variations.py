"""Five hundred files made from one by random changes of the kinds that other programs and people make.

Each is read as the plain one, or refused, or held back, with a sentence that names the change.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets.event_import.workbook.unused_cells import OF_EVENTS
from sync_assets_tests.event_import.raw_workbooks import TIME_STYLE, Formula, RawWorkbook
from sync_assets_tests.event_import.workbook.test_other_programs import facts
from sync_assets_tests.event_import.workbooks import KNOWN, Row, event_row, lms_row, midnight, session_row

FILES = 500
EVENTS = {"ELO-CB1-01", "ELO-CB1-02", "ELO-CB1-OC"}
ROWS: tuple[Row, ...] = (
    event_row(SESSION_TITLE="ELO-CB1-01-1"),
    session_row(2, SESSION_TITLE="ELO-CB1-01-2"),
    session_row(3, SESSION_TITLE="ELO-CB1-01-3"),
    event_row(EVENT_TITLE="ELO-CB1-02", SESSION_TITLE="ELO-CB1-02-1"),
    session_row(2, SESSION_TITLE="ELO-CB1-02-2"),
    lms_row(),
)
FIRST = "ELO-CB1-01"
MARKS = ("\u200b", "\u200e", "\u200f", "\ufeff", "\u2060", "\u00ad", "_x000D_", "_x0007_", "\u202a")


@dataclass(frozen=True)
class Change:
    """A change of a workbook, and what follows from it.

    `refused` is what the refusal says; `held_back` are the titles that it keeps from being read, and `named` is what an
    error then says; `told` is what a warning says.
    """

    name: str
    apply: Callable[[RawWorkbook, random.Random], RawWorkbook]
    refused: str | None = None
    held_back: frozenset[str] = frozenset()
    named: str = ""
    told: str | None = None
    touches: str = ""
    """Changes that touch the same are not made together."""


def options(**values: Any) -> Callable[[RawWorkbook, random.Random], RawWorkbook]:
    return lambda book, chance: replace(book, **{name: _one_of(value, chance) for name, value in values.items()})


def _one_of(value: Any, chance: random.Random) -> Any:
    return chance.choice(value) if isinstance(value, list) else value


def cells(change: Callable[[list[Row], random.Random], None]) -> Callable[[RawWorkbook, random.Random], RawWorkbook]:
    def apply(book: RawWorkbook, chance: random.Random) -> RawWorkbook:
        rows = [dict(row) for row in book.rows]
        change(rows, chance)
        return replace(book, rows=rows)

    return apply


def mark_texts(rows: list[Row], chance: random.Random) -> None:
    for row in chance.sample(rows, 3):
        texts = [column for column, value in row.items() if isinstance(value, str)]
        for column in chance.sample(texts, 3):
            mark = chance.choice(MARKS)
            row[column] = chance.choice(
                [f"{mark}{row[column]}", f"{row[column]}{mark}", f"{mark} {row[column]}\n{mark}"]
            )


def fill_down(rows: list[Row], chance: random.Random) -> None:
    own = chance.sample([column for column in OF_EVENTS if column in rows[0]], chance.randint(1, 8))
    for index in (1, 2):
        rows[index] = {column: rows[0][column] for column in {*own, columns.CODE}} | rows[index]


def fill_down_without_days(rows: list[Row], chance: random.Random) -> None:
    for index in (1, 2):
        rows[index] |= {columns.CODE: rows[0][columns.CODE], columns.EVENT_TITLE: FIRST, columns.DAY: None}
    rows[chance.choice((1, 2))][columns.DAY] = chance.choice([1, "two", None])


def dates_as_text(rows: list[Row], chance: random.Random) -> None:
    for row in rows:
        for column, value in row.items():
            if hasattr(value, "year") and chance.random() < 0.5:
                row[column] = value.strftime(chance.choice(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%Y-%m-%dT00:00:00"]))


def evening_before(rows: list[Row], chance: random.Random) -> None:
    column = chance.choice([columns.FINALISATION_DATE, columns.LMS_START_DATE])
    rows[0][column] = (
        rows[0][column].replace(hour=23)
        if column == columns.FINALISATION_DATE
        else midnight(2025, 10, 22).replace(hour=chance.choice([22, 23]))
    )


def uncomputed(rows: list[Row], chance: random.Random) -> None:
    column = chance.choice([columns.MAX_PLACES, columns.DAY, columns.SESSION_TITLE])
    rows[chance.randrange(1, 3) if column != columns.MAX_PLACES else 0][column] = Formula("A1", None)


def computed(rows: list[Row], chance: random.Random) -> None:
    rows[0][columns.MAX_PLACES] = Formula("7*2", "14")
    rows[3][columns.SESSION_TITLE] = Formula('"ELO"', "ELO-CB1-02-1", "str")
    rows[1][columns.LMS_END_TIME] = Formula("TIME(0,0,0)", "0", style=TIME_STYLE)


def sort_by_date(rows: list[Row], chance: random.Random) -> None:
    rows[1], rows[3] = rows[3], rows[1]
    rows[:] = [rows[0], rows[1], *rows[2:]]


def shuffled(book: RawWorkbook, chance: random.Random) -> RawWorkbook:
    order = list(range(len(book.rows)))
    chance.shuffle(order)
    return replace(book, order=order, places=True)


def rename(book: RawWorkbook, chance: random.Random) -> RawWorkbook:
    name = chance.choice(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels"])
    return replace(book, names={name: chance.choice([name.upper(), name.replace("/", "\\"), name.title()])})


TARGETS = [{"xl/worksheets/sheet1.xml": "worksheets\\sheet1.xml"}, {"xl/styles.xml": "/xl/styles.xml"}]
MISSING = [["[Content_Types].xml"], ["_rels/.rels"]]
FORMATS = [(57, None), (31, None), (14, None), (72, None), (170, "DD.MM.YYYY;@")]
SAME = [
    Change("strict", options(is_strict=True, iso_dates=[True, False])),
    Change("1904", options(is_from_1904=True), touches="epoch"),
    Change("prefix", options(prefix=["x:", "main:"])),
    Change("encoding", options(encoding=["utf-16", "iso-8859-1"]), touches="encoding"),
    Change("strings", options(strings=["inline", "rich", "str"])),
    Change("no places", options(places=False), touches="order"),
    Change("row order", shuffled, touches="order"),
    Change("names", rename),
    Change("targets", options(targets=TARGETS), touches="targets"),
    Change("missing parts", options(without=MISSING), touches="parts"),
    Change("formats", options(date_format=FORMATS)),
    Change("first row", options(first_row=[2, 3, 4, 90, 1000])),
    Change("dimension", options(before_cells=['<dimension ref="A1:B2"/>', "<sheetPr/><cols/>"])),
    Change("marks", cells(mark_texts), touches="encoding"),
    Change("fill down", cells(fill_down), touches="days"),
    Change("dates as text", cells(dates_as_text), touches="dates"),
    Change("computed formulas", cells(computed), touches="parts"),
]
TOLD = [
    Change("hidden rows", options(hidden=[(1,), (1, 2), (5,), (0,)]), told="hidden in the sheet"),
    Change("evening before", cells(evening_before), told="and only its day is used", touches="dates"),
]
OF_DAYS = "and sessions are numbered|title is in row|Expected a whole number|already|missing among"
OF_TITLES = "does not belong to the event above it|stands? elsewhere"
ONE, BOTH = frozenset({FIRST}), frozenset({FIRST, "ELO-CB1-02"})
HELD_BACK = [
    Change("uncomputed", cells(uncomputed), held_back=ONE, named="no computed value", touches="parts"),
    Change("days", cells(fill_down_without_days), held_back=ONE, named=OF_DAYS, touches="days"),
    Change("sorted", cells(sort_by_date), held_back=BOTH, named=OF_TITLES, touches="days"),
]
ROW_TWICE = '<sheetData><row r="1"/></sheetData>'
NO_SHEET = ["xl/worksheets/sheet1.xml"]
NO_CELLS = {"xl/worksheets/sheet1.xml": "workbook.xml"}
REFUSED = [
    Change("row twice", options(after_cells=ROW_TWICE), refused="row 1 twice", touches="order"),
    Change("document type", options(doctype='<!DOCTYPE a [<!ENTITY b "c">]>'), refused="document type"),
    Change("no sheet", options(without=[NO_SHEET]), refused="holds none of that name", touches="parts"),
    Change(
        "no cells", options(targets={NO_SHEET[0]: "workbook.xml"}), refused="not a sheet with cells", touches="targets"
    ),
]


def some_changes(chance: random.Random) -> list[Change]:
    chosen = chance.sample(SAME, chance.randint(1, 4)) + chance.sample(TOLD, chance.choice([0, 0, 1]))
    if chance.random() < 0.3:
        chosen.append(chance.choice(HELD_BACK))
    if chance.random() < 0.15:
        chosen.append(chance.choice(REFUSED))
    kept: dict[str, Change] = {}
    for change in reversed(chosen):
        kept.setdefault(change.touches or change.name, change)
    return list(kept.values())


PLAIN = RawWorkbook(ROWS)
FACTS = {event.upload.title: facts(event) for event in validate_upload(PLAIN.build(), KNOWN).ready}


@pytest.mark.slow
def test_every_variation_is_read_as_the_plain_one_or_its_change_is_named() -> None:
    assert set(FACTS) == EVENTS
    outcomes = {"read": 0, "told": 0, "held back": 0, "refused": 0}
    for seed in range(FILES):
        chance = random.Random(seed)  # noqa: S311 - the same files each time
        changes = some_changes(chance)
        book = PLAIN
        for change in changes:
            book = change.apply(book, chance)
        about = f"seed {seed}: {[change.name for change in changes]}"
        outcomes[judge(book.build(), changes, about)] += 1
    assert min(outcomes.values()) > FILES // 20, outcomes


def judge(content: bytes, changes: list[Change], about: str) -> str:
    refused = next((change.refused for change in changes if change.refused), None)
    if refused is not None:
        with pytest.raises(WorkbookRefused, match=refused):
            validate_upload(content, KNOWN)
        return "refused"
    validation = validate_upload(content, KNOWN)
    held_back = frozenset[str]().union(*(change.held_back for change in changes))
    read = {event.upload.title: facts(event) for event in validation.ready}
    assert len(read) == len(validation.ready), about
    assert read == {title: fact for title, fact in FACTS.items() if title not in held_back}, (
        f"{about}: {[str(problem) for problem in validation.problems]}"
    )
    for change in changes:
        if change.named:
            assert any(re.search(change.named, each.sentence) for each in validation.errors), about
        if change.told and not held_back:
            assert any(change.told in each.sentence for each in validation.warnings), about
    told = [change for change in changes if change.told or change.held_back]
    assert bool(validation.problems) == bool(told), f"{about}: {[str(problem) for problem in validation.problems]}"
    if validation.rows_in_error:
        kept = error_workbook(content, validation.sheet, validation.rows_in_error, validation.problems)
        assert {row.number for row in read_sheet(kept).rows} == validation.rows_in_error, about
        return "held back"
    return "told" if told else "read"
