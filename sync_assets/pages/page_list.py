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
from sync_assets.pages.upload import corrections_page, plan_page, upload_page
from sync_assets.pages.uploads import downloads, progress_stream, upload_details, uploads_page, withdrawal_page


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
    *plan_page.ROUTES,
    *corrections_page.ROUTES,
    *uploads_page.ROUTES,
    *upload_details.ROUTES,
    *progress_stream.ROUTES,
    *downloads.ROUTES,
    *withdrawal_page.ROUTES,
]
