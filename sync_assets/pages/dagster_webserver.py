"""Dagster's webserver as the pages use it: they start runs there, as a person would in Dagster's own pages.

The API: https://docs.dagster.io/api/graphql
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import httpx

from sync_assets.errors import SyncError
from sync_assets.operations.alerts.ui_links import UiLinks
from sync_assets.operations.instance.home import LOCATION
from sync_assets.operations.started_by import WHO_TAG
from sync_assets.settings import Settings

_REPOSITORY: Final = {"repositoryName": "__repository__", "repositoryLocationName": LOCATION}
_LAUNCH: Final = """
mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) { __typename
  ... on LaunchRunSuccess { run { runId } }
  ... on PythonError { message }
  ... on PipelineNotFoundError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }
"""
_STARTED: Final = """
query($filter: RunsFilter!) { runsOrError(filter: $filter, limit: 1) { ... on Runs { results { runId } } } }
"""
_ONCE_TAG: Final = "sync_assets/once"
"""The tag of a run that a form has started: what makes the form differ from all others."""
_RUN: Final = """
query($run: ID!) { runOrError(runId: $run) { __typename ... on Run { status } } }
"""


_FAILURES: Final = """
query($run: ID!) { logsForRun(runId: $run, limit: 1000) { ... on EventConnection { events {
  ... on ExecutionStepFailureEvent { error { message } failureMetadata { description } } } } } }
"""


LAUNCH: Final = 30.0
"""Seconds that the start of a run may take: Dagster loads the definitions for it."""
ANSWER: Final = 5.0
"""Seconds that a page waits for what Dagster says of a run; it can be shown without."""


class DagsterUnavailable(SyncError):
    """Dagster's webserver does not answer, or does not start a run."""


class RunState(StrEnum):
    """How far a run has come, as far as pages tell it apart."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


_STATES: Final = {
    "QUEUED": RunState.WAITING,
    "NOT_STARTED": RunState.WAITING,
    "STARTING": RunState.WAITING,
    "STARTED": RunState.RUNNING,
    "CANCELING": RunState.RUNNING,
    "SUCCESS": RunState.DONE,
    "FAILURE": RunState.FAILED,
    "CANCELED": RunState.FAILED,
}


class DagsterWebserver:
    """The GraphQL endpoint of the webserver at an address, and the pages that people see there."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.sync_dagster_url.rstrip("/")
        self.links = UiLinks((settings.sync_ui_url or settings.sync_dagster_url).rstrip("/"))
        self._http = httpx.Client()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def launch(
        self, job: str, ops: Mapping[str, Any], *, who: str, once: str | None = None, partition: str | None = None
    ) -> str:
        """Start a run of a job with the config of its ops, and return the run's id. Raises DagsterUnavailable.

        With `once`, a form that is sent again starts nothing: the run that it has started is returned.
        """
        tags = {WHO_TAG: who, **({"dagster/partition": partition} if partition else {})}
        if once:
            tags[_ONCE_TAG] = once
            started = self._ask(_STARTED, LAUNCH, filter={"tags": [{"key": _ONCE_TAG, "value": once}]})["runsOrError"]
            for run in started.get("results", ()):
                return str(run["runId"])
        params = {
            "selector": {**_REPOSITORY, "pipelineName": job},
            "runConfigData": {"ops": {name: {"config": config} for name, config in ops.items()}} if ops else {},
            "mode": "default",
            "executionMetadata": {
                "tags": [{"key": key, "value": value} for key, value in tags.items()],
            },
        }
        launched = self._ask(_LAUNCH, LAUNCH, params=params)["launchPipelineExecution"]
        if launched["__typename"] != "LaunchRunSuccess":
            raise DagsterUnavailable(f"Dagster did not start it: {_said(launched)}")
        return str(launched["run"]["runId"])

    def state_of(self, run_id: str) -> RunState:
        """Return how far a run has come. Raises DagsterUnavailable."""
        found = self._ask(_RUN, ANSWER, run=run_id)["runOrError"]
        return _STATES.get(found.get("status", ""), RunState.UNKNOWN)

    def failure_of(self, run_id: str) -> str:
        """Return the sentence with which a run failed, empty where it has none. Raises DagsterUnavailable."""
        events = self._ask(_FAILURES, ANSWER, run=run_id)["logsForRun"].get("events", ())
        failed: Mapping[str, Any] = next((event for event in events if event), {})
        said = (failed.get("failureMetadata") or {}).get("description") or (failed.get("error") or {}).get("message")
        return " ".join((said or "").split())[:2000]

    def _ask(self, document: str, seconds: float, **variables: Any) -> Mapping[str, Any]:
        try:
            query = {"query": document, "variables": variables}
            answer = self._http.post(
                f"{self._address}/graphql", json=query, timeout=httpx.Timeout(seconds, connect=3.0)
            )
            content = answer.json()
        except (httpx.HTTPError, ValueError):
            raise DagsterUnavailable(
                "Dagster does not answer, so nothing was started. Try again in a minute; the setting SYNC_DAGSTER_URL "
                "says where it is looked for."
            ) from None
        if answer.is_error or content.get("errors") or not isinstance(content.get("data"), dict):
            raise DagsterUnavailable(f"Dagster refused a request of the pages (HTTP {answer.status_code}).")
        data: Mapping[str, Any] = content["data"]
        return data


def _said(answer: Mapping[str, Any]) -> str:
    sentences = [error["message"] for error in answer.get("errors", ())] or [answer.get("message") or "no reason given"]
    return " ".join("; ".join(sentences).split())[:500]
