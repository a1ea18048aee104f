"""A visit: one request by somebody who is signed in, as the function of a page gets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sync_assets.database import use_bridge
from sync_assets.pages.access.form import Form, read_form
from sync_assets.pages.access.visitor import Visitor
from sync_assets.pages.services import Services

TOKEN: Final = "token"  # noqa: S105 - the name of a field
TOKEN_HEADER: Final = "X-Form-Token"  # noqa: S105 - the name of a header


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page: who came, what was asked for, and what pages work with."""

    request: Request
    services: Services
    visitor: Visitor
    form: Form = field(default_factory=Form)

    @property
    def who(self) -> str:
        """The name that stands in what this visit does."""
        return self.visitor.name

    def part(self, name: str) -> str:
        """Return a part of the page's path."""
        return str(self.request.path_params[name])

    def asked(self, name: str) -> str:
        """Return a value of the address' query; empty where there is none."""
        return self.request.query_params.get(name, "")

    def bridge(self) -> AbstractContextManager[Connection]:
        """Give a connection for the block, as one transaction. Raises BridgeError."""
        return use_bridge(self.services.engine)

    def show(self, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200) -> Response:
        """Return a page or a part of one."""
        own = {"visitor": self.visitor, "path": self.request.url.path}
        return HTMLResponse(self.services.templates.get_template(template).render({**own, **(values or {})}), status)

    def go_to(self, path: str) -> Response:
        """Send the browser to another page of ours, so that reloading does nothing again."""
        if self.request.headers.get("HX-Request"):
            return Response(headers={"HX-Redirect": path})
        return RedirectResponse(path, 303)


Page = Callable[[Visit], Response]


def page(path: str, function: Page, *, sends: bool = False) -> Route:
    """Return the route of a page; one that `sends` takes a form with the token of its visitor, and nothing else.

    The function runs in a thread of its own, so that it may wait for a database.
    """

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(function, await visit_of(request))

    return Route(path, answer, methods=["POST"] if sends else ["GET"])


async def visit_of(request: Request) -> Visit:
    """Return the visit of a request whose visitor is known; its form is read where there is one.

    Raises HTTPException where a form does not bear the visitor's token.
    """
    services: Services = request.app.state.services
    visitor: Visitor = request.scope["visitor"]
    if request.method != "POST":
        return Visit(request, services, visitor)
    form = await read_form(request)
    given = form.text(TOKEN) or request.headers.get(TOKEN_HEADER, "")
    if not services.doorkeeper.is_token_of(visitor, given):
        raise HTTPException(403, "This page was open for too long, or somebody else signed in. Load it again.")
    return Visit(request, services, visitor, form)
