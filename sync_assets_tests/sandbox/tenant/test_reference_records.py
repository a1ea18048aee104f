from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.conftest import Visitor, nodes

CONTACT = "errors { label message } contact { id isInstructor account { name } personalName { name } }"
TEMPLATE = """errors { label message } courseTemplate { code lifecycleState eventLearningMode
    approvedInstructors { edges { node { lastName } } } publicPrices { edges { node { amount } } } }"""


def test_a_location_is_made_in_a_region(visitor: Visitor, tenant: Tenant) -> None:
    region = tenant.add_region("IE", "Ireland")
    selection = "errors { label message } location { id name status region { code } }"
    made = visitor.mutate(
        "location", "create", selection, input__LocationCreateInput={"regionId": region.id, "name": "Fernhollow"}
    )
    assert made["location"]["status"] == "active"
    assert made["location"]["region"] == {"code": "IE"}
    refused = visitor.mutate(
        "location", "create", selection, input__LocationCreateInput={"regionId": "nonsense", "name": ""}
    )
    assert {error["label"] for error in refused["errors"]} == {"regionId", "name"}


def test_a_contact_is_made_in_an_account_and_changed(visitor: Visitor, tenant: Tenant) -> None:
    account = tenant.add_account("Marrow and Quill Tutors")
    fields: dict[str, Any] = {
        "accountId": account.id,
        "personalName": {"firstName": "Ottoline", "lastName": "Featherbow"},
        "isInstructor": True,
    }
    made = visitor.mutate("contact", "create", CONTACT, input__ContactCreateInput=fields)["contact"]
    assert made["personalName"] == {"name": "Ottoline Featherbow"}
    assert made["account"] == {"name": "Marrow and Quill Tutors"}
    changed = visitor.mutate(
        "contact", "update", CONTACT, input__ContactUpdateInput={"contactId": made["id"], "isInstructor": False}
    )
    assert changed["contact"]["isInstructor"] is False


def test_a_batch_of_contacts_answers_with_a_payload_each(visitor: Visitor, tenant: Tenant) -> None:
    account = tenant.add_account()
    name = {"firstName": "Piers", "lastName": "Gatherwood"}
    document = """mutation($input: [ContactCreateInput]!) { contact {
        createBatch(input: $input) { errors { label } contact { personalName { name } } } } }"""
    inputs = [{"accountId": account.id, "personalName": name}, {"accountId": "nonsense", "personalName": name}]
    payloads = visitor.data(document, input=inputs)["contact"]["createBatch"]
    assert payloads[0] == {"errors": [], "contact": {"personalName": {"name": "Piers Gatherwood"}}}
    assert payloads[1] == {"errors": [{"label": "accountId"}], "contact": None}


def test_a_course_template_is_a_draft_unless_told_otherwise_and_codes_may_repeat(
    visitor: Visitor, tenant: Tenant
) -> None:
    fields = {"code": "CS2_WE_1", "title": "Weekend", "learningMode": "blended"}
    for _ in range(2):
        made = visitor.mutate("courseTemplate", "create", TEMPLATE, input__CourseTemplateCreateInput=fields)
        assert made["errors"] == []
    assert made["courseTemplate"]["lifecycleState"] == "draft"
    assert made["courseTemplate"]["eventLearningMode"] == "blended"
    refused = visitor.mutate(
        "courseTemplate", "create", TEMPLATE, input__CourseTemplateCreateInput={**fields, "code": "C" * 121}
    )
    assert refused["errors"][0]["label"] == "code"


def test_approved_instructors_of_an_update_replace_the_whole_list(visitor: Visitor, tenant: Tenant) -> None:
    first, second = tenant.add_contact("Ana", "Brackenridge"), tenant.add_contact("Juan", "Casabella")
    template = tenant.add_course_template("CB1_LO_6", approved_instructors=[first])

    def approve(*ids: str) -> list[str]:
        changed = visitor.mutate(
            "courseTemplate",
            "update",
            TEMPLATE,
            courseTemplateId__ID=template.id,
            input__CourseTemplateUpdateInput={"approvedInstructors": ids},
        )
        return sorted(node["lastName"] for node in nodes(changed["courseTemplate"]["approvedInstructors"]))

    assert approve(second.id) == ["Casabella"]
    assert approve(first.id, second.id) == ["Brackenridge", "Casabella"]


def test_prices_are_added_to_a_template_and_several_of_a_level_are_kept(visitor: Visitor, tenant: Tenant) -> None:
    template = tenant.add_course_template("CB1_LO_6")
    level, currency = tenant.add_price_level("Standard"), tenant.add_currency("GBP", "Pound sterling", "£")
    price = {
        "courseTemplateId": template.id,
        "regionId": tenant.add_region().id,
        "priceLevelId": level.id,
        "financialUnitId": currency.id,
    }
    document = """mutation($input: [CourseAddPublicPriceInput]!) { courseTemplate {
        addPublicPrices(input: $input) { errors { label } prices { amount financialUnit { name } } } } }"""
    inputs = [{**price, "amount": "250.00"}, {**price, "amount": "-1"}, {**price, "amount": "300.00"}]
    payload = visitor.data(document, input=inputs)["courseTemplate"]["addPublicPrices"]
    assert [each["amount"] for each in payload["prices"]] == ["250.00", "300.00"]
    assert payload["errors"] == [{"label": "amount"}]
    assert len(template.public_prices) == 2


def test_a_custom_field_is_defined_for_a_type_of_record(visitor: Visitor, tenant: Tenant) -> None:
    document = """mutation { customFields { createGlobalCustomDefinition(input: {objectType: Event, definition: {
        label: "Sitting", type: choice, options: ["2026A", "2026S"]}}) {
        errors { message } customFieldDefinition { key label options { value } } } } }"""
    made = visitor.data(document)["customFields"]["createGlobalCustomDefinition"]["customFieldDefinition"]
    assert (made["label"], len(made["options"])) == ("Sitting", 2)
    assert made["key"] in tenant.custom_field_definitions


def test_an_account_is_made(visitor: Visitor) -> None:
    document = (
        'mutation { account { create(input: {name: "Lantern Estates"}) { errors { message } account { name } } } }'
    )
    assert visitor.data(document)["account"]["create"] == {"errors": [], "account": {"name": "Lantern Estates"}}
