from graphql import build_schema, parse, validate

from sync_assets.administrate.documents import package_documents, schema_text


def test_every_document_is_valid_against_the_schema() -> None:
    schema = build_schema(schema_text())
    documents = dict(package_documents())
    assert documents
    for path, document in documents.items():
        assert validate(schema, parse(document.text)) == [], path


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [document.name for _, document in package_documents()]
    assert len(names) == len(set(names))
