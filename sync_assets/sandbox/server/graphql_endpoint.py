"""The GraphQL endpoint: how a request is read, worked on and answered.

A request is worked on in a thread of its own beside others. Its work goes on whether or not anybody still waits for the
answer: only the end of the server stops it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from ariadne import graphql_sync
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sync_assets.sandbox.server import faults as fault
from sync_assets.sandbox.server.active_faults import Faults
from sync_assets.sandbox.server.faults import ReceivedRequest, RequestFault
from sync_assets.sandbox.server.received_documents import Document, read_document
from sync_assets.sandbox.server.request_context import FaultyContext
from sync_assets.sandbox.server.request_log import LoggedRequest
from sync_assets.sandbox.server.tokens import Tokens
from sync_assets.sandbox.tenant.schema import executable_schema
from sync_assets.sandbox.tenant.tenant import Tenant

# What the tenant refuses is told to the client; only a defect of the stand-in itself belongs on the terminal.
DEFECTS = logging.getLogger(__name__)
DEFECTS.addFilter(lambda logged: not isinstance(getattr(logged.msg, "original_error", None), GraphQLError | None))

PAGE_FOR_PEOPLE = "<!doctype html><title>Maintenance</title><h1>We will be back shortly</h1>"
SIDE_BY_SIDE = 64
"""How many requests are worked on at the same time."""


class ConnectionClosed(Response):
    """No answer: the connection is closed under the request."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection by the means that the server put into the scope."""
        scope["state"]["close_connection"]()
        while (await receive())["type"] != "http.disconnect":
            pass


@dataclass(frozen=True)
class _Asked:
    """A request that could be read: its JSON, its document, the faults that it meets, and its headers."""

    body: dict[str, Any]
    document: Document
    met: list[RequestFault]
    authorization: str


class GraphqlEndpoint:
    """Answers the GraphQL requests to one tenant."""

    def __init__(self, tenant: Tenant, schema: str, tokens: Tokens, faults: Faults, *, empty_errors: bool) -> None:
        self._tenant = tenant
        self._schema = schema
        self._tokens = tokens
        self._faults = faults
        self._empty_errors = empty_errors
        self._workers = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="sandbox")
        self._work: set[asyncio.Task[Response]] = set()
        self._closing = asyncio.Event()
        self._stopping = threading.Event()

    async def answer(self, request: Request, logged: LoggedRequest) -> Response:
        """Return the answer to a request; a proxy's, if one has given up by then."""
        body = await request.body()
        try:
            asked = self._read(body, request.headers.get("authorization", ""), logged)
        except GraphQLError as error:
            return JSONResponse({"data": None, "errors": [error.formatted]})
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"errors": [{"message": "The body must be JSON with a `query`."}]}, 400)
        # A task of its own, which does not end with the connection.
        work = asyncio.create_task(self._answer(asked))
        self._work.add(work)
        work.add_done_callback(self._work.discard)
        proxy = next((met for met in asked.met if isinstance(met, fault.ProxyGivesUp)), None)
        await asyncio.wait({work}, timeout=proxy.seconds if proxy else None)
        if proxy is None or work.done():
            return await work
        return ConnectionClosed() if proxy.status is None else HTMLResponse(PAGE_FOR_PEOPLE, proxy.status)

    async def wait(self, seconds: float) -> None:
        """Hold an answer back, but not beyond the server's end."""
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    def under_way(self) -> int:
        """Return how many requests are worked on, those among them whose answer nobody waits for any more."""
        return len(self._work)

    async def close(self) -> None:
        """Let held back answers go, and stop the work that is under way before its next mutation."""
        self._closing.set()
        self._stopping.set()
        await asyncio.gather(*self._work, return_exceptions=True)
        self._workers.shutdown()

    def _read(self, body: bytes, authorization: str, logged: LoggedRequest) -> _Asked:
        """Return what is asked, noted in the log. Raises GraphQLError, KeyError, TypeError or ValueError."""
        asked: dict[str, Any] = json.loads(body)
        text = str(asked["query"])
        document = read_document(executable_schema(self._schema), text, asked.get("operationName"))
        logged.operation, logged.root_fields = document.operation, document.root_fields
        logged.mutation_fields = document.mutation_fields
        received = ReceivedRequest(
            text=text + json.dumps(asked.get("variables"), ensure_ascii=False),
            root_fields=document.root_fields,
            mutation_fields=document.mutation_fields,
            size=len(body),
        )
        return _Asked(asked, document, self._faults.meet(received), authorization)

    async def _answer(self, asked: _Asked) -> Response:
        for met in asked.met:
            if isinstance(met, fault.Latency):
                await self.wait(met.seconds)
        instead = _answered_instead(asked.met)
        if instead is not None:
            return instead
        if not self._tokens.admits(asked.authorization):
            return JSONResponse({"errors": [{"message": "The access token is invalid or has expired."}]}, 401)
        result = await asyncio.get_running_loop().run_in_executor(self._workers, self._execute, asked)
        for met in asked.met:
            match met:
                case fault.AnswerLost(status=None):
                    return ConnectionClosed()
                case fault.AnswerLost(status=int() as status) | fault.HalfDone(status=status):
                    return HTMLResponse(PAGE_FOR_PEOPLE, status)
                case fault.HeldBack():
                    await self.wait(met.seconds)
                case fault.TopLevelErrors():
                    result["errors"] = [*result.get("errors", ()), {"message": met.message}]
        return JSONResponse(result)

    def _execute(self, asked: _Asked) -> dict[str, Any]:
        """Return the result of a document. A query sees one state of the tenant; mutations let others in between."""
        tenant, document = self._tenant, asked.document
        context = FaultyContext(tenant, self._faults, asked.met, document.mutation_fields, self._stopping)
        with nullcontext() if document.mutation_fields else tenant.lock:
            _, result = graphql_sync(
                executable_schema(self._schema, tenant.behaviour.unreadable),
                asked.body,
                query_document=document.node,
                query_validator=lambda *_, **__: document.errors,
                context_value=context,
                logger=DEFECTS,
            )
        if "errors" not in result and self._empty_errors:
            result["errors"] = []
        return result


def _answered_instead(met: list[RequestFault]) -> Response | None:
    """Return what a fault answers before anything is done."""
    for each in met:
        match each:
            case fault.Down():
                return ConnectionClosed()
            case fault.Unauthorized():
                return JSONResponse({"errors": [{"message": "The access token is invalid or has expired."}]}, 401)
            case fault.Html():
                return HTMLResponse(PAGE_FOR_PEOPLE)
            case fault.NullData():
                return JSONResponse({"data": None})
            case fault.HttpStatus():
                headers = {} if each.retry_after is None else {"Retry-After": str(each.retry_after)}
                return HTMLResponse(PAGE_FOR_PEOPLE, each.status, headers)
            case fault.TooLarge():
                return HTMLResponse(PAGE_FOR_PEOPLE, 413)
            case fault.TooComplex():
                message = f"The query is too complex: more than {each.mutation_fields} mutations."
                return JSONResponse({"data": None, "errors": [{"message": message}]})
            case fault.TopLevelErrors(with_data=False):
                return JSONResponse({"data": None, "errors": [{"message": each.message}]})
    return None
