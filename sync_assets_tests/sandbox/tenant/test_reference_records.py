from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor, nodes

CONTACT = "errors { label message } contact { id isInstructor account { name } personalName { name } }"
TEMPLATE = """errors { label message } courseTemplate { code lifecycleState eventLearningMode
    approvedInstructors { edges { node { personalName { lastName } } } } }"""


def test_a_location_is_made_in_a_region(visitor: Visitor, tenant: Tenant) -> None:
    region = tenant.add_region("IE", "Ireland")
    selection = "errors { label message } location { id name status region { code } }"
    made = visitor.mutate(
        "location", "create", selection, input__LocationCreateInput={"regionId": region.id, "name": "Fernhollow"}
    )
    assert made["location"]["status"] == "active"
    assert made["location"]["region"] == {"code": "IE"}
    namesake = {"regionId": region.id, "name": "Fernhollow"}
    visitor.mutate("location", "create", selection, input__LocationCreateInput=namesake)
    assert [location.name for location in tenant.locations.values()] == ["Fernhollow"] * 2
    refused = visitor.mutate(
        "location", "create", selection, input__LocationCreateInput={"regionId": "nonsense", "name": ""}
    )
    assert {error["label"] for error in refused["errors"]} == {"regionId", "name"}


def test_a_contact_is_made_in_an_account_and_a_namesake_of_it_too(visitor: Visitor, tenant: Tenant) -> None:
    account = tenant.add_account("Marrow and Quill Tutors")
    fields: dict[str, Any] = {
        "accountId": account.id,
        "personalName": {"firstName": "Ottoline", "lastName": "Featherbow"},
        "isInstructor": True,
    }
    made = [visitor.mutate("contact", "create", CONTACT, input__ContactCreateInput=fields)["contact"] for _ in range(2)]
    for contact in made:
        assert contact["personalName"] == {"name": "Ottoline Featherbow"}
        assert contact["account"] == {"name": "Marrow and Quill Tutors"}
    assert [contact["id"] for contact in made] == list(tenant.contacts)


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
        return sorted(
            node["personalName"]["lastName"] for node in nodes(changed["courseTemplate"]["approvedInstructors"])
        )

    assert approve(second.id) == ["Casabella"]
    assert approve(first.id, second.id) == ["Brackenridge", "Casabella"]
