"""Ids of Administrate's records: base64 of a type and a number (`Course:4711`), of which people know the number."""

from __future__ import annotations

import base64
import binascii
import re

_TYPED_NUMBER = re.compile(r"\w+:(\d+)")


def number_of_record(external_id: str | None) -> int | None:
    """Return the number that Administrate's own pages show for an id, None for an id that holds none."""
    if external_id is None:
        return None
    try:
        text = base64.b64decode(external_id, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = external_id
    found = _TYPED_NUMBER.fullmatch(text)
    return int(found[1]) if found else None
