from __future__ import annotations

import pytest
from apprise import NotifyFormat
from apprise.conversion import convert_between

from sync_assets.operations.alerts.alert_text import (
    LONGEST,
    MOST_ITEMS,
    Alert,
    Markup,
    Tone,
    cut,
    first_items,
    message,
)

NASTY = [
    "A *bold* _line_ **x** __y__",
    "<b>tag</b> & <https://example.org>",
    "a | b | c",
    "[link](https://example.org) ![image](x)",
    "`code` ``more`` ~~gone~~ # not a heading",
    "- not a list",
    "+ not a list",
    "1. not a list",
    "12) not a list",
    "# not a heading",
    "> not a quote",
    "back\\slash \\* \\\\",
    "&amp; &lt;",
    'O\'Brien "quoted" Zürich 日本',
]


def alert(**values: object) -> Alert:
    return Alert(**{"tone": Tone.WARNING, "title": "Venues: 1 new without a partner", **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NASTY)
def test_plain_text_holds_a_name_as_it_was_written(name: str) -> None:
    assert name in message([alert(items=(name,))], Markup.TEXT).body.replace("\u200b", "")


def test_plain_text_has_its_signs_escaped_where_a_channel_shows_html() -> None:
    body = message([alert(items=("<b>&",))], Markup.TEXT).body
    shown = convert_between(NotifyFormat.TEXT, NotifyFormat.HTML, content=body)  # type: ignore[no-untyped-call]
    assert "&lt;b&gt;&amp;" in shown


def test_several_alerts_are_one_message_the_worst_first() -> None:
    said = message([alert(title="Good", tone=Tone.SUCCESS), alert(title="Bad", tone=Tone.FAILURE)], Markup.TEXT)
    assert said.tone is Tone.FAILURE
    assert said.title == "2 alerts of the sync"
    assert said.body.index("Bad") < said.body.index("Good")


def test_of_very_many_alerts_the_rest_is_counted() -> None:
    said = message([alert(title=f"Alert number {number}") for number in range(100)], Markup.TEXT)
    assert said.title == "100 alerts of the sync"
    assert "Alert number 29" in said.body
    assert "Alert number 30" not in said.body
    assert said.body.endswith("and 70 more")


def test_the_rows_that_are_not_listed_are_counted() -> None:
    items, more = first_items([f"row {number}" for number in range(25)])
    assert len(items) == MOST_ITEMS
    body = message([alert(items=items, more=more)], Markup.TEXT).body
    assert "- row 9\n- and 15 more" in body


def test_a_sentence_is_one_line_of_a_readable_length() -> None:
    assert cut("one\n\n two\tthree") == "one two three"
    assert len(cut("x" * 1000)) == LONGEST


def test_the_credentials_of_an_address_do_not_leave() -> None:
    said = cut("could not connect to postgresql+psycopg://somebody:hidden-word@127.0.0.1:5432/acted")
    assert "hidden-word" not in said
    assert "127.0.0.1:5432/acted" in said


def test_the_link_can_be_followed_in_either_markup() -> None:
    linked = alert(link="https://dagster.example.org/runs/a_b_c")
    assert message([linked], Markup.TEXT).body.endswith("https://dagster.example.org/runs/a_b_c")
    assert message([linked], Markup.MARKDOWN).body.endswith("<https://dagster.example.org/runs/a_b_c>")
