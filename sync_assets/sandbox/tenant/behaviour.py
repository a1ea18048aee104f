"""What a tenant is like for good: what is not documented, what differs between tenants, and what is slow.

What goes wrong for a while is a fault of the server instead.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Denial(StrEnum):
    """What stands in place of a value that may not be read."""

    NULL = "null"
    """Null, and not a word about it."""
    NULL_AND_ERROR = "null_and_error"
    """Null, and an error beside the data."""
    ERROR = "error"
    """An error, and null for the whole record or list that cannot be without the value."""


class UnreadableField(BaseModel):
    """A field that may not be read, such as `Event.sessions` or `Query.node`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    field: str = Field(pattern=r"^\w+\.\w+$")
    denial: Denial = Denial.NULL


class TenantBehaviour(BaseModel):
    """The settings of a tenant. Each default is what is known of Administrate, or else the kinder of two guesses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds_per_mutation: float = Field(
        0.0, ge=0, description="How long the work of one mutation takes. Requests are worked on side by side."
    )
    read_lag_seconds: float = Field(
        0.0, ge=0, description="How long what was made or changed is not to be seen in the lists of a query."
    )
    read_lag_reaches_nodes: bool = Field(False, description="Whether `node` lags behind as the lists do.")
    unreadable: frozenset[UnreadableField] = Field(
        frozenset(), description="Fields that the user whom the token stands for may not read."
    )
    hidden_records: frozenset[str] = Field(
        frozenset(), description="Ids of records that are missing from lists, and null as a node."
    )
    case_blind_filters: frozenset[str] = Field(
        frozenset(), description="Filters that take `CM1` for `cm1`, such as `Event.title`."
    )
    ignored_filters: frozenset[str] = Field(
        frozenset(), description="Filters that leave nothing out, such as `Event.code`."
    )
    numbers_codes_of: frozenset[str] = Field(
        frozenset(), description="Types whose code the tenant makes itself, whatever code is given: Event, Session."
    )
    cancelled_is_final: bool = Field(False, description="Whether an event or a session stays cancelled for good.")
    booked_events_stand: bool = Field(False, description="Whether an event with bookings cannot be cancelled.")
    sessions_wait_for_event: bool = Field(
        False, description="Whether a session cannot be published while its event is a draft."
    )
    cancel_reaches_sessions: bool = Field(False, description="Whether sessions are cancelled with their event.")
    session_edit_moves_event: bool = Field(
        False, description="Whether an edit of a session moves the `updatedAt` of its event."
    )
