"""The stand-in tenant as an ASGI application.

`/oauth/token` and `/graphql` are Administrate's; `/faults` and `/requests` are the sandbox's own, for another process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from ariadne import graphql_sync
from graphql import GraphQLError
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sync_assets.administrate.documents import schema_text
from sync_assets.sandbox.server import faults as fault
from sync_assets.sandbox.server.faults import FAULT_LIST, Faults, ReceivedRequest, RequestFault
from sync_assets.sandbox.server.received_documents import Document, read_document
from sync_assets.sandbox.server.request_log import LoggedRequest, RequestLog
from sync_assets.sandbox.tenant.schema import executable_schema
from sync_assets.sandbox.tenant.tenant import Tenant

# What the tenant refuses is told to the client; only a defect of the stand-in itself belongs on the terminal.
DEFECTS = logging.getLogger(__name__)
DEFECTS.addFilter(lambda logged: not isinstance(getattr(logged.msg, "original_error", None), GraphQLError | None))

PAGE_FOR_PEOPLE = "<!doctype html><title>Maintenance</title><h1>We will be back shortly</h1>"


@dataclass(frozen=True)
class TenantOptions:
    """How the stand-in behaves when nothing is wrong.

    `token_seconds` is the life of a token; with `empty_errors` a success carries `errors: []`; `schema` is the text of
    the schema that is served.
    """

    client_id: str = "sandbox"
    client_secret: str = "made-up-secret"  # noqa: S105 - it opens nothing but the stand-in
    token_seconds: int = 3600
    empty_errors: bool = True
    schema: str = field(default_factory=schema_text, repr=False)


class ConnectionClosed(Response):
    """No answer: the connection is closed under the request."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection by the means that the server put into the scope."""
        scope["state"]["close_connection"]()
        while (await receive())["type"] != "http.disconnect":
            pass


class TenantApplication:
    """The endpoints over one tenant, with its faults and its log."""

    def __init__(self, tenant: Tenant, options: TenantOptions, faults: Faults, requests: RequestLog) -> None:
        self.tenant = tenant
        self.options = options
        self.faults = faults
        self.requests = requests
        self.closing = asyncio.Event()
        self._schema = executable_schema(options.schema)
        self._tokens: dict[str, float] = {}
        self.asgi = Starlette(
            routes=[
                Route("/oauth/token", self._token, methods=["POST"]),
                Route("/graphql", self._graphql, methods=["POST"]),
                Route("/faults", self._faults, methods=["GET", "PUT", "DELETE"]),
                Route("/requests", self._requests, methods=["GET", "DELETE"]),
            ]
        )

    async def _token(self, request: Request) -> Response:
        logged = self.requests.received(LoggedRequest("token"))
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        for met in self.faults.meet_token_request():
            if isinstance(met, fault.Down):
                return ConnectionClosed()
            if isinstance(met, fault.Latency):
                await self._wait(met.seconds)
        response = self._issue(form, request.headers.get("content-type", ""))
        logged.status = response.status_code
        return response

    def _issue(self, form: dict[str, str], content_type: str) -> Response:
        if not content_type.startswith("application/x-www-form-urlencoded"):
            return JSONResponse({"error": "invalid_request"}, 400)
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (self.options.client_id, self.options.client_secret):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.monotonic() + self.options.token_seconds
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.options.token_seconds}
        return JSONResponse({**answer, "scope": "instance"})

    def revoke_tokens(self) -> None:
        """Make every token that was given out a bad one."""
        self._tokens.clear()

    def _is_known(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._tokens.get(token, 0) > time.monotonic()

    async def _graphql(self, request: Request) -> Response:
        logged = self.requests.received(LoggedRequest("graphql"))
        body = await request.body()
        response = await self._answer(request, body, logged)
        if not isinstance(response, ConnectionClosed):
            logged.status = response.status_code
        return response

    async def _answer(self, request: Request, body: bytes, logged: LoggedRequest) -> Response:
        try:
            asked: dict[str, Any] = json.loads(body)
            text, variables = str(asked["query"]), asked.get("variables")
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"errors": [{"message": "The body must be JSON with a `query`."}]}, 400)
        try:
            document = read_document(self._schema, text, asked.get("operationName"))
        except GraphQLError as error:
            return JSONResponse({"data": None, "errors": [error.formatted]})
        logged.operation, logged.root_fields = document.operation, document.root_fields
        logged.mutation_fields = document.mutation_fields
        met = self.faults.meet(
            ReceivedRequest(
                text=text + json.dumps(variables, ensure_ascii=False),
                root_fields=document.root_fields,
                mutation_fields=document.mutation_fields,
                size=len(body),
            )
        )
        for each in met:
            if isinstance(each, fault.Latency):
                await self._wait(each.seconds)
        instead = _answered_instead(met)
        if instead is not None:
            return instead
        if not self._is_known(request):
            return JSONResponse({"errors": [{"message": "The access token is invalid or has expired."}]}, 401)
        return await self._done(document, asked, met)

    async def _done(self, document: Document, asked: dict[str, Any], met: list[RequestFault]) -> Response:
        with self.tenant.lock:
            _, result = graphql_sync(
                self._schema,
                asked,
                query_document=document.node,
                query_validator=lambda *_, **__: document.errors,
                context_value=RequestContext(self.tenant, self.faults, met),
                logger=DEFECTS,
            )
        if "errors" not in result and self.options.empty_errors:
            result["errors"] = []
        for each in met:
            match each:
                case fault.AnswerLost(status=None):
                    return ConnectionClosed()
                case fault.AnswerLost(status=int() as status):
                    return HTMLResponse(PAGE_FOR_PEOPLE, status)
                case fault.HeldBack():
                    await self._wait(each.seconds)
                case fault.TopLevelErrors():
                    result["errors"] = [*result.get("errors", ()), {"message": each.message}]
        return JSONResponse(result)

    async def _wait(self, seconds: float) -> None:
        """Hold an answer back, but not beyond the server's end."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "PUT":
            try:
                self.faults.replace(FAULT_LIST.validate_json(await request.body()))
            except ValidationError as problem:
                return JSONResponse(problem.errors(include_url=False, include_context=False), 422)
        return JSONResponse([each.model_dump() for each in self.faults.current()])

    async def _requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.requests.clear()
        return JSONResponse(self.requests.as_json())


@dataclass(frozen=True)
class RequestContext:
    """What resolvers know of the request that they answer."""

    tenant: Tenant
    faults: Faults
    met: list[RequestFault]

    def meddled_list(self, connection: str, records: list[Any]) -> tuple[list[Any], int]:
        """The records of a root connection and their count, as a fault leaves them."""
        total = len(records)
        for each in self.met:
            if isinstance(each, fault.ListFault) and each.connection == connection:
                records = [] if isinstance(each, fault.EmptyList) else records[: len(records) // 2]
                if not each.truthful_count:
                    total = len(records)
        return records, total


def _answered_instead(met: list[RequestFault]) -> Response | None:
    """What a fault answers before anything is done."""
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
