from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from sync_assets.bridge.errors import BridgeError, PrerequisiteMissing, TooManyRemovals
from sync_assets.bridge.writing import ForeignReference, Written, write_rows
from sync_assets.entities import locations, price_levels, venues

TABLE = price_levels.TABLE


def level(number: int, name: str = "Standard") -> dict[str, Any]:
    return {
        "external_id": f"P{number}",
        "legacy_id": str(number),
        "name": name,
        "description": None,
        "expiry_offset": 0,
    }


def write(database: Engine, rows: list[dict[str, Any]], **options: Any) -> Written:
    with database.begin() as connection:
        return write_rows(connection, TABLE, rows, what="price levels", **options)


def versions(database: Engine) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(text("select external_id, xmin, updated_at from adm.pricelevels order by 1")))


def test_created_updated_unchanged_removed_and_restored_are_counted_exactly(database: Engine) -> None:
    assert write(database, [level(n) for n in range(10)]) == Written(10, 0, 0, 0, 0, live=10)
    changed = [level(0, "Early"), *(level(n) for n in range(1, 9)), level(20)]
    assert write(database, changed) == Written(1, 1, 8, 1, 0, live=10)
    assert write(database, [*changed, level(9)]) == Written(0, 0, 10, 0, 1, live=11)


def test_a_second_write_of_the_same_touches_no_row(database: Engine) -> None:
    rows = [level(n) for n in range(10)]
    write(database, rows)
    before = versions(database)
    assert write(database, rows).rows_written == 0
    assert versions(database) == before


def test_only_the_changed_row_is_touched(database: Engine) -> None:
    write(database, [level(n) for n in range(10)])
    before = versions(database)
    write(database, [level(0, "Early"), *(level(n) for n in range(1, 10))])
    assert versions(database)[1:] == before[1:]
    assert versions(database)[0].updated_at > before[0].updated_at


def test_a_removed_row_is_kept_and_marked(database: Engine) -> None:
    write(database, [level(n) for n in range(10)])
    write(database, [level(n) for n in range(9)])
    with database.connect() as connection:
        gone = connection.execute(select(TABLE).where(TABLE.c.removed_at.is_not(None))).one()
    assert gone.external_id == "P9"


@pytest.mark.parametrize("kept", [0, 13])
def test_too_many_removals_change_nothing_unless_they_are_allowed(database: Engine, kept: int) -> None:
    write(database, [level(n) for n in range(20)])
    before = versions(database)
    rest = [level(n, "changed") for n in range(kept)]
    with pytest.raises(TooManyRemovals, match="Nothing was changed"):
        write(database, rest)
    assert versions(database) == before
    assert write(database, rest, allow_removals=True).removed == 20 - kept


def test_five_removals_are_not_too_many(database: Engine) -> None:
    write(database, [level(n) for n in range(6)])
    assert write(database, [level(0)]).removed == 5


def test_a_fifth_of_many_is_not_too_many(database: Engine) -> None:
    write(database, [level(n) for n in range(50)])
    assert write(database, [level(n) for n in range(40)]).removed == 10


def test_a_key_that_comes_twice_is_an_error(database: Engine) -> None:
    with pytest.raises(BridgeError, match="P1 comes twice"):
        write(database, [level(1), level(1)])


def test_a_reference_to_a_row_that_is_not_there_names_what_to_sync_first(database: Engine) -> None:
    row = {"external_id": "V1", "location_id": "L1", "name": "Hall"}
    reference = ForeignReference("location_id", locations.TABLE, sync_first="locations", to="external_id")
    with pytest.raises(PrerequisiteMissing, match=r"L1.*sync locations first"), database.begin() as connection:
        write_rows(connection, venues.TABLE, [row], references=[reference], what="venues")


names = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.integers(0, 9), names, max_size=10), st.dictionaries(st.integers(0, 9), names, max_size=10))
def test_the_table_ends_as_what_was_given_and_the_counts_add_up(
    database: Engine, first: dict[int, str | None], second: dict[int, str | None]
) -> None:
    with database.begin() as connection:
        connection.execute(TABLE.delete())
    for given_rows in (first, second):
        rows = [{**level(number), "name": name} for number, name in given_rows.items()]
        written = write(database, rows, allow_removals=True)
        assert written.created + written.updated + written.unchanged + written.restored == len(rows) == written.live
    with database.connect() as connection:
        live = connection.execute(select(TABLE.c.external_id, TABLE.c.name).where(TABLE.c.removed_at.is_(None)))
        assert {row[0]: row[1] for row in live} == {f"P{number}": name for number, name in second.items()}


def venue(number: int, location: str = "L1") -> dict[str, Any]:
    return {"external_id": f"V{number}", "location_id": location, "name": f"Hall {number}"}


def test_a_row_that_refers_to_an_unknown_one_is_left_as_it_is_with_a_warning(database: Engine) -> None:
    reference = ForeignReference("location_id", locations.TABLE, sync_first="locations", to="external_id")

    def write_venues(*rows: dict[str, Any]) -> Written:
        with database.begin() as connection:
            return write_rows(connection, venues.TABLE, rows, references=[reference], what="venues")

    with database.begin() as connection:
        write_rows(connection, locations.TABLE, [{"external_id": "L1", "name": "Ambleford"}])
    write_venues(*map(venue, range(10)))
    moved = {**venue(3, "L2"), "name": "Great hall"}
    written = write_venues(*map(venue, range(3)), moved, *map(venue, range(4, 10)), venue(10, "L2"))
    assert (written.unchanged, written.created, written.removed, written.live, written.odd) == (9, 0, 0, 10, 2)
    assert [warning.split()[0] for warning in written.warnings] == ["V3", "V10"]
    assert "refers to L2, which is not in adm.locations" in written.warnings[0]
    with database.connect() as connection:
        kept = connection.execute(select(venues.TABLE).where(venues.TABLE.c.external_id == "V3")).one()
    assert (kept.name, kept.location_id, kept.removed_at) == ("Hall 3", "L1", None)


def test_rows_of_records_that_are_kept_are_neither_written_nor_removed(database: Engine) -> None:
    write(database, [level(n) for n in range(10)])
    before = versions(database)
    assert write(database, [level(n) for n in range(9)], kept={"P9"}) == Written(0, 0, 9, 0, 0, live=10)
    assert versions(database) == before
