"""What the doctor says of the daemon: whether it has ever reported, and how long ago."""

from __future__ import annotations

import time

import dagster as dg
import pytest

from sync_assets.operations.doctor.dagster import look_at_schedules
from sync_assets.operations.doctor.finding import Finding, Findings, Health
from sync_assets_tests.operations.dagster_internals import DaemonHeartbeat


@dg.schedule(job_name="nothing", cron_schedule="0 2 * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def nightly() -> dg.SkipReason:
    return dg.SkipReason("A test.")


@dg.op
def do_nothing() -> None:
    pass


@dg.job
def nothing() -> None:
    do_nothing()


DEFINITIONS = dg.Definitions(jobs=[nothing], schedules=[nightly])


def look(instance: dg.DagsterInstance) -> Finding:
    findings = Findings()
    look_at_schedules(findings, instance, DEFINITIONS)
    (finding,) = findings.entries
    return finding


def test_a_daemon_that_never_reported_is_a_warning(kept_instance: dg.DagsterInstance) -> None:
    finding = look(kept_instance)
    assert finding.state is Health.WARNING
    assert "No daemon has ever reported" in finding.sentence


@pytest.mark.parametrize(
    ("age", "state", "said"),
    [(20, Health.OK, "reported 2"), (1200, Health.WRONG, "20 minutes ago"), (7200, Health.WRONG, "2 hours ago")],
)
def test_the_age_of_its_last_report_is_told(
    kept_instance: dg.DagsterInstance, age: int, state: Health, said: str
) -> None:
    kept_instance.add_daemon_heartbeat(DaemonHeartbeat(time.time() - age, "SCHEDULER", "here", None))
    finding = look(kept_instance)
    assert finding.state is state
    assert said in finding.sentence
