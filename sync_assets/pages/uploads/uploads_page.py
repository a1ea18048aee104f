"""All uploads, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.event_import.upload_list import list_uploads
from sync_assets.pages.uploads.upload_words import counts_in_words, standing_of
from sync_assets.pages.visit import Visit, page

UPLOADS_ON_A_PAGE: Final = 50


def show_uploads(visit: Visit) -> Response:
    """List uploads; `before` in the address is the moment of the last one on the page before."""
    with visit.bridge() as connection:
        uploads = list_uploads(connection, limit=UPLOADS_ON_A_PAGE + 1, before=_moment(visit.asked("before")))
    values = {
        "uploads": uploads[:UPLOADS_ON_A_PAGE],
        "has_more": len(uploads) > UPLOADS_ON_A_PAGE,
        "is_first": not visit.asked("before"),
        "standing_of": standing_of,
        "counts_in_words": counts_in_words,
    }
    return visit.show("uploads/uploads.html", values)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise HTTPException(404) from None
    if moment.tzinfo is None:
        raise HTTPException(404)
    return moment


ROUTES: Final = [page("/uploads", show_uploads)]
