"""Filters and order of a connection, as the API has them: every value is text, several filters all have to hold.

A field that the record has no value for is an error: a stand-in that ignored a filter would answer with everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from operator import attrgetter, ge, gt, le, lt
from typing import Any

from ariadne import convert_camel_case_to_snake
from graphql import GraphQLError

from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.records import Contact

Getter = Callable[[Any], Any]


def _approved_courses(contact: Contact, tenant: Any) -> list[str]:
    return [template.id for template in tenant.course_templates.values() if contact in template.approved_instructors]


def _staffed(event: Event) -> list[str]:
    bookings = [*event.staff, *(staff for session in event.sessions for staff in session.staff)]
    return [staff.contact.id for staff in bookings]


# What a filter field is called where it is no attribute of the record.
_PATHS = {
    "Location": {"regionId": "region.id", "regionName": "region.name", "defaultTaxName": "default_tax_type.name"},
    "Venue": {"locationId": "location.id"},
    "Contact": {"accountId": "account.id", "accountName": "account.name"},
    "CourseTemplatePublicPrice": {"regionId": "region.id", "currencyCode": "financial_unit.code"},
    "Event": {
        "courseTemplateCode": "course_template.code",
        "courseTemplateTitle": "course_template.title",
        "locationId": "location.id",
        "locationName": "location.name",
        "regionCode": "location.region.code",
        "registerBy": "registration_deadline",
        "taxTypeId": "default_tax_type.id",
    },
    "Session": {"parentId": "parent_event.id"},
    "Staff": {
        "contactId": "contact.id",
        "contactName": "contact.name",
        "contactEmailAddress": "contact.email_address",
        "contactHasLeftCompany": "contact.has_left_company",
        "eventId": "event.id",
    },
}
_COMPUTED: dict[str, dict[str, Getter]] = {
    "Venue": {"accountId": lambda venue: [account.id for account in venue.accounts]},
    "Contact": {
        "isStaffOrInstructor": lambda contact: contact.is_staff or contact.is_instructor,
        "byNameAccountOrEmail": lambda contact: (
            f"{contact.name} {contact.account.name} {contact.email_address or ''}".strip()
        ),
    },
    "CourseTemplate": {
        "codeOrTitle": lambda template: [template.code, template.title],
        "learningCategoryId": lambda template: [category.id for category in template.learning_categories],
        "hasPriceInCurrency": lambda template: [price.financial_unit.code for price in template.public_prices],
        "hasPriceInRegion": lambda template: [price.region.code for price in template.public_prices],
    },
    "Event": {"staffContactId": _staffed},
}


def _getter(record: type[Any], type_name: str, field: str) -> Getter:
    computed = _COMPUTED.get(type_name, {}).get(field)
    if computed is not None:
        return computed
    path = _PATHS.get(type_name, {}).get(field)
    if path is None:
        path = convert_camel_case_to_snake(field)
        if not hasattr(record, path):
            raise GraphQLError(f"{type_name} records cannot be filtered or ordered by {field} in this stand-in.")
    if "." not in path:
        return attrgetter(path)
    first, rest = path.split(".", 1)
    inner = attrgetter(rest)
    return lambda each: None if (owner := getattr(each, first)) is None else inner(owner)


def matching(records: Iterable[Any], type_name: str, filters: Sequence[dict[str, Any]], tenant: Any) -> list[Any]:
    """The records for which every filter holds, in their order.

    Raises GraphQLError for a field without a value, an operation that does not suit it, or a value that cannot be read.
    """
    kept = list(records)
    for condition in filters:
        if not kept:
            break
        field = condition["field"]
        if type_name == "Contact" and field == "approvedCourseIds":
            getter: Getter = partial(_approved_courses, tenant=tenant)
        else:
            getter = _getter(type(kept[0]), type_name, field)
        holds = _predicate(field, condition)
        kept = [record for record in kept if holds(getter(record))]
    return kept


def ordered(records: list[Any], type_name: str, orders: Sequence[dict[str, Any]]) -> list[Any]:
    """The records by the given orders, the first the weightiest; those without a value come first."""
    for order in reversed(orders):
        if not records:
            break
        if order["field"] == "id":
            key: Getter = attrgetter("number")
        else:
            getter = _getter(type(records[0]), type_name, order["field"])

            def key(record: Any, getter: Getter = getter) -> tuple[bool, Any]:
                value = getter(record)
                return (value is not None, value)

        records = sorted(records, key=key, reverse=order["direction"] == "desc")
    return records


def _predicate(field: str, condition: dict[str, Any]) -> Callable[[Any], bool]:
    operation = condition["operation"]
    value, values = condition.get("value"), condition.get("values")
    if operation == "isnull":
        return lambda found: found is None
    if operation == "notnull":
        return lambda found: found is not None
    if operation in ("in", "notin", "contains"):
        if values is None:
            raise GraphQLError(f"A filter on {field} with {operation} needs `values`.")
        return _of_values(field, operation, [text for text in values if text is not None])
    if value is None:
        raise GraphQLError(f"A filter on {field} with {operation} needs a `value`.")
    if operation == "like":
        pattern = re.compile(".*".join(re.escape(part) for part in value.split("%")), re.DOTALL)
        return lambda found: any(pattern.fullmatch(text) for text in _texts(field, found))
    if operation == "wordlike":
        words = re.compile(r".*?".join(rf"\b{re.escape(word)}" for word in _words(value)))
        return lambda found: any(words.search(" ".join(_words(text))) for text in _texts(field, found))
    return _compared(field, operation, value)


def _compared(field: str, operation: str, value: str) -> Callable[[Any], bool]:
    comparisons = {"ge": ge, "gt": gt, "le": le, "lt": lt}

    def holds(found: Any) -> bool:
        if isinstance(found, list):
            found_any = any(_read(field, value, each) == each for each in found)
            if operation not in ("eq", "ne"):
                raise GraphQLError(f"{field} holds several values and cannot be compared with {operation}.")
            return found_any is (operation == "eq")
        if found is None:
            return operation == "ne"
        wanted = _read(field, value, found)
        if operation == "eq":
            return bool(found == wanted)
        if operation == "ne":
            return bool(found != wanted)
        return bool(comparisons[operation](found, wanted))

    return holds


def _of_values(field: str, operation: str, values: list[str]) -> Callable[[Any], bool]:
    as_texts = frozenset(values)

    def is_in(found: Any) -> bool:
        if isinstance(found, str):
            return found in as_texts
        if isinstance(found, list):
            return any(is_in(each) for each in found)
        return found is not None and any(_read(field, text, found) == found for text in values)

    if operation == "in":
        return is_in
    if operation == "notin":
        return lambda found: not is_in(found)
    return lambda found: all(
        text in found if isinstance(found, list) else any(text in each for each in _texts(field, found))
        for text in values
    )


def _texts(field: str, found: Any) -> list[str]:
    if found is None:
        return []
    if isinstance(found, str):
        return [found]
    if isinstance(found, list) and all(isinstance(each, str) for each in found):
        return found
    raise GraphQLError(f"{field} is no text and cannot be searched as one.")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@lru_cache(maxsize=4096)
def _as_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(field: str, text: str, like: Any) -> Any:
    """The text of a filter as a value of the same type as what the record holds."""
    try:
        match like:
            case str():
                return text
            case bool():
                return {"true": True, "false": False}[text.lower()]
            case int():
                return int(text)
            case float() | Decimal():
                return Decimal(text)
            case datetime() if like.tzinfo is not None:
                return _as_moment(text)
            case datetime():
                return datetime.fromisoformat(text).replace(tzinfo=None)
            case time():
                return time.fromisoformat(text)
    except (KeyError, ValueError, InvalidOperation) as problem:
        raise GraphQLError(f"{field} cannot be compared with {text!r}.") from problem
    raise GraphQLError(f"{field} cannot be filtered in this stand-in.")
