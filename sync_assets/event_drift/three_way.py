"""What both sides last agreed on, what each has now, and which side made a difference. Pure.

A field of a session is only compared while both sides have the session. A side that does not keep a field agrees with
every value of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import SESSION, Field, View

IsSame = Callable[[Field, Any, Any], bool | None]
"""Says of a field whether the value here and the value there are the same; None where that is not known."""


class DriftKind(StrEnum):
    """Which side made a difference."""

    CHANGED_HERE = "changed here"
    """The tutorial side was edited, Administrate is as agreed."""
    CHANGED_THERE = "changed there"
    """Administrate was edited, the tutorial side is as agreed."""
    CHANGED_IN_BOTH = "changed in both"
    """Both were edited, and differ."""
    NEVER_AGREED = "never agreed"
    """Both differed when they were first compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two sides differ: what each last had, and what each has. None stands for nothing."""

    field: Field
    kind: DriftKind
    agreed_here: Any
    agreed_there: Any
    here: Any
    there: Any


@dataclass(slots=True)
class Comparison:
    """The differences of an event, and what both sides now have alike and had not been agreed."""

    differences: list[Difference] = field(default_factory=list)
    settled_here: View = field(default_factory=dict)
    settled_there: View = field(default_factory=dict)


_ABSENT: Final = object()


def compare_sides(seen: Sides, agreed: Sides, fields: Collection[Field], is_same: IsSame) -> Comparison:
    """Compare an event field by field; `seen` has both sides, of `agreed` a view holds what is known."""
    found = Comparison()
    here, there = seen.here or {}, seen.there or {}
    agreed_here, agreed_there = agreed.here or {}, agreed.there or {}
    for each in fields:
        if each.day is not None and each.column != SESSION and not _is_on_both(each.day, here, there):
            continue
        now = _value(each, here), _value(each, there)
        before = agreed_here.get(each, _ABSENT), agreed_there.get(each, _ABSENT)
        _compare(found, each, now, before, is_same)
    return found


def _compare(found: Comparison, each: Field, now: tuple[Any, Any], before: tuple[Any, Any], is_same: IsSame) -> None:
    here, there = now
    moved_here = _has_moved(here, before[0])
    moved_there = _has_moved(there, before[1])
    is_agreed = before != (_ABSENT, _ABSENT)
    if is_agreed and not moved_here and not moved_there:
        return
    on_both = here is not _ABSENT and there is not _ABSENT
    same = is_same(each, here, there) if on_both else None
    if not is_agreed:
        if there is _ABSENT or (on_both and same is None):
            return
        if not on_both or same:
            _settle(found, each, here, there)
            return
        kind = DriftKind.NEVER_AGREED
    elif on_both and same:
        _settle(found, each, here, there)
        return
    else:
        kind = (
            DriftKind.CHANGED_IN_BOTH
            if moved_here and moved_there
            else DriftKind.CHANGED_HERE
            if moved_here
            else DriftKind.CHANGED_THERE
        )
    values = [None if value is _ABSENT else value for value in (*before, here, there)]
    found.differences.append(Difference(each, kind, *values))


def _settle(found: Comparison, each: Field, here: Any, there: Any) -> None:
    if here is not _ABSENT:
        found.settled_here[each] = here
    if there is not _ABSENT:
        found.settled_there[each] = there


def _is_on_both(day: int, here: View, there: View) -> bool:
    session = Field(day, SESSION)
    return bool(here.get(session)) and bool(there.get(session))


def _value(each: Field, view: View) -> Any:
    if each.column == SESSION:
        return bool(view.get(each))
    return view.get(each, _ABSENT)


def _has_moved(now: Any, before: Any) -> bool:
    if now is _ABSENT or before is _ABSENT:
        return False
    return bool(now != before and not (is_blank(now) and is_blank(before)))


def is_blank(value: Any) -> bool:
    """Tell whether a value says nothing."""
    return value is None or value in ("", [])
