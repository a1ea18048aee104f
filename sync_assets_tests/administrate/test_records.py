from sync_assets.administrate.records import (
    Nodes,
    Record,
    Reference,
    WireModel,
)


class Region(WireModel):
    id: str
    name: str


class Town(Record):
    legacy_id: str
    region: Region | None
    tax_type: Reference
    teachers: Nodes[Reference]


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
