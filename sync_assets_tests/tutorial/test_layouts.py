"""What an event becomes in the tutorial tables, and what is read of it again, in both layouts."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from sync_assets.tutorial.errors import TutorialRowRefused
from sync_assets.tutorial.events import NOT_KEPT, ExistingEvent
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.tutorial.seeds import LONDON, NOW, at, event, run, session

FEBRUARY, MAY = (pytest.mark.parametrize("layout", [name]) for name in LayoutName)
NEW_YORK = ZoneInfo("America/New_York")


def one(connection: Connection, sql: str) -> dict[str, Any]:
    (row,) = connection.execute(text(sql)).mappings()
    return dict(row)


def rows(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(sql))]


@BOTH_LAYOUTS
def test_a_layout_is_told_by_its_columns(connection: Connection, layout: LayoutName) -> None:
    assert layout_of(connection).name == f"{layout.capitalize()} 2026"


@BOTH_LAYOUTS
def test_an_event_comes_back_as_it_was_written(connection: Connection) -> None:
    layout = layout_of(connection)
    written, sessions = event(), [session(1), session(2, instructor_ids=(2, 1), url="https://meet.example.org/2/")]
    inserted = layout.insert_event(connection, written, sessions, NOW)
    stored = layout.read_events(connection, [inserted.event_id, 99])
    assert list(stored) == [inserted.event_id]
    held = stored[inserted.event_id].values
    assert set(held) == {each.name for each in fields(written)}
    for name, value in held.items():
        assert value == (getattr(written, name) if name in layout.kept_fields else NOT_KEPT), name
    for given, kept in zip(sessions, stored[inserted.event_id].sessions, strict=True):
        assert kept.id == inserted.session_ids[given.day]
        assert set(kept.values) == layout.kept_session_fields
        assert kept.values == {name: getattr(given, name) for name in layout.kept_session_fields}


@BOTH_LAYOUTS
def test_an_event_with_next_to_nothing_is_written(connection: Connection) -> None:
    layout = layout_of(connection)
    nothing = {each.name: each.default for each in fields(event()) if each.name in NEXT_TO_NOTHING}
    inserted = layout.insert_event(connection, event(**nothing, learning_mode="lms"), [], NOW)
    assert layout.read_events(connection, [inserted.event_id])[inserted.event_id].sessions == []
    assert one(connection, "select remain_space from acted.tutorial_events")["remain_space"] == 0


NEXT_TO_NOTHING = (
    *("location_id", "venue_id", "main_instructor_id", "bridge_instructor_id", "bridge_course_template_id"),
    *("first_start", "last_end", "finalisation_date", "registration_deadline", "max_places", "web_sale", "sitting"),
    *("url", "session_title", "administrators", "tutors", "ocr_moodle_code", "sage_code", "access_duration"),
    *("recordings", "recording_pin", "extra_information"),
)


@FEBRUARY
def test_in_february_the_dates_are_those_of_the_sessions_in_the_zone_of_the_event(connection: Connection) -> None:
    late = at(3, 2, 23, NEW_YORK)
    there = event(zone="America/New_York", first_start=late.astimezone(UTC), last_end=late.astimezone(UTC))
    layout_of(connection).insert_event(connection, there, [session(1, start=late, end=late)], NOW)
    row = one(connection, "select start_date, end_date, finalisation_date, remain_space from acted.tutorial_events")
    assert row == {
        "start_date": date(2026, 3, 2),
        "end_date": date(2026, 3, 2),
        "finalisation_date": date(2026, 2, 20),
        "remain_space": 14,
    }


@FEBRUARY
def test_in_february_the_dates_of_an_event_without_sessions_are_those_of_its_access(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(first_start=None, last_end=None), [], NOW)
    layout.update_event(connection, inserted.event_id, {"lms_end": at(4, 30, 0)}, NOW)
    row = one(connection, "select start_date, end_date from acted.tutorial_events")
    assert row == {"start_date": date(2026, 1, 12), "end_date": date(2026, 4, 30)}


@FEBRUARY
def test_in_february_the_bridge_rows_are_whole(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(tutors=None, web_sale=None), [session(1), session(2)], NOW)
    row = one(connection, "select * from adm.events")
    assert row["tutorial_event_id"] == inserted.event_id
    assert (row["course_template_id"], row["location_id"], row["primary_instructor_id"]) == (1, 1, 1)
    assert (row["tutors"], row["web_sale"], row["min_places"], row["max_places"]) == ("", False, 0, 14)
    assert row["finalisation_date"] == datetime(2026, 2, 20, tzinfo=LONDON)
    assert row["administrator"] == "Mona Sedgely / Odette Fairweatherly"
    found = rows(
        connection,
        "select event_id, day_number, title, classroom_start_date::text, classroom_end_time::text, session_url, "
        "session_instructor_id from adm.sessions order by day_number",
    )
    assert found[1] == (row["id"], 2, "CB1-01-26A-2", "2026-03-09", "17:00:00", "", 1)


@FEBRUARY
def test_in_february_an_event_without_an_instructor_has_no_bridge_row(connection: Connection) -> None:
    layout = layout_of(connection)
    lonely = event(bridge_instructor_id=None)
    layout.insert_event(connection, lonely, [session(1, bridge_instructor_id=None)], NOW)
    assert rows(connection, "select 1 from adm.events union all select 1 from adm.sessions") == []
    layout.insert_event(connection, event(title="B", bridge_instructor_id=None), [session(1)], NOW)
    assert one(connection, "select title, primary_instructor_id from adm.events") == {
        "title": "B",
        "primary_instructor_id": 1,
    }


@MAY
def test_in_may_every_column_that_something_is_known_of_is_filled(connection: Connection) -> None:
    inserted = layout_of(connection).insert_event(connection, event(), [session(1), session(2)], NOW)
    row = one(connection, "select * from acted.tutorial_events")
    empty = {"external_id", "min_places", "tutorial_category", "virtual_classroom"}
    assert {name for name, value in row.items() if value is None} == empty
    assert (row["main_instructor_id"], row["course_template_id"], row["lifecycle_state"]) == (1, 1, "draft")
    assert (row["is_soldout"], row["sold_out"], row["cancelled"]) == (False, False, False)
    assert (row["sitting"], row["timezone"], row["max_places"], row["remain_space"]) == (
        *("2026A", "Europe/London"),
        *(14, 14),
    )
    pairs = rows(connection, "select tutorial_event_id, external_id from adm.events")
    assert pairs == [(inserted.event_id, None)]
    assert len(rows(connection, "select 1 from adm.sessions where tutorial_session_id is not null")) == 2


@MAY
def test_in_may_days_begin_at_midnight_of_the_zone_of_the_event(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(zone="America/New_York"), [], NOW)
    held = one(connection, "select finalisation_date, registration_deadline from acted.tutorial_events")
    assert held["finalisation_date"] == datetime(2026, 2, 20, 5, tzinfo=UTC)
    layout.update_event(connection, inserted.event_id, {"zone": "Europe/Dublin"}, NOW)
    held = one(connection, "select finalisation_date, registration_deadline from acted.tutorial_events")
    assert held["registration_deadline"] == datetime(2026, 2, 25, tzinfo=UTC)
    stored = layout.read_events(connection, [inserted.event_id])[inserted.event_id]
    assert stored.values["finalisation_date"] == date(2026, 2, 20)


@MAY
def test_in_may_an_event_without_a_window_of_access_has_that_of_its_sessions(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(lms_start=None, lms_end=None), [session(1), session(2)], NOW)
    window = "select lms_start_date, lms_end_date from acted.tutorial_events"
    assert rows(connection, window) == [(at(3, 2, 9), at(3, 9, 17))]
    layout.update_session(connection, inserted.session_ids[2], {"end": at(3, 10, 12)}, NOW)
    assert rows(connection, window) == [(at(3, 2, 9), at(3, 10, 12))]
    layout.insert_session(connection, inserted.event_id, session(3), NOW)
    assert rows(connection, window) == [(at(3, 2, 9), at(3, 16, 17))]
    values = layout.read_events(connection, [inserted.event_id])[inserted.event_id].values
    assert (values["lms_start"], values["lms_end"]) == (NOT_KEPT, NOT_KEPT)
    layout.update_event(connection, inserted.event_id, {"lms_start": at(1, 12, 16)}, NOW)
    layout.update_session(connection, inserted.session_ids[1], {"start": at(3, 1, 9)}, NOW)
    assert rows(connection, window) == [(at(1, 12, 16), at(3, 16, 17))]
    layout.update_event(connection, inserted.event_id, {"lms_start": None}, NOW)
    assert rows(connection, window) == [(at(3, 1, 9), at(3, 16, 17))]


@MAY
def test_in_may_what_the_upgrade_has_left_empty_contradicts_nothing(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(zone="America/New_York"), [session(1), session(2)], NOW)
    run(
        connection,
        """
        update acted.tutorial_events set ocr_moodle_code = null, timezone = 'America/New_York',
            finalisation_date = '2026-02-20'::timestamp at time zone 'Europe/London',
            lms_start_date = '2026-03-02'::timestamp at time zone 'Europe/London',
            lms_end_date = '2026-03-09'::timestamp at time zone 'Europe/London'""",
    )
    values = layout.read_events(connection, [inserted.event_id])[inserted.event_id].values
    assert (values["ocr_moodle_code"], values["lms_start"], values["lms_end"]) == (NOT_KEPT,) * 3
    assert values["finalisation_date"] == date(2026, 2, 20)


@BOTH_LAYOUTS
def test_changes_of_an_event_and_a_session_are_written(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1), session(2)], NOW)
    changes = {"title": "CB1-01-26A new", "location_id": 2, "venue_id": None, "sold_out": True, "tutors": "Per"}
    layout.update_event(connection, inserted.event_id, changes, NOW)
    later = {"start": at(3, 3, 10), "end": at(3, 3, 18), "title": "Day one", "instructor_ids": (2,)}
    layout.update_session(connection, inserted.session_ids[1], later, NOW)
    stored = layout.read_events(connection, [inserted.event_id])[inserted.event_id]
    for name, value in changes.items():
        assert stored.values[name] == (value if name in layout.kept_fields else NOT_KEPT)
    for name, value in later.items():
        assert stored.sessions[0].values[name] == value
    assert layout.existing_events(connection, {"cb1-01-26a new"}) == [
        ExistingEvent(inserted.event_id, "CB1-01-26A new", None)
    ]


@BOTH_LAYOUTS
def test_places_that_are_taken_stay_taken(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    run(connection, "update acted.tutorial_events set remain_space = 10")
    layout.update_event(connection, inserted.event_id, {"max_places": 20}, NOW)
    assert one(connection, "select remain_space from acted.tutorial_events")["remain_space"] == 16
    layout.update_event(connection, inserted.event_id, {"max_places": 2}, NOW)
    assert one(connection, "select remain_space from acted.tutorial_events")["remain_space"] == 0


@FEBRUARY
def test_in_february_a_session_is_removed_with_its_instructors(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1), session(2)], NOW)
    assert layout.remove_session(connection, inserted.session_ids[2], NOW) is None
    (kept,) = layout.read_events(connection, [inserted.event_id])[inserted.event_id].sessions
    assert kept.values["day"] == 1
    assert one(connection, "select end_date from acted.tutorial_events")["end_date"] == date(2026, 3, 2)
    assert rows(connection, "select day_number, cancelled from adm.sessions order by 1") == [(1, False), (2, True)]
    layout.insert_session(connection, inserted.event_id, session(2), NOW)
    assert rows(connection, "select day_number, cancelled from adm.sessions order by 1") == [(1, False), (2, False)]


@FEBRUARY
def test_in_february_a_session_that_somebody_refers_to_stays(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    run(
        connection,
        """
        create schema shop;
        create table shop."Choices" (number int primary key, session bigint references acted.tutorial_sessions);
        insert into shop."Choices" select 12, id from acted.tutorial_sessions""",
    )
    said = layout.remove_session(connection, inserted.session_ids[1], NOW)
    assert said is not None
    assert "shop.Choices 12" in said
    assert len(layout.read_events(connection, [inserted.event_id])[inserted.event_id].sessions) == 1


@MAY
def test_in_may_a_session_is_cancelled(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    assert layout.remove_session(connection, inserted.session_ids[1], NOW) is None
    (kept,) = layout.read_events(connection, [inserted.event_id])[inserted.event_id].sessions
    assert kept.values["cancelled"] is True


@MAY
def test_in_may_a_cancelled_session_no_longer_spans_the_access(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(lms_start=None, lms_end=None), [session(1), session(2)], NOW)
    layout.remove_session(connection, inserted.session_ids[2], NOW)
    assert rows(connection, "select lms_end_date from acted.tutorial_events") == [(at(3, 2, 17),)]
    layout.remove_session(connection, inserted.session_ids[1], NOW)
    assert rows(connection, "select lms_start_date from acted.tutorial_events") == [(at(3, 2, 9),)]


@BOTH_LAYOUTS
def test_a_deleted_event_leaves_nothing(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1), session(2)], NOW)
    layout.set_external_ids(connection, inserted.event_id, "E1", {inserted.session_ids[1]: "S1"}, NOW)
    assert layout.references(connection, [inserted.event_id]) == {}
    layout.delete_event(connection, inserted.event_id)
    for table in ("acted.tutorial_events", "acted.tutorial_sessions", "adm.events", "adm.sessions"):
        assert rows(connection, f"select 1 from {table}") == []
    assert rows(connection, "select 1 from acted.tutorial_session_instructors") == []


@MAY
def test_rows_of_other_programs_that_refer_to_an_event_are_named(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    run(
        connection,
        """
        insert into acted.students (student_type, apprentice_type, create_date, modified_date, user_id)
            values ('S', '', now(), now(), 1);
        insert into acted.tutorial_registrations (is_active, created_at, updated_at, student_id, tutorial_session_id)
            select true, now(), now(), 1, id from acted.tutorial_sessions;
        create table acted.tutorial_choices (id bigint primary key, event bigint references acted.tutorial_events);
        insert into acted.tutorial_choices select 7, id from acted.tutorial_events""",
    )
    assert layout.references(connection, [inserted.event_id]) == {
        inserted.event_id: ["acted.tutorial_choices 7", "acted.tutorial_registrations 1"]
    }


@BOTH_LAYOUTS
def test_the_ids_of_administrate_are_written_and_cleared(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    assert layout.set_external_ids(connection, inserted.event_id, "E1", {inserted.session_ids[1]: "S1"}, NOW) == []
    assert layout.existing_events(connection) == [ExistingEvent(inserted.event_id, "CB1-01-26A", "E1")]
    assert rows(connection, "select external_id, tutorial_event_id from adm.events") == [("E1", inserted.event_id)]
    assert layout.read_events(connection, [inserted.event_id])[inserted.event_id].external_id == "E1"
    assert layout.set_external_ids(connection, inserted.event_id, None, {inserted.session_ids[1]: None}, NOW) == []
    assert layout.existing_events(connection) == [ExistingEvent(inserted.event_id, "CB1-01-26A", None)]


@MAY
def test_a_row_that_the_application_has_for_an_id_is_used_and_not_doubled(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    run(
        connection,
        """
        insert into adm.events (external_id, created_at, updated_at) values ('E1', now(), now());
        insert into adm.sessions (external_id, created_at, updated_at) values ('S1', now(), now())""",
    )
    session_id = inserted.session_ids[1]
    assert layout.set_external_ids(connection, inserted.event_id, "E1", {session_id: "S1"}, NOW) == []
    assert rows(connection, "select external_id, tutorial_event_id from adm.events") == [("E1", inserted.event_id)]
    assert rows(connection, "select external_id, tutorial_session_id from adm.sessions") == [("S1", session_id)]


@MAY
def test_an_id_that_another_program_has_given_away_is_left_and_told(connection: Connection) -> None:
    layout = layout_of(connection)
    theirs = layout.insert_event(connection, event(title="Theirs"), [], NOW)
    ours = layout.insert_event(connection, event(), [], NOW)
    layout.set_external_ids(connection, theirs.event_id, "E1", {}, NOW)
    said = layout.set_external_ids(connection, ours.event_id, "E1", {}, NOW)
    assert len(said) == 2
    assert f"tutorial event {theirs.event_id} (Theirs)" in said[0]
    assert f"is tutorial event {theirs.event_id}" in said[1]
    assert layout.existing_events(connection, {"cb1-01-26a"})[0].external_id is None


@BOTH_LAYOUTS
def test_an_id_that_is_too_long_is_told(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    said = layout.set_external_ids(connection, inserted.event_id, "E" * 65, {}, NOW)
    assert said
    assert all("too long" in sentence for sentence in said)


@FEBRUARY
def test_in_february_a_row_of_the_application_takes_in_the_sessions(connection: Connection) -> None:
    layout = layout_of(connection)
    inserted = layout.insert_event(connection, event(), [session(1), session(2)], NOW)
    theirs = layout.insert_event(connection, event(title="As the application read it"), [session(1)], NOW)
    run(
        connection,
        "update adm.events set external_id = 'E1', tutorial_event_id = null "
        f"where tutorial_event_id = {theirs.event_id}",
    )
    assert layout.set_external_ids(connection, inserted.event_id, "E1", {}, NOW) == []
    row = one(connection, "select id, title, tutorial_event_id from adm.events")
    assert (row["title"], row["tutorial_event_id"]) == ("As the application read it", inserted.event_id)
    assert rows(connection, "select event_id, day_number from adm.sessions order by 2") == [
        (row["id"], 1),
        (row["id"], 2),
    ]


@BOTH_LAYOUTS
def test_what_is_too_long_is_told_before_anything_is_written(connection: Connection) -> None:
    layout = layout_of(connection)
    long = event(sitting="2" * 51, url="https://" + "u" * 500, max_places=2**31)
    sessions = [session(1, url="https://" + "u" * 500), session(2, title="t" * 256)]
    found = {(misfit.field, misfit.day) for misfit in layout.misfits(long, sessions)}
    assert found == {("sitting", None), ("url", None), ("max_places", None), ("url", 1), ("title", 2)}
    with pytest.raises(TutorialRowRefused, match="holds 255 characters, and this has 256"):
        layout.insert_event(connection, event(), sessions[1:], NOW)
    inserted = layout.insert_event(connection, event(), [session(1)], NOW)
    with pytest.raises(TutorialRowRefused, match="holds 100 characters"):
        layout.update_event(connection, inserted.event_id, {"title": "t" * 101}, NOW)
    assert layout.misfits(event(), [session(1)]) == []


@BOTH_LAYOUTS
def test_a_title_that_stands_already_is_refused_by_the_database(connection: Connection) -> None:
    layout = layout_of(connection)
    layout.insert_event(connection, event(), [], NOW)
    with pytest.raises(IntegrityError), connection.begin_nested():
        layout.insert_event(connection, event(), [], NOW)


@BOTH_LAYOUTS
def test_a_member_of_staff_is_inserted(connection: Connection) -> None:
    run(
        connection,
        """insert into public.auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
           is_active, date_joined) values ('!', false, 'new', 'Ana Lucinda', 'Marlow', '', true, true, now())""",
    )
    staff_id = layout_of(connection).insert_staff(connection, 3, "Ana Lucinda", "Marlow", NOW)
    row = one(connection, f"select * from acted.staff where id = {staff_id}")
    assert row["user_id"] == 3
    assert row.get("initials", "ALM") == "ALM"


@BOTH_LAYOUTS
def test_products_are_those_of_tutorials_with_what_is_known_of_them(connection: Connection) -> None:
    live, in_leeds = layout_of(connection).products(connection)
    assert (live.id, live.code, live.subject_code, live.exam_session_code) == (1, "CB1/LO/26A", "CB1", "2026-04")
    assert (str(live.format), str(in_leeds.format)) == ("LO 6", "F2F 3")
    assert (live.is_active, in_leeds.is_active) == (True, False)
    assert (live.location_ids, in_leeds.location_ids) == (frozenset(), frozenset({2}))
    assert "location Leeds" in str(in_leeds)
    assert f"product {in_leeds.id}, format F2F_3F" in str(in_leeds)
