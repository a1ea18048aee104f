"""What resolvers know of the request that they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLResolveInfo

from sync_assets.sandbox.tenant.records import Record
from sync_assets.sandbox.tenant.refusals import FieldError
from sync_assets.sandbox.tenant.tenant import Tenant


@dataclass(frozen=True)
class Interference:
    """An error that a mutation answers with, whether or not its work is done."""

    error: FieldError
    work_done: bool


@dataclass
class RequestContext:
    """One request to a tenant. The server's own kind of it adds the faults that the request meets."""

    tenant: Tenant
    _moments: dict[str | int, float] = field(default_factory=dict, init=False)

    def begin_mutation(self) -> None:
        """Let the time pass that a mutation takes. Raise GraphQLError where the request's work stops short."""

    def interference(self, mutation: str, arguments: Any) -> Interference | None:
        """Return what comes between a mutation and its answer."""
        del mutation, arguments
        return None

    def altered_list(self, connection: str, records: list[Record]) -> tuple[list[Record], int]:
        """Return what is left of a root connection, and the count that it tells."""
        del connection
        return records, len(records)

    def page(self, connection: str, records: list[Record]) -> list[Record]:
        """Return a page of a root connection. Raise GraphQLError if it cannot be answered."""
        del connection
        return records

    def listed(self, type_name: str, info: GraphQLResolveInfo, records: Iterable[Record]) -> list[Record]:
        """Return the records of a root connection as they are to be seen."""
        tenant = self.tenant
        moment = self._lagging(info, tenant.behaviour.read_lag_seconds)
        found = list(records) if moment is None else tenant.history.records_at(type_name, list(records), moment)
        return [record for record in found if record.id not in tenant.behaviour.hidden_records]

    def node(self, info: GraphQLResolveInfo, node_id: str) -> Record | None:
        """Return the record of an id as it is to be seen, None if there is none."""
        behaviour = self.tenant.behaviour
        lag = behaviour.read_lag_seconds if behaviour.read_lag_reaches_nodes else 0.0
        moment = self._lagging(info, lag)
        if node_id in behaviour.hidden_records:
            return None
        if moment is None:
            return self.tenant.node(node_id)
        return self.tenant.past_node(node_id, moment)

    def seen(self, info: GraphQLResolveInfo, record: Record) -> Record | None:
        """Return a record that another one refers to, as old as that one was read."""
        if not self._moments:
            return record
        path = info.path
        while path.prev is not None:
            path = path.prev
        moment = self._moments.get(path.key)
        return record if moment is None else self.tenant.history.record_at(record, moment)

    def _lagging(self, info: GraphQLResolveInfo, seconds: float) -> float | None:
        """Return the moment that a root field is read at; None for now."""
        if not seconds:
            return None
        self._moments[info.path.key] = moment = self.tenant.clock() - seconds
        return moment
