"""What matching is given of both sides, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class TutorialCandidate:
    """A tutorial row: its id, its match key, and the name that people know.

    `scope` narrows the key: a venue's name counts within its tutorial location. It is None where nothing narrows it.
    Only an active row is matched; an inactive one can still be what a held link points at. One that is not open is
    matched, and missed by nobody where it has no partner.
    """

    id: int
    key: str
    name: str
    scope: int | None = None
    is_active: bool = True
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class BridgeCandidate:
    """A live bridge row: like a tutorial candidate, with the tutorial row that it is linked to at present.

    `held` says that somebody decided about the link, or that there is none; matching leaves it alone. `adopted` says
    that a held link is older than this project. `linked_before` is the row that the record was last linked to, where
    nobody has unlinked the two: the row was deleted, or Administrate did not have the record for a while. `is_open` is
    as for a tutorial candidate.
    """

    id: int
    key: str
    name: str
    external_id: str
    scope: int | None = None
    linked_to: int | None = None
    held: bool = False
    adopted: bool = False
    linked_before: int | None = None
    is_open: bool = True


class Side(StrEnum):
    """The side that a row of a discrepancy is on."""

    TUTORIAL = "tutorial"
    ADMINISTRATE = "administrate"


class DiscrepancyKind(StrEnum):
    """Why a row is reported.

    It has no partner (UNMATCHED), or there are several that could be (AMBIGUOUS); its link is held and disagrees with
    what both sides say (HELD_LINK); it is held without a link (HELD_APART); the tutorial row that it was linked to has
    been deleted (ROW_DELETED).
    """

    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    HELD_LINK = "held link"
    HELD_APART = "held apart"
    ROW_DELETED = "row deleted"


Verdict = tuple[DiscrepancyKind, str]
"""The kind of discrepancy that a row is, and why."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A row of either side without a link, or with one that somebody should look at.

    `record_id` is the tutorial row's id as text, or the record's external id.
    """

    side: Side
    kind: DiscrepancyKind
    key: str
    name: str
    record_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Matching:
    """The result of matching: the links that there should be, and the discrepancies.

    `links` and `held` map bridge ids to tutorial ids or None; `held` has the records that somebody decided about.
    `taken_over` are records of `links` whose link is older than this project, and is a match from now on.
    `lost_their_row` are the records without a link whose tutorial row was deleted.
    """

    links: Mapping[int, int | None]
    discrepancies: Sequence[Discrepancy]
    held: Mapping[int, int | None] = field(default_factory=dict)
    taken_over: frozenset[int] = frozenset()
    lost_their_row: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """What sentences call the key ("name", "code") and, where there is one, its scope."""

    key: str
    scope: str | None = None
