"""The page on which people sign in, and the way out."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sync_assets.pages.access.form import read_form
from sync_assets.pages.access.visitor import shown_name
from sync_assets.pages.services import Services
from sync_assets.pages.visit import Visit, page


async def show_sign_in(request: Request) -> Response:
    """Ask for name and password; somebody who is signed in goes on."""
    if request.scope.get("visitor") is not None:
        return RedirectResponse(_own_path(request.query_params.get("next", "")), 303)
    return _page(request, next_path=_own_path(request.query_params.get("next", "")))


async def sign_in(request: Request) -> Response:
    """Let somebody in who knows the password."""
    services: Services = request.app.state.services
    form = await read_form(request)
    name, next_path = shown_name(form.text("name")), _own_path(form.text("next"))
    address = services.doorkeeper.address_of(request)
    if services.attempts.are_too_many(address):
        raise HTTPException(429, "Wait five minutes, then try again.")
    if not services.doorkeeper.is_password(form.text("password")):
        services.attempts.note_wrong(address)
        return _page(request, name, next_path, "The password is wrong.", 403)
    if not name:
        return _page(request, name, next_path, "Your name is missing: it stands beside what you do.", 422)
    response = RedirectResponse(next_path, 303)
    services.doorkeeper.let_in(response, name)
    return response


def sign_out(visit: Visit) -> Response:
    """Let somebody out."""
    response = visit.go_to("/sign-in")
    visit.services.doorkeeper.let_out(response)
    return response


def _page(request: Request, name: str = "", next_path: str = "/", problem: str = "", status: int = 200) -> Response:
    services: Services = request.app.state.services
    template = services.templates.get_template("sign_in.html")
    return HTMLResponse(template.render({"name": name, "next_path": next_path, "problem": problem}), status)


def _own_path(path: str) -> str:
    """Return a path of ours, never an address of another site."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\", "/sign-in"))
    return path if is_ours and path.isprintable() else "/"


ROUTES: Final = [
    Route("/sign-in", show_sign_in, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    page("/sign-out", sign_out, sends=True),
]
