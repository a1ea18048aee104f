from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from sync_assets.sandbox.provider.event_workbook import EMPTY_ROWS, event_workbook
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.tenant.records import global_id
from sync_assets.text import match_key


def read(content: bytes) -> tuple[list[Any], list[dict[Any, Any]]]:
    workbook = load_workbook(io.BytesIO(content), read_only=True)
    assert len(workbook.sheetnames) == 2
    rows = list(workbook["Import"].iter_rows(values_only=True))
    header = list(rows[0])
    return header, [dict(zip(header, row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize(("events", "sessions"), [(348, 1288), (40, 140)])
def test_a_workbook_has_the_events_and_sessions_asked_for(provider: Provider, events: int, sessions: int) -> None:
    header, rows = read(event_workbook(provider, events=events, sessions=sessions))
    assert None in header
    assert rows[0]["Course template code"] == "e.g. CB1_LO_6"
    assert rows[1]["Learning mode"] == "blended/classroom/lms"
    body = rows[2:]
    starts = [row for row in body if row["Course template code"]]
    assert len(starts) == len({row["Event title"] for row in starts}) == events
    assert sum(row["Day"] is not None for row in body) == sessions
    lms = [row for row in starts if row["Learning mode"] == "Self Paced (LMS)"]
    assert len(lms) == events // 6
    assert all(row["Course template code"].startswith("OC_") and row["Day"] is None for row in lms)
    assert [any(row.values()) for row in body[-EMPTY_ROWS:]] == [False] * EMPTY_ROWS
    days = {row["Classroom start date"] for row in body if row["Day"]}
    assert any(datetime(2026, 3, 29) <= day < datetime(2026, 10, 25) for day in days)  # noqa: DTZ001 - cells are local
    assert any(datetime(2025, 10, 26) <= day < datetime(2026, 3, 29) for day in days)  # noqa: DTZ001


def test_instructors_of_a_workbook_are_approved_for_its_templates(provider: Provider) -> None:
    _, rows = read(event_workbook(provider, events=40, sessions=140))
    names = {each.number: match_key(each.first_name, each.last_name) for each in provider.contacts}
    linked = {external for _, external in provider.expected.instructors.linked}
    approved = {
        match_key(each.code): {names[n] for n in each.approved_instructors if global_id("Person", n) in linked}
        for each in provider.course_templates
    }
    code = ""
    for row in rows[2:]:
        code = match_key(row["Course template code"] or code)
        if row["Session instructor"]:
            assert {match_key(name) for name in row["Session instructor"].split("/")} <= approved[code]


def test_a_workbook_never_has_fewer_sessions_than_its_template_plans(provider: Provider) -> None:
    _, rows = read(event_workbook(provider, events=40, sessions=140))
    planned = {match_key(each.code): each.days for each in provider.course_templates}
    held: Counter[tuple[str, str]] = Counter()
    event = ("", "")
    for row in rows[2:]:
        if row["Course template code"]:
            event = (match_key(row["Course template code"]), row["Event title"])
        held[event] += row["Day"] is not None
    more = [count - planned[code] for (code, _), count in held.items() if code]
    assert min(more) == 0
    assert max(more) >= 1


def test_faulty_events_have_one_wrong_cell_each(provider: Provider) -> None:
    good, bad = (read(event_workbook(provider, events=40, sessions=140, faulty=faulty))[1] for faulty in (0, 3))
    changed = [
        (name, after[name])
        for before, after in zip(good, bad, strict=True)
        for name in before
        if before[name] != after[name]
    ]
    assert sorted(changed) == [
        ("Classroom start date", "31/02/2026"),
        ("Session instructor", "Nobody Knownhere"),
        ("Venue", "House of Cards"),
    ]


def test_the_same_arguments_make_the_same_bytes(provider: Provider) -> None:
    assert event_workbook(provider, events=12, sessions=40) == event_workbook(provider, events=12, sessions=40)


def test_numbers_that_no_templates_fit_are_refused(provider: Provider) -> None:
    with pytest.raises(ValueError, match="cannot be shared"):
        event_workbook(provider, events=10, sessions=500)
