"""What the project sends, held against changed schemas."""

from __future__ import annotations

from graphql import build_schema

from sync_assets.administrate.documents import schema_text
from sync_assets.operations.doctor.documents import misfits

SCHEMA = schema_text()


def changed(before: str, after: str, *, of: str = "") -> list[tuple[str, tuple[str, ...]]]:
    begin = SCHEMA.index(of)
    place = SCHEMA.index(before, begin)
    schema = SCHEMA[:place] + after + SCHEMA[place + len(before) :]
    return [(misfit.sentence, misfit.documents) for misfit in misfits(build_schema(schema)) if misfit.is_certain]


def test_everything_fits_the_schema_of_the_package() -> None:
    assert misfits(build_schema(SCHEMA)) == []


def test_a_field_that_several_documents_read_is_named_once_with_all_of_them() -> None:
    ((sentence, documents),) = changed("  totalRecords: Int!\n", "", of="type PageInfo {")
    assert "'totalRecords'" in sentence
    assert {"sync_assets/entities/locations.graphql", "event.createBlended", "the look-up of events by id"} <= set(
        documents
    )


def test_an_input_field_that_is_sent_and_gone_is_named() -> None:
    ((sentence, documents),) = changed("  customFieldValues: ", "  somethingElse: ", of="input SessionUpdateInput {")
    assert "'customFieldValues'" in sentence
    assert documents == ("session.update",)


def test_an_input_field_that_is_newly_needed_is_named() -> None:
    ((sentence, documents),) = changed("{\n", "{\n  costCentre: ID!\n", of="input LMSEventCreateInput {")
    assert "costCentre" in sentence
    assert documents == ("event.createLMS",)


def test_an_input_field_that_is_never_sent_may_go() -> None:
    assert changed("  minPlaces: Int\n", "", of="input BlendedEventCreateInput {") == []


def test_an_argument_that_is_gone_is_named() -> None:
    found = changed("offset: Int", "skip: Int", of="  taxTypes(")
    assert [documents for _, documents in found] == [("sync_assets/entities/tax_types.graphql",)]
