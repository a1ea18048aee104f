"""What a browser does with the webserver: GraphQL over HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from sync_assets_tests.support.waiting import eventually

LOCATION = {"repositoryName": "__repository__", "repositoryLocationName": "sync_assets"}
IN_PROGRESS = {"QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"}

LAUNCH = """
mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) { __typename
  ... on LaunchRunSuccess { run { runId } }
  ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }
"""
RUNS = """
query { runsOrError { ... on Runs { results {
  runId jobName status creationTime startTime endTime tags { key value } } } } }
"""
EVENTS = """
query($run: ID!) { logsForRun(runId: $run) { ... on EventConnection { events { ... on MessageEvent { message } } } } }
"""
ASSETS = "query { assetNodes { assetKey { path } isExecutable } }"
START = """
mutation($selector: ScheduleSelector!) { startSchedule(scheduleSelector: $selector) { __typename
  ... on ScheduleStateResult { scheduleState { id selectorId } } ... on PythonError { message } } }
"""
STOP = """
mutation($id: String) { stopRunningSchedule(id: $id) { __typename ... on PythonError { message } } }
"""
TICKS = """
query($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) {
  ... on Sensor { sensorState { ticks(limit: 10) { timestamp status error { message } } } } } }
"""
RELOAD = """
mutation($location: String!) { reloadRepositoryLocation(repositoryLocationName: $location) { __typename
  ... on WorkspaceLocationEntry { loadStatus } ... on PythonError { message } } }
"""
DAEMONS = "query { instance { daemonHealth { allDaemonStatuses { daemonType healthy required } } } }"
SLOTS = "query { instance { concurrencyLimits { concurrencyKey activeSlotCount claimedSlots { runId } } } }"


@dataclass(frozen=True)
class SeenRun:
    """A run as the UI shows it; times are seconds since 1970."""

    run_id: str
    job: str
    status: str
    created: float
    started: float | None
    ended: float | None
    tags: Mapping[str, str]

    @property
    def partition(self) -> str | None:
        return self.tags.get("dagster/partition")

    @property
    def is_over(self) -> bool:
        return self.status not in IN_PROGRESS


@dataclass(frozen=True)
class DagsterUI:
    """The GraphQL endpoint of a webserver."""

    url: str

    def ask(self, query: str, **variables: Any) -> Any:
        """Return the data of an answer that has no errors."""
        answer = httpx.post(f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60).json()
        assert not answer.get("errors"), answer["errors"]
        return answer["data"]

    def unhealthy_daemons(self) -> list[str]:
        """Return the kinds of daemons that are needed and not healthy, or have not given a sign of life yet."""
        statuses = self.ask(DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
        return [status["daemonType"] for status in statuses if status["required"] and not status["healthy"]]

    def launch(
        self,
        job: str,
        *,
        partition: str | None = None,
        assets: Sequence[Sequence[str]] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> str:
        """Launch a run and return its id."""
        selector: dict[str, Any] = {**LOCATION, "pipelineName": job}
        if assets is not None:
            selector["assetSelection"] = [{"path": path} for path in assets]
        tags = [{"key": "dagster/partition", "value": partition}] if partition else []
        params = {"selector": selector, "runConfigData": config or {}, "mode": "default"}

        def answer() -> dict[str, Any] | None:
            launched: dict[str, Any] = self.ask(LAUNCH, params={**params, "executionMetadata": {"tags": tags}})
            answer: dict[str, Any] = launched["launchPipelineExecution"]
            # A webserver notices only after some seconds that a code server is back, and knows no job until then.
            return None if answer["__typename"] == "PipelineNotFoundError" else answer

        launched = eventually(answer, f"the webserver knows the job {job}") or {}
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def materialize_all(self) -> str:
        """Do what the button "Materialize all" does: all executable assets by name, in the job that has them all."""
        nodes = self.ask(ASSETS)["assetNodes"]
        return self.launch("__ASSET_JOB", assets=[node["assetKey"]["path"] for node in nodes if node["isExecutable"]])

    def runs(self) -> list[SeenRun]:
        """Return all runs, the newest first."""
        return [
            SeenRun(
                run["runId"],
                run["jobName"],
                run["status"],
                run["creationTime"],
                run["startTime"],
                run["endTime"],
                {tag["key"]: tag["value"] for tag in run["tags"]},
            )
            for run in self.ask(RUNS)["runsOrError"]["results"]
        ]

    def run(self, run_id: str) -> SeenRun:
        return next(run for run in self.runs() if run.run_id == run_id)

    def messages(self, run_id: str) -> str:
        """Return the event log of a run as text."""
        events = self.ask(EVENTS, run=run_id)["logsForRun"]["events"]
        return "\n".join(event["message"] for event in events if event.get("message"))

    def worker(self, run_id: str) -> int:
        """Return the process id of a run's worker, once the run says it."""

        def named() -> int | None:
            found = re.search(r"Started process for run \(pid: (\d+)\)", self.messages(run_id))
            return int(found[1]) if found else None

        return eventually(named, f"run {run_id} names its process") or 0

    def wait_until_over(self, run_id: str) -> SeenRun:
        """Return a run once it has ended."""

        def over() -> SeenRun | None:
            run = self.run(run_id)
            return run if run.is_over else None

        run = eventually(over, f"run {run_id} ends")
        assert run
        return run

    def run_of_partition(self, key: str) -> SeenRun:
        """Return the newest run of an upload, once there is one."""

        def found() -> SeenRun | None:
            return next((run for run in self.runs() if run.partition == key), None)

        run = eventually(found, f"a run of {key}")
        assert run
        return run

    @contextmanager
    def schedule_running(self, name: str) -> Iterator[None]:
        """Switch a schedule on while the block runs."""
        started = self.ask(START, selector={**LOCATION, "scheduleName": name})["startSchedule"]
        assert started["__typename"] == "ScheduleStateResult", started
        try:
            yield
        finally:
            self.ask(STOP, id=started["scheduleState"]["id"])

    def wait_for_tick(self, sensor: str) -> None:
        """Return when a sensor has ended a tick that began after now, and did not fail."""
        since = time.time()

        def ticked() -> bool:
            found = self.ask(TICKS, selector={**LOCATION, "sensorName": sensor})["sensorOrError"]["sensorState"]
            ended = [tick for tick in found["ticks"] if tick["timestamp"] > since and tick["status"] != "STARTED"]
            assert not any(tick["error"] for tick in ended), ended
            return bool(ended)

        eventually(ticked, f"{sensor} ticks")

    def reload(self) -> None:
        """Do what the button "Reload" of a code location does."""
        reloaded = self.ask(RELOAD, location=LOCATION["repositoryLocationName"])["reloadRepositoryLocation"]
        assert reloaded["__typename"] == "WorkspaceLocationEntry", reloaded

    def slots_held(self) -> int:
        """Return how many slots of pools are held."""
        return sum(limit["activeSlotCount"] for limit in self.ask(SLOTS)["instance"]["concurrencyLimits"])
