"""The one error of a file that cannot be read at all."""

from sync_assets.errors import SyncError


class WorkbookRefused(SyncError):
    """The upload cannot be read at all: not a workbook, damaged, too large, or without the columns that it needs."""


def damaged(what: str) -> WorkbookRefused:
    """Return the refusal of a file that breaks its own format; `what` is a clause that says where."""
    return WorkbookRefused(
        f"The workbook is damaged and cannot be read: {what}. Open it in Excel, save it again as .xlsx and upload it."
    )
