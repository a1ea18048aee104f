from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_assets.text import match_key, unescaped, without_invisible

INVISIBLE = st.sampled_from([chr(code) for code in range(0x11000) if unicodedata.category(chr(code)) in {"Cc", "Cf"}])


@given(st.lists(st.one_of(st.text(max_size=5), INVISIBLE)).map("".join))
def test_a_key_and_a_value_hold_nothing_that_cannot_be_seen(text: str) -> None:
    for result in (match_key(text), without_invisible(text)):
        assert {unicodedata.category(character) for character in result}.isdisjoint({"Cc", "Cf"})


@given(
    st.lists(st.one_of(st.text(max_size=5), INVISIBLE, st.sampled_from("\u00b4\u1ffd\u2019\u2011\u2212`"))).map("".join)
)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)


@pytest.mark.parametrize(
    "written",
    [
        "O\u2019Neill \u2013 Leeds",
        "O\u02bcNEILL \u2011 Leeds",
        "o\u00b4neill\u00a0\u2212 leeds",
        "O`Neill - Leeds\u200b",
        "\u200eO\u2032Neill \u2014\r\nLeeds",
        "O'Ne\u00adill \uff0d Leeds\ufeff",
    ],
)
def test_typographic_apostrophes_and_dashes_and_marks_make_no_other_key(written: str) -> None:
    assert match_key(written) == "o'neill - leeds"


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_short_way_for_plain_text_gives_the_key_of_the_long_one(text: str) -> None:
    assert match_key(text + "é").removesuffix("é").rstrip() == match_key(text) or not text.strip()


def test_white_space_among_control_characters_stays_a_space_and_others_leave_nothing() -> None:
    assert without_invisible("a\r\nb\tc\x0bd\x00e\u200bf\x85g") == "a b c def g"


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("CB1_x000D_\nOC", "CB1\r\nOC"),
        ("CB1_x000d_OC", "CB1\rOC"),
        ("_x005F_x000D_", "\r"),
        ("_x005F_x0041_", "_x0041_"),
        ("_xD83D__xDE00_", "\U0001f600"),
        ("OC_x1_CB1", "OC_x1_CB1"),
    ],
)
def test_escapes_of_a_workbook_are_resolved(stored: str, meant: str) -> None:
    assert unescaped(stored) == meant
