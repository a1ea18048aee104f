"""The made-up provider's vocabulary: subjects, towns, houses, people. None of the people exists."""

from __future__ import annotations

# Subject code, days of its live online tutorial, days of its face-to-face one.
SUBJECTS = (
    ("CB1", 6, 3),
    ("CB2", 5, 4),
    ("CB3", 4, 3),
    ("CM1", 6, 5),
    ("CM2", 6, 4),
    ("CS1", 1, 4),
    ("CS2", 5, 4),
    ("CP1", 6, 5),
    ("CP2", 1, 2),
    ("CP3", 1, 1),
    ("SP1", 4, 2),
    ("SP2", 3, 2),
    ("SP4", 3, 2),
    ("SP5", 3, 2),
    ("SP6", 3, 3),
    ("SP7", 3, 2),
    ("SP8", 3, 2),
    ("SP9", 3, 2),
    ("SA2", 3, 2),
    ("SA3", 2, 2),
)

# The tutorial name, its code, Administrate's name, region and zone. Some names differ as far as matching forgives:
# by letter case, by spaces, by Unicode form (a composed and a decomposed letter).
LOCATIONS = (
    ("London", "LON", "London", "GB", "Europe/London"),
    ("Birmingham", "BIR", "Birmingham", "GB", "Europe/London"),
    ("Manchester", "MAN", "MANCHESTER", "GB", "Europe/London"),
    ("Edinburgh", "EDI", "Edinburgh", "GB", "Europe/London"),
    ("Bristol", "BRI", " Bristol ", "GB", "Europe/London"),
    ("Leeds", "LEE", "Leeds", "GB", "Europe/London"),
    ("Glasgow", "GLA", "Glasgow", "GB", "Europe/London"),
    ("Cardiff", "CAR", "Cardiff", "GB", "Europe/London"),
    ("D\u00fan Laoghaire", "DUN", "Du\u0301n Laoghaire", "IE", "Europe/Dublin"),
    ("Live online", "LIVE", "Live  Online", "GB", "Europe/London"),
    ("Online", "ONL", "Online", "GB", "Europe/London"),
)
LIVE_ONLINE, ONLINE = "Live online", "Online"

# A town takes two to four of these; the same house name in two towns is another house.
HOUSES = ("Lantern Rooms", "Quill House", "Old Ropery", "Compass Court", "Millrace Hall", "Sundial Suite", "Wren Yard")

FIRST_NAMES = (
    "Ambrosine",
    "Barnabus",
    "Calantha",
    "Dunstan",
    "Evadne",
    "Florian",
    "Griselda",
    "Hartwin",
    "Isolde",
    "Jocasta",
    "Kester",
    "Lavinia",
    "Merrick",
    "Nerissa",
)
LAST_NAMES = (
    "Quillfeather",
    "Marrowby",
    "Thistlecombe",
    "Underbough",
    "Larkmead",
    "Pennywhistle",
    "Ravensholt",
    "Saltonby",
    "Tanglewick",
    "Wexmoor",
    "Yarrowdale",
)

# How the two sides write the same person: Administrate's first and last name, then the tutorial side's. The splits of
# three-part names differ, and so do letter case, spaces and Unicode form.
WRITTEN_DIFFERENTLY = (
    (("Ana Lucinda", "Brackenridge"), ("Ana", "Lucinda Brackenridge")),
    (("Per", "Olaf Windermoor"), ("Per Olaf", "Windermoor")),
    (("Mary Ann", "Featherstonehall"), ("Mary", "Ann Featherstonehall")),
    (("Juan", "de Casabella"), ("Juan de", "Casabella")),
    (("Lee Min", "Oakenhurst"), ("Lee", "Min Oakenhurst")),
    (("OSWIN", "DRAYCOMBE"), ("Oswin", "Draycombe")),
    (("Petra ", " Hollowell"), ("Petra", "Hollowell")),
    (("Zoe\u0308", "Nightingrove"), ("Zo\u00eb", "Nightingrove")),
    (("\uff34\uff49\uff42\uff4f\uff52", "Ashgrove"), ("Tibor", "Ashgrove")),
)

ADMINISTRATORS = (
    ("Odette", "Fairweatherly"),
    ("Rufus", "Candlewick"),
    ("Sabine", "Thornapple"),
    ("Tobit", "Mossgrove"),
)

# Record type, label, type of field.
CUSTOM_FIELDS = (
    ("CourseTemplate", "Sage code", "string"),
    ("CourseTemplate", "Subject", "string"),
    ("CourseTemplate", "Syllabus URL", "url"),
    ("Event", "Sitting", "string"),
    ("Event", "Finalisation date", "date"),
    ("Event", "URL", "url"),
    ("Event", "Web sale", "string"),
    ("Event", "OCR Moodle Code", "string"),
    ("Event", "Sage code", "string"),
    ("Event", "Recordings", "string"),
    ("Event", "Recording pin", "string"),
    ("Event", "Tutors", "string"),
    ("Event", "Access Duration", "string"),
    ("Event", "Extra information", "text"),
    ("Event", "Cancelled", "string"),
    ("Session", "Day", "integer"),
    ("Session", "URL", "url"),
    ("Contact", "Tutor reference", "string"),
    ("Contact", "Contract until", "date"),
    ("Learner", "Sponsor", "string"),
    ("Learner", "Access arrangements", "choice"),
    ("Account", "Account manager", "string"),
)

# Name, and days before the start on which the price expires.
PRICE_LEVELS = (("Standard", None), ("Early booking", 30), ("Retaker", None))
REGIONS = (("GB", "Great Britain"), ("IE", "Ireland"), *((f"A{n:02}", f"Area {n:02}") for n in range(1, 17)))
CURRENCIES = (("GBP", "Pound sterling"), ("EUR", "Euro"))
