"""What the made-up provider sells: subjects, exam sessions, and the products of every subject in each of them.

An event belongs to the product of its subject whose variation has the type `Tutorial`. Two subjects have two of those:
for one of them the format in the codes says which it is, for the other the location.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product as every

EXAM_SESSIONS = (
    ("2026-04", datetime(2026, 4, 13, tzinfo=UTC), datetime(2026, 4, 24, tzinfo=UTC)),
    ("2026-09", datetime(2026, 9, 14, tzinfo=UTC), datetime(2026, 9, 25, tzinfo=UTC)),
)
TOLD_APART_BY_FORMAT = "CM2"
TOLD_APART_BY_LOCATION = "SP5"
WITH_A_DISCONTINUED_TUTORIAL = "CB2"

# Code, full name.
PRODUCTS = (
    ("CN", "Course notes"),
    ("ASG", "Marked assignments"),
    ("T", "Tutorial"),
    ("LON", "Tutorial in London"),
    ("BIR", "Tutorial in Birmingham"),
)
# Code, type, name.
VARIATIONS = (
    ("EB", "eBook", "eBook"),
    ("PR", "Printed", "Printed"),
    ("MK", "Marking", "Marking by a tutor"),
    ("TUT", "Tutorial", "Tutorial"),
    ("LO", "Tutorial", "Live online tutorial"),
    ("f2f", "Tutorial", "Face-to-face tutorial"),
    ("OLD", "Tutorial", "Tutorial by telephone"),
)


@dataclass(frozen=True, slots=True)
class Sold:
    """A product of a subject in an exam session, by the codes of what it is made of."""

    subject: str
    exam_session: str
    product: str
    variation: str
    is_active: bool = True

    @property
    def code(self) -> str:
        """Return the code of `acted.products`, such as `CB1/T/TUT/2026-04`."""
        return f"{self.subject}/{self.product}/{self.variation}/{self.exam_session}"


def catalogue(subjects: tuple[str, ...]) -> Iterator[Sold]:
    """Yield every product of every subject in every exam session."""
    for subject, (exam_session, *_) in every(subjects, EXAM_SESSIONS):
        for product, variation in (("CN", "EB"), ("CN", "PR"), ("ASG", "MK")):
            yield Sold(subject, exam_session, product, variation)
        for product, variation in _tutorials(subject):
            yield Sold(subject, exam_session, product, variation)
        if subject == WITH_A_DISCONTINUED_TUTORIAL:
            yield Sold(subject, exam_session, "T", "OLD", is_active=False)


def _tutorials(subject: str) -> tuple[tuple[str, str], ...]:
    if subject == TOLD_APART_BY_FORMAT:
        return (("T", "LO"), ("T", "f2f"))
    if subject == TOLD_APART_BY_LOCATION:
        return (("LON", "TUT"), ("BIR", "TUT"))
    return (("T", "TUT"),)
