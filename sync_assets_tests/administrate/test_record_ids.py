from __future__ import annotations

import base64

import pytest

from sync_assets.administrate.record_ids import number_of_record


@pytest.mark.parametrize(
    ("external_id", "number"),
    [
        (base64.b64encode(b"Course:4711").decode(), 4711),
        ("Course:4711", 4711),
        (base64.b64encode(b"Course:x").decode(), None),
        ("é", None),
        ("////", None),
        ("", None),
        (None, None),
    ],
)
def test_an_id_holds_the_number_that_people_know(external_id: str | None, number: int | None) -> None:
    assert number_of_record(external_id) == number
