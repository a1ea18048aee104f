"""The catalogue in the tables of May: a tutorial product has a format, and may have a course template and a location.

Exam sessions stand there in both ways of coding them, and a subject's products belong to those of one way only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sync_assets.sandbox.provider.catalogue import (
    AUTUMN,
    SPRING,
    TOLD_APART_BY_FORMAT,
    TOLD_APART_BY_LOCATION,
    TOWNS,
    WITH_A_DISCONTINUED_TUTORIAL,
)
from sync_assets.sandbox.provider.names import SUBJECTS
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.rows import MADE, TIMES, TableRows, numbered, offered_rows, subject_rows

EXAM_SESSIONS = {"2026-04": SPRING, "2026-09": AUTUMN, "26": SPRING, "26S": AUTUMN}
_OLD_CODES, _NEW_CODES = ("2026-04", "2026-09"), ("26", "26S")
_MATERIALS = (("CN", "EB", "material"), ("CN", "PR", "material"), ("ASG", "MK", "marking"))


@dataclass(frozen=True, slots=True)
class Sold:
    """A purchasable of a subject in an exam session; `format` is empty unless it is a tutorial."""

    subject: str
    exam_session: str
    name: str
    kind: str = "tutorial"
    format: str = ""
    course_template: str | None = None
    town: str | None = None
    is_active: bool = True

    @property
    def code(self) -> str:
        """Return the code of `acted.purchasables` and `acted.products`, such as `CB1/T01/26`."""
        return f"{self.subject}/{self.name}/{self.exam_session}"


def may_staff(provider: Provider) -> TableRows:
    """Return the rows of `acted.staff`, under the ids of the instructors."""
    return "acted.staff", [
        {
            "id": person.id,
            "user_id": person.id,
            "job_title": "",
            "initials": f"{person.first_name.strip()[:1]}{person.last_name.strip()[:1]}".upper(),
            **TIMES,
        }
        for person in provider.tutorial_instructors
    ]


def may_catalogue(provider: Provider) -> list[TableRows]:
    """Return the rows of all tables of the catalogue."""
    subjects = subject_rows(provider)
    sessions = numbered(
        {
            "session_code": code,
            "start_date": start,
            "end_date": end,
            "create_date": MADE,
            "modified_date": MADE,
            "is_active": True,
        }
        for code, (start, end) in EXAM_SESSIONS.items()
    )
    offered = offered_rows(subjects, sessions)
    offered_ids = {(row["subject"], row["session_code"]): row["id"] for row in offered}
    template_ids = {each.code: each.id for each in provider.tutorial_course_templates}
    location_ids = {each.name: each.id for each in provider.tutorial_locations}
    sold = list(enumerate(_sold(provider), start=1))
    purchasables = [
        {
            "id": number,
            "kind": each.kind,
            "code": each.code,
            "name": f"{each.subject} {each.name}",
            "description": "",
            "is_active": each.is_active,
            "dynamic_pricing": False,
            "vat_classification": "",
            "is_addon": False,
            **TIMES,
        }
        for number, each in sold
    ]
    products = [
        {
            "purchasable_ptr_id": number,
            "product_code": each.code,
            "exam_session_subject_id": offered_ids[each.subject, each.exam_session],
        }
        for number, each in sold
    ]
    tutorials = [
        {
            "product_ptr_id": number,
            "format": each.format,
            "tutorial_course_template_id": template_ids[each.course_template] if each.course_template else None,
            "tutorial_location_id": location_ids[each.town] if each.town else None,
        }
        for number, each in sold
        if each.kind == "tutorial"
    ]
    return [
        ("acted.catalog_subjects", subjects),
        ("acted.catalog_exam_sessions", sessions),
        ("acted.catalog_exam_session_subjects", [row["row"] for row in offered]),
        ("acted.purchasables", purchasables),
        ("acted.products", products),
        ("acted.tutorial_products", tutorials),
    ]


def _sold(provider: Provider) -> Iterator[Sold]:
    """Yield every purchasable of every subject in each of its exam sessions."""
    evenings = [each for each in provider.tutorial_course_templates if "_EVE_" in each.code.upper()]
    for index, (subject, online, in_person) in enumerate(SUBJECTS):
        for exam_session in _OLD_CODES if index % 2 else _NEW_CODES:
            for product, variation, kind in _MATERIALS:
                yield Sold(subject, exam_session, f"{product}-{variation}", kind)
            for number, (format_, town) in enumerate(_tutorials(subject, online, in_person), start=1):
                yield Sold(subject, exam_session, f"T{number:02}", format=format_, town=town)
            # Nothing in its code says how an evening tutorial is taught: each has a product of its own.
            for number, template in enumerate(evenings, start=1):
                if template.code.split("_")[0] == subject:
                    evening = f"LO_{online}H"
                    yield Sold(subject, exam_session, f"E{number:03}", format=evening, course_template=template.code)
            if subject == WITH_A_DISCONTINUED_TUTORIAL:
                yield Sold(subject, exam_session, "OLD", format=f"LO_{online}B", is_active=False)


def _tutorials(subject: str, online: int, in_person: int) -> Iterator[tuple[str, str | None]]:
    """Yield the formats of a subject's tutorials, each with the town that it is for, if any."""
    if subject == TOLD_APART_BY_LOCATION:
        for town in TOWNS:
            yield f"F2F_{in_person}F", town
            yield f"F2F_{in_person + 1}F", town
        return
    yield f"LO_{online}F", None
    yield f"F2F_{in_person}F", None
    yield f"F2F_{in_person + 1}F", None
    if subject != TOLD_APART_BY_FORMAT:
        yield "OC", None
