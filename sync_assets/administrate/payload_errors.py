"""How the errors of a mutation's payload read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def errors_of_payload(payload: Mapping[str, Any]) -> list[str]:
    """Return one sentence per error of a payload, in Administrate's words and in its order.

    Each mutation's payload has a list `errors` with `label` (the field that the error is about, or null) and `message`
    (vendor's schema, type FieldError). An error of another shape is returned as its text, so that none is lost.
    """
    errors = payload.get("errors")
    return [_sentence(error) for error in errors] if isinstance(errors, list) else []


def _sentence(error: object) -> str:
    if not isinstance(error, Mapping) or not error.get("message"):
        return str(error)
    return f"{error['label']}: {error['message']}" if error.get("label") else str(error["message"])
