"""The page on which a workbook is uploaded."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from sync_assets.pages.visit import Visit, page


def show_upload(visit: Visit) -> Response:
    """Ask for a workbook."""
    return visit.show("upload/upload.html")


ROUTES: Final = [page("/upload", show_upload)]
