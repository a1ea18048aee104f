"""Which product of the provider's catalogue an event sells: subject and exam session, then location and format."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sync_assets.course_codes import code_tokens
from sync_assets.event_import.reference.known_records import Product, ReferenceData
from sync_assets.text import match_key

VARIATION_TYPE = "Tutorial"
_PRODUCT_CODE_SEPARATORS = re.compile(r"[^0-9a-z]+")


class NoSingleProduct(Exception):
    """No product, or several, fit an event; the text is a sentence that lists what was found."""


def product_of(
    course_template_code: str, exam_session_code: str, location_code: str | None, known: ReferenceData
) -> Product:
    """Return the active tutorial product of a course template and an exam session.

    Several are narrowed by what the location's code and the rest of the template's code (its format, such as LO_6 or
    f2f_3) have in common with the products' own codes. Raises NoSingleProduct where that does not leave exactly one.
    """
    subject = _subject_of(course_template_code, known)
    found = [
        product
        for product in known.products_by_subject_and_session.find(f"{subject} {exam_session_code}")
        if match_key(product.variation_type) == match_key(VARIATION_TYPE)
    ]
    active = [product for product in found if product.is_active]
    if len(active) == 1:
        return active[0]
    if not active:
        inactive = f"; inactive: {_listed(found)}" if found else ""
        raise NoSingleProduct(
            f"Subject {subject} has no active product of type {VARIATION_TYPE} in exam session {exam_session_code}"
            f"{inactive}. Add it to the catalogue, or correct the code or the sitting."
        )
    narrowed = _narrow(active, subject, course_template_code, exam_session_code, location_code)
    if len(narrowed) == 1:
        return narrowed[0]
    raise NoSingleProduct(
        f"Subject {subject} has {len(active)} active products of type {VARIATION_TYPE} in exam session "
        f"{exam_session_code}, which the codes of the course template and the location do not tell apart: "
        f"{_listed(narrowed or active)}."
    )


def _subject_of(course_template_code: str, known: ReferenceData) -> str:
    by_key = {match_key(subject): subject for subject in known.subjects}
    subjects = list(dict.fromkeys(by_key[token] for token in code_tokens(course_template_code) if token in by_key))
    if len(subjects) == 1:
        return subjects[0]
    found = f"holds those of several: {', '.join(subjects)}" if subjects else "holds no subject's code"
    raise NoSingleProduct(
        f"The product is found by the subject in the course template code, and {course_template_code} {found}."
    )


def _narrow(
    products: Sequence[Product], subject: str, course_template_code: str, exam_session_code: str, location: str | None
) -> list[Product]:
    """Return the products that agree with every clue which any of them agrees with; clues may leave none."""
    told_by_the_pair = {match_key(subject), *_tokens(exam_session_code)}
    own = {product.id: _own_tokens(product) - told_by_the_pair for product in products}
    format_tokens = [token for token in code_tokens(course_template_code) if token != match_key(subject)]
    location_tokens = _tokens(location or "")
    by_location = _agreeing(products, [lambda product: bool(location_tokens) and location_tokens <= own[product.id]])
    by_format = _agreeing(
        products,
        [
            lambda product: (
                bool(format_tokens)
                and (set(format_tokens) <= own[product.id] or "".join(format_tokens) in own[product.id])
            ),
            # A bare number (of sessions) says nothing without the format's letters.
            lambda product: not own[product.id].isdisjoint(token for token in format_tokens if not token.isdecimal()),
        ],
    )
    return [product for product in products if product.id in by_location and product.id in by_format]


def _agreeing(products: Sequence[Product], tests: Sequence[Callable[[Product], bool]]) -> set[int]:
    """Return the ids of the products that pass the first test that any passes; all of them where none does."""
    for test in tests:
        if passing := {product.id for product in products if test(product)}:
            return passing
    return {product.id for product in products}


def _own_tokens(product: Product) -> set[str]:
    return _tokens(product.code) | _tokens(product.catalog_code) | _tokens(product.variation_code or "")


def _tokens(code: str) -> set[str]:
    return {token for token in _PRODUCT_CODE_SEPARATORS.split(match_key(code)) if token}


def _listed(products: Sequence[Product]) -> str:
    return ", ".join(
        f"{product.code} (product {product.id}, variation {product.variation_code or 'without a code'})"
        for product in products
    )
