"""All pages: each room lists its own in `ROUTES`."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sync_assets.pages.decided import decided_page
from sync_assets.pages.discrepancies import decide_page, discrepancies_page
from sync_assets.pages.events import act_page, events_page
from sync_assets.pages.overview import overview_page
from sync_assets.pages.upload import upload_page


async def _begin(_: Request) -> Response:
    return RedirectResponse("/upload", 303)


PAGES: Final = [
    Route("/", _begin),
    *upload_page.ROUTES,
    *overview_page.ROUTES,
    *events_page.ROUTES,
    *act_page.ROUTES,
    *discrepancies_page.ROUTES,
    *decide_page.ROUTES,
    *decided_page.ROUTES,
]
