"""An event and its sessions as the workbook states them, typed, before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sync_assets.event_import.workbook.sheet import SheetRow


class LearningMode(StrEnum):
    """How an event is delivered, by Administrate's names (`EventLearningMode`)."""

    BLENDED = "blended"
    CLASSROOM = "classroom"
    LMS = "lms"


@dataclass(frozen=True, slots=True)
class Moment:
    """A local date and time, as written in the workbook, and the IANA zone that it is meant in."""

    local: datetime
    zone: str

    @property
    def aware(self) -> datetime:
        """The moment with its zone; of a local time that comes twice at a clock change, the first."""
        return self.local.replace(tzinfo=ZoneInfo(self.zone), fold=0)

    @property
    def utc(self) -> datetime:
        """The moment in UTC, which is what two moments are compared by."""
        return self.aware.astimezone(UTC)

    @property
    def exists(self) -> bool:
        """Whether the zone's clocks ever show this local time: at the start of summer time they skip an hour."""
        return self.utc.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) == self.local


@dataclass(frozen=True, slots=True)
class WorkbookSession:
    """A session. `venue` is None where there is none yet; names are as written.

    `cancelled` is None where its row does not say; in the row of an event, the column is the event's.
    """

    row: SheetRow
    day: int
    title: str
    location: str
    venue: str | None
    start: Moment
    end: Moment
    instructors: tuple[str, ...]
    url: str | None
    cancelled: bool | None = None


@dataclass(frozen=True, slots=True)
class WorkbookEvent:
    """An event with its sessions in the order of their days (none if it is LMS only).

    `exam_session_codes` are the codes that `acted.catalog_exam_sessions` may have for the sitting (`2026-04`, `26`);
    `max_places` is None only for an LMS event. `location` and `venue` are those of the event's own row.
    """

    row: SheetRow
    course_template_code: str
    title: str
    learning_mode: LearningMode
    location: str
    venue: str | None
    zone: str
    lms_start: Moment | None
    lms_end: Moment | None
    max_places: int | None
    instructors: tuple[str, ...]
    administrators: tuple[str, ...]
    url: str | None
    finalisation_date: date | None
    web_sale: bool | None
    sitting: str
    exam_session_codes: tuple[str, ...]
    ocr_moodle_code: str | None
    access_duration: str | None
    recordings: str | None
    recording_pin: str | None
    tutors: str | None
    sage_code: str | None
    cancelled: bool | None
    extra_information: str | None
    registration_deadline: date | None
    start_date: date
    """The first session's date, of an LMS event the start of its access."""
    end_date: date
    """The last session's end, of an LMS event the end of its access."""
    sessions: tuple[WorkbookSession, ...]

    @property
    def is_lms_only(self) -> bool:
        """Whether the event has no sessions of its own."""
        return self.learning_mode is LearningMode.LMS

    @property
    def row_numbers(self) -> tuple[int, ...]:
        """The Excel rows of the event and its sessions, each once."""
        return tuple(dict.fromkeys((self.row.number, *(session.row.number for session in self.sessions))))
