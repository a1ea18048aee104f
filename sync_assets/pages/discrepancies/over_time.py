"""A picture of the open discrepancies over time, as the points of a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pandas as pd

WIDTH: Final = 720
HEIGHT: Final = 140
LEFT: Final = 44
TOP: Final = 12
MOST_POINTS: Final = 240
"""Changes that are drawn; of more, the last one of each stretch of time."""
MOST_LISTED: Final = 12


@dataclass(frozen=True, slots=True)
class OpenAt:
    """How many were open from a moment on."""

    moment: datetime
    open_rows: int


@dataclass(frozen=True, slots=True)
class OverTime:
    """The line as an SVG path within its picture, the area below it, and the numbers that it is drawn from."""

    line: str
    area: str
    highest: int
    first: OpenAt
    last: OpenAt
    newest: Sequence[OpenAt]
    since: date

    @property
    def words(self) -> str:
        """What the picture shows, in a sentence."""
        return (
            f"{self.first.open_rows:,} were open at the beginning, {self.last.open_rows:,} are open now, "
            f"and at most {self.highest:,} were."
        )


def open_over_time(counts: pd.DataFrame, now: datetime) -> OverTime | None:
    """Return the picture of all counts (of `read_counts` or `read_totals`), None where nothing was counted yet.

    Its days are those of the zone of `now`.
    """
    changes = _totals(counts)
    if not changes:
        return None
    begin, end = changes[0].moment.timestamp(), max(now, changes[-1].moment).timestamp()
    span = max(end - begin, 1.0)
    drawn = {min(int((each.moment.timestamp() - begin) / span * MOST_POINTS), MOST_POINTS): each for each in changes}
    drawn[0] = drawn.get(0, changes[0])
    points = [drawn[number] for number in sorted(drawn)]
    highest = max(each.open_rows for each in points)

    def across(seconds: float) -> float:
        return LEFT + (seconds - begin) / span * (WIDTH - LEFT - 8)

    def down(open_rows: int) -> float:
        return TOP + (1 - open_rows / max(highest, 1)) * HEIGHT

    line = f"M{across(begin):.1f} {down(points[0].open_rows):.1f}"
    for each in points[1:]:
        line += f"H{across(each.moment.timestamp()):.1f}V{down(each.open_rows):.1f}"
    line += f"H{across(end):.1f}"
    floor = TOP + HEIGHT
    area = f"{line}V{floor}H{LEFT}Z"
    newest, since = changes[: -MOST_LISTED - 1 : -1], changes[0].moment.astimezone(now.tzinfo).date()
    return OverTime(line, area, highest, changes[0], changes[-1], newest, since)


def _totals(counts: pd.DataFrame) -> list[OpenAt]:
    """Return the sum over entities and sides after each moment at which one of them changed."""
    current: dict[tuple[str, str], int] = {}
    totals: dict[datetime, int] = {}
    rows: list[Any] = list(counts.itertuples())
    for row in rows:
        # Totals are of no entity and no side.
        current[getattr(row, "entity", ""), getattr(row, "side", "")] = row.open_rows
        totals[row.counted_at.to_pydatetime()] = sum(current.values())
    return [OpenAt(moment, open_rows) for moment, open_rows in totals.items()]
