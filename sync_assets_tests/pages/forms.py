"""The forms of pages, as a browser would send them."""

from __future__ import annotations

import re
from html import unescape

import httpx

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def fields_of(answer: httpx.Response) -> dict[str, list[str]]:
    """The hidden fields of a page by name."""
    found: dict[str, list[str]] = {}
    for name, value in _HIDDEN.findall(answer.text):
        found.setdefault(unescape(name), []).append(unescape(value))
    return found
