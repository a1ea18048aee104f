"""The schema's own scalars: how Python values travel, and what is refused on the way in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ariadne import ScalarType
from graphql import GraphQLError


def _serialize_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse_local(value: Any) -> datetime:
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError) as problem:
        message = f"Expected a date and time without zone such as 2026-04-01T09:00:00, not {value!r}"
        raise GraphQLError(message) from problem
    if parsed.tzinfo is not None:
        raise GraphQLError(f"LocalDateTime cannot carry a zone offset: {value!r}")
    return parsed


SCALARS = [
    ScalarType("LocalDateTime", serializer=lambda value: value.isoformat(), value_parser=_parse_local),
    ScalarType("TimeZonedDateTime", serializer=_serialize_moment),
    ScalarType("Decimal", serializer=str),
]
