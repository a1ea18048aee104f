"""What a stored product says of itself, in its columns and in the parts of its codes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync_assets.course_codes import CourseFormat, all_tokens, format_in
from sync_assets.tutorial.catalogue import Names, ProductRow, product_from

NAMES = Names({6: "CB1_LO_6"}, {1: "LDN", 2: "LDS", 3: "LO", 4: "LDN"}, {1: "London", 2: "Leeds", 3: "Live", 4: "City"})
ROW = ProductRow(
    id=8,
    code="CB1/T/2026-04",
    subject_code="CB1",
    exam_session_id=1,
    exam_session_code="2026-04",
    is_active=True,
    format_code=None,
)


@pytest.mark.parametrize(
    ("code", "format_"),
    [
        ("CB1_f2f_3", CourseFormat("f2f", "3")),
        ("CB1_LO_6", CourseFormat("lo", "6")),
        ("F2F_3F", CourseFormat("f2f", "3")),
        ("LO_6H", CourseFormat("lo", "6")),
        ("LO6", CourseFormat("lo", "6")),
        ("F2F_2PD", CourseFormat("f2f", "2")),
        ("OC_CB1", CourseFormat("oc")),
        ("LO", CourseFormat("lo")),
        ("CB1/LO/26A", CourseFormat("lo")),
        ("London", None),
        ("CB1_EVE_6", None),
        ("TUT", None),
    ],
)
def test_a_code_names_a_format_by_kind_and_number(code: str, format_: CourseFormat | None) -> None:
    assert format_in(all_tokens(code)) == format_


def test_formats_contradict_by_kind_and_by_number() -> None:
    assert CourseFormat("lo").contradicts(CourseFormat("f2f"))
    assert CourseFormat("lo", "3").contradicts(CourseFormat("lo", "6"))
    assert not CourseFormat("lo", "3").contradicts(CourseFormat("lo"))


def test_a_column_comes_before_the_codes() -> None:
    row = replace(ROW, code="CB1/LDS/F2F_3", format_code="LO_6H", location_id=1, course_template_id=6)
    product = product_from(row, NAMES)
    assert (product.format, product.location_ids, product.course_template_id) == (CourseFormat("lo", "6"), {1}, 6)
    assert product.note == "format LO_6H, course template CB1_LO_6, location London"


def test_the_codes_say_what_no_column_says() -> None:
    product = product_from(replace(ROW, code="CB1/LDS", other_codes=("F2F_3",), format_code="TUT"), NAMES)
    assert (product.format, product.location_ids) == (CourseFormat("f2f", "3"), {2})
    assert product_from(replace(ROW, code="CB1/LDN"), NAMES).location_ids == {1, 4}


def test_what_repeats_subject_and_exam_session_says_nothing() -> None:
    names = replace(NAMES, location_codes={1: "CB1", 2: "04"})
    assert product_from(ROW, names).location_ids == frozenset()
    assert product_from(replace(ROW, code="CB1/LO/2026-04"), NAMES).format == CourseFormat("lo")


def test_a_format_is_not_taken_for_a_location_of_that_code() -> None:
    assert product_from(replace(ROW, code="CB1/LO"), NAMES).location_ids == frozenset()


def test_nothing_is_known_of_a_product_that_says_nothing() -> None:
    product = product_from(ROW, NAMES)
    assert (product.format, product.location_ids, product.course_template_id) == (None, frozenset(), None)
    assert str(product) == "CB1/T/2026-04 (product 8, without a format)"
