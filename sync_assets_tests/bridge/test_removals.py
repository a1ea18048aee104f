from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sync_assets.bridge.errors import TooManyRemovals
from sync_assets.bridge.writing import Written, write_rows
from sync_assets.entities import custom_fields, price_levels

TABLE = price_levels.TABLE


def levels(*numbers: int) -> list[dict[str, Any]]:
    return [{"external_id": f"P{number}", "name": "Standard"} for number in numbers]


def write(database: Engine, rows: list[dict[str, Any]], **options: Any) -> Written:
    with database.begin() as connection:
        return write_rows(connection, TABLE, rows, what="price levels", **options)


def let_time_pass(database: Engine, hours: int) -> None:
    with database.begin() as connection:
        connection.execute(text(f"update adm.pricelevels set removed_at = removed_at - interval '{hours} hours'"))
        connection.execute(
            text(f"update adm.removal_allowances set allowed_at = allowed_at - interval '{hours} hours'")
        )


def test_hourly_runs_that_each_lose_a_fifth_are_stopped(database: Engine) -> None:
    live = 1000
    write(database, levels(*range(live)))
    write(database, levels(*range(800)))
    for _ in range(20):
        let_time_pass(database, hours=1)
        with pytest.raises(
            TooManyRemovals, match=r"160 of 800 price levels .* 200 more were removed in the 7 days before"
        ):
            write(database, levels(*range(640)))
    assert write(database, levels(*range(800))) == Written(0, 0, 800, 0, 0, live=800)


def test_a_small_table_is_not_emptied_five_rows_at_a_time(database: Engine) -> None:
    write(database, levels(*range(20)))
    assert write(database, levels(*range(15))).removed == 5
    with pytest.raises(TooManyRemovals, match="1 of 15"):
        write(database, levels(*range(14)))


def test_removals_that_lie_before_the_window_count_no_more(database: Engine) -> None:
    write(database, levels(*range(20)))
    write(database, levels(*range(15)))
    let_time_pass(database, hours=25)
    with pytest.raises(TooManyRemovals):
        write(database, levels(*range(14)))
    assert write(database, levels(*range(14)), removal_window=timedelta(days=1)).removed == 1


def test_removals_that_somebody_allowed_count_no_more(database: Engine) -> None:
    write(database, levels(*range(100)))
    assert write(database, levels(*range(40)), allow_removals=True).removed == 60
    assert write(database, levels(*range(35))).removed == 5


def test_rows_that_come_back_count_no_more(database: Engine) -> None:
    write(database, levels(*range(20)))
    for _ in range(3):
        assert write(database, levels(*range(15))).removed == 5
        assert write(database, levels(*range(20))).restored == 5


def field(entity_type: str, number: int) -> dict[str, Any]:
    return {"external_id": f"{entity_type}{number}", "entity_type": entity_type, "label": f"Field {number}"}


def write_fields(database: Engine, rows: list[dict[str, Any]], **options: Any) -> Written:
    entity = custom_fields.ENTITY
    with database.begin() as connection:
        return write_rows(
            connection,
            entity.table,
            rows,
            key=entity.key,
            what=entity.plural,
            removals_per=entity.removals_per,
            **options,
        )


def test_the_custom_fields_of_one_record_type_cannot_go_among_the_many_of_another(database: Engine) -> None:
    events, sessions = [field("Event", n) for n in range(90)], [field("Session", n) for n in range(10)]
    write_fields(database, [*events, *sessions])
    with pytest.raises(TooManyRemovals, match="gave no custom fields of Session at all, and 10"):
        write_fields(database, events)
    with pytest.raises(TooManyRemovals, match="6 of 10 custom fields of Session"):
        write_fields(database, [*events, *sessions[6:]])
    assert write_fields(database, [*events[15:], *sessions[2:]]).removed == 17
    assert write_fields(database, events, allow_removals=True).live == 90
