"""The tenant: whether it gives a token and answers, its schema, and what an import needs from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from graphql import build_client_schema, get_introspection_query

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import Document
from sync_assets.administrate.errors import AdministrateError, Unauthorized, Unreachable
from sync_assets.assets.resources import connection_from
from sync_assets.entities import custom_fields, tax_types
from sync_assets.event_import.reference.known_records import EVENT, SESSION
from sync_assets.event_import.validation.custom_field_values import EVENT_COLUMNS, INDISPENSABLE, SESSION_COLUMNS
from sync_assets.operations.doctor.documents import count_documents, misfits
from sync_assets.operations.doctor.finding import Findings, single_line
from sync_assets.operations.doctor.settings import CREDENTIALS
from sync_assets.settings import Settings
from sync_assets.text import match_key

ANSWER: Final = 10.0
"""Most seconds to wait for one answer."""
AGAIN: Final = 2.0
"""Seconds during which a failing query is tried again."""
_HELLO: Final = Document("Doctor", "query Doctor { __typename }")
_SCHEMA: Final = Document("IntrospectionQuery", get_introspection_query(descriptions=False))
_TOKEN, _API, _DOCUMENTS, _FIELDS, _TAXES = "token", "API", "documents", "custom fields", "tax types"


def look_at_administrate(findings: Findings, settings: Settings) -> None:
    """Look at the tenant that the settings name."""
    if any(getattr(settings, name) is None for name in CREDENTIALS):
        why = "its addresses or credentials are not set"
        for name in (_TOKEN, _API, _DOCUMENTS, _FIELDS, _TAXES):
            findings.not_checked(name, why)
        return
    with findings.looking_at(_API):
        connection = connection_from(settings)
        bounded = replace(connection, timeout=min(connection.timeout, ANSWER), retry_for=AGAIN)
        with AdministrateClient(bounded) as client:
            if not _is_reached(findings, client):
                return
            with findings.looking_at(_DOCUMENTS):
                _look_at_documents(findings, client)
            with findings.looking_at(_FIELDS, "An import needs to read them."):
                _look_at_custom_fields(findings, client)
            with findings.looking_at(_TAXES, "An import needs to read them."):
                _look_at_tax_types(findings, client, settings.administrate_tax_type)


def _is_reached(findings: Findings, client: AdministrateClient) -> bool:
    rest: tuple[str, ...] = (_DOCUMENTS, _FIELDS, _TAXES)
    try:
        answer = client.send(_HELLO)
    except Unauthorized as error:
        findings.wrong(_TOKEN, str(error))
        rest = (_API, *rest)
    except Unreachable as error:
        findings.wrong(_API, str(error))
        rest = (_TOKEN, *rest)
    except AdministrateError as error:
        findings.wrong(_API, str(error), "Run again when Administrate answers.")
    else:
        findings.ok(_TOKEN, "A token was obtained.")
        if not answer.errors:
            findings.ok(_API, f"{client.connection.api_url} answers.")
            return True
        findings.wrong(_API, f"Administrate answered with an error: {single_line('; '.join(answer.errors))}")
    for name in rest:
        findings.not_checked(name, "Administrate gave no token or no answer")
    return False


def _look_at_documents(findings: Findings, client: AdministrateClient) -> None:
    answer = client.send(_SCHEMA)
    if not isinstance(answer.data.get("__schema"), dict):
        reason = f" ({single_line('; '.join(answer.errors))})" if answer.errors else ""
        findings.warn(
            _DOCUMENTS,
            f"Introspection is switched off at the endpoint{reason}, so the documents cannot be compared with it.",
            "Ask the vendor to switch it on. Until then only a failing run shows that a field was removed.",
        )
        return
    introspection: Any = answer.data
    all_misfits = misfits(build_client_schema(introspection))
    for misfit in all_misfits:
        sentence = f"{misfit.sentence}; sent by {', '.join(misfit.documents)}."
        if misfit.is_certain:
            findings.wrong(
                _DOCUMENTS, sentence, "Its schema has changed: install a version of this project that fits it."
            )
        else:
            findings.warn(_DOCUMENTS, sentence, "It matters only if that field is filled.")
    if not all_misfits:
        findings.ok(_DOCUMENTS, f"All {count_documents()} documents fit the schema of the endpoint.")


def _look_at_custom_fields(findings: Findings, client: AdministrateClient) -> None:
    labels: dict[str, list[str]] = {EVENT: [], SESSION: []}
    for field in custom_fields.ENTITY.fetch(client):
        labels.setdefault(field.entity_type, []).append(match_key(field.label))
    is_clean = True
    for record, columns in ((EVENT, EVENT_COLUMNS), (SESSION, SESSION_COLUMNS)):
        for label in columns:
            count = labels[record].count(match_key(label))
            if count == 1:
                continue
            is_clean = False
            if count > 1:
                sentence = f"There are {count} {record} custom fields labelled {label}, so none can be chosen."
                findings.wrong(_FIELDS, sentence, "Keep one of them in Administrate.")
            elif label in INDISPENSABLE[record]:
                sentence = f"There is no {record} custom field labelled {label}; rows that fill it are refused."
                findings.wrong(_FIELDS, sentence, "Create it in Administrate, then sync the custom fields.")
            else:
                sentence = f"There is no {record} custom field labelled {label}; its values are left out."
                findings.warn(
                    _FIELDS, sentence, "If you want it, create it in Administrate, then sync the custom fields."
                )
    if is_clean:
        findings.ok(_FIELDS, "Those that an import fills exist.")


def _look_at_tax_types(findings: Findings, client: AdministrateClient, wanted: str | None) -> None:
    all_types = list(tax_types.ENTITY.fetch(client))
    names = ", ".join(tax_type.name for tax_type in all_types)
    if not all_types:
        sentence = "Administrate has none, and no event can be created without one."
        findings.wrong(_TAXES, sentence, "Create one in Administrate.")
    elif wanted is None:
        how = "Events get it" if len(all_types) == 1 else "Events get that of their location"
        findings.ok(_TAXES, f"Administrate has {names}. {how}.")
    elif any(wanted == tax_type.id or match_key(wanted) == match_key(tax_type.name) for tax_type in all_types):
        findings.ok(_TAXES, "Administrate has the one that ADMINISTRATE_TAX_TYPE names.")
    else:
        sentence = f"Administrate does not have the one that ADMINISTRATE_TAX_TYPE names. It has {names}."
        findings.wrong(_TAXES, sentence, "Correct the setting.")
