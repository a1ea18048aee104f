"""A made-up upload in the layout of the real ones.

It has one row per session, hints below the header, and hundreds of formatted empty rows. About a sixth of the events
are LMS only and have one row. The others are blended: they have one session per planned day of their template, and some
have one day more.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell

from sync_assets.sandbox.provider.catalogue import TOLD_APART_BY_FORMAT, TOLD_APART_BY_LOCATION
from sync_assets.sandbox.provider.facts import CourseTemplateFacts
from sync_assets.sandbox.provider.names import LIVE_ONLINE, ONLINE
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.tenant.records import global_id

DATE, TIME, WHOLE, TEXT = "mm-dd-yy", "h:mm", "0", "General"

# Header, number format, and the hints of rows 2 and 3. The column without a name is there in real uploads too.
COLUMNS: tuple[tuple[str | None, str, str | None, str | None], ...] = (
    ("Course template code", TEXT, "e.g. CB1_LO_6", None),
    ("Event title", TEXT, None, None),
    ("Session title", TEXT, None, None),
    ("Learning mode", TEXT, None, "blended/classroom/lms"),
    ("Location", TEXT, "e.g. London", "free-text"),
    ("Venue", TEXT, "e.g. Quill House", "free-text"),
    ("Time Zone", TEXT, None, None),
    ("Classroom start date", DATE, "e.g. 13/01/2026", "DD/MM/YYYY"),
    ("Classroom start time", TIME, None, "HH:mm"),
    ("Classroom end date", DATE, "e.g. 13/01/2026", "DD/MM/YYYY"),
    ("Classroom end time", TIME, None, "HH:mm"),
    ("LMS start date", DATE, "e.g. 13/01/2026", "DD/MM/YYYY"),
    ("LMS start time", TIME, None, "HH:mm"),
    ("LMS end date", DATE, "e.g. 13/01/2026", "DD/MM/YYYY"),
    ("LMS end time", TIME, None, "HH:mm"),
    ("Max places", TEXT, None, "Integer"),
    ("Access Duration", TEXT, None, "free-text"),
    ("Instructor", TEXT, "e.g. Merrick Marrowby", "free-text"),
    ("Session instructor", TEXT, None, "free-text"),
    ("Event administrator", TEXT, None, None),
    ("Day", WHOLE, None, "Number"),
    ("Event url", TEXT, None, "free-text"),
    ("Session url", TEXT, None, None),
    ("Finalisation date", DATE, "e.g. 13/01/2026", "DD/MM/YYYY"),
    ("Web sale", TEXT, "e.g. Y", "Y/N"),
    ("Sitting", TEXT, None, "free-text"),
    ("OCR moodle code", TEXT, None, None),
    ("Recordings", TEXT, None, "free-text"),
    ("Recording pin", TEXT, None, "free-text"),
    ("Tutors", TEXT, None, "free-text"),
    ("Sage code", TEXT, None, "free-text"),
    ("Cancelled", TEXT, "e.g. Y", "Y/N"),
    ("Extra information", TEXT, None, "free-text"),
    (None, TEXT, None, None),
    ("Registration Deadline Date", DATE, "e.g. 13/01/2026", "DD/MM/YYYY"),
)
EMPTY_ROWS = 400
SITTINGS = (("2026A", date(2025, 10, 6), date(2026, 4, 10)), ("2026S", date(2026, 4, 13), date(2026, 9, 11)))

Row = dict[str, Any]


@dataclass(frozen=True)
class _Choices:
    """The records of a provider that an event can be made of: those that are linked beyond doubt."""

    blended: list[CourseTemplateFacts]
    lms: list[CourseTemplateFacts]
    codes: dict[int, str]
    towns: list[str]
    venues: dict[str, list[str]]
    instructors: dict[int, str]
    administrators: list[str]


def event_workbook(provider: Provider, *, events: int, sessions: int, faulty: int = 0) -> bytes:
    """Return an .xlsx upload with that many events and sessions, the same for the same arguments.

    `faulty` events have one wrong cell each: a date that no calendar has, an instructor or a venue that nobody knows.
    Raises ValueError if the provider has no templates for those numbers.
    """
    choices = _choices(provider)
    random = Random(f"{events} {sessions}")  # noqa: S311 - the same workbook each time
    lms = events // 6
    days = _days(random, choices, events - lms, sessions)
    if faulty > len(days):
        raise ValueError(f"Only the {len(days)} events with sessions can be made faulty, not {faulty}.")
    wrong = {len(days) * (2 * number + 1) // (2 * faulty): number for number in range(faulty)}
    rows: list[Row] = []
    for index, (template, planned) in enumerate(days):
        made = _blended_event(random, choices, index, template, planned)
        if index in wrong:
            _spoil(made, wrong[index])
        rows += made
    if lms and not choices.lms:
        raise ValueError("This provider has no template of an LMS-only course: it needs more templates.")
    rows += [_lms_event(choices, index) for index in range(lms)]
    return _written(rows)


def _choices(provider: Provider) -> _Choices:
    expected = provider.expected
    linked_codes = {external: row for row, external in expected.course_templates.linked}
    codes_here = {row.id: row.code for row in provider.tutorial_course_templates}
    usable = [
        each
        for each in provider.course_templates
        if each.lifecycle_state == "published" and global_id("CourseTemplate", each.number) in linked_codes
    ]
    codes = {each.number: codes_here[linked_codes[global_id("CourseTemplate", each.number)]] for each in usable}
    location_rows = {row for row, _ in expected.locations.linked}
    locations = {each.id: each.name for each in provider.tutorial_locations if each.id in location_rows}
    venue_rows = {row for row, _ in expected.venues.linked}
    venues: dict[str, list[str]] = {name: [] for name in locations.values()}
    for venue in provider.tutorial_venues:
        if venue.id in venue_rows and venue.location_id in locations:
            venues[locations[venue.location_id]].append(venue.name)
    linked_people = {external for _, external in expected.instructors.linked}
    people = {each.number: f"{each.first_name.strip()} {each.last_name.strip()}" for each in provider.contacts}
    return _Choices(
        blended=[each for each in usable if each.learning_mode == "blended"],
        lms=[
            each
            for each in usable
            if codes[each.number].startswith("OC_")
            and each.subject not in (TOLD_APART_BY_FORMAT, TOLD_APART_BY_LOCATION)
        ],
        codes=codes,
        towns=[name for name in locations.values() if name not in (LIVE_ONLINE, ONLINE)],
        venues=venues,
        instructors={number: name for number, name in people.items() if global_id("Person", number) in linked_people},
        administrators=[people[each.number] for each in provider.contacts if each.is_admin],
    )


def _days(random: Random, choices: _Choices, events: int, sessions: int) -> list[tuple[CourseTemplateFacts, int]]:
    """Return one template per event, and how many sessions it has: never fewer than the template plans."""
    possible = [each for each in choices.blended if _is_sold_somewhere(choices, each)]
    by_days = {days: [each for each in possible if each.days == days] for days in {each.days for each in possible}}
    shortest, longest = min(by_days), max(by_days)
    if not events * shortest <= sessions <= events * (longest + 3):
        raise ValueError(f"{sessions} sessions cannot be shared among {events} events of this provider's templates.")
    chosen: list[tuple[CourseTemplateFacts, int]] = []
    beyond_the_plan = min(events // 12, sessions - events * shortest)
    left = sessions - beyond_the_plan
    for remaining in range(events, 0, -1):
        spare = left - (remaining - 1) * shortest
        fitting = [days for days in by_days if days <= spare and abs(days - left / remaining) <= longest / 3]
        planned = random.choice(fitting or [days for days in by_days if days <= spare])
        chosen.append((random.choice(by_days[planned]), planned))
        left -= planned
    for index in range(left + beyond_the_plan):
        place = (index * 7 + 3) % events
        template, planned = chosen[place]
        chosen[place] = (template, planned + 1)
    return chosen


def _is_sold_somewhere(choices: _Choices, template: CourseTemplateFacts) -> bool:
    is_online = "_LO_" in choices.codes[template.number]
    return not (template.subject == TOLD_APART_BY_LOCATION and is_online)


def _blended_event(
    random: Random, choices: _Choices, index: int, template: CourseTemplateFacts, sessions: int
) -> list[Row]:
    code = choices.codes[template.number]
    is_online = "_LO_" in code
    towns = ["London", "Birmingham"] if template.subject == TOLD_APART_BY_LOCATION else choices.towns
    location = LIVE_ONLINE if is_online else towns[index % len(towns)]
    houses = choices.venues[location]
    venue = "To be confirmed" if not is_online and index % 5 == 0 else houses[index % len(houses)]
    sitting, opens, closes = SITTINGS[index % 2]
    first = opens + timedelta(days=14 + random.randrange(21))
    step = max((closes - first).days // (sessions + 1), 1)
    approved = [
        choices.instructors[number] for number in template.approved_instructors if number in choices.instructors
    ]
    teachers = random.sample(approved, 2)
    title = f"MQ-{template.subject}-{index + 1:03}-{sitting[2:]}"
    begins, ends = ("09:00", "12:30") if is_online else ("09:30", "17:00")
    rows: list[Row] = []
    for day in range(1, sessions + 1):
        held = _weekday(first + timedelta(days=step * (day - 1)))
        rows.append(
            {
                "Session title": f"{title}-{day}",
                "Learning mode": "Blended",
                "Location": location,
                "Venue": venue,
                "Time Zone": "Europe - Dublin" if location.startswith("D\u00fan") else "Europe - London",
                "Classroom start date": held,
                "Classroom start time": begins,
                "Classroom end date": held,
                "Classroom end time": ends,
                "LMS start time": time(16, 0),
                "LMS end time": time(0, 0),
                "Session instructor": " / ".join(teachers) if day % 4 == 3 else teachers[0],
                "Day": day,
                "Session url": f"https://meet.example.org/{title.lower()}/{day}/" if is_online else None,
            }
        )
    rows[0] |= {
        "Course template code": code,
        "Event title": title,
        "LMS start date": opens,
        "LMS end date": closes,
        "Max places": 14 if is_online else 12,
        "Instructor": teachers[0],
        "Event administrator": choices.administrators[index % len(choices.administrators)] if index % 3 else None,
        "Event url": f"https://meet.example.org/{title.lower()}/" if is_online else None,
        "Finalisation date": opens - timedelta(days=2),
        "Web sale": "N",
        "Sitting": sitting,
        "Cancelled": "N",
    }
    return rows


def _weekday(day: date) -> date:
    return day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0)


def _lms_event(choices: _Choices, index: int) -> Row:
    template = choices.lms[index % len(choices.lms)]
    sitting, opens, closes = SITTINGS[index // len(choices.lms) % 2]
    return {
        "Course template code": choices.codes[template.number],
        "Event title": f"MQ-{template.subject}-OC{index + 1:03}-{sitting[2:]}",
        "Learning mode": "Self Paced (LMS)",
        "Location": ONLINE,
        "Time Zone": "Europe - London",
        "LMS start date": opens,
        "LMS start time": time(0, 0),
        "LMS end date": closes,
        "LMS end time": time(0, 0),
        "Sitting": sitting,
        "OCR moodle code": f"{template.subject} OC",
    }


def _spoil(rows: list[Row], number: int) -> None:
    """Make one cell wrong, in a session row below the first where there is one."""
    row = rows[min(1, len(rows) - 1)]
    match number % 3:
        case 0:
            row["Classroom start date"] = "31/02/2026"
        case 1:
            row["Session instructor"] = "Nobody Knownhere"
        case _:
            row["Venue"] = "House of Cards"


def _written(rows: list[Row]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Import")
    sheet.append([name for name, *_ in COLUMNS])
    sheet.append([hint for *_, hint, _ in COLUMNS])
    sheet.append([hint for *_, hint in COLUMNS])
    for row in (*rows, *({} for _ in range(EMPTY_ROWS))):
        sheet.append(list(_cells(sheet, row)))
    workbook.create_sheet("Lists").append(["venue list"])
    content = io.BytesIO()
    workbook.save(content)
    return _without_the_hour(content)


def _without_the_hour(content: io.BytesIO) -> bytes:
    """Return the workbook with fixed times inside, since the key of an upload is made from its bytes."""
    timeless = io.BytesIO()
    with zipfile.ZipFile(content) as written, zipfile.ZipFile(timeless, "w", zipfile.ZIP_DEFLATED) as rewritten:
        for name in written.namelist():
            part = written.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"2025-09-01T08:00:00Z", part)
            rewritten.writestr(zipfile.ZipInfo(name, (2025, 9, 1, 8, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return timeless.getvalue()


def _cells(sheet: Any, row: Row) -> Iterator[Cell]:
    for name, number_format, *_ in COLUMNS:
        value = row.get(name) if name else None
        if isinstance(value, date):
            value = datetime.combine(value, time.min)
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = number_format
        yield cell
