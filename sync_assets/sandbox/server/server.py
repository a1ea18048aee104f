"""Serve a stand-in tenant with uvicorn on 127.0.0.1: from a thread for tests and the demo, or in the foreground."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sync_assets.errors import SyncError
from sync_assets.sandbox.server.active_faults import Faults
from sync_assets.sandbox.server.application import TenantApplication, TenantOptions
from sync_assets.sandbox.server.request_log import RequestLog
from sync_assets.sandbox.tenant.tenant import Tenant

HOST = "127.0.0.1"
A_MOMENT = 0.01


class PortTaken(SyncError):
    """The port that was asked for is not free."""


@dataclass(frozen=True)
class Sandbox:
    """A stand-in tenant that is being served: where, with which credentials, and what stands behind it.

    `under_way` tells how many requests are worked on, whether or not anybody still waits for the answer.
    """

    tenant: Tenant
    faults: Faults
    requests: RequestLog
    options: TenantOptions
    port: int
    revoke_tokens: Callable[[], None]
    under_way: Callable[[], int]

    @property
    def url(self) -> str:
        """Return the root, with `/faults`, `/behaviour`, `/requests` and `/mutations` below it."""
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        """Return the GraphQL endpoint."""
        return f"{self.url}/graphql"

    @property
    def token_url(self) -> str:
        """Return the token endpoint."""
        return f"{self.url}/oauth/token"

    @property
    def client_id(self) -> str:
        """Return the client that may ask for tokens."""
        return self.options.client_id

    @property
    def client_secret(self) -> str:
        """Return that client's secret."""
        return self.options.client_secret


@contextmanager
def serve(
    tenant: Tenant,
    *,
    port: int = 0,
    faults: Faults | None = None,
    options: TenantOptions | None = None,
) -> Iterator[Sandbox]:
    """Serve a tenant from a thread until the block ends; port 0 takes a free one. Raises PortTaken."""
    listener = _listen(port)
    server, sandbox = _server(tenant, listener, faults, options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
    thread.start()
    try:
        server.up.wait()
        yield sandbox
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def run(
    tenant: Tenant,
    *,
    port: int = 0,
    faults: Faults | None = None,
    options: TenantOptions | None = None,
    ready: Callable[[Sandbox], None] | None = None,
) -> None:
    """Serve a tenant until the process is told to stop; `ready` is called once it answers. Raises PortTaken."""
    listener = _listen(port)
    server, sandbox = _server(tenant, listener, faults, options)
    if ready is not None:
        server.when_up = lambda: ready(sandbox)
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio sends small answers at once (TCP_NODELAY) only where it is.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as problem:
        listener.close()
        raise PortTaken(
            f"Port {port} of {HOST} is taken: stop what listens there, or choose another port."
        ) from problem
    return listener


def _server(
    tenant: Tenant, listener: socket.socket, faults: Faults | None, options: TenantOptions | None
) -> tuple[_Server, Sandbox]:
    application = TenantApplication(tenant, options or TenantOptions(), faults or Faults(), RequestLog())
    config = uvicorn.Config(
        application.asgi,
        http=_ClosableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        # A connection that the server closes just as the client sends its next request would be an unasked-for fault.
        timeout_keep_alive=3600,
    )
    sandbox = Sandbox(
        tenant=tenant,
        faults=application.faults,
        requests=application.requests,
        options=application.options,
        port=listener.getsockname()[1],
        revoke_tokens=application.tokens.revoke,
        under_way=application.graphql.under_way,
    )
    return _Server(config, application.graphql.close), sandbox


class _ClosableProtocol(H11Protocol):
    """Lets the application close the connection that a request came by, which ASGI has no word for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "close_connection": transport.abort}


class _Server(uvicorn.Server):
    """Says when it is up, and ends the work of the endpoint when it stops."""

    def __init__(self, config: uvicorn.Config, close: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self.up = threading.Event()
        self.when_up: Callable[[], None] | None = None
        self._close = close

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.up.set()
        if self.when_up is not None:
            self.when_up()

    # uvicorn looks for its end, and for that of its connections, in steps of a tenth of a second. Every test that
    # serves a tenant would wait for two of them.
    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            await asyncio.sleep(A_MOMENT)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(A_MOMENT)
