import pytest

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import parse_document
from sync_assets.administrate.errors import IncompleteList, UnexpectedRecord
from sync_assets.administrate.paging import ListQuery, read_list
from sync_assets.administrate.records import Nodes, Record, Reference
from sync_assets.sandbox.server.faults import HalvedList
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant

LOCATIONS = ListQuery(
    parse_document("""
        query towns($first: Int!, $offset: Int!) {
          locations(first: $first, offset: $offset, order: { field: id, direction: asc }) {
            pageInfo { totalRecords hasNextPage }
            edges { node { id name code } }
          }
        }"""),
    "locations",
)
TEMPLATES = ListQuery(
    parse_document("""
        query teachers($first: Int!, $offset: Int!, $approvedInstructorsOffset: Int = 0) {
          courseTemplates(first: $first, offset: $offset, order: { field: id, direction: asc }) {
            pageInfo { totalRecords }
            edges {
              node {
                id
                approvedInstructors(
                  first: 100
                  offset: $approvedInstructorsOffset
                  order: { field: id, direction: asc }
                ) {
                  pageInfo { totalRecords }
                  edges { node { id } }
                }
              }
            }
          }
        }"""),
    "courseTemplates",
    nested=("approvedInstructors",),
)


class Town(Record):
    name: str


class CodedTown(Record):
    name: str
    code: str


class Taught(Record):
    approved_instructors: Nodes[Reference]


def test_a_list_of_several_pages_is_read_whole(client: AdministrateClient, tenant: Tenant) -> None:
    towns = [tenant.add_location(f"Town {number}") for number in range(253)]
    found = read_list(client, LOCATIONS, Town, "location")
    assert sorted(town.id for town in found) == sorted(town.id for town in towns)
    assert client.requests_sent == 1 + 3


def test_an_empty_list_is_no_error(client: AdministrateClient) -> None:
    assert read_list(client, LOCATIONS, Town, "location") == []


def test_nested_rows_beyond_the_first_page_are_not_lost(client: AdministrateClient, tenant: Tenant) -> None:
    contacts = [tenant.add_contact("Ana", f"Number {number}", is_instructor=True) for number in range(230)]
    many = tenant.add_course_template("CB1_LO_6", approved_instructors=contacts)
    few = tenant.add_course_template("CB2_LO_6", approved_instructors=contacts[:3])
    none = tenant.add_course_template("CB3_LO_6")
    found = {item.id: item for item in read_list(client, TEMPLATES, Taught, "course template")}
    assert len({contact.id for contact in found[many.id].approved_instructors}) == 230
    assert len(found[few.id].approved_instructors) == 3
    assert found[none.id].approved_instructors == ()


@pytest.mark.parametrize("towns", [40, 230])
def test_a_list_that_breaks_off_is_an_error(
    client: AdministrateClient, sandbox: Sandbox, tenant: Tenant, towns: int
) -> None:
    for number in range(towns):
        tenant.add_location(f"Town {number}")
    sandbox.faults.add(HalvedList(connection="locations", truthful_count=True))
    with pytest.raises(IncompleteList, match=f"says that it has {towns} records"):
        read_list(client, LOCATIONS, Town, "location")


def test_a_list_that_breaks_off_once_is_read_again(
    client: AdministrateClient, sandbox: Sandbox, tenant: Tenant
) -> None:
    for number in range(40):
        tenant.add_location(f"Town {number}")
    sandbox.faults.add(HalvedList(connection="locations", truthful_count=True, times=1))
    assert len(read_list(client, LOCATIONS, Town, "location")) == 40


def test_a_record_that_does_not_fit_is_named_with_its_field(client: AdministrateClient, tenant: Tenant) -> None:
    town = tenant.add_location("Ambleford", code=None)
    with pytest.raises(UnexpectedRecord) as refused:
        read_list(client, LOCATIONS, CodedTown, "location")
    for part in ("location", town.id, "Ambleford", "field code", "null"):
        assert part in str(refused.value)
