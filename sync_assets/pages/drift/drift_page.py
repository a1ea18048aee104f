"""The page that lists in what events differ between both sides, and asks what is to be done about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from sync_assets.event_drift.find_drift import count_drift, find_drift
from sync_assets.event_drift.record_drift import read_drift
from sync_assets.event_drift.three_way import DriftKind
from sync_assets.pages.drift.drift_words import CHOICES, KINDS
from sync_assets.pages.shown_rows import rows_of, shown_rows, with_query
from sync_assets.pages.visit import Visit, page

APART: Final = "right"
"""What the address says of a list of differences that somebody has called right as they are."""


@dataclass(frozen=True, slots=True)
class SoughtDrift:
    """What somebody looks for: open or left apart, of a sitting, of a kind, with words in title or field."""

    apart: bool = False
    sitting: str = ""
    kind: DriftKind | None = None
    words: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> SoughtDrift:
        """Return what an address asks for; what it says wrongly counts for nothing."""
        kind = query.get("kind")
        known = DriftKind(kind) if kind in set(DriftKind) else None
        return cls(query.get("show") == APART, query.get("sitting", ""), known, query.get("q", "").strip())

    @property
    def query(self) -> Mapping[str, object]:
        """The address' query that asks for this."""
        return {"show": APART if self.apart else "", "sitting": self.sitting, "kind": self.kind, "q": self.words}

    @property
    def is_narrowed(self) -> bool:
        """Whether something is looked for."""
        return bool(self.sitting or self.kind or self.words)


def show_drift(visit: Visit) -> Response:
    """Show the differences that the address asks for."""
    return drift_list(visit)


def drift_list(visit: Visit, *, problem: str = "", ticked: Collection[str] = (), status: int = 200) -> Response:
    """Return the list that the address asks for; with a problem, as the form was when it was sent."""
    sought = SoughtDrift.of(visit.request.query_params)
    with visit.bridge() as connection:
        counts = count_drift(connection, left_apart=sought.apart)
        found = find_drift(
            connection,
            sitting=sought.sitting or None,
            kind=sought.kind,
            left_apart=sought.apart,
            words=sought.words,
        )

        def read(ids: Sequence[int]) -> Sequence[Any]:
            return rows_of(read_drift(connection, left_apart=sought.apart, ids=ids))

        rows = shown_rows(found, visit.asked("page"), read)
    values = {
        "rows": rows,
        "all_rows": sum(counts.values()),
        "sittings": sorted(name for name in counts if name),
        "sought": sought,
        "problem": problem,
        "ticked": ticked,
        "form": visit.form,
        "kinds": KINDS,
        "choices": CHOICES,
        "plan_path": with_query("/drift/plan", {**sought.query, "page": rows.number}),
        "page_path": lambda number: with_query("/drift", {**sought.query, "page": number}),
    }
    return visit.show("drift/list.html", values, status=status)


ROUTES: Final = [page("/drift", show_drift)]
