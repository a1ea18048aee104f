"""What each column of an upload means: the template and the page about it say it in these words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync_assets.event_import.workbook import columns


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    """A column: which rows fill it, what it means, how it is written, where it goes, and an example for a hint row."""

    column: str
    rows: str
    meaning: str
    written: str
    goes_to: str
    example: str = ""
    hint: str = "free-text"


_EVENT, _SESSION = "event", "session"
_EACH_EVENT, _EACH_SESSION = "event, always", "session, always"
_BOTH = "event, always; session, if it differs"
_LMS = "event, always if it is LMS only"
_DATE = "date cell, DD/MM/YYYY, DD-MM-YYYY or YYYY-MM-DD"
_TIME = "time cell, HH:MM, or a fraction of a day; blank is 00:00"
_CLOCK = "time cell, HH:MM, or a fraction of a day; for 24:00, 00:00 and the day after"
_NAMES = "full names, separated by `/`, `;` or `,`"
_YES = "Y or N, yes or no, true or false, 1 or 0"
_ADDRESS = "an address that begins with https:// or http://, of at most 500 characters"
_TEXT = "text; a number keeps the zeros that its format shows"
_OWN_FIELD = "the tutorial event, and the Event custom field {}"

HELP: Final = (
    ColumnHelp(
        columns.CODE,
        _EACH_EVENT,
        "The course template. A row with a code starts an event. The rows below it without a code are its further "
        "sessions, and so are rows that repeat code and title and whose Day is not 1. A code with the part `OC` or "
        "`WAITLIST` says that the event is LMS only.",
        "the code of a course template that is linked and published, of at most 50 characters",
        "the course template of the event, and its product",
        "e.g. CB1_LO_6",
    ),
    ColumnHelp(
        columns.EVENT_TITLE,
        _EACH_EVENT,
        "The title, by which the event is known again: a later upload of the same title is the same event.",
        "text of at most 100 characters; no two events of a file have the same title",
        "the title on both sides",
        "e.g. ELO-CB1-01-26A",
    ),
    ColumnHelp(
        columns.SESSION_TITLE,
        _EACH_SESSION,
        "The title of the session. Usually it begins with that of its event. If it begins with the title of another "
        "event of the file, the row counts as one that was sorted to the wrong place, which is an error.",
        "text of at most 255 characters",
        "the title of the session on both sides",
        "e.g. ELO-CB1-01-26A-1",
    ),
    ColumnHelp(
        columns.LEARNING_MODE,
        "event, always unless its code says LMS only",
        "How the event is delivered. A session has the mode of its event; one that says another mode is reported.",
        "Blended, Classroom, or a text with the word LMS",
        "the kind of event in Administrate",
        "e.g. Blended",
        "blended/classroom/lms",
    ),
    ColumnHelp(
        columns.LOCATION,
        _BOTH,
        "Where it takes place.",
        "the name of a location that is linked",
        "the location on both sides",
        "e.g. London",
    ),
    ColumnHelp(
        columns.VENUE,
        "event; session, if it differs",
        "The place within the location. A session takes the venue of its event only where it is in the same location.",
        "the name of a venue in the location; To be confirmed, TBC, TBD or blank for none yet",
        "the venue on both sides",
        "e.g. Waterloo",
    ),
    ColumnHelp(
        columns.ZONE,
        _BOTH,
        "The time zone of all times in the row.",
        "an IANA name, also as Administrate shows it: `Europe - London`",
        "the time zone of the event",
        "e.g. Europe - London",
    ),
    ColumnHelp(
        columns.CLASSROOM_START_DATE,
        _EACH_SESSION,
        "The day on which the session starts.",
        _DATE,
        "the start of the session on both sides",
        "e.g. 13/01/2026",
        "DD/MM/YYYY",
    ),
    ColumnHelp(
        columns.CLASSROOM_START_TIME,
        _EACH_SESSION,
        "When it starts, in its time zone.",
        _CLOCK,
        "the start of the session on both sides",
        "",
        "HH:mm",
    ),
    ColumnHelp(
        columns.CLASSROOM_END_DATE,
        _EACH_SESSION,
        "The day on which it ends.",
        _DATE,
        "the end of the session on both sides",
        "e.g. 13/01/2026",
        "DD/MM/YYYY",
    ),
    ColumnHelp(
        columns.CLASSROOM_END_TIME,
        _EACH_SESSION,
        "When it ends.",
        _CLOCK,
        "the end of the session on both sides",
        "",
        "HH:mm",
    ),
    ColumnHelp(
        columns.LMS_START_DATE,
        _LMS,
        "The day from which learners have access to the LMS.",
        _DATE,
        "the access of the event on both sides",
        "e.g. 13/12/2025",
        "DD/MM/YYYY",
    ),
    ColumnHelp(
        columns.LMS_START_TIME,
        _EVENT,
        "The time of that day.",
        _TIME,
        "the access of the event on both sides",
        "",
        "HH:mm",
    ),
    ColumnHelp(
        columns.LMS_END_DATE,
        _LMS,
        "The day on which the access ends.",
        _DATE,
        "the access of the event on both sides",
        "e.g. 10/04/2026",
        "DD/MM/YYYY",
    ),
    ColumnHelp(
        columns.LMS_END_TIME,
        _EVENT,
        "The time of that day: 00:00 ends the access as the day begins.",
        _TIME,
        "the access of the event on both sides",
        "",
        "HH:mm",
    ),
    ColumnHelp(
        columns.MAX_PLACES,
        "event, always unless it is LMS only",
        "How many learners there is room for.",
        "a whole number of 0 or more",
        "the places on both sides",
        "",
        "Integer",
    ),
    ColumnHelp(
        columns.INSTRUCTOR,
        _EVENT,
        "Who teaches the sessions that name nobody. Of an event that is LMS only: who teaches it.",
        _NAMES + "; each linked, and approved for the course template",
        "the instructors of its sessions on both sides; the first is the main one",
        "e.g. John Lee",
    ),
    ColumnHelp(
        columns.SESSION_INSTRUCTOR,
        _SESSION,
        "Who teaches this session, if not those of the event.",
        _NAMES + "; each linked, and approved for the course template",
        "the instructors of the session on both sides",
        "e.g. John Lee",
    ),
    ColumnHelp(
        columns.ADMINISTRATOR,
        _EVENT,
        "Who looks after the event.",
        _NAMES + "; each an administrator in Administrate",
        "the staff of the event in Administrate",
        "",
    ),
    ColumnHelp(
        columns.DAY,
        _EACH_SESSION,
        "The number of the session within its event; the row of the event is day 1. If code and title are repeated in "
        "each row, it shows which rows are one event.",
        "a whole number, 1 to the number of sessions, each once",
        "the order of the sessions, and the Session custom field Day",
        "",
        "Number",
    ),
    ColumnHelp(columns.EVENT_URL, _EVENT, "The address of the event.", _ADDRESS, _OWN_FIELD.format("URL")),
    ColumnHelp(
        columns.SESSION_URL,
        _SESSION,
        "The address of the session.",
        _ADDRESS,
        "the tutorial session, and the Session custom field URL",
    ),
    ColumnHelp(
        columns.FINALISATION_DATE,
        _EVENT,
        "The day on which the event is finalised.",
        _DATE,
        _OWN_FIELD.format("Finalisation date"),
        "e.g. 13/12/2025",
        "DD/MM/YYYY",
    ),
    ColumnHelp(
        columns.WEB_SALE, _EVENT, "Whether it is sold on the web.", _YES, _OWN_FIELD.format("Web sale"), "e.g. Y", "Y/N"
    ),
    ColumnHelp(
        columns.SITTING,
        _EACH_EVENT,
        "The sitting, and so the exam session and the product.",
        "2026A or 2026S; also 26A or 26S, and 26 for 26A",
        _OWN_FIELD.format("Sitting") + "; it chooses the product",
        "e.g. 2026A",
    ),
    ColumnHelp(
        columns.OCR_MOODLE_CODE,
        _EVENT,
        "The code of the online classroom.",
        _TEXT,
        _OWN_FIELD.format("OCR Moodle Code"),
    ),
    ColumnHelp(columns.ACCESS_DURATION, _EVENT, "How long access lasts.", _TEXT, _OWN_FIELD.format("of that name")),
    ColumnHelp(
        columns.RECORDINGS,
        _EVENT,
        "Whether there are recordings.",
        "Y or N; other text goes only into the custom field",
        _OWN_FIELD.format("of that name"),
    ),
    ColumnHelp(columns.RECORDING_PIN, _EVENT, "The PIN of the recordings.", _TEXT, _OWN_FIELD.format("of that name")),
    ColumnHelp(columns.TUTORS, _EVENT, "Who tutors beside the instructors.", _TEXT, _OWN_FIELD.format("of that name")),
    ColumnHelp(columns.SAGE_CODE, _EVENT, "The code in the accounts.", _TEXT, _OWN_FIELD.format("of that name")),
    ColumnHelp(
        columns.CANCELLED,
        "event; session",
        "In the row of an event: the event and all of its sessions are cancelled. In the row of a further session: "
        "that session is.",
        _YES,
        "both sides",
        "e.g. N",
        "Y/N",
    ),
    ColumnHelp(columns.EXTRA_INFORMATION, _EVENT, "Anything else.", _TEXT, _OWN_FIELD.format("of that name")),
    ColumnHelp(
        columns.REGISTRATION_DEADLINE,
        _EVENT,
        "The last day on which learners can register.",
        _DATE,
        "both sides",
        "e.g. 13/12/2025",
        "DD/MM/YYYY",
    ),
)
"""In the order of `columns.KNOWN`, apart from the optional columns that stand among the others."""


def help_as_markdown() -> str:
    """Return the columns as a table for the page about the template."""
    lines = ["| column | filled in the row of | what it means | how it is written | where it goes |"]
    lines.append("|---" * 5 + "|")
    for each in HELP:
        name = f"**{each.column}**" if each.column in columns.REQUIRED else f"**{each.column}** (may be missing)"
        lines.append(f"| {name} | {each.rows} | {each.meaning} | {each.written} | {each.goes_to} |")
    return "\n".join(lines)
