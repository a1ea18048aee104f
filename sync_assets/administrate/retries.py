"""Retries of requests: stamina's `retry_context`, where each retry is a line of the log in this project's words.

In a run of Dagster the line is in the run's log, since dagster.yaml names `sync_assets` among `managed_python_loggers`.
"""

from __future__ import annotations

import logging

from stamina import retry_context
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

LOG = logging.getLogger(__name__)


def log_retry(details: RetryDetails) -> None:
    """Log what went wrong, and in how many seconds the next attempt is made."""
    LOG.warning("%s Attempt %d follows in %.1f s.", details.caused_by, details.retry_num + 1, details.wait_for)


# In place of stamina's own hooks, whose records show an exception and no advice.
set_on_retry_hooks((log_retry,))

__all__ = ["log_retry", "retry_context"]
