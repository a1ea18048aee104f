"""What every step does around its work: errors become sentences, and a run that is to stop at a failure stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sync_assets.assets.resources import SyncOptions
from sync_assets.errors import SyncError, database_said
from sync_assets.shown_text import one_line, printable

POOL = "administrate_api"
"""The pool of everything that talks to the tenant or writes the bridge: with a limit of one run, runs take turns."""
LEFT_OUT = "left_out"
"""The metadata that tells a step that was left out from one that failed."""


@contextmanager
def failures_as_sentences() -> Iterator[None]:
    """Turn errors that are made for people into a Dagster failure with that text, which no retry policy repeats."""
    try:
        yield
    except SyncError as error:
        raise dg.Failure(printable(error), allow_retries=False) from None
    except DBAPIError as error:
        raise dg.Failure(
            f"The database refused or could not be reached: {one_line(database_said(error))}. What was committed "
            "before that stands, and the rest is undone. Run it again once the database answers: it carries on.",
            allow_retries=False,
        ) from None
    except SQLAlchemyError as error:
        raise dg.Failure(
            f"The database could not be used: {one_line(str(error).splitlines()[0])}", allow_retries=False
        ) from None


def stop_after_failure(context: dg.AssetExecutionContext, options: SyncOptions) -> None:
    """Leave this step out where an earlier one of the run failed and the run stops at the first failure.

    It is left out by failing: a step that ends without its output counts as a success, and "re-execute from failure"
    would pass it over. Raises Failure, marked with `LEFT_OUT`.
    """
    if not options.stop_on_error:
        return
    failed = context.instance.all_logs(context.run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    if failed:
        raise dg.Failure(
            f"Left out: {(failed[0].step_key or '').replace('__', '/')} failed, and this run stops at the first "
            "failure. Re-execute the run from failure to have it done.",
            metadata={LEFT_OUT: True},
            allow_retries=False,
        )
