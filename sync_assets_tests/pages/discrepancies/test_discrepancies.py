"""Rows without a partner: side by side, looked for, decided about; nothing is changed before it is confirmed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pandas as pd
import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.candidates import Side
from sync_assets.bridge.decision_log import DecisionEntry, record_decisions
from sync_assets.bridge.discrepancy_history import record_counts
from sync_assets.decisions.decision import Action, Decision
from sync_assets.decisions.resolve import resolve
from sync_assets.entities import ENTITIES
from sync_assets.entities.entity_creation import Given
from sync_assets.operations.resolve_job import DecisionConfig
from sync_assets.pages.discrepancies.chosen import config_of
from sync_assets.pages.discrepancies.over_time import open_over_time
from sync_assets_tests.bridge.linked_entities import add_record, add_row, add_towns, link, set_link
from sync_assets_tests.decisions.both_sides import rows
from sync_assets_tests.pages.forms import fields_of
from sync_assets_tests.pages.served_pages import Person, text_of

SCRIPT = '<script>alert("x")</script>'


@pytest.fixture
def near_miss(database: Engine) -> tuple[str, str]:
    """A location of each side, alike but for a letter: the tutorial row's id, and the record's."""
    row_id = add_row(database, "locations", "Penmarrow")
    add_record(database, "locations", "L9", "Penmarow")
    link(database, "locations")
    return str(row_id), "L9"


def decide(person: Person, entity: str, row: str, do: str, **fields: object) -> httpx.Response:
    return person.send(f"/discrepancies/{entity}/plan", {"row": row, "do": do, **fields})


def test_before_the_first_sync_the_page_says_so(person: Person) -> None:
    assert "Nothing was compared yet." in text_of(person.get("/discrepancies"))
    assert "All of them have their partner." in text_of(person.get("/discrepancies/locations"))


def test_both_sides_stand_side_by_side_with_the_nearest(person: Person, near_miss: tuple[str, str]) -> None:
    answer = person.get("/discrepancies/locations")
    row_id, record_id = near_miss
    assert f'<option value="id:{record_id}">Penmarow (L9)</option>' in answer.text
    assert f'<option value="id:{row_id}">Penmarrow ({row_id})</option>' in answer.text
    said = text_of(answer)
    assert "Tutorial application" in said
    assert "only on one side" in said
    assert "2 locations" in said


def test_the_counts_lead_to_each_kind_of_record(person: Person, near_miss: tuple[str, str]) -> None:
    del near_miss
    answer = person.get("/discrepancies")
    assert "2 locations" in text_of(answer)
    assert 'href="/discrepancies/locations"' in answer.text
    assert person.get("/discrepancies/nothing").status_code == 404
    assert person.get("/discrepancies/custom_fields").status_code == 404


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("side=tutorial", "Tick", "L9</"),
        ("q=penmarrow", "Penmarrow", "There is nothing"),
        ("q=L9", "Penmarow", "There is nothing"),
        ("kind=unmatched&side=administrate", "Penmarow", "There is nothing"),
    ],
)
def test_rows_are_looked_for(person: Person, near_miss: tuple[str, str], query: str, found: str, missing: str) -> None:
    del near_miss
    answer = person.get(f"/discrepancies/locations?{query}")
    assert "1 location of 2" in text_of(answer)
    assert found in answer.text
    assert missing not in answer.text


@pytest.mark.parametrize(
    "query", ["side=x&kind=y&page=z", "page=-1", "page=99999999999999", "show=x", "q=%F0%9F%A6%89"]
)
def test_an_address_that_asks_for_nonsense_is_answered(person: Person, near_miss: tuple[str, str], query: str) -> None:
    del near_miss
    assert person.get(f"/discrepancies/locations?{query}").status_code == 200


def test_a_name_may_hold_a_script(person: Person, database: Engine) -> None:
    add_row(database, "locations", SCRIPT)
    add_record(database, "locations", "L9", SCRIPT + "x")
    link(database, "locations")
    for path in ("/discrepancies/locations", "/discrepancies", f"/discrepancies/locations?q={SCRIPT}"):
        answer = person.get(path)
        assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in person.get("/discrepancies/locations").text


def test_many_rows_have_pages(person: Person, database: Engine) -> None:
    for number in range(53):
        add_row(database, "locations", f"Hamlet {number:03}")
    link(database, "locations")
    first = person.get("/discrepancies/locations")
    assert "1 to 50 of 53" in text_of(first)
    assert "Hamlet 051" not in first.text
    last = person.get("/discrepancies/locations?page=2")
    assert "51 to 53 of 53" in text_of(last)
    assert "Hamlet 052" in last.text


def test_what_would_be_done_is_said_and_nothing_is_changed(
    person: Person, database: Engine, near_miss: tuple[str, str]
) -> None:
    row_id, record_id = near_miss
    before = rows(database)
    place = f"tutorial:{row_id}"
    partner = {f"partner:{place}": f"id:{record_id}", f"key:{place}": "penmarrow"}
    answer = decide(person, "locations", place, "link", **partner)
    said = text_of(answer)
    assert "Nothing is changed yet." in said
    assert "to tutorial row" in said
    assert rows(database) == before
    sent = fields_of(answer)
    assert sent["row"] == [place]
    assert sent[f"partner:{place}"] == [f"id:{record_id}"]


@pytest.mark.parametrize(
    ("do", "fields", "sentence"),
    [
        ("", {}, "Choose what is to be done"),
        ("ignore", {"reason": "  "}, "Say why it is right as it is"),
        ("link", {}, "Choose what belongs to each row"),
    ],
)
def test_what_is_missing_is_said_above_the_form_as_it_was(
    person: Person, near_miss: tuple[str, str], do: str, fields: dict[str, str], sentence: str
) -> None:
    place = f"tutorial:{near_miss[0]}"
    answer = decide(person, "locations", place, do, **fields)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert re.search(rf'value="{place}"[^>]* checked', answer.text)


def test_a_form_without_a_row_is_asked_for_one(person: Person, near_miss: tuple[str, str]) -> None:
    del near_miss
    answer = person.send("/discrepancies/locations/plan", {"do": "ignore", "reason": "x"})
    assert answer.status_code == 422
    assert "Tick the rows" in text_of(answer)


@pytest.mark.parametrize("fields", [{"row": "nowhere:1"}, {"row": "tutorial:"}, {"row": "tutorial:1", "do": "drop"}])
def test_what_no_page_sends_is_refused(person: Person, near_miss: tuple[str, str], fields: dict[str, str]) -> None:
    del near_miss
    assert person.send("/discrepancies/locations/plan", {"do": "ignore", "reason": "x", **fields}).status_code == 400


def test_a_row_that_has_another_name_by_now_is_not_meant(person: Person, near_miss: tuple[str, str]) -> None:
    place = f"tutorial:{near_miss[0]}"
    answer = decide(person, "locations", place, "ignore", reason="closed", **{f"key:{place}": "another"})
    assert "None of this can be done." in text_of(answer)


def test_a_decision_that_cannot_be_started_changes_nothing(
    person: Person, database: Engine, near_miss: tuple[str, str]
) -> None:
    before = rows(database)
    fields = {"row": f"tutorial:{near_miss[0]}", "do": "ignore", "reason": "closed", "run": str(uuid4())}
    answer = person.send("/discrepancies/locations/carry-out", fields)
    assert answer.status_code == 503
    assert "Dagster does not answer, so nothing was started" in text_of(answer)
    assert rows(database) == before
    assert person.send("/discrepancies/locations/carry-out", {**fields, "run": "../x"}).status_code == 400
    without_token = person.http.post("/discrepancies/locations/carry-out", data=fields)
    assert without_token.status_code == 403


def test_what_was_called_right_is_listed_with_its_reason_and_has_a_way_back(
    person: Person, database: Engine, client: AdministrateClient, near_miss: tuple[str, str]
) -> None:
    row_id = near_miss[0]
    decision = Decision("locations", Action.ignore, row_id, Side.TUTORIAL, reason="closed in May")
    resolve(database, lambda: client, ENTITIES, [decision], who="Ada Fernsby", dry_run=False)
    assert "1 location" in text_of(person.get("/discrepancies/locations"))
    assert "1 right as they are" in text_of(person.get("/discrepancies"))
    said = text_of(person.get("/discrepancies/locations?show=right"))
    assert "closed in May" in said
    assert "Ada Fernsby, " in said
    answer = decide(person, "locations", f"tutorial:{row_id}", "unignore")
    assert "List it again" in text_of(answer)
    assert fields_of(answer)["do"] == ["unignore"]


def test_a_pair_made_by_hand_that_differs_now_is_shown_with_its_partner(person: Person, database: Engine) -> None:
    row_id = add_row(database, "locations", "Leeds")
    add_record(database, "locations", "L1", "York")
    set_link(database, "locations", "L1", row_id, "hand")
    link(database, "locations")
    said = text_of(person.get("/discrepancies/locations"))
    assert "paired by hand, and now different" in said
    assert "They do not belong together" in said


def test_the_open_ones_are_drawn_over_time(person: Person, database: Engine, near_miss: tuple[str, str]) -> None:
    del near_miss
    with database.begin() as connection:
        record_counts(connection, "locations", [])
    answer = person.get("/discrepancies")
    assert '<svg viewBox="0 0 720 170" role="img"' in answer.text
    assert "2 were open at the beginning, 0 are open now, and at most 2 were." in text_of(answer)


def test_a_year_of_counts_is_drawn_with_few_points() -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [begin + timedelta(hours=number) for number in range(8760)]
    counts = pd.DataFrame(
        {"entity": "venues", "side": "tutorial", "open_rows": range(8760), "counted_at": pd.Series(moments)}
    )
    drawn = open_over_time(counts, moments[-1])
    assert drawn is not None
    assert drawn.line.count("H") < 300
    assert drawn.highest == 8759
    assert (drawn.first.open_rows, drawn.last.open_rows) == (0, 8759)
    assert open_over_time(counts[:0], begin) is None


def test_what_became_of_a_run_is_told_from_the_log(person: Person, database: Engine) -> None:
    run_id = str(uuid4())
    known = {"who": "Ada", "entity": "locations", "side": "tutorial", "action": "ignore", "reason": "closed"}
    entries = [
        DecisionEntry(**known, record_id="1", name="Leeds", run_id=run_id, dry_run=False, outcome=what, sentence=what)
        for what in ("begun", "done")
    ]
    with database.begin() as connection:
        record_decisions(connection, entries)
    answer = person.get(f"/decided/{run_id}?back=https://evil.example")
    said = text_of(answer)
    assert "1 done" in said
    assert "By Ada. Why: closed" in said
    assert "We cannot say at present whether it is still at work." in said
    assert "evil.example" not in answer.text
    assert person.get("/decided/not-an-id").status_code == 404


def test_what_a_record_needs_in_administrate_is_asked_for_and_goes_along(person: Person, database: Engine) -> None:
    row_id = add_row(database, "course_templates", "XY1_LO_2")
    link(database, "course_templates")
    page = person.get("/discrepancies/course_templates")
    assert '<select name="given:lifecycle_state">' in page.text
    place = f"tutorial:{row_id}"
    given = {"given:lifecycle_state": "published", "given:learning_mode": "lms"}
    plan = decide(person, "course_templates", place, "create_administrate", **given)
    assert "Its state there: published." in text_of(plan)
    assert "Its learning mode there: lms." in text_of(plan)
    sent = fields_of(plan)
    assert {name: sent[name] for name in given} == {name: [text] for name, text in given.items()}
    nothing = text_of(decide(person, "course_templates", place, "create_administrate"))
    assert "Its state there: draft." in nothing
    assert "Its learning mode there: not said." in nothing
    wrong = decide(person, "course_templates", place, "create_administrate", **{"given:lifecycle_state": "x"})
    assert wrong.status_code == 400


def test_what_is_given_stands_in_the_config_of_the_run() -> None:
    given = Given(lifecycle_state="published", learning_mode="lms")
    decision = Decision("course_templates", Action.create_administrate, "id:3", Side.TUTORIAL, given=given)
    usual = Decision("course_templates", Action.create_administrate, "id:3", Side.TUTORIAL)
    with_given, without = config_of([decision, usual], "Ada")["decisions"]
    assert with_given["lifecycle_state"] == "published"
    assert with_given["learning_mode"] == "lms"
    assert DecisionConfig(**with_given).decision().given == given
    assert not {"lifecycle_state", "learning_mode", "region_id", "account_id"} & without.keys()
    assert DecisionConfig(**without).decision().given == usual.given


@pytest.mark.parametrize(
    ("entity", "field"), [("locations", "given:region_id"), ("instructors", "given:account_id"), ("venues", "")]
)
def test_each_kind_of_record_asks_for_what_it_needs(person: Person, database: Engine, entity: str, field: str) -> None:
    add_towns(database)
    add_row(database, entity, "Ida Fernsby")
    link(database, entity)
    page = person.get(f"/discrepancies/{entity}")
    assert page.text.count('name="given:') == bool(field)
    assert f'name="{field}"' in page.text if field else True
