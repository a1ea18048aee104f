"""Whether all is in order: both sides in numbers, the syncs, and the examination that somebody asks for."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from sync_assets.operations.overview import database_overview
from sync_assets_tests.bridge.linked_entities import add_row, link
from sync_assets_tests.pages.served_pages import Person, text_of
from sync_assets_tests.support.systems import Systems

ROOT = Path(__file__).parents[3]


def test_an_empty_installation_needs_nobody(person: Person) -> None:
    said = text_of(person.get("/overview"))
    assert "Nothing needs you." in said
    assert "0 events" in said


def test_both_sides_are_shown_in_numbers_with_what_needs_somebody(planner: Person, systems: Systems) -> None:
    add_row(systems.engine, "locations", "Penmarrow")
    link(systems.engine, "locations")
    answer = planner.get("/overview")
    said = text_of(answer)
    assert "Something needs you." in said
    assert "to decide about" in said
    with systems.engine.connect() as connection:
        locations = next(each for each in database_overview(connection).entities if each.name == "locations")
    counts = locations.sides
    numbers = (counts.records, counts.tutorial_rows, counts.linked, locations.open_discrepancies)
    assert f"Locations {' '.join(map(str, numbers))}" in said
    assert 'href="/discrepancies/locations"' in answer.text


def test_refused_events_lead_to_their_list(planner: Person, systems: Systems) -> None:
    systems.run(systems.store(systems.workbook(events=2, sessions=4)))
    answer = planner.get("/overview")
    assert "2 events" in text_of(answer)
    assert 'href="/events?state=refused"' in answer.text


def test_the_last_sync_is_told_as_soon_as_it_is_known(
    address: str, person: Person, dagster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del address
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_PG_URL", dagster_url)
    with dg.DagsterInstance.get() as instance:
        said = text_of(person.get("/overview/syncs"))
        assert "There was no sync yet." in said
        instance.add_run(dg.DagsterRun(job_name="sync_all", status=dg.DagsterRunStatus.FAILURE))
        said = text_of(person.get("/overview/syncs"))
        assert "The last sync failed just now" in said
        instance.add_run(dg.DagsterRun(job_name="sync_all", status=dg.DagsterRunStatus.SUCCESS))
        assert "The last sync ended well" in text_of(person.get("/overview/syncs"))


def test_a_sync_that_cannot_be_told_of_is_a_sentence(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(ROOT))
    monkeypatch.setenv("DAGSTER_PG_URL", "postgresql://nobody:secret@127.0.0.1:9/none")
    answer = person.get("/overview/syncs")
    assert answer.status_code == 200
    assert "We cannot say when the last sync was." in text_of(answer)
    assert "secret" not in answer.text


def test_an_examination_is_made_when_somebody_asks_for_it(planner: Person) -> None:
    assert "Examined" not in text_of(planner.get("/overview"))
    answer = planner.send("/overview/examination")
    said = text_of(answer)
    assert "Examined" in said
    assert "administrate" in said.casefold()
    part = planner.http.post("/overview/examination", data={"token": planner.token()}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Examined" in part.text


def test_nobody_examines_without_the_token(person: Person) -> None:
    assert person.http.post("/overview/examination", data={}).status_code == 403
    assert person.get("/overview/examination").status_code == 405
