from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from sync_assets.sandbox.provider.provider import SMALLEST, Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.provider.two_sides import ExpectedMatches
from sync_assets.sandbox.tenant.records import global_id
from sync_assets.text import match_key


def test_the_same_call_makes_the_same_provider() -> None:
    assert made_up_provider() == made_up_provider()


@pytest.mark.parametrize("templates", [SMALLEST, 79, 80, 1000])
def test_a_provider_has_as_many_course_templates_as_asked_for(templates: int) -> None:
    provider = made_up_provider(templates)
    assert len(provider.course_templates) == len(tenant_of(provider).course_templates) == templates
    assert len({row.code for row in provider.tutorial_course_templates}) == len(provider.tutorial_course_templates)


def test_a_provider_below_the_smallest_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        made_up_provider(SMALLEST - 1)


def test_the_provider_is_of_full_size(provider: Provider) -> None:
    assert len(provider.expected.locations.linked) == 11
    assert len(provider.expected.instructors.linked) == 35
    assert len({each.subject for each in provider.course_templates} & set(provider.subjects)) == 20
    assert max(len(each.approved_instructors) for each in provider.course_templates) == 130
    assert max(len(each.prices) for each in provider.course_templates) > 100
    assert {price.currency for each in provider.course_templates for price in each.prices} == {"GBP", "EUR"}
    planned = {each.code: each.days for each in provider.course_templates}
    assert (planned["CB1_LO_6"], planned["CB1_f2f_3"], planned["OC_CB1"]) == (6, 3, 0)


def recomputed(
    tutorial: Iterable[tuple[int, object]], inactive: Iterable[int], records: Iterable[tuple[str, object]]
) -> ExpectedMatches:
    """What the rules make of two sides given as id and key; a key of None matches nothing."""
    out_of_use = tuple(inactive)
    rows = [(row_id, key) for row_id, key in tutorial if row_id not in out_of_use]
    found = list(records)
    here, there = Counter(key for _, key in rows), Counter(key for _, key in found)

    def is_ambiguous(key: object) -> bool:
        return key is not None and (here[key] > 1 or there[key] > 1)

    by_key = {key: row_id for row_id, key in rows if key is not None and not is_ambiguous(key)}
    linked = [(by_key[key], record) for record, key in found if key in by_key and not is_ambiguous(key)]
    linked_rows, linked_records = {row for row, _ in linked}, {record for _, record in linked}
    return ExpectedMatches(
        linked=tuple(sorted(linked)),
        unmatched_tutorial=tuple(row for row, key in rows if row not in linked_rows and not is_ambiguous(key)),
        unmatched_administrate=tuple(
            record for record, key in found if record not in linked_records and not is_ambiguous(key)
        ),
        ambiguous_tutorial=tuple(row for row, key in rows if is_ambiguous(key)),
        ambiguous_administrate=tuple(record for record, key in found if is_ambiguous(key)),
        inactive_tutorial=out_of_use,
    )


def test_what_is_expected_is_what_the_rules_make_of_both_sides(provider: Provider) -> None:
    expected = provider.expected
    assert expected.locations == recomputed(
        [(row.id, match_key(row.name)) for row in provider.tutorial_locations],
        [row.id for row in provider.tutorial_locations if not row.is_active],
        [(global_id("Location", each.number), match_key(each.name)) for each in provider.locations],
    )
    location_of = {external: row for row, external in expected.locations.linked}
    assert expected.venues == recomputed(
        [
            (row.id, (row.location_id, match_key(row.name)) if row.location_id else None)
            for row in provider.tutorial_venues
        ],
        [],
        [
            (global_id("Venue", each.number), (linked, match_key(each.name)) if linked else None)
            for each in provider.venues
            for linked in [location_of.get(global_id("Location", each.location))]
        ],
    )
    assert expected.instructors == recomputed(
        [(row.id, match_key(row.first_name, row.last_name)) for row in provider.tutorial_instructors],
        [row.id for row in provider.tutorial_instructors if not row.is_active],
        [
            (global_id("Person", each.number), match_key(each.first_name, each.last_name))
            for each in provider.contacts
            if each.is_instructor
        ],
    )
    assert expected.course_templates == recomputed(
        [(row.id, match_key(row.code)) for row in provider.tutorial_course_templates],
        [row.id for row in provider.tutorial_course_templates if not row.is_active],
        [(global_id("CourseTemplate", each.number), match_key(each.code)) for each in provider.course_templates],
    )


@pytest.mark.parametrize("entity", ["locations", "venues", "instructors", "course_templates"])
def test_every_entity_has_discrepancies_of_every_kind(provider: Provider, entity: str) -> None:
    expected: ExpectedMatches = getattr(provider.expected, entity)
    assert expected.unmatched_tutorial
    assert expected.unmatched_administrate
    assert len(expected.ambiguous_tutorial) == 5
    assert len(expected.ambiguous_administrate) == 5
