"""Which exam session and which product of the provider's catalogue an event belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sync_assets.course_codes import code_tokens, format_in
from sync_assets.event_import.reference.known_records import (
    LinkedCourseTemplate,
    LinkedLocation,
    ReferenceData,
)
from sync_assets.text import match_key
from sync_assets.tutorial.catalogue import ExamSession, Product


class NotInCatalogue(Exception):
    """No exam session or product, or several, fit an event; the text is a sentence that lists what was found."""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What of an event decides on its product.

    `template` and `location` are None where they could not be found: then they rule nothing out.
    """

    course_template_code: str
    subject: str
    template: LinkedCourseTemplate | None = None
    location: LinkedLocation | None = None


def subject_of(course_template_code: str, known: ReferenceData) -> str:
    """Return the subject whose code is a part of a course template's code. Raises NotInCatalogue."""
    by_key = {match_key(subject): subject for subject in known.subjects}
    subjects = list(dict.fromkeys(by_key[token] for token in code_tokens(course_template_code) if token in by_key))
    if len(subjects) == 1:
        return subjects[0]
    found = f"holds those of several: {', '.join(subjects)}" if subjects else "holds no subject's code"
    raise NotInCatalogue(
        f"The product is found by the subject in the course template code, and {course_template_code} {found}."
    )


def exam_session_of(
    sitting: str, codes: Iterable[str], subject: str | None, known: ReferenceData
) -> ExamSession | None:
    """Return the exam session of a sitting, by the codes that it may have.

    Of several it is the one that has tutorial products for the subject; None where the subject is not known, so that
    nothing can be said. Raises NotInCatalogue where there is none, or where that does not leave exactly one.
    """
    possible = list(codes)
    found = list(dict.fromkeys(each for code in possible for each in known.exam_sessions_by_code.find(code)))
    if not found:
        raise NotInCatalogue(
            f"There is no exam session for the sitting {sitting} in the tutorial tables: none is coded "
            f"{' or '.join(possible)}. Correct the cell, or add it there."
        )
    if len(found) == 1:
        return found[0]
    if subject is None:
        return None
    sold = [each for each in found if any(product.is_active for product in _products(subject, each, known))]
    if len(sold) == 1:
        return sold[0]
    listed = ", ".join(f"{each.session_code} (exam session {each.id})" for each in sold or found)
    why = f"{len(sold)} of them have" if sold else "none of them has"
    raise NotInCatalogue(
        f"The sitting {sitting} may mean several exam sessions, and {why} tutorial products of the subject {subject}: "
        f"{listed}. Let one of them have those products."
    )


def product_of(event: EventFacts, exam_session: ExamSession, known: ReferenceData) -> Product | None:
    """Return the active tutorial product of an event's subject in an exam session.

    A product of another format, course template or location is never taken; what is not known of a product rules
    nothing out. Of several that are left, one of the event's course template goes before, then one of its location.
    Raises NotInCatalogue where that does not leave exactly one; None where several are left that a course template or
    a location which could not be found may tell apart.
    """
    found = _products(event.subject, exam_session, known)
    active = [product for product in found if product.is_active]
    if not active:
        inactive = f"; inactive: {_listed(found)}" if found else ""
        raise NotInCatalogue(
            f"Subject {event.subject} has no active tutorial product in exam session {exam_session.session_code}"
            f"{inactive}. Add it to the catalogue, or correct the code or the sitting."
        )
    fitting = [product for product in active if not _contradicts(product, event)]
    if not fitting:
        raise NotInCatalogue(
            f"Subject {event.subject} has no tutorial product in exam session {exam_session.session_code} for "
            f"{_wanted(event)}; there are: {_listed(active)}. Add one to the catalogue, or correct the code or the "
            "location."
        )
    preferred = _preferred(
        fitting, [lambda product: _is_of_template(product, event), lambda product: _is_in_location(product, event)]
    )
    if len(preferred) == 1:
        return preferred[0]
    if event.template is None or event.location is None:
        return None
    raise NotInCatalogue(
        f"Subject {event.subject} has {len(preferred)} tutorial products in exam session {exam_session.session_code} "
        f"for {_wanted(event)}, and nothing tells them apart: {_listed(preferred)}. Give them formats, course "
        "templates or locations in the catalogue."
    )


def _products(subject: str, exam_session: ExamSession, known: ReferenceData) -> Sequence[Product]:
    return known.products_by_subject_and_session.get((match_key(subject), exam_session.id), ())


def _contradicts(product: Product, event: EventFacts) -> bool:
    format_ = format_in(code_tokens(event.course_template_code))
    if format_ is not None and product.format is not None and product.format.contradicts(format_):
        return True
    template, location = event.template, event.location
    if template is not None and product.course_template_id not in (None, template.tutorial_id):
        return True
    return location is not None and bool(product.location_ids) and location.tutorial_id not in product.location_ids


def _is_of_template(product: Product, event: EventFacts) -> bool:
    return event.template is not None and product.course_template_id == event.template.tutorial_id is not None


def _is_in_location(product: Product, event: EventFacts) -> bool:
    return event.location is not None and event.location.tutorial_id in product.location_ids


def _preferred(products: list[Product], tests: Sequence[Callable[[Product], bool]]) -> list[Product]:
    """Narrow products down by one test after the other; a test that none passes changes nothing."""
    for test in tests:
        products = [product for product in products if test(product)] or products
    return products


def _wanted(event: EventFacts) -> str:
    place = f" in {event.location.name}" if event.location is not None else ""
    return f"{event.course_template_code}{place}"


def _listed(products: Iterable[Product]) -> str:
    return ", ".join(str(product) for product in products)
