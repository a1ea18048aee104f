"""The faults that are set at the moment, and which of them a request meets."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from sync_assets.sandbox.server.faults import Down, Fault, Latency, PayloadError, ReceivedRequest, RequestFault


class Faults:
    """The faults that are set at the moment. All methods may be called from any thread."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults = list(faults)

    def add(self, *faults: Fault) -> None:
        """Set further faults."""
        with self._lock:
            self._faults.extend(faults)

    def replace(self, faults: Iterable[Fault]) -> None:
        """Set these faults and no others."""
        with self._lock:
            self._faults = list(faults)

    def clear(self) -> None:
        """Set no fault at all."""
        self.replace(())

    def current(self) -> list[Fault]:
        """Return what is set, with the times that are left."""
        with self._lock:
            return list(self._faults)

    def meet(self, request: ReceivedRequest) -> list[RequestFault]:
        """Return the faults that happen to a request: any number that alter it, at most one that answers it."""
        with self._lock:
            met: list[RequestFault] = []
            for fault in list(self._faults):
                if not isinstance(fault, RequestFault) or not fault.fits(request):
                    continue
                if fault.answers and any(other.answers for other in met):
                    continue
                met.append(fault)
                self._count_down(fault)
            return met

    def meet_token_request(self) -> list[RequestFault]:
        """Return the faults that happen to a token request: the tenant is slow, or down."""
        with self._lock:
            kinds = (Latency, Down)
            met = [fault for fault in self._faults if isinstance(fault, kinds) and fault.mentions is None]
            for fault in met:
                self._count_down(fault)
            return list(met)

    def meet_mutation(self, mutation: str, arguments: Any) -> PayloadError | None:
        """Return the payload error that happens to a mutation, if there is one."""
        with self._lock:
            for fault in self._faults:
                if isinstance(fault, PayloadError) and fault.hits(mutation, arguments):
                    self._count_down(fault)
                    return fault
            return None

    def _count_down(self, fault: Fault) -> None:
        if fault.times is None:
            return
        place = next(index for index, each in enumerate(self._faults) if each is fault)
        if fault.times == 1:
            del self._faults[place]
        else:
            self._faults[place] = fault.model_copy(update={"times": fault.times - 1})
