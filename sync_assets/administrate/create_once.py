"""Creating a record once: pure rules over what is recorded of it and what a look into Administrate found.

Administrate takes no idempotency key, and its work on a request may go on when the client or a proxy has given up. So
the intention to create is recorded before the request leaves (`sent_at`), and a look that finds nothing is no proof
that nothing will happen. A create may leave in two cases only: none has ever left and a look just now found nothing; or
one has left, a quiet time has passed since, and two looks that lie apart found nothing. A look counts only if something
that must be found was found in the same way (`Look.is_controlled`).

What this relies on: a request does not work longer than the quiet time, and a look does not lag behind by more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sync_assets.text import match_key

QUIET_SECONDS: Final = 600.0
"""The quiet time, unless a setting says otherwise."""
NO_PREFIX: Final = "none"
"""The prefix that says that Administrate gives codes itself."""
SECOND_LOOK: Final = 0.1
"""How far apart the two looks lie, as a part of the quiet time."""


@dataclass(frozen=True, slots=True)
class CreateStamp:
    """What is recorded of a create: when it last left, when it was first found missing after the quiet time, the id."""

    sent_at: datetime | None = None
    absent_at: datetime | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: the ids of the records that are ours, and whether finding none says anything."""

    found: tuple[str, ...] = ()
    is_controlled: bool = True


class NextStep(StrEnum):
    """What may be done after a look."""

    CREATE = "create"
    """Record the intention with `before_create`, and send."""
    WAIT = "wait"
    """Look again later: a create may still be worked on, or the look says nothing."""
    CREATED = "created"
    """The record is there, and its id is in the stamp."""
    SEVERAL = "several"
    """More than one record is ours: somebody has to remove the others."""


def before_create(stamp: CreateStamp, now: datetime) -> CreateStamp:
    """Return what to record before a create leaves. Only after `after_look` has said CREATE."""
    return replace(stamp, sent_at=now, absent_at=None)


def after_answer(stamp: CreateStamp, external_id: str) -> CreateStamp:
    """Return what to record when an answer, or a look, holds the record's id."""
    return replace(stamp, absent_at=None, external_id=external_id)


def after_refusal(stamp: CreateStamp) -> CreateStamp:
    """Return what to record when it is certain that the create did nothing."""
    return replace(stamp, sent_at=None, absent_at=None)


def after_look(stamp: CreateStamp, look: Look, now: datetime, quiet: timedelta) -> tuple[CreateStamp, NextStep]:
    """Return what to record after a look, and what may be done next. `quiet` is the quiet time."""
    if stamp.external_id is not None:
        return stamp, NextStep.CREATED
    if len(look.found) > 1:
        return stamp, NextStep.SEVERAL
    if look.found:
        return after_answer(stamp, look.found[0]), NextStep.CREATED
    if not look.is_controlled:
        return stamp, NextStep.WAIT
    if stamp.sent_at is None:
        return stamp, NextStep.CREATE
    if now < stamp.sent_at + quiet:
        return stamp, NextStep.WAIT
    if stamp.absent_at is None:
        return replace(stamp, absent_at=now), NextStep.WAIT
    if now < stamp.absent_at + quiet * SECOND_LOOK:
        return stamp, NextStep.WAIT
    return stamp, NextStep.CREATE


def next_look_at(stamp: CreateStamp, quiet: timedelta) -> datetime | None:
    """Return when a look can next decide something, None where it can at once."""
    if stamp.external_id is not None or stamp.sent_at is None:
        return None
    if stamp.absent_at is None:
        return stamp.sent_at + quiet
    return stamp.absent_at + quiet * SECOND_LOOK


def own_code(prefix: str, name: str) -> str | None:
    """Return our key for a record of a name, None where the prefix switches keys off.

    The same name gives the same key, so that a record is known again by a database that was set up anew.
    """
    if prefix.strip().casefold() == NO_PREFIX or not prefix.strip():
        return None
    return f"{prefix.strip()}{hashlib.sha256(match_key(name).encode()).hexdigest()[:12]}"


def stamp_columns(stamp: CreateStamp) -> dict[str, Any]:
    """Return a stamp as the columns that every table of records to create has."""
    return {"create_sent_at": stamp.sent_at, "absent_at": stamp.absent_at, "external_id": stamp.external_id}


def stamp_of(row: Any) -> CreateStamp:
    """Return the stamp of a row that has the columns of `stamp_columns`."""
    return CreateStamp(row.create_sent_at, row.absent_at, row.external_id)


def waiting_sentence(stamp: CreateStamp) -> str:
    """Say why a record that was looked for and not found is not created now."""
    return (
        f"A create was sent at {stamp.sent_at:%H:%M:%S} UTC and no answer came. It is looked for again, and sent again "
        "only when it is certain that it was not carried out."
    )
