"""What a table's columns can hold, checked before a row is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Integer, String, Table

from sync_assets.tutorial.errors import TutorialRowRefused

LARGEST_INTEGER: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that a column cannot hold.

    `field` is that of TutorialEvent, or of TutorialSession where there is a `day`; `sentence` is without the value's
    place in a workbook.
    """

    field: str
    sentence: str
    day: int | None = None


def misfits(
    table: Table, values: Mapping[str, Any], fields: Mapping[str, str], day: int | None = None
) -> Iterator[Misfit]:
    """Yield what a row of values cannot be written for; `fields` says which field a column comes from."""
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(kind, String) and kind.length is not None and isinstance(value, str) and len(value) > kind.length:
            sentence = f"{table.fullname}.{name} holds {kind.length} characters, and this has {len(value)}; shorten it."
        elif type(kind) is Integer and isinstance(value, int) and value > LARGEST_INTEGER:
            sentence = f"{table.fullname}.{name} holds no number above {LARGEST_INTEGER}, and this is {value}."
        else:
            continue
        yield Misfit(fields.get(name, name), sentence, day)


def refuse_misfits(table: Table, values: Mapping[str, Any]) -> None:
    """Raise TutorialRowRefused where a table cannot hold the values."""
    for misfit in misfits(table, values, {}):
        raise TutorialRowRefused(f"{misfit.sentence} Nothing was written.")
