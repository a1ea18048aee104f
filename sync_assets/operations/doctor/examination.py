"""All that the doctor looks at, in order and within a bounded time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import dagster as dg

from sync_assets.operations.doctor.administrate import look_at_administrate
from sync_assets.operations.doctor.alerts import look_at_alerts
from sync_assets.operations.doctor.dagster import look_at_dagster
from sync_assets.operations.doctor.database import look_at_database
from sync_assets.operations.doctor.finding import Finding, Findings
from sync_assets.operations.doctor.settings import look_at_folders, look_at_settings
from sync_assets.settings import Settings

PATIENCE: Final = 60.0
"""Seconds after which whatever has not answered counts as not answering."""


def examine(definitions: Callable[[], dg.Definitions], *, patience: float = PATIENCE) -> list[Finding]:
    """Look at everything and return what was found; nothing is raised, and nothing is changed anywhere.

    The databases and the tenant are asked at the same time, and given up after `patience` seconds each.
    """
    findings = Findings()
    settings: Settings | None = None
    with findings.looking_at("settings"):
        settings = look_at_settings(findings)
    if settings is None:
        for name in ("database", "Dagster's storage", "API"):
            findings.not_checked(name, "the settings cannot be used")
        return findings.found
    look_at_folders(findings, settings)
    with findings.looking_at("alerts"):
        look_at_alerts(findings, settings)
    storage = _Look("database", lambda found: _look_at_storage(found, settings, definitions))
    tenant = _Look("API", lambda found: look_at_administrate(found, settings))
    for look in (storage, tenant):
        findings.found.extend(look.outcome(patience))
    return findings.found


def _look_at_storage(findings: Findings, settings: Settings, definitions: Callable[[], dg.Definitions]) -> None:
    look_at_database(findings, settings)
    with findings.looking_at("code location", "Dagster cannot load it either: see `dagster definitions validate`."):
        look_at_dagster(findings, settings, definitions())


class _Look:
    """A look that may hang, in a thread that does not keep the process from ending."""

    def __init__(self, name: str, work: Callable[[Findings], None]) -> None:
        self._name = name
        self._findings = Findings()
        self._thread = threading.Thread(target=self._work, args=(work,), daemon=True, name=f"doctor: {name}")
        self._thread.start()

    def _work(self, work: Callable[[Findings], None]) -> None:
        with self._findings.looking_at(self._name):
            work(self._findings)

    def outcome(self, patience: float) -> list[Finding]:
        self._thread.join(patience)
        found = Findings(list(self._findings.found))
        if self._thread.is_alive():
            found.wrong(
                self._name,
                f"What has been asked gave no answer within {patience:.0f} seconds.",
                "Look at the network between here and there, and at what is listed before this line.",
            )
        return found.found
