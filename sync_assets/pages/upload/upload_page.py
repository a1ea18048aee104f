"""The page on which a workbook is uploaded. It is stored, and nothing else is written."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from sync_assets.errors import SyncError
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.event_import.upload_list import note_uploader
from sync_assets.event_import.workbook.sheet import MAX_BYTES, WorkbookRefused, read_sheet
from sync_assets.pages.upload.plan_page import make_plan
from sync_assets.pages.visit import Visit, page

WAY_IN: Final = "pages"


def show_upload(visit: Visit) -> Response:
    """Ask for a workbook."""
    return _show(visit)


def take_upload(visit: Visit) -> Response:
    """Store a workbook and show what it would do; one that cannot be read is refused, and leaves nothing behind."""
    file = visit.form.files.get("workbook")
    if file is None or not file.content:
        return _show(visit, "Choose a workbook first.", status=422)
    try:
        key = keep_upload(visit, file.name or "upload.xlsx", file.content)
    except WorkbookRefused as refused:
        return _show(visit, str(refused), file.name, status=422)
    return visit.go_to(f"/uploads/{key}/plan")


def keep_upload(visit: Visit, file_name: str, content: bytes, corrects: str | None = None) -> str:
    """Store a workbook whose sheet can be read, with who brought it; make its plan, and return its key.

    Raises WorkbookRefused.
    """
    with visit.services.plans.turn():
        read_sheet(content)
    with visit.bridge() as connection:
        key = store_upload(connection, file_name, content, WAY_IN, {}, datetime.now(UTC))
        note_uploader(connection, key, visit.who, corrects)
    with suppress(SyncError):
        # The page of the plan says why there is none, and tries again.
        make_plan(visit, key, approve=False)
    return key


def _show(visit: Visit, problem: str = "", file_name: str = "", *, status: int = 200) -> Response:
    values = {"problem": problem, "file_name": file_name, "most": MAX_BYTES}
    return visit.show("upload/upload.html", values, status=status)


ROUTES: Final = [page("/upload", show_upload), page("/upload", take_upload, sends=True)]
