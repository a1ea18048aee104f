"""The stand-in tenant as an ASGI application.

`/oauth/token` and `/graphql` are Administrate's. The others are the sandbox's own, for another process: `/faults` and
`/behaviour` set what goes wrong and what the tenant is like, `/requests` and `/mutations` tell what came and what was
done.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync_assets.administrate.documents import schema_text
from sync_assets.sandbox.server.active_faults import Faults
from sync_assets.sandbox.server.faults import FAULT_LIST, Down, Latency
from sync_assets.sandbox.server.graphql_endpoint import ConnectionClosed, GraphqlEndpoint
from sync_assets.sandbox.server.request_log import LoggedRequest, RequestLog
from sync_assets.sandbox.server.tokens import Tokens
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.tenant import Tenant


@dataclass(frozen=True)
class TenantOptions:
    """How a tenant is served.

    `token_seconds` is the life of a token; with `empty_errors` a success carries `errors: []`; `schema` is the text of
    the schema that is served.
    """

    client_id: str = "sandbox"
    client_secret: str = "made-up-secret"  # noqa: S105 - it opens nothing but the stand-in
    token_seconds: int = 3600
    empty_errors: bool = True
    schema: str = field(default_factory=schema_text, repr=False)


class TenantApplication:
    """The endpoints over one tenant, with its faults and its log."""

    def __init__(self, tenant: Tenant, options: TenantOptions, faults: Faults, requests: RequestLog) -> None:
        self.tenant = tenant
        self.options = options
        self.faults = faults
        self.requests = requests
        self.tokens = Tokens(options.client_id, options.client_secret, options.token_seconds)
        self.graphql = GraphqlEndpoint(tenant, options.schema, self.tokens, faults, empty_errors=options.empty_errors)
        self.asgi = Starlette(
            routes=[
                Route("/oauth/token", self._token, methods=["POST"]),
                Route("/graphql", self._graphql, methods=["POST"]),
                Route("/faults", self._faults, methods=["GET", "PUT", "DELETE"]),
                Route("/behaviour", self._behaviour, methods=["GET", "PUT", "DELETE"]),
                Route("/requests", self._requests, methods=["GET", "DELETE"]),
                Route("/mutations", self._mutations, methods=["GET", "DELETE"]),
            ]
        )

    async def _token(self, request: Request) -> Response:
        logged = self.requests.received(LoggedRequest("token"))
        body = await request.body()
        for met in self.faults.meet_token_request():
            if isinstance(met, Down):
                return ConnectionClosed()
            if isinstance(met, Latency):
                await self.graphql.wait(met.seconds)
        response = self.tokens.issue(body, request.headers.get("content-type", ""))
        logged.status = response.status_code
        return response

    async def _graphql(self, request: Request) -> Response:
        logged = self.requests.received(LoggedRequest("graphql"))
        response = await self.graphql.answer(request, logged)
        if not isinstance(response, ConnectionClosed):
            logged.status = response.status_code
        return response

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "PUT":
            try:
                self.faults.replace(FAULT_LIST.validate_json(await request.body()))
            except ValidationError as problem:
                return _invalid(problem)
        return JSONResponse([each.model_dump() for each in self.faults.current()])

    async def _behaviour(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.tenant.behaviour = TenantBehaviour()
        elif request.method == "PUT":
            try:
                self.tenant.behaviour = TenantBehaviour.model_validate_json(await request.body())
            except ValidationError as problem:
                return _invalid(problem)
        return JSONResponse(self.tenant.behaviour.model_dump(mode="json"))

    async def _requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.requests.clear()
        return JSONResponse(self.requests.as_json())

    async def _mutations(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.tenant.carried_out.clear()
        return JSONResponse(self.tenant.carried_out.as_json())


def _invalid(problem: ValidationError) -> Response:
    return JSONResponse(problem.errors(include_url=False, include_context=False), 422)
