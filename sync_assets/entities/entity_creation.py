"""How a record of an entity is made on the side that lacks it: part of the entity's own file, in these words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import Document
from sync_assets.administrate.records import Record
from sync_assets.errors import SyncError

R = TypeVar("R", bound=Record)
Facts = Mapping[str, Any]


class CannotCreate(SyncError):
    """A record cannot be made on the other side, with what a person can do instead."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a record needs in Administrate that no tutorial row knows: from the decision, else from the settings.

    Ids are Administrate's. `lifecycle_state` and `learning_mode` are those of a course template.
    """

    region_id: str | None = None
    account_id: str | None = None
    lifecycle_state: str = "draft"
    learning_mode: str | None = None


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a look beyond an entity's own list has found.

    `objection` is a sentence on a record that may be the same one, and `trouble` one on why finding none says nothing.
    """

    objection: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class InAdministrate(Generic[R]):
    """A record is made by a mutation.

    `document` takes `$input` and answers `made { payload { errors { label message value } record { … } } }`, with the
    fields of `model` in `record`. `key` is what a record is matched on, by which an earlier try is found. `input` turns
    the facts of a tutorial row into the input, or raises CannotCreate. `code` is the input's and the record's field
    that takes a key of ours, where the input does not fill it. `look_elsewhere` looks beyond the entity's list, which
    it is given, for records that may be the same one.
    """

    document: Document
    model: type[R]
    key: Callable[[R], str]
    input: Callable[[Facts, Given], Mapping[str, Any]]
    code: str | None = None
    look_elsewhere: Callable[[AdministrateClient, Facts, Sequence[R]], Elsewhere] | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """Administrate's API makes no such record; `sentence` says what to type in, from the facts of a tutorial row."""

    sentence: Callable[[Facts], str]


@dataclass(frozen=True, slots=True)
class EntityCreation(Generic[R]):
    """How an entity's records are made on either side.

    `tutorial_facts` selects all tutorial rows, inactive ones too, with `id`, `key` (what they are matched on),
    `is_active`, and what `in_administrate` needs. `in_tutorial` inserts what a bridge row (all its columns) says, and
    returns the tutorial row's id; it raises CannotCreate or RowRefused.
    """

    tutorial_facts: Select[Any]
    in_administrate: InAdministrate[R] | ByHand
    in_tutorial: Callable[[Connection, Facts], int]
