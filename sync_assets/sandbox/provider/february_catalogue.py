"""The catalogue in the tables of February: a product is a catalogue product in a variation.

Of the kinds of product a subject has, an event belongs to the one of the variation type `Tutorial`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as every

from sync_assets.sandbox.provider.catalogue import (
    AUTUMN,
    SPRING,
    TOLD_APART_BY_FORMAT,
    TOLD_APART_BY_LOCATION,
    WITH_A_DISCONTINUED_TUTORIAL,
)
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.rows import MADE, TIMES, TableRows, numbered, offered_rows, subject_rows

EXAM_SESSIONS = {"2026-04": SPRING, "2026-09": AUTUMN}

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


def february_staff(provider: Provider) -> TableRows:
    """Return the rows of `acted.staff`, under the ids of the instructors."""
    return "acted.staff", [{"id": person.id, "user_id": person.id, **TIMES} for person in provider.tutorial_instructors]


def february_catalogue(provider: Provider) -> list[TableRows]:
    """Return the rows of all tables of the catalogue."""
    subjects = subject_rows(provider)
    sessions = numbered(
        {"session_code": code, "start_date": start, "end_date": end, "create_date": MADE, "modified_date": MADE}
        for code, (start, end) in EXAM_SESSIONS.items()
    )
    offered = offered_rows(subjects, sessions)
    products = numbered(
        {
            "fullname": name,
            "shortname": name,
            "description": None,
            "code": code,
            "is_active": True,
            "buy_both": False,
            **TIMES,
        }
        for code, name in PRODUCTS
    )
    variations = numbered(
        {"variation_type": kind, "name": name, "description": None, "description_short": None, "code": code}
        for code, kind, name in VARIATIONS
    )
    product_ids = {row["code"]: row["id"] for row in products}
    variation_ids = {row["code"]: row["id"] for row in variations}
    sold = list(_sold(provider.subjects))
    combinations = numbered(
        {"product_id": product_ids[product], "product_variation_id": variation_ids[variation]}
        for product, variation in dict.fromkeys((each.product, each.variation) for each in sold)
    )
    offered_ids = {(row["subject"], row["session_code"]): row["id"] for row in offered}
    combination_ids = {(row["product_id"], row["product_variation_id"]): row["id"] for row in combinations}
    for_sale = numbered(
        {
            "exam_session_subject_id": offered_ids[each.subject, each.exam_session],
            "product_product_variation_id": combination_ids[product_ids[each.product], variation_ids[each.variation]],
            "product_code": each.code,
            "is_active": each.is_active,
            **TIMES,
        }
        for each in sold
    )
    return [
        ("acted.catalog_subjects", subjects),
        ("acted.catalog_exam_sessions", sessions),
        ("acted.catalog_exam_session_subjects", [row["row"] for row in offered]),
        ("acted.catalog_products", products),
        ("acted.catalog_product_variations", variations),
        ("acted.catalog_product_product_variations", combinations),
        ("acted.products", for_sale),
    ]


def _sold(subjects: tuple[str, ...]) -> Iterator[Sold]:
    """Yield every product of every subject in every exam session."""
    for subject, exam_session in every(subjects, EXAM_SESSIONS):
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
