"""Text of other people is shown as it was written, and does nothing."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from markdown_it import MarkdownIt

from sync_assets.shown_text import as_csv_cell, as_json_text, as_markdown, as_message, from_csv_cell, one_line

PLAIN_MARKDOWN = [
    "A *bold* _line_ **x** __y__",
    "<b>tag</b> & more",
    "a | b | c",
    "[link](there) ![image](x)",
    "`code` ``more`` ~~gone~~ # not a heading",
    "- not a list",
    "+ not a list",
    "1. not a list",
    "12) not a list",
    "# not a heading",
    "> not a quote",
    "back\\slash \\* \\\\",
    "&amp; &lt;",
    "=====",
    'O\'Brien "quoted" Zürich 日本',
]
QUIET = {
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    *("paragraph_open", "paragraph_close", "inline", "text", "text_special"),
}


@pytest.mark.parametrize("name", PLAIN_MARKDOWN)
def test_a_name_comes_out_of_markdown_as_it_was_written(name: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"- {as_markdown(name)}\n\nnext")
    texts = [child.content for token in tokens if token.type == "inline" for child in token.children or []]
    types = {token.type for token in tokens} | {c.type for token in tokens for c in token.children or []}
    assert "".join(texts[:-1]) == name
    assert types <= QUIET


@pytest.mark.parametrize(
    "name", ["see https://example.org/x", "HTTP://example.org", "www.example.org", "mailto:somebody@example.org"]
)
def test_an_address_in_a_name_is_no_link(name: str) -> None:
    for shown in (as_message(name), as_markdown(name)):
        # What GitHub's Markdown and the chat services look for.
        assert not re.search(r"https?://|www\.\w|mailto:\w", shown, re.IGNORECASE)
    assert as_message(name).replace("\u200b", "") == name


@pytest.mark.parametrize(
    "name", ["@channel", "hello @here!", "<@U123>", "<!channel>", "(@everyone)", "<#C123|general>"]
)
def test_nobody_is_called_by_a_name(name: str) -> None:
    for call in ("@channel", "@here", "@everyone", "<@U", "<!c", "<#C"):
        assert call not in as_message(name)
    assert as_message(name).replace("\u200b", "") == name


def test_an_e_mail_address_stays_one() -> None:
    assert as_message("ada@example.org") == "ada@example.org"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "a [31mred [0m"),
        ("one\r\n two\tthree\x07", "one two three"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u200bb\ufeff\u00adc\x9b31m", "abc 31m"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("lone \ud800", "lone \ufffd"),
        (None, ""),
        (float("nan"), ""),
        (0, "0"),
    ],
)
def test_no_control_character_reaches_a_line(written: object, shown: str) -> None:
    assert one_line(written) == shown


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "  =1+1"])  # noqa: RUF001
def test_text_that_begins_like_a_formula_has_an_apostrophe_and_comes_back(text: str) -> None:
    cell = str(as_csv_cell(text))
    assert cell.startswith("'")
    assert from_csv_cell(cell) == one_line(text)


@pytest.mark.parametrize("text", ["Leeds", "O'Brien", "'quoted'", "", "a=b"])
def test_other_text_of_a_cell_stays(text: str) -> None:
    assert as_csv_cell(text) == from_csv_cell(text) == text


def test_numbers_stay_numbers_and_what_is_missing_is_empty() -> None:
    assert (as_csv_cell(-5), as_csv_cell(None), as_csv_cell(float("nan"))) == (-5, "", "")


def test_a_cell_of_several_lines_stays_one_cell() -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow([as_csv_cell("one\ntwo\x1b[1m"), "b"])
    assert next(csv.reader(io.StringIO(stream.getvalue()))) == ["one\ntwo [1m", "b"]


def test_json_says_the_same_without_a_raw_control_character() -> None:
    said = {"name": "a\x1b[31m \x9b1m \u202eb Zürich"}
    document = as_json_text(json.dumps(said, ensure_ascii=False))
    assert json.loads(document) == said
    assert not any(sign in document for sign in "\x1b\x9b\u202e")
    assert "Zürich" in document
