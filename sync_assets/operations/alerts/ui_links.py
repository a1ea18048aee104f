"""Addresses of pages of Dagster's UI, for those who read an alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sync_assets.settings import Settings


@dataclass(frozen=True, slots=True)
class UiLinks:
    """The pages of the UI at an address; every link is None where none is set."""

    address: str | None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the links of SYNC_UI_URL."""
        return cls(settings.sync_ui_url.rstrip("/") if settings.sync_ui_url else None)

    def run(self, run_id: str) -> str | None:
        """Return the page of a run."""
        return f"{self.address}/runs/{run_id}" if self.address else None

    def asset(self, path: Sequence[str]) -> str | None:
        """Return the page of an asset."""
        return f"{self.address}/assets/{'/'.join(path)}" if self.address else None

    def automation(self, location: str, name: str, is_schedule: bool) -> str | None:
        """Return the page of a schedule or sensor."""
        kind = "schedules" if is_schedule else "sensors"
        return f"{self.address}/locations/{location}/{kind}/{name}" if self.address else None
