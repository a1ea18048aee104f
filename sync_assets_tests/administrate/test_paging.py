from collections.abc import Callable
from typing import Any

import pytest

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import parse_document
from sync_assets.administrate.errors import AdministrateError, IncompleteList, NoData, UnexpectedRecord
from sync_assets.administrate.paging import ListQuery, read_list, read_those, read_whole
from sync_assets.administrate.records import Nodes, Record, Reference
from sync_assets.sandbox.server.faults import HalvedList
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.support.canned_tenant import answering
from sync_assets_tests.support.shifting_records import ShiftingKind, ShiftingList

LOCATIONS = ListQuery(
    parse_document("""
        query towns($first: Int!, $offset: Int!, $filters: [LocationFieldGraphFilter] = []) {
          locations(first: $first, offset: $offset, filters: $filters, order: { field: id, direction: asc }) {
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


@pytest.mark.parametrize("changes", [1, 2])
def test_a_list_whose_pages_tell_different_totals_is_read_again(
    client: AdministrateClient, tenant: Tenant, changes: int
) -> None:
    towns = [tenant.add_location(f"Town {number}") for number in range(150)]

    def add(looks: int) -> None:
        if looks <= changes:
            tenant.add_location(f"New town {looks}")

    tenant.locations = ShiftingKind(tenant.locations, add)
    found = read_list(client, LOCATIONS, Town, "location")
    assert {town.id for town in towns} < {town.id for town in found}
    assert len(found) == 150 + changes


def test_a_list_that_adds_up_while_one_page_tells_another_total_is_read_again(
    connect: Callable[..., AdministrateClient], tenant: Tenant
) -> None:
    towns = [tenant.add_location(f"Town {number}") for number in range(253)]

    def replace_one_page_later(looks: int) -> None:
        # The hundredth town slips past the edge of the first page; the new one makes up for it in number.
        if looks == 1:
            tenant.remove(towns[0])
        elif looks == 2:
            tenant.add_location("New town")

    tenant.locations = ShiftingKind(tenant.locations, replace_one_page_later)
    found = {town.id for town in read_list(connect(concurrency=1), LOCATIONS, Town, "location")}
    assert found == set(tenant.locations)


def test_a_list_that_never_stands_still_is_an_error(client: AdministrateClient, tenant: Tenant) -> None:
    for number in range(150):
        tenant.add_location(f"Town {number}")
    tenant.locations = ShiftingKind(tenant.locations, lambda looks: tenant.add_location(f"New town {looks}") and None)
    with pytest.raises(IncompleteList, match=r"its pages announce \d+ and \d+ records"):
        read_list(client, LOCATIONS, Town, "location")


def test_a_nested_list_that_shifts_between_two_pages_is_read_again(client: AdministrateClient, tenant: Tenant) -> None:
    contacts = [tenant.add_contact("Ana", f"Number {number}", is_instructor=True) for number in range(150)]
    template = tenant.add_course_template("CB1_LO_6", approved_instructors=contacts)
    added = tenant.add_contact("Ben", "Last", is_instructor=True)

    def replace_one(looks: int) -> None:
        # One goes and one comes, so that the total is the same, and the hundredth moves to the page that was read.
        if looks == 1:
            del template.approved_instructors[3]
            template.approved_instructors.append(added)

    template.approved_instructors = ShiftingList(contacts, replace_one)
    (found,) = read_list(client, TEMPLATES, Taught, "course template")
    assert {contact.id for contact in found.approved_instructors} == {
        contact.id for contact in [*contacts[:3], *contacts[4:], added]
    }


def test_a_nested_list_that_never_stands_still_is_an_error(client: AdministrateClient, tenant: Tenant) -> None:
    contacts = [tenant.add_contact("Ana", f"Number {number}", is_instructor=True) for number in range(150)]
    template = tenant.add_course_template("CB1_LO_6")

    def replace_one(_: int) -> None:
        del template.approved_instructors[0]
        template.approved_instructors.append(tenant.add_contact("Ben", "Last", is_instructor=True))

    template.approved_instructors = ShiftingList(contacts, replace_one)
    with pytest.raises(IncompleteList, match=f"approvedInstructors of {template.id} in courseTemplates changed"):
        read_list(client, TEMPLATES, Taught, "course template")


def test_records_are_found_by_their_ids_whatever_page_they_stand_on(client: AdministrateClient, tenant: Tenant) -> None:
    towns = [tenant.add_location(f"Town {number}") for number in range(253)]
    gone = tenant.add_location("Gone")
    tenant.remove(gone)
    wanted = [town.id for town in towns[1:250]]
    found = read_those(client, LOCATIONS, Town, "location", [*wanted, gone.id], surely_there=[towns[0].id])
    assert {town.id for town in found.records} == set(wanted)


def test_an_answer_without_the_records_that_are_surely_there_is_not_believed(
    client: AdministrateClient, tenant: Tenant
) -> None:
    there, gone = tenant.add_location("Town"), tenant.add_location("Gone")
    tenant.remove(gone)
    with pytest.raises(IncompleteList, match="nothing can be concluded"):
        read_those(client, LOCATIONS, Town, "location", [there.id], surely_there=[gone.id])


def test_an_answer_that_ignores_the_filter_is_not_believed() -> None:
    page = {"pageInfo": {"totalRecords": 1}, "edges": [{"node": {"id": "L7", "name": "Town", "code": None}}]}
    with answering({"locations": page}) as client, pytest.raises(IncompleteList, match="1 of them others"):
        read_those(client, LOCATIONS, Town, "location", ["L1"])


def test_a_record_that_does_not_fit_is_told_apart(client: AdministrateClient, tenant: Tenant) -> None:
    odd, fine = tenant.add_location("Ambleford", code=None), tenant.add_location("Bexcombe", code="BEX")
    reading = read_whole(client, LOCATIONS, CodedTown, "location")
    assert [town.id for town in reading.records] == [fine.id]
    assert [record.id for record in reading.odd] == [odd.id]
    assert "field code" in reading.odd[0].sentence


INFO = {"totalRecords": 1, "hasNextPage": False}


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ({"courseTemplates": None}, NoData, "null in place of the list courseTemplates"),
        ({}, NoData, "null in place of the list courseTemplates"),
        (
            {"courseTemplates": {"pageInfo": INFO, "edges": [{"node": None}]}},
            NoData,
            "null in place of record 1 of a page of the list courseTemplates",
        ),
        ({"courseTemplates": {"pageInfo": INFO, "edges": [None]}}, NoData, "null in place of record 1"),
        ({"courseTemplates": {"pageInfo": INFO, "edges": None}}, AdministrateError, "is not a connection"),
        ({"courseTemplates": {"pageInfo": None, "edges": []}}, AdministrateError, "is not a connection"),
        ({"courseTemplates": {"pageInfo": INFO, "edges": [{"node": {"id": None}}]}}, UnexpectedRecord, "has no id"),
        (
            {"courseTemplates": {"pageInfo": INFO, "edges": [{"node": {"id": "T1", "approvedInstructors": None}}]}},
            NoData,
            "null in place of the list approvedInstructors of T1 in courseTemplates",
        ),
    ],
)
def test_null_in_place_of_a_list_or_a_record_is_an_error_and_never_nothing(
    data: Any, error: type[AdministrateError], words: str
) -> None:
    with answering(data or {"other": 1}) as client, pytest.raises(error, match=words):
        read_list(client, TEMPLATES, Taught, "course template")
