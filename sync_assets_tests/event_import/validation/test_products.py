from __future__ import annotations

from dataclasses import replace

import pytest

from sync_assets.course_codes import CourseFormat
from sync_assets.event_import.reference.known_records import (
    LinkedCourseTemplate,
    ReferenceData,
)
from sync_assets.event_import.validation.products import (
    EventFacts,
    NotInCatalogue,
    exam_session_of,
    product_of,
    subject_of,
)
from sync_assets.tutorial.catalogue import ExamSession, Product
from sync_assets_tests.event_import.workbooks import LEEDS, LIVE_ONLINE, LONDON, PRODUCT

SPRING = ExamSession(1, "2026-04")
NEW_SPRING = ExamSession(3, "26")
CODES = ("2026-04", "26", "26A")


def known(*products: Product) -> ReferenceData:
    return ReferenceData(subjects=("CB1", "CM2"), products=products, exam_sessions=(SPRING, NEW_SPRING))


def product(product_id: int, **changes: object) -> Product:
    return replace(PRODUCT, id=product_id, **changes)  # type: ignore[arg-type]


def chosen(*products: Product, code: str = "CB1_LO_6", location: object = LONDON, template: object = None) -> Product:
    facts = EventFacts(code, "CB1", template or template_of(code), location)  # type: ignore[arg-type]
    found = product_of(facts, SPRING, known(*products))
    assert found is not None
    return found


def template_of(code: str) -> LinkedCourseTemplate:
    return replace(LIVE_ONLINE, code=code)


def test_the_only_active_tutorial_product_of_subject_and_exam_session_is_the_one() -> None:
    others = (
        product(1, subject_code="CM2"),
        product(2, exam_session_id=2, exam_session_code="2026-09"),
        product(4, is_active=False),
    )
    for code in ("CB1_LO_6", "OC_CB1", "lo-cb1", "Anything CB1"):
        assert chosen(*others, PRODUCT, code=code) == PRODUCT


def test_a_code_without_a_subject_or_with_two_has_no_product() -> None:
    for code, said in (("CB11_LO_6", "no subject's code"), ("CB1_CM2", "CB1, CM2")):
        with pytest.raises(NotInCatalogue, match=said):
            subject_of(code, known(PRODUCT))


def test_no_active_product_lists_the_inactive_ones() -> None:
    with pytest.raises(NotInCatalogue, match="inactive: CB1/TLO/26A"):
        chosen(product(8, is_active=False))


def test_a_product_of_another_format_is_never_taken() -> None:
    online, classroom = product(1, format=CourseFormat("lo")), product(2, format=CourseFormat("f2f", "3"))
    assert chosen(online, classroom) == online
    assert chosen(online, classroom, code="CB1_f2f_3") == classroom
    with pytest.raises(NotInCatalogue, match=r"for CB1_f2f_4 in London; there are: .*product 1.*product 2"):
        chosen(online, classroom, code="CB1_f2f_4")


def test_the_number_counts_where_both_say_one() -> None:
    three, six = product(1, format=CourseFormat("lo", "3")), product(2, format=CourseFormat("lo", "6"))
    assert chosen(three, six) == six
    assert chosen(three, code="CB1_LO") == three


def test_a_product_of_another_location_is_never_taken() -> None:
    london, leeds = product(1, location_ids=frozenset({1})), product(2, location_ids=frozenset({2}))
    assert chosen(london, leeds, location=LEEDS) == leeds
    with pytest.raises(NotInCatalogue, match=r"in Leeds; there are: .*product 1"):
        chosen(london, location=LEEDS)


def test_a_product_of_another_course_template_is_never_taken() -> None:
    mine, other = product(1, course_template_id=6), product(2, course_template_id=99)
    assert chosen(mine, other) == mine
    with pytest.raises(NotInCatalogue, match="product 2"):
        chosen(other)


def test_what_is_not_known_of_a_product_rules_nothing_out() -> None:
    unknown = product(1, format=None, course_template_id=None, location_ids=frozenset())
    assert chosen(unknown) == unknown
    assert chosen(unknown, code="CB1_f2f_3", location=LEEDS) == unknown


def test_of_several_the_course_template_tells_and_then_the_location() -> None:
    full, half = (
        product(1, format=CourseFormat("lo", "6")),
        product(2, format=CourseFormat("lo", "6"), course_template_id=6),
    )
    in_london = product(3, format=CourseFormat("lo", "6"), location_ids=frozenset({1}))
    assert chosen(full, half, in_london) == half
    assert chosen(full, in_london) == in_london


def test_location_and_format_that_point_at_different_products_give_none() -> None:
    london_classroom = product(1, format=CourseFormat("f2f"), location_ids=frozenset({1}))
    leeds_online = product(2, format=CourseFormat("lo"), location_ids=frozenset({2}))
    with pytest.raises(NotInCatalogue, match=r"product 1.*product 2"):
        chosen(london_classroom, leeds_online, code="CB1_f2f_3", location=LEEDS)


def test_products_that_nothing_tells_apart_are_listed() -> None:
    with pytest.raises(NotInCatalogue, match=r"CB1/X \(product 1, format LO_6F\), CB1/Y \(product 2\)"):
        chosen(product(1, code="CB1/X", note="format LO_6F"), product(2, code="CB1/Y"))


def test_what_a_record_that_was_not_found_may_tell_apart_is_not_said() -> None:
    facts = EventFacts("CB1_LO_6", "CB1", LIVE_ONLINE, None)
    assert product_of(facts, SPRING, known(product(1), product(2))) is None


def test_the_exam_session_of_a_sitting_is_the_only_one_there_is() -> None:
    one = replace(known(), exam_sessions=(NEW_SPRING,))
    assert exam_session_of("26A", CODES, "CB1", one) == NEW_SPRING
    with pytest.raises(NotInCatalogue, match="2026-04 or 26 or 26A"):
        exam_session_of("26A", CODES, "CB1", replace(known(), exam_sessions=()))


def test_of_several_exam_sessions_the_one_that_sells_tutorials_of_the_subject_is_meant() -> None:
    sold = known(product(1, exam_session_id=3), product(2, is_active=False), product(3, subject_code="CM2"))
    assert exam_session_of("26A", CODES, "CB1", sold) == NEW_SPRING
    assert exam_session_of("26A", CODES, "CM2", sold) == SPRING
    assert exam_session_of("26A", CODES, None, sold) is None


def test_exam_sessions_that_nothing_tells_apart_are_named() -> None:
    both = known(product(1), product(2, exam_session_id=3))
    with pytest.raises(NotInCatalogue, match=r"2 of them have .*2026-04 \(exam session 1\), 26 \(exam session 3\)"):
        exam_session_of("26A", CODES, "CB1", both)
    with pytest.raises(NotInCatalogue, match=r"none of them has .*2026-04 \(exam session 1\), 26"):
        exam_session_of("26A", CODES, "CB1", known())
    twice = replace(known(), exam_sessions=(ExamSession(1, "98"), ExamSession(2, "98")))
    with pytest.raises(NotInCatalogue, match=r"exam session 1.*exam session 2"):
        exam_session_of("98", ("1998-04", "98"), "CB1", twice)
