"""Filters and order of a connection, as the API has them: every value is text, and several filters all have to hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter, ge, gt
from typing import Any

from ariadne import convert_camel_case_to_snake
from graphql import GraphQLError

from sync_assets.sandbox.tenant.behaviour import TenantBehaviour

Holds = Callable[[Any], bool]

# Where a filter's field is not an attribute of the record.
_PATHS = {
    ("Venue", "locationId"): "location.id",
    ("Event", "courseTemplateCode"): "course_template.code",
    ("Staff", "contactId"): "contact.id",
}


def matching(
    records: Iterable[Any], type_name: str, filters: Sequence[dict[str, Any]], behaviour: TenantBehaviour
) -> list[Any]:
    """Return the records for which every filter holds, in their order.

    Raises GraphQLError for a filter without a value, or with one that the field cannot be compared with.
    """
    kept = list(records)
    for condition in filters:
        field, operation = condition["field"], condition["operation"]
        name = f"{type_name}.{field}"
        if name in behaviour.ignored_filters:
            continue
        value = _getter(type_name, field)
        holds = _predicate(field, operation, condition, _fold if name in behaviour.case_blind_filters else _same)
        kept = [record for record in kept if holds(value(record))]
    return kept


def _same(value: Any) -> Any:
    return value


def _fold(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def ordered(records: Iterable[Any], type_name: str, order: dict[str, Any]) -> list[Any]:
    """Return the records by that order; those without a value come first."""
    getter = attrgetter("number") if order["field"] == "id" else _getter(type_name, order["field"])

    def key(record: Any) -> tuple[bool, Any]:
        value = getter(record)
        return value is not None, value

    return sorted(records, key=key, reverse=order["direction"] == "desc")


def _getter(type_name: str, field: str) -> Callable[[Any], Any]:
    return attrgetter(_PATHS.get((type_name, field)) or convert_camel_case_to_snake(field))


def _predicate(field: str, operation: str, condition: dict[str, Any], as_seen: Callable[[Any], Any]) -> Holds:
    value, values = condition.get("value"), condition.get("values")
    if operation == "in":
        if values is None:
            raise GraphQLError(f"A filter on {field} with in needs `values`.")
        wanted = {as_seen(each) for each in values}
        return lambda found: as_seen(found) in wanted
    if value is None:
        raise GraphQLError(f"A filter on {field} with {operation} needs a `value`.")
    if operation == "like":
        pattern = re.compile(".*".join(re.escape(part) for part in value.split("%")), re.DOTALL)
        return lambda found: pattern.fullmatch(found or "") is not None
    if operation == "wordlike":
        words = re.compile(r".*?".join(rf"\b{re.escape(word)}" for word in _words(value)))
        return lambda found: words.search(" ".join(_words(found or ""))) is not None
    if operation == "eq":
        return lambda found: found is not None and bool(as_seen(_read(field, value, found)) == as_seen(found))
    compare = {"ge": ge, "gt": gt}[operation]
    return lambda found: found is not None and bool(compare(found, _read(field, value, found)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@lru_cache(maxsize=4096)
def _as_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(field: str, text: str, like: Any) -> Any:
    """Return the text of a filter as a value of the same type as what the record holds."""
    try:
        match like:
            case bool():
                return {"true": True, "false": False}[text.lower()]
            case datetime():
                return _as_moment(text)
    except (KeyError, ValueError) as problem:
        raise GraphQLError(f"{field} cannot be compared with {text!r}.") from problem
    return text
