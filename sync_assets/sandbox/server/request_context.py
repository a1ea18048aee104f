"""A request to the tenant together with the faults that it meets."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from sync_assets.sandbox.server.active_faults import Faults
from sync_assets.sandbox.server.faults import BrokenRecord, EmptyList, HalfDone, OtherTotal, RequestFault, ShortList
from sync_assets.sandbox.tenant.context import Interference, RequestContext
from sync_assets.sandbox.tenant.records import Record
from sync_assets.sandbox.tenant.refusals import FieldError


@dataclass
class FaultyContext(RequestContext):
    """What resolvers know of a request; `mutations` is how many it has, `closing` is set when the server stops."""

    faults: Faults
    met: list[RequestFault]
    mutations: int
    closing: threading.Event
    _begun: int = 0

    def begin_mutation(self) -> None:
        """Let the time pass that a mutation takes, unless the server stops or a fault ends the request's work."""
        self._begun += 1
        if any(isinstance(fault, HalfDone) for fault in self.met) and self._begun > self.mutations // 2:
            raise GraphQLError("The server gave up half-way.")
        if self.closing.wait(self.tenant.behaviour.seconds_per_mutation):
            raise GraphQLError("The server is stopping.")

    def interference(self, mutation: str, arguments: Any) -> Interference | None:
        """Return the payload error that a mutation meets."""
        fault = self.faults.meet_mutation(mutation, arguments)
        return Interference(FieldError(None, fault.message, fault.value), fault.work_done) if fault else None

    def altered_list(self, connection: str, records: list[Record]) -> tuple[list[Record], int]:
        """Return what a fault leaves of a root connection, and the count that it tells."""
        total = len(records)
        for fault in self.met:
            match fault:
                case ShortList(connection=name) if name == connection:
                    records = [] if isinstance(fault, EmptyList) else records[: len(records) // 2]
                    total = total if fault.truthful_count else len(records)
                case OtherTotal(connection=name) if name == connection:
                    total += fault.by
        return records, total

    def page(self, connection: str, records: list[Record]) -> list[Record]:
        """Return a page of a root connection. Raises GraphQLError if a broken record is on it."""
        broken = [
            fault.record_id for fault in self.met if isinstance(fault, BrokenRecord) and fault.connection == connection
        ]
        if any(record.id in broken for record in records):
            raise GraphQLError("Internal error: the record could not be read.")
        return records
