"""The ids of forms that start runs, and of those runs: a form that is sent twice starts one run."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from starlette.exceptions import HTTPException

from sync_assets.pages.access.form import Form
from sync_assets.pages.shown_rows import with_query

BACK: Final = ("/discrepancies", "/events", "/drift")
"""The pages that people come from, and go back to."""


def form_id_given(form: Form) -> str:
    """Return the id that the page has given its form. Raises HTTPException where it is none."""
    return as_run_id(form.text("run"), 400)


def as_run_id(text: str, status: int = 404) -> str:
    """Return an id as it is written. Raises HTTPException where it is none."""
    try:
        return str(UUID(text))
    except ValueError:
        raise HTTPException(status, "The form could not be read.") from None


def decided_path(run_id: str, back: str) -> str:
    """Return the address of the page that shows what becomes of a run."""
    return with_query(f"/decided/{run_id}", {"back": back})


def way_back(asked: str) -> str:
    """Return the page to go back to: one of ours, whatever the address says."""
    is_ours = any(asked == path or asked.startswith((f"{path}/", f"{path}?")) for path in BACK)
    return asked if is_ours else BACK[0]
