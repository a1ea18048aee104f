"""Text of other people on its way to a reader: one function for each medium, so that none of it is markup there.

Titles, names and answers come from workbooks, from the tutorial tables and from the tenant. Whatever they hold, a
reader sees it as it was written: no link, no picture, no mention of a channel, no colour of a terminal, no formula.
"""

from __future__ import annotations

import math
import re
import unicodedata

_JOINERS = frozenset("\u200c\u200d")
"""Format characters that words of some scripts and some emoji are made with; the others only hide or turn text."""
_NOTHING = "\u200b"
"""A space without width: it parts what a service would recognize, and does not show."""

_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~#&!]")
_LIST_MARKER = re.compile(r"^(\d*)([-+.)=:])")
_MENTION = re.compile(r"(?<![\w.+-])@(?=\w)|(?<=<)[@!#]")
_ADDRESS = re.compile(r"(?<=:)//|(?<=\bwww)\.|(?<=\bmailto):", re.IGNORECASE)
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - full-width signs begin formulas, too
_IN_JSON = re.compile(r"[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def one_line(text: object) -> str:
    """Return text on one line without control characters, for a terminal, a log, and a field that is shown as text.

    None and a number that is none (as pandas has for what is missing) are empty.
    """
    if _is_missing(text):
        return ""
    return " ".join("".join(_printed(sign) for sign in str(text)).split())


def _is_missing(value: object) -> bool:
    """Tell what pandas has for a missing value, without pandas: None, NaN, NaT, NA."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def printable(text: object) -> str:
    """Return text for a terminal as it is set, in lines and with its spaces, without control characters."""
    return "\n".join("".join(_printed(sign) for sign in line) for line in str(text).splitlines())


def _printed(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cc":
        return " "
    if kind == "Cs":
        return "\ufffd"
    return "" if kind == "Cf" and sign not in _JOINERS else sign


def as_message(text: object) -> str:
    """Return text for a chat or a mail: nobody is called by it, and no address in it can be followed."""
    return _apart(_ADDRESS, _apart(_MENTION, one_line(text)))


def _apart(pattern: re.Pattern[str], text: str) -> str:
    """Part what a pattern finds: after a sign that calls somebody, before one that an address needs."""
    after = pattern is _MENTION
    return pattern.sub(lambda found: f"{found[0]}{_NOTHING}" if after else f"{_NOTHING}{found[0]}", text)


def as_markdown(text: object) -> str:
    """Return text that CommonMark, and GitHub's tables and links with it, show as it is written here."""
    return _LIST_MARKER.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", as_message(text)))


def as_csv_cell(value: object) -> object:
    """Return the value of a cell of a CSV file: text that a spreadsheet would take for a formula has an apostrophe.

    Numbers stay numbers; what is missing is empty. `from_csv_cell` is the way back.
    """
    if _is_missing(value):
        return ""
    if not isinstance(value, str):
        return value
    text = "\n".join(one_line(line) for line in value.splitlines()).strip()
    return f"'{text}" if _is_formula(text) else text


def from_csv_cell(text: str) -> str:
    """Return the text of a cell that `as_csv_cell` wrote."""
    return text[1:] if text[:1] == "'" and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Return whether a text begins like a formula; also behind apostrophes, so that reading undoes what writing did."""
    return text.lstrip("'")[:1] in _FORMULA


def as_json_text(document: str) -> str:
    """Return a JSON document in which the characters that could steer a terminal are written as `\\uXXXX`."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
