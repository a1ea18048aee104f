from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from sync_assets.administrate.records import (
    CustomFieldValue,
    Definition,
    Nodes,
    Record,
    Reference,
    WireModel,
    values_by_label,
)


class Region(WireModel):
    id: str
    name: str


class Town(Record):
    legacy_id: str
    region: Region | None
    tax_type: Reference
    teachers: Nodes[Reference]


def value(key: str, label: str, text: str | None = None) -> CustomFieldValue:
    return CustomFieldValue(definitionKey=key, definition=Definition(label=label), value=text or key)


def test_a_record_is_a_row_of_its_fields_and_of_those_of_the_records_within() -> None:
    wire = {"id": "L1", "legacyId": "1", "region": {"id": "R1", "name": "North"}, "taxType": {"id": "T1"}}
    town = Town.model_validate({**wire, "teachers": {"edges": [{"node": {"id": "P1"}}]}})
    assert town.as_row() == {
        "external_id": "L1",
        "legacy_id": "1",
        "region_id": "R1",
        "region_name": "North",
        "tax_type_id": "T1",
        "teachers": ({"id": "P1"},),
    }


def test_the_columns_of_a_record_within_that_is_null_are_null() -> None:
    town = Town.model_validate({"id": "L1", "legacyId": "1", "region": None, "taxType": {"id": "T1"}, "teachers": []})
    row = town.as_row()
    assert (row["region_id"], row["region_name"]) == (None, None)


def test_two_fields_of_one_label_do_not_flip_with_the_order_of_the_answer() -> None:
    values = [value("K1", "Sitting"), value("K2", "Sitting"), value("K3", "Web sale")]
    for order in permutations(values):
        assert values_by_label(order) == {"Sitting [K1]": "K1", "Sitting [K2]": "K2", "Web sale": "K3"}


labels = st.sampled_from(["A", "B", "A [K1]", "A [K2] [K3]", "A [K2]", "A [K1] [K2]"])


@given(st.lists(labels, max_size=6))
def test_no_value_is_lost_whatever_the_labels_are(labels: list[str]) -> None:
    values = [value(f"K{number}", label) for number, label in enumerate(labels)]
    found = values_by_label(values)
    assert sorted(filter(None, found.values())) == sorted(each.definition_key for each in values)
    assert values_by_label(values[::-1]) == found
