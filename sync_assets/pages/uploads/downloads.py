"""The files of an upload: the workbook as it came, the report, and the rows to correct. All come from the tables."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.event_import.proposed_upload import propose_upload
from sync_assets.event_import.report import TO_CORRECT
from sync_assets.event_import.report_workbook import report_as_workbook
from sync_assets.event_import.stored_uploads import load_upload
from sync_assets.event_import.upload_list import find_upload
from sync_assets.event_import.upload_progress import recorded_report
from sync_assets.event_import.upload_template import upload_template
from sync_assets.operations.imports.report_files import name_to_correct
from sync_assets.pages.upload.plan_page import plan_options
from sync_assets.pages.visit import Visit, page

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download_template(visit: Visit) -> Response:
    """Give an empty workbook to begin with."""
    del visit
    return _file(upload_template(), "events.xlsx")


def download_file(visit: Visit) -> Response:
    """Give the workbook back as it came."""
    with visit.bridge() as connection:
        upload = load_upload(connection, visit.part("key"))
    return _file(upload.content, upload.file_name)


def download_report(visit: Visit) -> Response:
    """Give what became of each event, as a workbook."""
    with visit.bridge() as connection:
        upload = load_upload(connection, visit.part("key"))
        report = recorded_report(connection, upload, with_workbook=False)
    if report is None:
        raise HTTPException(422, "This upload was not imported yet, so there is no report.")
    return _file(report_as_workbook(report), f"{PurePath(upload.file_name).stem} - report.xlsx")


def download_rows_to_correct(visit: Visit) -> Response:
    """Give the rows of the events that somebody has to correct, marked: of the last import, else of the plan."""
    key, services = visit.part("key"), visit.services
    with visit.bridge() as connection:
        upload = load_upload(connection, key)
        report = recorded_report(connection, upload, with_workbook=True)
        find_upload(connection, key)
    if report is None or not report.of(*TO_CORRECT):
        with services.plans.turn():
            options = plan_options(services, approve=False)
            report = propose_upload(services.engine, services.administrate, key, options).report(options)
    if report.error_workbook is None:
        raise HTTPException(422, "No row of this upload has to be corrected.")
    return _file(report.error_workbook, f"{name_to_correct(upload.file_name)}.xlsx")


def _file(content: bytes, name: str) -> Response:
    disposition = f"attachment; filename=\"{_plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=WORKBOOK, headers={"Content-Disposition": disposition})


def _plain(name: str) -> str:
    """Return a name for browsers that know no other signs: https://www.rfc-editor.org/rfc/rfc6266#appendix-D."""
    return "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else "_" for sign in name)


ROUTES: Final = [
    page("/upload/template", download_template),
    page("/uploads/{key}/file", download_file),
    page("/uploads/{key}/report", download_report),
    page("/uploads/{key}/to-correct", download_rows_to_correct),
]
