"""What the provider sells: exam sessions, and the products of tutorials, whichever layout they are stored in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, select

from sync_assets.course_codes import CourseFormat, all_tokens, format_in
from sync_assets.tutorial.tables import tutorial_course_templates, tutorial_locations


@dataclass(frozen=True, slots=True)
class ExamSession:
    """A row of `acted.catalog_exam_sessions`. `session_code` is such as `2026-04` or `26S`, and need not be unique.

    `end_date` is its last day, None where it is not known. `is_active` is May's flag, and true where the layout has
    none.
    """

    id: int
    session_code: str
    end_date: date | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A tutorial product: what a customer buys, and what an event belongs to.

    What is not known of a product is None or empty, and contradicts nothing: `format`, the ids of the tutorial course
    template and of the tutorial locations that it is sold for. `note` says the same in words.
    """

    id: int
    code: str
    subject_code: str
    exam_session_id: int
    exam_session_code: str
    is_active: bool = True
    format: CourseFormat | None = None
    course_template_id: int | None = None
    location_ids: frozenset[int] = field(default_factory=frozenset)
    note: str = ""

    def __str__(self) -> str:
        return f"{self.code} (product {self.id}{', ' if self.note else ''}{self.note})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product as a layout stores it: its keys, the text of its format, and the codes that say more of it."""

    id: int
    code: str
    subject_code: str
    exam_session_id: int
    exam_session_code: str
    is_active: bool
    format_code: str | None
    other_codes: tuple[str, ...] = ()
    course_template_id: int | None = None
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What course templates and locations are called: codes of templates and locations, names of locations, by id."""

    template_codes: Mapping[int, str]
    location_codes: Mapping[int, str]
    location_names: Mapping[int, str]


def read_names(connection: Connection) -> Names:
    """Read what the ids of a product are called."""
    template, location = tutorial_course_templates, tutorial_locations
    places = connection.execute(select(location.c.id, location.c.code, location.c.name)).all()
    return Names(
        {row.id: row.code for row in connection.execute(select(template.c.id, template.c.code))},
        {row.id: row.code for row in places},
        {row.id: row.name for row in places},
    )


def product_from(row: ProductRow, names: Names) -> Product:
    """Return what a stored product says of itself.

    Where a column does not say it, the codes may: a location's code among their parts names the location, and the name
    of a format the format. Parts that only repeat the subject and the exam session say nothing.
    """
    repeated = {*all_tokens(row.subject_code), *all_tokens(row.exam_session_code)}
    codes = (row.code, *row.other_codes)
    format_ = format_in(all_tokens(row.format_code or "")) or next(
        (found for code in codes if (found := format_in([each for each in all_tokens(code) if each not in repeated]))),
        None,
    )
    if row.location_id is not None:
        locations = frozenset({row.location_id})
    else:
        own = {token for code in (*codes, row.format_code or "") for token in all_tokens(code)}
        locations = frozenset(_named_in(own - repeated, names.location_codes))
    return Product(
        id=row.id,
        code=row.code,
        subject_code=row.subject_code,
        exam_session_id=row.exam_session_id,
        exam_session_code=row.exam_session_code,
        is_active=row.is_active,
        format=format_,
        course_template_id=row.course_template_id,
        location_ids=locations,
        note=", ".join(_note(row, locations, names)),
    )


def _named_in(tokens: Collection[str], location_codes: Mapping[int, str]) -> Iterator[int]:
    for id_, code in location_codes.items():
        parts = set(all_tokens(code))
        # A location whose code is also that of a format is not named by a product of that format.
        if parts and parts <= set(tokens) and format_in(sorted(parts)) is None:
            yield id_


def _note(row: ProductRow, locations: Collection[int], names: Names) -> Iterator[str]:
    yield f"format {row.format_code}" if row.format_code else "without a format"
    if row.course_template_id is not None:
        template = row.course_template_id
        yield f"course template {names.template_codes.get(template, template)}"
    if locations:
        yield f"location {' or '.join(str(names.location_names.get(id_, id_)) for id_ in sorted(locations))}"
