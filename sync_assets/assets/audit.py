"""Writes the mutations of a run into the audit as they are sent."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Engine

from sync_assets.administrate.audit import MutationRecord
from sync_assets.bridge.audit import AuditEntry, prune_audit, record_mutation


class Audit:
    """Observes a client for one run; `run_id` is None outside of one. Safe to use from several threads.

    Each note is a transaction of its own, so it stands whatever becomes of the work that the mutation belongs to.
    """

    def __init__(self, engine: Engine, run_id: str | None) -> None:
        self._engine = engine
        self._run_id = run_id

    def note(self, call: MutationRecord) -> None:
        """Write a call down, or what came of it. Raises SQLAlchemyError."""
        known = {each.name: getattr(call, each.name) for each in fields(MutationRecord)}
        with self._engine.begin() as connection:
            record_mutation(connection, AuditEntry(**known, run_id=self._run_id))

    def prune(self, days: int) -> int:
        """Delete what is older than that many days, and return how many calls. Raises SQLAlchemyError."""
        with self._engine.begin() as connection:
            return prune_audit(connection, days=days)
