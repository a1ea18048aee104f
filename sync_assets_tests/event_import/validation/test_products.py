from __future__ import annotations

from dataclasses import replace

import pytest

from sync_assets.event_import.reference.known_records import Product, ReferenceData
from sync_assets.event_import.validation.products import NoSingleProduct, product_of
from sync_assets_tests.event_import.workbooks import PRODUCT

SPRING = "2026-04"


def known(*products: Product) -> ReferenceData:
    return ReferenceData(subjects=("CB1", "CM2"), products=products)


def variation(product_id: int, code: str, variation_code: str | None = None) -> Product:
    return Product(product_id, "CB1", SPRING, code, "T", "Tutorial", variation_code)


def test_the_only_active_tutorial_product_of_subject_and_exam_session_is_the_one() -> None:
    others = (
        replace(PRODUCT, id=1, subject_code="CM2"),
        replace(PRODUCT, id=2, session_code="2026-09"),
        replace(PRODUCT, id=3, variation_type="eBook"),
        replace(PRODUCT, id=4, is_active=False),
    )
    for code in ("CB1_LO_6", "OC_CB1", "lo-cb1", "Anything CB1"):
        assert product_of(code, SPRING, None, known(*others, PRODUCT)) == PRODUCT


def test_a_code_without_a_subject_or_with_two_has_no_product() -> None:
    for code, said in (("CB11_LO_6", "no subject's code"), ("CB1_CM2", "CB1, CM2")):
        with pytest.raises(NoSingleProduct, match=said):
            product_of(code, SPRING, None, known(PRODUCT))


def test_no_active_product_lists_the_inactive_ones() -> None:
    with pytest.raises(NoSingleProduct, match="inactive: CB1/TLO/26A"):
        product_of("CB1_LO_6", SPRING, None, known(replace(PRODUCT, is_active=False)))


def test_several_products_are_told_apart_by_the_format() -> None:
    online, classroom = variation(1, "CB1/T1/26A", "LO"), variation(2, "CB1/T2/26A", "F2F")
    assert product_of("CB1_LO_6", SPRING, "LDN", known(online, classroom)) == online
    assert product_of("CB1_f2f_3", SPRING, "LDN", known(online, classroom)) == classroom


def test_the_whole_format_comes_before_its_letters() -> None:
    three, six = variation(1, "CB1/LO_3"), variation(2, "CB1/LO_6")
    assert product_of("CB1_LO_6", SPRING, None, known(three, six)) == six


def test_several_products_are_told_apart_by_the_location() -> None:
    london, leeds = variation(1, "CB1/LDN/26A"), variation(2, "CB1/LDS/26A")
    assert product_of("CB1_f2f_3", SPRING, "LDS", known(london, leeds)) == leeds


def test_location_and_format_that_point_at_different_products_give_none() -> None:
    london_classroom, leeds_online = variation(1, "CB1/LDN", "F2F"), variation(2, "CB1/LDS", "LO")
    with pytest.raises(NoSingleProduct, match=r"product 1.*product 2"):
        product_of("CB1_f2f_3", SPRING, "LDS", known(london_classroom, leeds_online))


def test_products_that_no_code_tells_apart_are_listed() -> None:
    with pytest.raises(NoSingleProduct, match=r"CB1/X \(product 1.*CB1/Y \(product 2"):
        product_of("CB1_LO_6", SPRING, "LDN", known(variation(1, "CB1/X"), variation(2, "CB1/Y")))
