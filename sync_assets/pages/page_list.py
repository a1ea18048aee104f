"""All pages: each room lists its own in `ROUTES`."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sync_assets.pages.upload import upload_page


async def _begin(_: Request) -> Response:
    return RedirectResponse("/upload", 303)


PAGES: Final = [
    Route("/", _begin),
    *upload_page.ROUTES,
]
