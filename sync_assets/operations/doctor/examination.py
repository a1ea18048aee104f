"""Everything that the doctor examines, in order and within a bounded time."""

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
"""Seconds after which a system counts as not answering."""


def examine(definitions: Callable[[], dg.Definitions], *, patience: float = PATIENCE) -> list[Finding]:
    """Examine everything and return the findings. Raises nothing and changes nothing.

    The databases and the tenant are examined at the same time, for at most `patience` seconds each.
    """
    findings = Findings()
    settings: Settings | None = None
    with findings.looking_at("settings"):
        settings = look_at_settings(findings)
    if settings is None:
        for name in ("database", "Dagster's storage", "API"):
            findings.not_checked(name, "the settings cannot be used")
        return findings.entries
    look_at_folders(findings, settings)
    with findings.looking_at("alerts"):
        look_at_alerts(findings, settings)
    storage = _Look("database", lambda findings: _look_at_storage(findings, settings, definitions))
    tenant = _Look("API", lambda findings: look_at_administrate(findings, settings))
    for look in (storage, tenant):
        findings.entries.extend(look.outcome(patience))
    return findings.entries


def _look_at_storage(findings: Findings, settings: Settings, definitions: Callable[[], dg.Definitions]) -> None:
    look_at_database(findings, settings)
    with findings.looking_at("code location", "Dagster cannot load it either: see `dagster definitions validate`."):
        look_at_dagster(findings, settings, definitions())


class _Look:
    """An examination that may hang, in a thread that does not keep the process from ending."""

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
        findings = Findings(list(self._findings.entries))
        if self._thread.is_alive():
            findings.wrong(
                self._name,
                f"There was no answer within {patience:.0f} seconds.",
                "Check the network, and see the lines before this one.",
            )
        return findings.entries
