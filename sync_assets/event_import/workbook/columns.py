"""The columns of an event upload, by the names that the workbook gives them."""

from typing import Final

CODE: Final = "Course template code"
EVENT_TITLE: Final = "Event title"
SESSION_TITLE: Final = "Session title"
LEARNING_MODE: Final = "Learning mode"
LOCATION: Final = "Location"
VENUE: Final = "Venue"
ZONE: Final = "Time Zone"
CLASSROOM_START_DATE: Final = "Classroom start date"
CLASSROOM_START_TIME: Final = "Classroom start time"
CLASSROOM_END_DATE: Final = "Classroom end date"
CLASSROOM_END_TIME: Final = "Classroom end time"
LMS_START_DATE: Final = "LMS start date"
LMS_START_TIME: Final = "LMS start time"
LMS_END_DATE: Final = "LMS end date"
LMS_END_TIME: Final = "LMS end time"
MAX_PLACES: Final = "Max places"
INSTRUCTOR: Final = "Instructor"
SESSION_INSTRUCTOR: Final = "Session instructor"
ADMINISTRATOR: Final = "Event administrator"
DAY: Final = "Day"
EVENT_URL: Final = "Event url"
SESSION_URL: Final = "Session url"
FINALISATION_DATE: Final = "Finalisation date"
WEB_SALE: Final = "Web sale"
SITTING: Final = "Sitting"
OCR_MOODLE_CODE: Final = "OCR moodle code"
ACCESS_DURATION: Final = "Access Duration"
RECORDINGS: Final = "Recordings"
RECORDING_PIN: Final = "Recording pin"
TUTORS: Final = "Tutors"
SAGE_CODE: Final = "Sage code"
CANCELLED: Final = "Cancelled"
EXTRA_INFORMATION: Final = "Extra information"
REGISTRATION_DEADLINE: Final = "Registration Deadline Date"

REQUIRED: Final = (
    CODE,
    EVENT_TITLE,
    SESSION_TITLE,
    LEARNING_MODE,
    LOCATION,
    VENUE,
    ZONE,
    CLASSROOM_START_DATE,
    CLASSROOM_START_TIME,
    CLASSROOM_END_DATE,
    CLASSROOM_END_TIME,
    LMS_START_DATE,
    LMS_START_TIME,
    LMS_END_DATE,
    LMS_END_TIME,
    MAX_PLACES,
    INSTRUCTOR,
    SESSION_INSTRUCTOR,
    ADMINISTRATOR,
    DAY,
    EVENT_URL,
    SESSION_URL,
    FINALISATION_DATE,
    WEB_SALE,
    SITTING,
    OCR_MOODLE_CODE,
)
"""A workbook without one of these is refused."""

OPTIONAL: Final = (
    ACCESS_DURATION,
    RECORDINGS,
    RECORDING_PIN,
    TUTORS,
    SAGE_CODE,
    CANCELLED,
    EXTRA_INFORMATION,
    REGISTRATION_DEADLINE,
)

KNOWN: Final = REQUIRED + OPTIONAL
