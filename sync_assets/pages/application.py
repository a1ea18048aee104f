"""The application: its pages behind what guards them, and what it says when something goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sync_assets.administrate.errors import AdministrateError
from sync_assets.bridge.errors import BridgeError
from sync_assets.database import database_engine
from sync_assets.errors import SyncError
from sync_assets.event_import.stored_uploads import UnknownUpload
from sync_assets.operations.instance.same_origin import SameOriginOnly
from sync_assets.pages.access import sign_in
from sync_assets.pages.access.guards import STRICT_HEADERS, Headed, Limited, PlainAddresses
from sync_assets.pages.access.visitor import Doorkeeper
from sync_assets.pages.dagster_webserver import DagsterUnavailable, DagsterWebserver
from sync_assets.pages.page_list import PAGES
from sync_assets.pages.services import Services
from sync_assets.pages.templates import STATIC, open_templates
from sync_assets.settings import Settings

_OPEN_TO_ALL: Final = ("/sign-in", "/static/", "/alive")
_STATUS: Final[tuple[tuple[type[SyncError], int], ...]] = (
    (UnknownUpload, 404),
    (DagsterUnavailable, 503),
    (BridgeError, 503),
    (AdministrateError, 502),
    (SyncError, 422),
)
_TITLES: Final = {
    400: "That cannot be read",
    403: "Not allowed",
    404: "There is no such page",
    405: "There is no such page",
    413: "Too large",
    422: "That cannot be done",
    429: "Too many wrong passwords",
    502: "Administrate does not answer",
    503: "Something that the pages need does not answer",
}


def create_application(settings: Settings, password: str, *, hosts: tuple[str, ...] = ()) -> Starlette:
    """Return the application for these settings; `password` lets people in, `hosts` are names that it is called by.

    Raises SettingsError.
    """
    services = Services(
        settings,
        database_engine(settings),
        Doorkeeper(settings, password),
        open_templates(settings),
        DagsterWebserver(settings),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        services.close()

    public = urlsplit(settings.sync_pages_url or "").hostname
    known = ["127.0.0.1", "localhost", "[::1]", *hosts, *([public] if public else [])]
    application = Starlette(
        routes=[
            Route("/alive", lambda _: PlainTextResponse("alive")),
            Mount("/static", KeptFiles(directory=STATIC)),
            *sign_in.ROUTES,
            *PAGES,
        ],
        middleware=[
            Middleware(Headed),
            Middleware(TrustedHostMiddleware, allowed_hosts=known, www_redirect=False),
            Middleware(PlainAddresses),
            Middleware(SameOriginOnly),
            Middleware(Limited),
            Middleware(SignedIn, doorkeeper=services.doorkeeper),
        ],
        exception_handlers={
            HTTPException: _answer_of(_say_refusal),
            SyncError: _answer_of(_say_sentence),
            500: _answer_of(_say_defect),
        },
        lifespan=lifespan,
    )
    application.state.services = services
    return application


class KeptFiles(StaticFiles):
    """Our own files. Their addresses change with them, so browsers keep them."""

    def file_response(self, *args: object, **values: object) -> Response:
        """Return a file with leave to keep it."""
        response = super().file_response(*args, **values)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class SignedIn:
    """Lets nobody see a page who is not signed in; what the pages themselves are like is no secret."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request of somebody who is known on, and ask others who they are."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        visitor = self._doorkeeper.visitor_of(request)
        scope["visitor"] = visitor
        if visitor is not None or scope["path"].startswith(_OPEN_TO_ALL):
            await self._app(scope, receive, send)
            return
        await _ask_who(request)(scope, receive, send)


def _ask_who(request: Request) -> Response:
    if request.method != "GET":
        return PlainTextResponse("You are not signed in any more. Load the page again.", 401)
    if request.headers.get("HX-Request"):
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted)}", 303)


def _answer_of(say: Callable[[Request, Exception], Response]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return say(request, error)

    return answer


def _say_refusal(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = error.detail if isinstance(error, HTTPException) and status not in (404, 405) else ""
    return error_page(request, status, sentence)


def _say_sentence(request: Request, error: Exception) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return error_page(request, status, str(error))


def _say_defect(request: Request, error: Exception) -> Response:
    # The server logs it. No middleware of ours sees this answer.
    del error
    sentence = "The pages have a defect here. Whoever runs this installation finds it in the log."
    response = error_page(request, 500, sentence)
    response.headers.update(STRICT_HEADERS)
    return response


def error_page(request: Request, status: int, sentence: str) -> Response:
    """Return a page that says what went wrong; for a part of a page only that part."""
    services: Services = request.app.state.services
    is_part = request.headers.get("HX-Request") is not None
    template = services.templates.get_template("error_part.html" if is_part else "error.html")
    values = {
        "title": _TITLES.get(status, "Something went wrong"),
        "sentence": sentence,
        "visitor": request.scope.get("visitor"),
        "path": request.url.path,
    }
    return HTMLResponse(template.render(values), status)
