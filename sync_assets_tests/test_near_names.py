from __future__ import annotations

import pytest

from sync_assets.near_names import MOST_SUGGESTIONS, NearNames

KNOWN = NearNames(["Petra Hollowell", "Ida Fernsby", "Gwen Marlow", "Live online", "CB1_LO_6", "CB1_LO_3", "Leeds", ""])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Petra Holowell", "Petra Hollowell"),
        ("Hollowell Petra", "Petra Hollowell"),
        ("P Hollowell", "Petra Hollowell"),
        ("IDA FERNSBEY", "Ida Fernsby"),
        ("Live-online", "Live online"),
        ("Ledds", "Leeds"),
    ],
)
def test_a_name_with_a_slip_is_like_the_one_that_was_meant(written: str, meant: str) -> None:
    assert KNOWN.like(written)[0] == meant


def test_several_names_are_listed_the_nearest_first() -> None:
    assert KNOWN.perhaps("CB1_LO_") == "; perhaps CB1_LO_6 or CB1_LO_3"
    assert len(NearNames([f"Room {number}" for number in range(9)]).like("Room")) == MOST_SUGGESTIONS


@pytest.mark.parametrize("written", ["Nobody", "Zanzibar", "", "Ida Fernsby"])
def test_a_name_like_no_other_brings_no_suggestion(written: str) -> None:
    assert KNOWN.like(written) == ()
    assert KNOWN.perhaps(written) == ""
