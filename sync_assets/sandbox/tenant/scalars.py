"""The schema's own scalars: how Python values travel, and what is refused on the way in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from ariadne import ScalarType
from graphql import GraphQLError


def _serialize_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse_local(value: Any) -> datetime:
    parsed: datetime = _parsed(datetime, value, "a date and time without zone such as 2026-04-01T09:00:00")
    if parsed.tzinfo is not None:
        raise GraphQLError(f"LocalDateTime cannot carry a zone offset: {value!r}")
    return parsed


def _parse_moment(value: Any) -> datetime:
    parsed: datetime = _parsed(datetime, value, "a date and time with zone offset such as 2026-04-01T08:00:00Z")
    if parsed.tzinfo is None:
        raise GraphQLError(f"TimeZonedDateTime needs a zone offset: {value!r}")
    return parsed


def _parsed(kind: Any, value: Any, expected: str) -> Any:
    try:
        return kind.fromisoformat(value)
    except (TypeError, ValueError) as problem:
        raise GraphQLError(f"Expected {expected}, not {value!r}") from problem


def _parse_decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as problem:
        raise GraphQLError(f"Expected a decimal number, not {value!r}") from problem


SCALARS = [
    ScalarType("LocalDateTime", serializer=lambda value: value.isoformat(), value_parser=_parse_local),
    ScalarType("TimeZonedDateTime", serializer=_serialize_moment, value_parser=_parse_moment),
    ScalarType(
        "Date",
        serializer=lambda value: value.isoformat(),
        value_parser=lambda value: _parsed(date, value, "a date such as 2026-04-01"),
    ),
    ScalarType(
        "Time",
        serializer=lambda value: value.isoformat("seconds"),
        value_parser=lambda value: _parsed(time, value, "a time such as 09:30:00"),
    ),
    ScalarType("Decimal", serializer=str, value_parser=_parse_decimal),
    ScalarType("Coordinate", serializer=float, value_parser=float),
]
